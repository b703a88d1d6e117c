"""Labels: whose turn begins where, whatever the page's style, and what only looks like one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from builders import PEOPLE
from hypothesis import given
from hypothesis import strategies as st

from rag.labels import askers, find_labels
from rag.people import People

NOBODY = People()
TALK = "赵六:贵吗?\n孙七:很贵。\n赵六:会降吗?\n孙七:会。"


def names(text: str, people: People = NOBODY) -> list[str]:
    return [label.name for label in find_labels(text, people)]


def asking(text: str, people: People = NOBODY) -> set[str]:
    return set(askers(text, find_labels(text, people), people))


@pytest.mark.parametrize(
    "text",
    [
        TALK,
        TALK.replace(":", "："),
        "**赵六:** 贵吗?\n**孙七:** 很贵。\n**赵六**: 会降吗?\n**孙七**: 会。",
        "__赵六__:贵吗?\n__孙七__:很贵。\n__赵六__:会降吗?\n__孙七__:会。",
        "【赵六】贵吗?\n【孙七】很贵。\n【赵六】会降吗?\n【孙七】会。",
        "[赵六] 贵吗?\n[孙七] 很贵。\n[赵六] 会降吗?\n[孙七] 会。",
        "访谈\n赵六 00:05\n贵吗?\n孙七 (00:12)\n很贵。\n赵六 [01:05]\n会降吗?\n孙七 1:02:03\n会。",
        "赵六 贵吗?\n孙七 很贵。\n赵六 会降吗?\n孙七 会。",
    ],
    ids=["colon", "wide colon", "bold", "underlined", "lenticular", "square", "times", "space"],
)
def test_every_style_of_naming_who_speaks(text):
    assert names(text) == ["赵六", "孙七"] * 2


def test_a_time_after_the_first_name_makes_no_headline():
    assert names("赵六 00:05\n贵吗?\n孙七 00:12\n很贵。\n赵六 01:05\n会降吗?\n孙七 01:20\n会。") == ["赵六", "孙七"] * 2


@pytest.mark.xfail(strict=True, reason="the capital of the first word said is taken into the name")
def test_latin_first_names_before_a_space_take_turns():
    assert names("Anna Why so dear?\nBen Wind.\nAnna And now?\nBen Sun.") == ["Anna", "Ben"] * 2


def test_a_label_ends_where_the_words_begin():
    text = "某报:贵吗?\n**王小明(创始人):** 很贵。"
    assert [text[label.end :].split("\n")[0] for label in find_labels(text, PEOPLE)] == ["贵吗?", "很贵。"]


def test_a_title_in_brackets_is_no_part_of_the_name():
    assert names("Host: Why?\nAnna Weber (Nordfeld): Wind.\nAnna Weber: Sun.")[1:] == ["Anna Weber"] * 2


@pytest.mark.parametrize("label", ["Dr. Weber", "Ms Lin", "Anna", "Anna K. Weber", "《某报》", "王·小明"])
def test_what_looks_like_a_name_and_comes_back_is_one(label):
    assert names(f"访谈\n{label}: Yes.\n{label}: No.") == [label] * 2


def test_a_known_name_needs_to_come_only_once():
    assert names("王小明:很贵。", PEOPLE) == ["王小明"]


def test_an_unknown_name_that_comes_once_is_none():
    assert names("赵六:很贵。") == []


@pytest.mark.parametrize(
    "text", ["Q: Why?\nA: Wind.", "问:贵吗?\n答:很贵。", "记者:贵吗?\n答:很贵。", "Host: Why?\nA: Wind."]
)
def test_words_for_asking_and_answering_need_no_manifest(text):
    assert len(names(text)) == 2


@pytest.mark.parametrize(
    "headline", ["孙七:把电价打下来", "孙七:三年之后,算力不值钱", "Anna Weber: how I made wind power cheap"]
)
def test_a_headline_of_a_name_and_words_is_no_label(headline):
    assert find_labels(f"{headline}\n{TALK}\nHost: Why?\nAnna Weber: Wind.", NOBODY)[0].start > 0


def test_a_first_turn_that_ends_in_a_full_stop_is_no_headline():
    assert names("赵六:今天我们谈谈电价。\n" + TALK)[0] == "赵六"


def test_a_headline_stands_only_at_the_top():
    assert names("导语。\n孙七:把电价打下来\n" + TALK)[0] == "孙七"


@pytest.mark.parametrize(
    "text",
    [
        "记者走进机房。\n记者看到了灯。\n问题不少。\n答案也有。",
        "记者 走进机房。\n灯都亮着。\n记者 走了出来。\n没有人在。",
        "Host families met us.\nQuestion time came.\nHost towns paid.\nReporter pay fell.",
    ],
)
def test_a_sentence_that_begins_with_a_known_word_is_no_label(text):
    assert names(text) == []


def test_one_name_alone_before_a_space_takes_no_turns():
    assert names("王小明 很贵。\n王小明 不便宜。\n王小明 会降。\n王小明 会的。", PEOPLE) == []


@pytest.mark.parametrize(
    "credits",
    [
        "摄影:赵六\n编辑:孙七\n校对:周八",
        "Words: Bea Thorn\nPhotos: Al Fox",
        "来源:某站\n责任编辑:孙七",
        "注意:别碰。\n提示:很烫。",
    ],
)
def test_credits_dont_count(credits):
    assert names(credits) == []
    assert names(f"导语。\n{TALK}\n{credits}") == ["赵六", "孙七"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "Manual\nWarning: Hot.\nNote: Wet.\nWarning: Cold.",
        "说明书\n注意:别碰。\n注意:很烫。",
        "名单\n摄影:赵六\n编辑:孙七\n摄影:周八",
    ],
)
def test_a_word_that_names_nobody_may_come_back(text):
    assert names(text) == []


@pytest.mark.parametrize("text", ["10:30 出发\n10:30 到达", "http://a.example\nhttp://b.example", "", "\n\n", "::\n::"])
def test_a_colon_alone_makes_no_label(text):
    assert names(text) == []


def test_who_ends_in_questions_asks():
    assert asking(TALK) == {"赵六"}


def test_a_host_by_word_asks_even_without_a_question():
    assert asking("主持人:请讲。\n孙七:贵吗?\n主持人:谢谢。\n孙七:贵吗?") == {"主持人"}


@pytest.mark.parametrize("line", ["主播:赵六", "主持:赵六", "Host: 赵六", "Hosted by: 赵六"])
def test_the_pages_own_list_says_who_asks(line):
    assert asking(f"{line}\n赵六:请讲。\n孙七:贵吗?\n赵六:好。\n孙七:会降吗?") >= {"赵六"}


def test_a_known_person_who_asks_back_is_no_asker():
    assert asking("赵六:讲。\n王小明:贵吗?\n赵六:好。\n王小明:会吗?", PEOPLE) == set()


def test_where_nobody_asks_there_is_no_asker():
    assert asking(TALK.replace("?", "。").replace("吗", "")) == set()


@given(st.lists(st.sampled_from(["赵六:贵吗?", "孙七:贵。", "【王小明】会。", "赵六 00:05", "说明。", ""]), max_size=9))
def test_labels_ascend_and_never_overlap(lines):
    labels = find_labels("\n".join(lines), PEOPLE)
    assert all(before.end <= after.start for before, after in pairwise(labels))
