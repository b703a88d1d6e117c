"""The mutation test of the checks, on one article; and that its cases are the same in every run."""

from __future__ import annotations

import random

import pytest
from builders import said

from evals.mutants import KINDS, Case, mutants
from evals.verifier import good, judge, table
from rag.corpus import Corpus


@pytest.fixture(scope="module")
def judged():
    return judge(Corpus.seeds())


def test_the_targets_are_met(judged):
    assert good(judged), table(judged)


def test_there_are_enough_true_statements_in_both_languages(judged):
    true = [one.case for one in judged if not one.case.kind]
    assert len(true) >= 500
    assert min(sum(case.language == language for case in true) for language in ("zh", "en")) > 400


def test_every_kind_is_tried_and_told_in_the_table(judged):
    assert {one.case.kind for one in judged} == {"", *KINDS}
    assert all(kind in table(judged) for kind in KINDS)


def test_a_mutant_differs_and_the_seed_decides_which():
    case = Case("x", "zh", "王小明说,成本在2024年已经下降了10倍。", (said("成本已经下降了10倍。"),))

    def made(seed: int) -> dict[str, str]:
        rng = random.Random(seed)  # noqa: S311  # chooses, hides nothing
        return {mutant.kind: mutant.text for mutant in mutants(case, [], ["王小明", "李四光"], rng)}

    assert made(1) == made(1)
    assert case.text not in made(1).values()
    assert {"number", "year", "direction"} <= {*made(1)}
