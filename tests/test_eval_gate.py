"""The gate: green on what is as it was, red for a retriever, a threshold or a speaker parser that broke. Verifier: tests/slow/test_verifier_eval.py."""

from __future__ import annotations

import pytest
from llama_index.core.retrievers import BaseRetriever

import rag.extractive
import rag.finding
import rag.turns
from evals.datasets import load
from evals.diff import compare, table
from evals.gate import regressions, write_baseline
from evals.run import asked
from evals.significance import change, mcnemar
from evals.sources import read_sources
from evals.tasks import TASKS
from evals.tasks.context import SEEDS, TUNING, Context
from rag.corpus import Corpus
from rag.embeddings import WORDS
from rag.errors import UsageError
from rag.factory import open_chat_engine
from rag.ingest import ingest
from rag.settings import Settings

QUESTIONS = 90


def measured(index, work, engine=None, every=1):
    """The rows of the founders' set, every so many of some questions of it, without a log."""
    context = Context(Settings(index, default_index=False), work, baselines=False, limit=QUESTIONS)
    if engine:
        context.__dict__["engine"] = engine
    measure = TASKS["founders"](context)
    rows = []
    for item in measure.items[::every]:
        row = asked(item, measure)
        rows.append({**row, "id": item.id, "groups": item.groups, "scores": measure.score(item, row)})
    return rows


@pytest.fixture(scope="module")
def intact(index, tmp_path_factory):
    return measured(index, tmp_path_factory.mktemp("intact"))


@pytest.fixture(scope="module")
def baseline(intact, tmp_path_factory):
    folder = tmp_path_factory.mktemp("baseline")
    write_baseline("founders", intact, folder)
    return folder


def test_the_same_code_gives_the_same_answers_and_a_green_gate(index, tmp_path, intact, baseline):
    again = measured(index, tmp_path)
    assert [row["answer"] for row in again] == [row["answer"] for row in intact]
    assert regressions("founders", again, baseline) == []


def test_no_headline_figure_is_below_the_baseline_in_the_repository(intact):
    """Red when a change made answers worse. If it was meant, `make baseline` renews what is compared with."""
    assert regressions("founders", intact) == []


class _Astray(BaseRetriever):
    """Finds whatever stands last."""

    def __init__(self, retriever: BaseRetriever) -> None:
        super().__init__()
        self.retriever = retriever

    def _retrieve(self, query_bundle):
        return self.retriever.retrieve(query_bundle)[-5:]


def test_a_broken_retriever_turns_it_red(index, seeds, tmp_path, baseline):
    engine = open_chat_engine(Settings(index), seeds)
    engine._engine.finder.retriever = _Astray(engine._engine.finder.retriever)
    fell = regressions("founders", measured(index, tmp_path, engine=engine, every=2), baseline)
    assert any("fact_recall" in line for line in fell)


@pytest.mark.parametrize(("threshold", "figure"), [(-1.0, " refused "), (0.9, " answered ")], ids=["none", "too high"])
def test_a_broken_refusal_threshold_turns_it_red(index, tmp_path, baseline, monkeypatch, threshold, figure):
    monkeypatch.setattr(rag.extractive, "ENOUGH", threshold)
    monkeypatch.setattr(rag.finding, "ENOUGH", threshold)
    fell = regressions("founders", measured(index, tmp_path, every=2), baseline)
    assert any(figure in line for line in fell)


def test_a_broken_speaker_parser_turns_it_red(tmp_path, baseline, monkeypatch):
    """Everybody's turns are given to the one who speaks next in the people's list."""
    voices = rag.turns._voices

    def swapped(text, labels, people):
        names = [person.name for person in people.people]
        for speaker, role in voices(text, labels, people):
            yield names[(names.index(speaker) + 1) % len(names)] if speaker in names else speaker, role

    monkeypatch.setattr(rag.turns, "_voices", swapped)
    ingest(Corpus.seeds(), tmp_path / "index", WORDS)
    fell = regressions("founders", measured(tmp_path / "index", tmp_path, every=2), baseline)
    assert any("speaker_precision" in line or "fact_recall" in line for line in fell)


