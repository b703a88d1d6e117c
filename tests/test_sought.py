"""What kinds of thing a question asks for."""

from __future__ import annotations

import pytest

from rag.sought import sought


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("这家窑为啥关门?", "Why did the kiln close?"),
        ("窑是哪年建的?", "When was the kiln built?"),
        ("一个杯子多少钱?", "How much is a cup?"),
        ("谁买下了这家窑?", "Who bought the kiln?"),
        ("哪家公司买下了这家窑?", "Which company bought the kiln?"),
        ("窑在哪儿?", "Where is the kiln?"),
        ("杯子是怎么烧的?", "How are cups fired?"),
        ("王总怎么看这家窑?", "What does Wang think of the kiln?"),
        ("窑还开着吗?", "Is the kiln still open?"),
    ],
)
def test_both_languages_ask_for_the_same(one, other):
    assert sought(one) == sought(other) != 0


def test_each_kind_is_told_from_the_others():
    asked = ["为什么?", "什么时候?", "有多少?", "是谁?", "哪家?", "在哪里?", "怎么做?", "叫什么?", "怎么看?", "是吗?"]
    assert len({sought(text) for text in asked}) == len(asked)


def test_two_things_may_be_sought():
    assert sought("谁在哪年买下的?") == sought("谁买下的?") | sought("哪年买下的?")


def test_whether_is_asked_by_what_asks_for_nothing_else():
    assert sought("他说过为什么吗?") == sought("为什么?")


@pytest.mark.parametrize("text", ["窑 杯子 价格", "kiln cup clay", "几乎没有"])
def test_keywords_seek_nothing(text):
    assert sought(text) == 0
