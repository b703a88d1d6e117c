"""Suggested questions come from what the corpus holds, and it can answer them."""

from __future__ import annotations

import pytest

from rag.chat_engine import ChatEngine
from tests.fakes import FakeEngine
from ui.conversation import Asked, Conversation, reply
from ui.suggesting import Suggesting


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_built_in_articles_have_examples_that_are_answered(engine: ChatEngine, language):
    openers = Suggesting(engine).openers(language)
    assert len(openers) == 3
    assert not [question for question in openers if engine.query(question).refused]


def test_another_corpus_has_questions_of_its_own():
    assert Suggesting(FakeEngine()).openers("en") == ("What does Li Siguang say about reservoirs?",)


@pytest.mark.parametrize(
    "question", ["张亚林怎么算智算中心的账?", "What does Dai Guohao say about the M×N middle layer?"]
)
def test_what_could_be_asked_next_is_new_and_answered(engine: ChatEngine, question):
    *_, conversation = reply(engine, Conversation("c"), Asked(question))
    following = Suggesting(engine).after(conversation)
    assert following
    assert question not in following
    assert not [one for one in following if engine.query(one, history=[question]).refused]


@pytest.mark.parametrize("question", ["戴国浩说的M×N中间层是什么?", "What is the M×N middle layer?"])
def test_what_could_be_asked_next_is_asked_as_people_ask(engine: ChatEngine, question):
    *_, conversation = reply(engine, Conversation("c"), Asked(question))
    asks = {ask for claim in engine.library().store.propositions() for ask in claim.asks}
    assert asks & {*Suggesting(engine).after(conversation)}


@pytest.mark.parametrize(
    ("question", "near"), [("What is the price of Enflame's card?", "张亚林"), ("钟翰森结婚了吗?", "钟翰森")]
)
def test_after_a_refusal_what_those_named_do_speak_of_is_offered(engine: ChatEngine, question, near):
    *_, conversation = reply(engine, Conversation("c"), Asked(question))
    following = Suggesting(engine).after(conversation)
    assert conversation.turns[-1].answer.refused
    assert following
    assert all(near in {c.speaker for c in engine.query(one).citations} for one in following)


@pytest.mark.parametrize("question", ["How do I cook rice?", "今天天气怎么样?"])
def test_nothing_is_suggested_where_nothing_is_near(engine: ChatEngine, question):
    *_, conversation = reply(engine, Conversation("c"), Asked(question))
    assert Suggesting(engine).after(conversation) == []
