"""K1, K2: an eval run that is killed goes on where it was, and a failure is no answer."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from conftest import ROOT, child_env
from rig import SEED

from evals.measure import Item, Measure, Row
from evals.run import run
from evals.summary import summarise

# 40 questions of some milliseconds each, in forks of a process that has loaded everything: `OUT SEED` in; how each run ended
# out: one that is left alone, two that are killed at a random moment and go on from each other, one that ends them.
RUNS = """
import json, os, random, select, signal, sys, time
from pathlib import Path
import inspect_ai
from evals.measure import Item, Measure
from evals.run import run

out, chance = Path(sys.argv[1]), random.Random(sys.argv[2])
items = [Item(f"q{n}", f"Question {n}?", n) for n in range(40)]

def forked(name, kill):
    (out / name).mkdir(exist_ok=True)
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        def ask(item):
            os.write(writing, b"x")
            time.sleep(0.02)
            return {"answer": item.asked[::-1]}
        score = lambda item, row: {"length": float(len(row["answer"]))}
        run(Measure("forty", "Forty", "", items, ask, score, ("length",), ("length",)), out / name, config={}, resume=True)
        os._exit(0)
    os.close(writing)
    if kill:
        select.select([reading], [], [])
        time.sleep(chance.uniform(0, 0.3))
        os.kill(child, 9)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    asked = 0
    while got := os.read(reading, 4096):
        asked += len(got)
    return [ended, asked]

told = [forked("whole", False), *(forked("broken", True) for _ in range(2)), forked("broken", False)]
print(json.dumps(told))
"""


def rows(out: Path) -> list[Row]:
    lines = (out / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    return [{key: row[key] for key in ("id", "answer", "scores")} for row in map(json.loads, lines)]


def test_a_killed_run_asks_each_question_once_and_scores_like_an_unbroken_one(tmp_path):
    command = [sys.executable, "-c", RUNS, str(tmp_path), f"{SEED} killed run"]
    done = subprocess.run(command, cwd=ROOT, env=child_env(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    whole, *killed, last = json.loads(done.stdout.splitlines()[-1])
    assert [whole, last[0]] == [[0, 40], 0]
    assert -signal.SIGKILL in [ended for ended, _ in killed]
    # What was at hand at a kill is asked again, and nothing else.
    assert 40 <= sum(asked for _, asked in [*killed, last]) <= 40 + len(killed)
    assert rows(tmp_path / "broken") == rows(tmp_path / "whole")


def measure(ask: Callable[[Item], Row]) -> Measure:
    items = [Item(f"q{n}", f"Question {n}?", n, {"type": ("fact",)}) for n in range(20)]
    return Measure("twenty", "Twenty", "", items, ask, lambda item, row: {"always": 1.0}, ("always",), ("always",))


def test_a_failure_is_counted_apart_and_never_scored(tmp_path):
    def ask(item: Item) -> Row:
        if item.id in ("q3", "q13"):
            raise RuntimeError("Incorrect API key provided: sk-canary12345678")
        return {"answer": "x", "refused": False}

    done = run(measure(ask), tmp_path, config={})
    assert [row["id"] for row in done if "error" in row] == ["q3", "q13"]
    assert all("scores" not in row for row in done if "error" in row)
    assert summarise(done, ["always"]).errors == 2
    assert "canary" not in (tmp_path / "answers.jsonl").read_text(encoding="utf-8")
