"""Questions and something that answers them in, one synced line of answer, scores and latency a question out.

    runs/NAME/run.json        what was run: a resumed run must match it
    runs/NAME/answers.jsonl   one line a question, in the set's order: the answer object, and
                              "scores", "latency_ms", "warm_up"; or "error" instead of an answer
    runs/NAME/report.{txt,json}   when every question has its line

A killed run loses at most the question it was at; `resume` asks each of the rest once.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from tqdm import tqdm

from evals.datasets import Question
from evals.scorers import Scorer, score
from rag.errors import UsageError
from rag.types import Answer

Row = dict[str, Any]
Ask = Callable[[Question], dict[str, Any]]

ANSWERS = "answers.jsonl"
CONFIG = "run.json"
# The first questions of a process load models and fill caches; their latency says nothing of the rest.
WARM_UP = 5
_KEY = re.compile(r"\b(sk|pk)-[\w-]{6,}")


class Engine(Protocol):
    """What `rag.factory.open_chat_engine` returns, as far as an eval needs it."""

    def query(self, question: str, *, history: Sequence[str] = (), speakers: Sequence[str] = ()) -> Answer: ...


def asking(engine: Engine) -> Ask:
    """Ask the engine as a user would: with the history, and without the gold speakers, which would be a hint."""

    def ask(question: Question) -> dict[str, Any]:
        return engine.query(question.question, history=list(question.history)).to_dict()

    return ask


def run(
    questions: Sequence[Question],
    ask: Ask,
    scorers: Mapping[str, Scorer],
    out: Path,
    *,
    config: Mapping[str, Any],
    resume: bool = False,
) -> list[Row]:
    """Every question's row in the set's order. Without `resume` earlier answers move to answers.previous.jsonl."""
    out.mkdir(parents=True, exist_ok=True)
    rows = _resumed(out, config) if resume else _started(out, config)
    waiting = [question for question in questions if question.id not in rows]
    with (out / ANSWERS).open("a", encoding="utf-8") as file:
        for number, question in enumerate(tqdm(waiting, unit="question", disable=None)):
            row = {**answered(question, ask, scorers), "warm_up": number < WARM_UP}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
            rows[question.id] = row
    return [rows[question.id] for question in questions]


def answered(question: Question, ask: Ask, scorers: Mapping[str, Scorer]) -> Row:
    """One question's answer object with scores and latency, or its error; an error is never scored as an answer."""
    start = time.perf_counter()
    try:
        answer = ask(question)
    except Exception as error:  # one broken question must not end the run: it is kept, counted and shown as an error
        return {"id": question.id, "error": _describe(error), "latency_ms": _since(start)}
    latency = _since(start)
    return {**answer, "id": question.id, "scores": score(question, answer, scorers), "latency_ms": latency}


def _started(out: Path, config: Mapping[str, Any]) -> dict[str, Row]:
    if (out / ANSWERS).exists():
        os.replace(out / ANSWERS, out / "answers.previous.jsonl")
    (out / CONFIG).write_text(json.dumps(config, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return {}


def _resumed(out: Path, config: Mapping[str, Any]) -> dict[str, Row]:
    """The finished rows by id. The half line that a kill left behind is cut off."""
    if not (out / CONFIG).is_file():
        return _started(out, config)
    earlier = json.loads((out / CONFIG).read_text(encoding="utf-8"))
    changed = sorted(key for key in {*earlier, *config} if earlier.get(key) != config.get(key))
    if changed:
        raise UsageError(
            f"{out / CONFIG}: {', '.join(changed)} differ from this run; run without --resume, or give another --out"
        )
    path = out / ANSWERS
    written = path.read_bytes() if path.exists() else b""
    whole = written[: written.rfind(b"\n") + 1]
    if whole != written:
        os.truncate(path, len(whole))
    rows: list[Row] = [json.loads(line) for line in whole.decode("utf-8").split("\n") if line]
    return {row["id"]: row for row in rows}


def _describe(error: Exception) -> str:
    """The error on one line, without an API key that a server may echo."""
    return _KEY.sub(r"\1-…", f"{type(error).__name__}: {error}".replace("\n", " "))


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 3)
