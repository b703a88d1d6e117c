"""The inverted index against the plain formula."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.postings import Postings

SETS = st.lists(st.frozensets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=6)


def _dice(sets: list[frozenset[str]], asked: frozenset[str]) -> list[float]:
    count = len(sets)

    def weight(term: str) -> float:
        holders = sum(term in one for one in sets)
        rarity = math.log(1 + (count - holders + 0.5) / (holders + 0.5))
        return rarity if holders else rarity / 2

    total = sum(map(weight, asked))
    return [2 * sum(map(weight, one & asked)) / (total + sum(map(weight, one)) + 1e-9) for one in sets]


@given(SETS, st.frozensets(st.sampled_from("abcxyz")))
def test_agreement_is_weighted_dice(sets, asked):
    found = Postings(Postings.arrays_of(sets)).agreement(asked)
    assert found.tolist() == pytest.approx(_dice(sets, asked), abs=1e-5)


@given(SETS)
def test_the_sets_come_back_as_they_went_in(sets):
    assert [frozenset(terms) for terms in Postings.sets_of(Postings.arrays_of(sets))] == sets


def test_a_set_agrees_wholly_with_itself():
    assert Postings(Postings.arrays_of([{"a", "b"}, {"c"}])).agreement({"a", "b"})[0] == pytest.approx(1)
