"""Which of the ranked claims are said beside the best one."""

from __future__ import annotations

import pytest
from builders import said
from llama_index.core.schema import NodeWithScore, TextNode

from rag.candidates import Candidate
from rag.extractive import ExtractiveSynthesizer
from rag.question import Question
from rag.types import Proposition


def claim(text: str, by: str | None, score: float, *, enough: float = 0.9, source: str = "x") -> NodeWithScore:
    """Proved by a sentence of its own."""
    proposition = Proposition(text, source, by, "fact", text, text, (text,))
    sentences = (said(text, by, id_=text),)
    found = Candidate(text, source, by, (), sentences, proposition, "", 1.0, score=score, enough=enough)
    return NodeWithScore(node=TextNode(id_=text, metadata={"candidate": found}), score=score)


def told(question: Question, *claims: NodeWithScore) -> list[str]:
    return [draft.text for draft in ExtractiveSynthesizer().complete(question, claims).drafts]


FACT = Question("杯子怎么样?")


def test_what_is_not_enough_by_itself_is_not_said_beside_what_is():
    cups, kiln = claim("杯子是蓝色的", "王小明", 0.9), claim("窑在山上", "王小明", 0.89, enough=0.2)
    assert told(FACT, cups, kiln) == ["杯子是蓝色的"]
    assert told(FACT, kiln) == []


@pytest.mark.parametrize(
    ("asked", "both"),
    [
        (FACT, False),
        (Question("它呢?", context="杯子怎么样?"), True),  # a follow-up may be meant in more ways than one
        (
            Question("它呢?", context="杯子怎么样?", told="杯子怎么样? 它呢?"),
            False,
        ),  # the message itself says what is meant
        (Question("为什么?", asks="why"), True),
    ],
)
def test_how_far_off_it_may_be(asked, both):
    cups, kiln = claim("杯子是蓝色的", "王小明", 0.9), claim("窑在山上", "王小明", 0.6)
    assert (len(told(asked, cups, kiln)) == 2) is both


@pytest.mark.parametrize(
    ("other", "both"), [("这批杯子一共卖出了900个,非常畅销", True), ("这批杯子一共卖出了800个,十分畅销", False)]
)
def test_the_same_is_said_once_unless_a_figure_differs(other, both):
    first = claim("这批杯子一共卖出了800个,非常畅销", "王小明", 0.9)
    assert (len(told(FACT, first, claim(other, "王小明", 0.89, source="y"))) == 2) is both


@pytest.mark.parametrize(
    ("lead", "beside", "goes_along"),
    [
        (("王小明", "x"), ("王小明", "y"), True),
        (("王小明", "x"), (None, "y"), True),
        (("王小明", "x"), ("李四光", "x"), False),
        ((None, "x"), ("王小明", "x"), True),  # the article tells, its own speaker adds
        ((None, "x"), ("王小明", "y"), False),
    ],
)
def test_nobody_elses_voice_comes_along_unasked(lead, beside, goes_along):
    cups, kiln = (
        claim("杯子是蓝色的", lead[0], 0.9, source=lead[1]),
        claim("窑在山上", beside[0], 0.85, source=beside[1]),
    )
    assert (len(told(FACT, cups, kiln)) == 2) is goes_along


@pytest.mark.parametrize(("asked", "voices"), [("两位创始人的看法有什么不同?", 2), ("大杯和小杯的价格有什么不同?", 1)])
def test_voices_are_compared_where_people_are(asked, voices):
    compared = Question(asked, asks="compare")
    assert len(told(compared, claim("大杯更贵", "王小明", 0.9), claim("小杯更好卖", "李四光", 0.5))) == voices
