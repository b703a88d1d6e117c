"""What the likeness of asks says of those who own them."""

from __future__ import annotations

import numpy as np
import pytest

from rag.index import nearness
from rag.index.nearness import Nearness, Owned

# Owner 0 has asks 0, 1 and 4, owner 1 has ask 1 as well and ask 2, owner 2 has ask 3.
OWNED = Owned(np.array([0, 1, 0, 1, 2, 0]), np.array([0, 1, 1, 2, 3, 4]))
LIKE = OWNED.likeness(np.array([0.9, 0.5, 0.5, 0.2, 0.1], np.float32))


@pytest.mark.parametrize(("owner", "alike"), [(0, (0.9, 0.7, 0.5)), (1, (0.5, 0.5, 0.5)), (2, (0.2, 0.2, 0.2))])
def test_means_of_the_nearest_where_equal_ones_count_once(owner, alike):
    nearness = Nearness(OWNED, [LIKE], (1.0,))
    assert nearness.of(owner) == pytest.approx(alike)
    assert nearness.best[owner] == pytest.approx(alike[0])


def test_of_several_texts_each_has_its_share():
    nearness = Nearness(OWNED, [LIKE, np.zeros_like(LIKE)], (0.25, 0.75))
    assert nearness.of(0) == pytest.approx((0.225, 0.175, 0.125))
    assert nearness.best.tolist() == pytest.approx([0.225, 0.125, 0.05])


@pytest.mark.parametrize(("some", "share"), [([0], 3 / 6), ([1], 2 / 6), ([2], 1 / 6), ([], 0.0), ([0, 1, 2], 1.0)])
def test_whose_the_nearest_asks_are(some, share):
    mine = np.isin(np.arange(3), some)
    assert Nearness(OWNED, [LIKE], (1.0,)).around(mine) == pytest.approx(share)


def test_only_the_nearest_are_looked_at(monkeypatch):
    monkeypatch.setattr(nearness, "AROUND", 2)
    of_each = [Nearness(OWNED, [LIKE], (1.0,)).around(np.arange(3) == owner) for owner in range(3)]
    assert of_each == [0.5, 0.5, 0.0]
    other = OWNED.likeness(np.array([0, 0, 0, 0.9, 0], np.float32))
    assert Nearness(OWNED, [LIKE, other], (0.1, 0.9)).around(np.arange(3) == 2) == 0.5
