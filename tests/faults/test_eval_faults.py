"""K1, K2: an eval run that is killed goes on where it was, and a failure is no answer."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from conftest import ROOT, child_env
from rig import chance

from evals.datasets import Question
from evals.run import run
from evals.summary import summarise

# 60 questions of some milliseconds each; every tenth fails where "faults" is said.
RUN = """
import sys, time
from pathlib import Path
from evals.datasets import Question
from evals.run import run

def ask(question):
    time.sleep(0.02)
    return {"answer": question.question[::-1], "refused": False}

questions = [Question(f"q{n}", "zh", "fact", f"question {n}", answerable=True) for n in range(60)]
scorers = {"length": lambda question, answer: float(len(answer["answer"]))}
print("begun", flush=True)
run(questions, ask, scorers, Path(sys.argv[1]), config={"set": "x"}, resume=sys.argv[2] == "resume")
"""


def started(out: Path, how: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(out), how],
        cwd=ROOT, env=child_env(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


def rows(out: Path) -> list[dict]:
    lines = (out / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    return [{key: row[key] for key in ("id", "answer", "scores")} for row in map(json.loads, lines)]


def test_a_killed_run_asks_each_question_once_and_scores_like_an_unbroken_one(tmp_path):
    assert started(tmp_path / "whole", "anew").wait(120) == 0
    out, random, killed = tmp_path / "broken", chance("killed run"), 0
    for _ in range(3):
        process = started(out, "resume")
        assert process.stdout
        process.stdout.readline()
        time.sleep(random.uniform(0.05, 0.5))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
    assert killed >= 1
    assert started(out, "resume").wait(120) == 0
    assert rows(out) == rows(tmp_path / "whole")


def test_a_failure_is_counted_apart_and_never_scored(tmp_path):
    questions = [Question(f"q{n}", "zh", "fact", f"question {n}", answerable=True) for n in range(20)]

    def ask(question: Question) -> dict:
        if question.id in ("q3", "q13"):
            raise RuntimeError("Incorrect API key provided: sk-canary12345678")
        return {"answer": "x", "refused": False}

    done = run(questions, ask, {"always": lambda question, answer: 1.0}, tmp_path, config={})
    assert [row["id"] for row in done if "error" in row] == ["q3", "q13"]
    assert all("scores" not in row for row in done if "error" in row)
    assert summarise(questions, done, ["always"]).errors == 2
    assert "canary" not in (tmp_path / "answers.jsonl").read_text(encoding="utf-8")
