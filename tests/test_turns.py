"""Turns: who asks, who answers and what nobody labelled."""

from __future__ import annotations

from itertools import pairwise

from builders import PEOPLE, WANG
from hypothesis import given
from hypothesis import strategies as st

from rag.people import People
from rag.turns import split_turns


def voices(text: str, people: People = PEOPLE) -> list[tuple[str, str | None, str]]:
    return [(text[turn.start : turn.end].strip(), turn.speaker, turn.role) for turn in split_turns(text, people)]


def test_a_question_is_the_interviewers_and_the_answer_the_persons():
    assert voices("某报:贵吗?\n王小明:很贵。") == [("贵吗?", "某报", "interviewer"), ("很贵。", "王小明", "speaker")]


def test_an_answer_runs_over_unlabelled_paragraphs():
    assert voices("王小明:很贵。\n\n但会降。\n某报:何时?")[0] == ("很贵。\n\n但会降。", "王小明", "speaker")


def test_paragraphs_before_the_first_label_are_the_narrators():
    assert voices("导语一。\n导语二。\n某报:贵吗?")[:2] == [
        ("导语一。", None, "narrator"),
        ("导语二。", None, "narrator"),
    ]


def test_an_alias_in_the_other_script_and_bold_is_still_the_person():
    assert voices("**王總**:會降。") == [("會降。", "王小明", "speaker")]


def test_an_english_label_is_the_person_by_the_name_of_the_manifest():
    assert voices("Wang Xiaoming: It will fall.") == [("It will fall.", "王小明", "speaker")]


def test_a_bracketed_outlet_is_the_interviewer():
    people = People([WANG], (), ("科创板日报",))
    assert voices("《科创板日报》:贵吗?", people) == [("贵吗?", "科创板日报", "interviewer")]


def test_question_and_answer_initials_mean_the_only_person():
    assert voices("问:贵吗?\n答:很贵。", People([WANG])) == [
        ("贵吗?", "问", "interviewer"),
        ("很贵。", "王小明", "speaker"),
    ]


def test_what_a_narrator_reads_is_said_by_nobody():
    assert voices("旁白:夜深了。\n王小明:很贵。") == [("夜深了。", None, "narrator"), ("很贵。", "王小明", "speaker")]


def test_two_unknown_names_that_come_back_are_told_apart_by_who_asks():
    talk = "赵六:贵吗?\n孙七:很贵。\n赵六:会降吗?\n孙七:会。"
    assert [voice[1:] for voice in voices(talk, People())] == [("赵六", "interviewer"), ("孙七", "speaker")] * 2


def test_a_colon_in_a_sentence_is_no_label():
    assert voices("目标:便宜。\n结论:很难。") == [("目标:便宜。", None, "narrator"), ("结论:很难。", None, "narrator")]


def test_a_question_followed_by_another_question_is_unanswered():
    turns = split_turns("某报:甲?\n某报:乙?\n王小明:丙。", PEOPLE)
    assert [turn.answered for turn in turns] == [False, True, True]


def test_a_last_question_without_an_answer_is_unanswered():
    assert not split_turns("王小明:好。\n某报:何时?", PEOPLE)[-1].answered


@given(st.lists(st.sampled_from(["某报:贵吗?", "王小明:贵。", "李四光:不贵。", "说明。", "", "x:y"]), max_size=12))
def test_turns_ascend_and_never_overlap(lines):
    turns = split_turns("\n".join(lines), PEOPLE)
    assert all(before.end <= after.start for before, after in pairwise(turns))


@given(st.text())
def test_any_text_has_turns(text):
    split_turns(text, PEOPLE)
