"""What is learnt of questions: terms that matter tell apart what an embedding takes for alike."""

from __future__ import annotations

import numpy as np
import pytest

from evals import fit_projection
from rag.embeddings import DIMENSIONS, unit
from rag.index.learnt import Learnt, terms_of

TEXTS = ["谁买下了这家窑?", "是谁买的窑?", "谁烧了这家窑?", "窑是谁烧的?"]
OWNERS = [frozenset({0}), frozenset({0}), frozenset({1}), frozenset({1})]
ALIKE = unit(np.ones((len(TEXTS), DIMENSIONS), np.float32))


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fit_projection, "STEPS", 150)
        patch.setattr(fit_projection, "SEEN", 1)
        return fit_projection.learnt(ALIKE, TEXTS, OWNERS)


def test_asks_of_one_owner_come_near_though_all_mean_the_same(learnt):
    near = learnt.vectors(ALIKE, TEXTS) @ learnt.vectors(ALIKE, TEXTS).T
    assert min(near[0, 1], near[2, 3]) > near[:2, 2:].max() + 0.3


def test_another_question_goes_with_those_that_ask_for_the_same(learnt):
    bought, burnt = learnt.vectors(ALIKE[:1], ["谁买下了它?"])[0] @ learnt.vectors(ALIKE, TEXTS)[::2].T
    assert bought > burnt


def test_vectors_have_unit_length(learnt):
    assert np.linalg.norm(learnt.vectors(ALIKE, TEXTS), axis=1) == pytest.approx(1, abs=1e-5)


def test_what_is_written_is_what_is_read(learnt):
    read = Learnt.load(learnt.arrays())
    assert (read.vectors(ALIKE, TEXTS) == learnt.vectors(ALIKE, TEXTS)).all()


def test_rounding_changes_little():
    random = np.random.default_rng(0)
    names = sorted(set(terms_of(TEXTS[0])))
    table = random.normal(size=(len(names), 8)).astype(np.float32)
    learnt = Learnt.of(np.zeros((DIMENSIONS, 8)), names, table, np.ones(len(names)))
    exact = unit((learnt.terms(TEXTS[0]).weights @ table[learnt.terms(TEXTS[0]).rows])[np.newaxis])
    assert learnt.vectors(ALIKE[:1], TEXTS[:1]) @ exact.T > 0.999


def test_terms_weigh_one_together_and_unknown_ones_nothing(learnt):
    assert np.linalg.norm(learnt.terms("谁买下了?").weights) == pytest.approx(1, abs=1e-5)
    assert not learnt.terms("xyz").rows.size


def test_where_nothing_was_learnt_the_embedding_stands():
    nothing = Learnt.load(Learnt.nothing().arrays())
    assert nothing.vectors(ALIKE, TEXTS) == pytest.approx(ALIKE, abs=1e-6)
