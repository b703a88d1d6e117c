"""Runs that last: one logged row an item, errors kept apart, and a killed run that goes on where it stood."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest
from killed_run import nine

from evals.measure import Item, Measure
from evals.run import ANSWERS, asked, read_rows, run
from rag.errors import UsageError

CONFIG = {"set": "s"}


def measure(ask, **changes) -> Measure:
    """Three items; the score is the answer's length in tens, unknown for an empty one."""
    given = {
        "name": "three",
        "title": "Three",
        "note": "",
        "items": [Item(f"q{n}", f"Question {n}?", n, {"type": ("fact",)}, (("gold", "g"),)) for n in range(3)],
        "ask": ask,
        "score": lambda item, row: {"length": len(row["answer"]) / 10 or None},
        "scorers": ("length",),
        "headline": ("length",),
        "failing": ("length",),
    }
    return Measure(**{**given, **changes})


def answering(text: str):
    return lambda item: {"answer": text, "refused": False, "citations": []}


def failing(item):
    if item.id == "q1":
        raise TimeoutError("key sk-canary1234 refused")
    return {"answer": "cheap"}


def killed_at(fatal: int, out, fork) -> int:
    process = fork("tests.killed_run", str(out), str(fatal))
    process.communicate()
    return process.returncode


def without_time(rows):
    return [{key: value for key, value in row.items() if key not in ("latency_ms", "warm_up")} for row in rows]


def test_a_run_killed_twice_resumes_with_each_item_exactly_once_and_ends_as_if_unbroken(fork, tmp_path):
    broken, whole = tmp_path / "broken", tmp_path / "whole"
    for folder in (broken, whole):
        folder.mkdir()
    first, second = sorted(random.sample(range(9), 2))
    assert [killed_at(fatal, broken, fork) for fatal in (first, second)] == [-9, -9]
    assert not (broken / ANSWERS).exists()
    rows = nine(broken)
    assert [row["id"] for row in rows] == [f"q{n}" for n in range(9)]
    assert without_time(rows) == without_time(nine(whole))
    asked_again = Counter((broken / "asked").read_text(encoding="utf-8").split())
    assert asked_again == Counter([*(f"q{n}" for n in range(9)), f"q{first}", f"q{second}"])  # those at hand, no other


def test_every_item_has_one_scored_row_in_the_items_order(tmp_path):
    rows = run(measure(answering("cheap")), tmp_path, config=CONFIG)
    assert [(row["id"], row["scores"]) for row in rows] == [(f"q{n}", {"length": 0.5}) for n in range(3)]
    assert read_rows(tmp_path) == json.loads(json.dumps(rows))


def test_what_could_not_be_scored_is_none_and_no_nought(tmp_path):
    rows = run(measure(answering("")), tmp_path, config=CONFIG)
    assert rows[0]["scores"] == {"length": None}


def test_an_error_is_kept_without_scores_or_key_and_the_rest_is_asked(tmp_path):
    rows = run(measure(failing), tmp_path, config=CONFIG)
    assert rows[1]["error"] == "TimeoutError: key sk-… refused"
    assert ["scores" in row for row in rows] == [True, False, True]
    assert "sk-canary" not in "".join(
        file.read_bytes().decode("latin-1") for file in tmp_path.rglob("*") if file.is_file()
    )


def test_an_item_that_ended_in_an_error_is_asked_once_more_on_resume(tmp_path):
    run(measure(failing), tmp_path, config=CONFIG)
    asked_: list[str] = []
    rows = run(measure(lambda item: asked_.append(item.id) or {"answer": "dear"}), tmp_path, config=CONFIG, resume=True)
    assert (asked_, [row["answer"] for row in rows]) == (["q1"], ["cheap", "dear", "cheap"])


def test_a_finished_run_asks_nothing_when_resumed(tmp_path):
    run(measure(answering("cheap")), tmp_path, config=CONFIG)
    rows = run(measure(lambda item: pytest.fail("asked again")), tmp_path, config=CONFIG, resume=True)
    assert [row["answer"] for row in rows] == ["cheap"] * 3


def test_another_run_is_not_resumed(tmp_path):
    run(measure(answering("cheap")), tmp_path, config=CONFIG)
    with pytest.raises(UsageError, match="set differ from this run"):
        run(measure(answering("cheap")), tmp_path, config={"set": "other"}, resume=True)


def test_nothing_is_left_outside_the_runs_own_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    run(measure(answering("cheap")), tmp_path / "out", config=CONFIG)
    assert not (tmp_path / "home").exists()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [ANSWERS, "log", "run.json"]


def test_a_baseline_is_asked_the_same_item_and_compared_by_what_means_something_for_it():
    beside = measure(
        answering("cheap"),
        score=lambda item, row: {"length": len(row["answer"]) / 10, "marks": 1.0},
        scorers=("length", "marks"),
        beside={"other": answering("a much longer")},
        compared=("length",),
    )
    assert asked(beside.items[0], beside)["beside"] == {"other": {"length": 1.3}}


def test_an_unfinished_run_is_told_so(tmp_path):
    with pytest.raises(UsageError, match="--resume"):
        read_rows(tmp_path)
