"""Whose view is asked for decides who may answer, also where the corpus knows no such person; and what is about something else
is refused.
"""

from __future__ import annotations

import pytest

from rag.question import asked_of_nobody


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("任正非对国产算力生态有什么看法?", "任正非"),
        ("汪玉怎么看算力便宜一万倍?", "汪玉"),
        ("What does Arvind Krishnan think about sparse computing?", "Arvind Krishnan"),
        ("What does Musk think about the cost of compute?", "Musk"),  # an article names him, and no more
        ("What did Citi say about AI data centres?", "Citi"),
    ],
)
def test_a_strangers_view_is_nobody_elses(engine, question, name):
    answer = engine.query(question)
    assert answer.refused
    assert answer.refusal_reason in ("not_said_by_speaker", "not_in_corpus")
    assert not answer.citations
    assert name in answer.answer or answer.refusal_reason == "not_in_corpus"


def test_a_name_spelt_nearly_right_is_no_stranger(engine):
    answer = engine.query("张亚玲怎么看智算中心?")
    assert {citation.speaker for citation in answer.citations} == {"张亚林"}


def test_what_is_told_of_somebody_who_is_no_speaker_still_answers(engine):
    assert "16 billion" in engine.query("What does Hurun say about Enflame's valuation?").answer


@pytest.mark.parametrize(
    "question",
    ["红烧肉怎么做才不腻?", "明天天气怎么样?", "How long should I boil an egg?", "Who painted the Mona Lisa?"],
)
def test_what_is_about_something_else_is_refused(engine, question):
    assert engine.query(question).refused


@pytest.mark.parametrize(
    ("question", "of_nobody"),
    [
        ("张亚林怎么看量子计算?", "怎么看量子计算?"),
        ("What does Zhang Yalin think of it?", "what does think of it?"),
        ("张亚林", "张亚林"),
    ],
)
def test_what_is_asked_can_be_asked_of_nobody(engine, question, of_nobody):
    asked = asked_of_nobody(engine.understood(question), engine.library().people)
    assert " ".join(asked.query_str.split()) == of_nobody
    assert asked.people == asked.organisations == ()
