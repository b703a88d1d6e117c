"""How sure one is that the best claim answers, beside what is known to be left open."""

from __future__ import annotations

import pytest
from builders import said

from rag.candidates import Candidate
from rag.extractive import ENOUGH
from rag.features import Features
from rag.index.nearness import Alike
from rag.rerankers import NAMED_BIAS, SAME_ASK, rescored
from rag.types import Proposition

CLAIM = Proposition("p", "x", "王小明", "biography", "王小明是厂长。", "Wang Xiaoming runs the works.", ("s",))
CANDIDATE = Candidate("p", "x", "王小明", (), (said("我是厂长。", "王小明", id_="s"),), CLAIM, "", 1.0)
NOTHING = Features(**dict.fromkeys(Features._fields, 0.0))


def enough(like: float, gap: float, **others: float) -> bool:
    """With a word in the question that no claim holds."""
    found = NOTHING._replace(
        **{"named": 1.0, "fills": 1.0, "gap": 1.0, "like": like, "like_two": like, "like_four": like, **others}
    )
    return rescored(CANDIDATE, found, Alike(gap, gap, gap), NAMED_BIAS).enough >= ENOUGH


def test_what_is_asked_in_a_claims_own_words_is_answered_by_it():
    assert enough(SAME_ASK, 0.0)
    assert enough(SAME_ASK + 0.02, SAME_ASK + 0.01)


def test_unless_what_is_left_open_is_nearer():
    assert not enough(SAME_ASK, SAME_ASK + 0.1)


@pytest.mark.parametrize("lacking", [{"named": 0.0}, {"fills": -1.0}])
def test_or_it_is_of_somebody_else_or_tells_no_money(lacking):
    assert not enough(1.3, 0.0, **lacking)


def test_what_is_merely_near_is_weighed():
    assert enough(SAME_ASK - 0.05, 0.5)
    assert not enough(SAME_ASK - 0.05, SAME_ASK - 0.06, around=1.0)