def rows(**scores):
    """Rows q0, q1, … with each scorer's values."""
    return [
        {"id": f"q{n}", "scores": dict(zip(scores, values, strict=True)), "answer": str(values)}
        for n, values in enumerate(zip(*scores.values(), strict=True))
    ]


def by_id(given):
    return {row["id"]: row for row in given}


def test_a_few_items_up_and_down_are_within_noise():
    before, after = rows(x=[1.0] * 5 + [0.0] * 5), rows(x=[0.0, 0.0] + [1.0] * 4 + [0.0] * 4)
    found = change("x", by_id(before), by_id(after))
    assert (found.better, found.worse, found.verdict) == (1, 2, "within noise")


def test_shares_are_compared_by_bootstrap_item_by_item():
    before, after = rows(x=[0.5] * 40), rows(x=[0.25] * 20 + [0.5] * 20)
    found = change("x", by_id(before), by_id(after))
    assert found.verdict == "worse"
    assert found.low < found.difference == -0.125 < found.high < 0


def test_the_same_comparison_gives_the_same_interval():
    before, after = rows(x=[0.5] * 9), rows(x=[0.4, 0.6, 0.9] * 3)
    assert change("x", by_id(before), by_id(after)) == change("x", by_id(before), by_id(after))


def test_what_one_run_could_not_score_is_no_pair():
    found = change("x", by_id(rows(x=[None, 1.0])), by_id(rows(x=[0.0, 1.0])))
    assert found.paired == 1
    assert change("y", by_id(rows(x=[1.0])), by_id(rows(x=[1.0]))) is None


@pytest.mark.parametrize(("better", "worse", "p"), [(0, 0, 1.0), (5, 5, 1.0), (0, 5, 0.0625), (1, 9, 0.0215)])
def test_mcnemar_is_the_coins_own_chance(better, worse, p):
    assert mcnemar(better, worse) == pytest.approx(p, abs=1e-4)


def test_one_view_in_a_wrong_mouth_is_red_however_rare(tmp_path):
    write_baseline("founders", rows(misattributed=[0.0] * 500), tmp_path)
    assert regressions("founders", rows(misattributed=[0.0] * 499 + [1.0]), tmp_path)


def test_an_item_that_ended_in_an_error_is_red(tmp_path):
    write_baseline("founders", rows(fact_recall=[1.0, 1.0]), tmp_path)
    broken = [*rows(fact_recall=[1.0]), {"id": "q1", "error": "ValueError"}]
    assert regressions("founders", broken, tmp_path) == ["founders: q1 ended in an error: ValueError"]


def test_another_sets_run_is_not_compared(tmp_path):
    write_baseline("founders", rows(fact_recall=[1.0]), tmp_path)
    with pytest.raises(UsageError, match="make baseline"):
        regressions("founders", [{"id": "other", "scores": {}}], tmp_path)


def test_every_line_of_the_baseline_is_a_question_of_the_set():
    questions = {question.id for question in load(TUNING, read_sources(SEEDS))}
    lines = (TUNING.parents[1] / "baseline" / "founders.jsonl").read_text(encoding="utf-8").splitlines()
    assert {line.split('"')[3] for line in lines} <= questions


def write_run(folder, given):
    import json

    folder.mkdir()
    (folder / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in given), encoding="utf-8")
    return folder


def test_diff_names_what_changed_for_better_and_for_worse(tmp_path):
    a = write_run(tmp_path / "a", rows(fact_recall=[1.0, 0.0, 0.5], misattributed=[0.0, 0.0, 1.0]))
    b = write_run(tmp_path / "b", rows(fact_recall=[0.0, 0.0, 0.5], misattributed=[0.0, 0.0, 0.0]))
    found = compare(a, b)
    assert (found.worse, found.better) == ({"q0": ["fact_recall"]}, {"q2": ["misattributed"]})
    assert found.changed == ("q0", "q2")
    assert "| fact_recall        |   0.500 |   0.167 |  -0.333 |" in table(found, a, b)
