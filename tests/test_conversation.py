"""What a short follow-up asks."""

from __future__ import annotations

import pytest

from rag.chat_engine import ChatEngine
from rag.conversation import in_context, readings
from rag.index.library import Library


@pytest.mark.parametrize(
    ("history", "asked", "meant"),
    [
        (["戴国浩是谁?"], "那钟翰森呢?", "钟翰森是谁?"),
        (["戴国浩是谁?", "钟翰森呢?"], "郭为呢?", "郭为是谁?"),
        (["Who is Dai Guohao?"], "And Zhong Hansen?", "who is zhong hansen?"),
        (["天数智芯主要做什么?"], "燧原呢?", "燧原主要做什么?"),
        (["How much money has Enflame raised?"], "and Dai's company?", "how much money has dai's company raised?"),
        (["What does Guo Wei's company sell?"], "What about Zhang's?", "what does zhang's company sell?"),
    ],
)
def test_a_bare_name_takes_the_place_of_the_one_before(library: Library, history, asked, meant):
    question = in_context(asked, history, library.people)
    assert question.query_str == meant
    assert not question.context


@pytest.mark.parametrize(
    ("history", "asked"),
    [
        (["戴国浩和张亚林怎么看算力成本?"], "那郭为呢?"),  # whose place of the two?
        (["戴国浩是谁?"], "那燧原科技呢?"),  # a company is nobody
        (["戴国浩是谁?"], "那成本呢?"),
    ],
)
def test_otherwise_the_question_before_is_context(library: Library, history, asked):
    assert in_context(asked, history, library.people).context


@pytest.mark.parametrize(
    ("history", "asked", "of"),
    [
        (["钟翰森还有自己的公司?"], "融了多少钱?", "钟翰森"),
        (["戴国浩是谁?"], "人工智能值多少钱?", "戴国浩"),
        (["What does Guo Wei think of rivals?"], "when was it founded?", "郭为"),
        (["What did Yao Shunyu do at OpenAI?"], "which university was he at?", "姚顺雨"),
    ],
)
def test_what_is_told_of_somebody_is_asked_of_the_one_before(library: Library, history, asked, of):
    meant = readings(asked, history, library.people)
    assert [question.people for question in meant] == [(of,)]


@pytest.mark.parametrize("asked", ["智算中心怎么赚钱?", "人工智能什么时候赚钱?"])
def test_a_subject_of_its_own_may_be_a_new_question(library: Library, asked):
    meant = readings(asked, ["戴国浩是谁?"], library.people)
    assert [question.people for question in meant] == [("戴国浩",), ()]


def test_nobody_is_told_of_another_company_s_money(engine: ChatEngine):
    answer = engine.query("融了多少钱?", history=["钟翰森还有自己的公司?"])
    assert answer.refused
    assert "燧原" not in answer.answer


def test_the_answer_is_about_the_one_asked_for_now(engine: ChatEngine):
    answer = engine.query("那钟翰森呢?", history=["戴国浩是谁?"])
    assert not answer.refused
    assert "钟翰森" in answer.statements[0].text
    assert all("钟翰森" in statement.text for statement in answer.statements)


@pytest.mark.parametrize(
    ("history", "asked", "fact"),
    [
        (["Which prototype came out of Zhong Hansen's theory?"], "How many photons was that with?", "76"),
        (["钟翰森的理论做出了哪台原型机?"], "那是多少个光子的?", "76"),
    ],
)
def test_what_is_asked_of_a_thing_may_be_told_without_its_maker(engine: ChatEngine, history, asked, fact):
    assert fact in engine.query(asked, history=history).answer


def test_of_a_person_only_what_is_told_of_that_person(engine: ChatEngine):
    answer = engine.query("And how old is he?", history=["Who is Yao Shunyu?"])
    assert "32" not in answer.answer


def test_a_message_is_understood_by_all_that_it_tells(engine: ChatEngine):
    asked = engine.understood("I read about Guo Wei's fair stand. What was on it?")
    assert (asked.query_str, asked.told) == ("What was on it?", "I read about Guo Wei's fair stand. What was on it?")


def test_it_is_in_the_language_of_the_follow_up(engine: ChatEngine):
    assert engine.query("And Zhong Hansen?", history=["戴国浩是谁?"]).language == "en"
