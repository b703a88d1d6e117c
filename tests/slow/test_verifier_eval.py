"""The mutation test of the checks: its targets, and that its cases are the same in every run."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from builders import said

import rag.verification
from evals.gate import regressions, write_baseline
from evals.measure import Measure
from evals.mutants import KINDS, Case, mutants
from evals.tasks import verifier
from evals.tasks.context import Context
from rag.settings import Settings


@pytest.fixture(scope="module")
def measure(index, tmp_path_factory) -> Measure:
    return verifier.build(Context(Settings(index), tmp_path_factory.mktemp("work")))


@pytest.fixture(scope="module")
def rows(measure):
    return rows_of(measure)


def rows_of(measure: Measure):
    answers = [(item, measure.ask(item)) for item in measure.items]
    return [{**row, "id": item.id, "groups": item.groups, "scores": measure.score(item, row)} for item, row in answers]


def test_the_targets_are_met(measure, rows):
    assert measure.verdict(rows) == []


def test_a_broken_check_turns_the_gate_red(measure, rows, tmp_path, monkeypatch):
    write_baseline("verifier", rows[::12], tmp_path)
    assert regressions("verifier", rows[::12], tmp_path) == []
    monkeypatch.setattr(rag.verification, "_miscounted", lambda *_: None)
    broken = rows_of(replace(measure, items=measure.items[::12]))
    assert any("caught" in line for line in regressions("verifier", broken, tmp_path))
    assert any("caught number" in line for line in measure.verdict(broken))


def test_there_are_enough_true_statements_in_both_languages(measure):
    assert len(measure.items) >= 500
    languages = [item.groups["language"] for item in measure.items]
    assert min(languages.count((language,)) for language in ("zh", "en")) > 400


def test_every_kind_is_tried(rows):
    assert {kind for row in rows for kind, _ in row["judged"]} == {"", *KINDS}


def test_what_passed_though_false_is_shown(rows):
    missed = [row for row in rows if row["scores"]["caught"] not in (1.0, None)]
    assert missed
    assert all(any(label in KINDS for label, _ in row["shown"]) for row in missed)


def test_a_target_that_is_missed_is_named():
    rows = [{"scores": {"kept": 1.0, "caught": 0.5, "caught number": 0.0, "caught unit": 1.0}}]
    assert verifier.missed_targets(rows) == ["caught 0.500, wanted 0.95", "caught number 0.000, wanted 0.9"]


def test_a_mutant_differs_and_the_seed_decides_which():
    case = Case("x", "zh", "王小明说,成本在2024年已经下降了10倍。", (said("成本已经下降了10倍。"),))

    def made(seed: int) -> dict[str, str]:
        rng = random.Random(seed)  # noqa: S311  # chooses, hides nothing
        return {mutant.kind: mutant.text for mutant in mutants(case, [], ["王小明", "李四光"], rng)}

    assert made(1) == made(1)
    assert case.text not in made(1).values()
    assert {"number", "year", "direction"} <= {*made(1)}
