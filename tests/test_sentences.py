"""Sentences: they tile their turns, stay inside them and keep their ids."""

from __future__ import annotations

import pytest
from builders import INTERVIEW, PEOPLE, reading_of
from hypothesis import given
from hypothesis import strategies as st

from rag.cleaning import CleanText
from rag.sentences import split_sentences
from rag.turns import Turn, split_turns

TALK = st.lists(
    st.sampled_from(
        ["某报:贵吗?", "王小明:贵。", "会降!真的……好。", "他说“好。”走了。", "", " Yes. Mr. Li said so.", "。"]
    ),
    max_size=10,
).map("\n".join)


def sentences_of(text: str) -> list[str]:
    turn = Turn(0, len(text), None, "speaker")
    return [sentence.text for sentence in split_sentences("x", CleanText.of(text), [turn], PEOPLE)]


@given(TALK | st.text())
def test_sentences_tile_their_turns(raw):
    text = CleanText.of(raw)
    turns = split_turns(raw, PEOPLE)
    spans = [s.span for s in split_sentences("x", text, turns, PEOPLE)]
    told = "".join(raw[span.start : span.end] for span in spans)
    inside = "".join(raw[turn.start : turn.end] for turn in turns)
    assert [c for c in told if c.isalnum()] == [c for c in inside if c.isalnum()]


@given(TALK | st.text())
def test_a_sentence_never_crosses_its_turn(raw):
    turns = split_turns(raw, PEOPLE)
    for sentence in split_sentences("x", CleanText.of(raw), turns, PEOPLE):
        turn = turns[sentence.turn]
        assert turn.start <= sentence.span.start < sentence.span.end <= turn.end


@given(TALK)
def test_ids_are_unique_and_the_same_at_every_reading(raw):
    ids = [sentence.id for sentence in reading_of(raw).sentences]
    assert len(set(ids)) == len(ids)
    assert ids == [sentence.id for sentence in reading_of(raw).sentences]


def test_ids_survive_an_edit_elsewhere():
    before = {s.text: s.id for s in reading_of(INTERVIEW).sentences}
    edited = INTERVIEW.replace("我不同意这个说法。", "我完全不同意。这个说法太老了。")
    after = {s.text: s.id for s in reading_of(edited).sentences}
    assert {text: after[text] for text in before if text in after} == {t: before[t] for t in before if t in after}
    assert len(set(before) & set(after)) == len(before) - 1


def test_the_same_words_in_two_sources_have_two_ids():
    one, two = (reading_of(INTERVIEW, id_=id_).sentences for id_ in ("one", "two"))
    assert not {s.id for s in one} & {s.id for s in two}


def test_words_said_twice_are_two_sentences():
    talk = "某报:现在贵吗?\n王小明:现在很贵。\n某报:明年还贵吗?\n王小明:现在很贵。\n"
    first, second = reading_of(talk).sentences[1::2]
    assert first.id != second.id
    assert first.span != second.span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("很贵。但会降!真的吗?好。", ["很贵。", "但会降!", "真的吗?", "好。"]),
        ("“会降。”电价也会。", ["“会降。”", "电价也会。"]),
        ("“会降。”王小明说。", ["“会降。”王小明说。"]),
        ("It fell 3.5 times. Good.", ["It fell 3.5 times.", "Good."]),
        ("Mr. Li sold it in the U.S. market. Yes.", ["Mr. Li sold it in the U.S. market.", "Yes."]),
        ("标题没有句号\n正文。", ["标题没有句号", "正文。"]),
        ("……\n。", []),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text, expected):
    assert sentences_of(text) == expected


def test_a_span_leaves_out_the_white_space_around():
    (sentence,) = split_sentences("x", CleanText.of("  很贵。 \n"), [Turn(0, 7, None, "speaker")], PEOPLE)
    assert (sentence.span.start, sentence.span.end) == (2, 5)


def test_a_question_nobody_answers_is_remembered():
    reading = reading_of("某报:现在贵吗?\n王小明:现在很贵。\n某报:何时会降?\n")
    assert [s.text for s in reading.sentences if s.id in reading.unanswered] == ["何时会降?"]
