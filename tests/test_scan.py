"""A scan that looks at few directions first finds what an exact one finds."""

from __future__ import annotations

import numpy as np
import pytest

from rag.embeddings import unit
from rag.index import scan
from rag.index.scan import Scan

# As vectors that were learnt are: most of what differs lies in some of the directions.
RANDOM = np.random.default_rng(0)
VECTORS = unit(RANDOM.normal(size=(5000, 160)) / np.arange(1, 161) ** 0.5).astype(np.float32)
BESIDES = RANDOM.uniform(0, 0.2, 5000).astype(np.float32)


@pytest.mark.parametrize("asked", [0, 7, 4999])
def test_the_likeliest_are_reckoned_exactly_and_in_their_order(asked):
    exact = VECTORS @ VECTORS[asked] + BESIDES
    found = Scan(VECTORS).likeness(VECTORS[asked], BESIDES)
    likeliest = np.argsort(-exact)[:20]
    assert found[likeliest] == pytest.approx(exact[likeliest], abs=1e-5)
    assert np.argsort(-found)[:20].tolist() == likeliest.tolist()


def test_others_are_told_by_their_first_directions(monkeypatch):
    monkeypatch.setattr(scan, "CLOSELY", 1)
    exact = VECTORS @ VECTORS[3] + BESIDES
    found = Scan(VECTORS).likeness(VECTORS[3], BESIDES)
    assert np.corrcoef(found, exact)[0, 1] > 0.8
    assert found.tolist() != pytest.approx(exact.tolist(), abs=1e-3)


def test_of_few_all_are_exact():
    few = VECTORS[:30]
    assert Scan(few).likeness(few[4], BESIDES[:30]) == pytest.approx(few @ few[4] + BESIDES[:30], abs=1e-5)
    assert len(Scan(few)) == 30
