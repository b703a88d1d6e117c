"""What is misspelt still sounds right."""

from __future__ import annotations

from rag.sounds import sounds


def _shared(one: str, other: str) -> float:
    mine, theirs = sounds(one), sounds(other)
    return len(mine & theirs) / len(mine | theirs)


def test_a_homophone_sounds_the_same():
    assert sounds("国伟") == sounds("郭为")


def test_han_typed_as_pinyin_shares_most():
    assert _shared("zhisuan", "智算") > 0.4


def test_a_misspelt_word_is_nearer_than_another_word():
    assert _shared("valuaton", "valuation") > 3 * _shared("revenue", "valuation")


def test_nothing_sounds_like_nothing():
    assert sounds("?!") == frozenset()
