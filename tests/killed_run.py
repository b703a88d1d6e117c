"""A run of nine items, one of which kills the process that asks it: `python -m tests.killed_run OUT FATAL`.

OUT/asked remembers every item that was asked, however the process ended.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

from evals.measure import Item, Measure
from evals.run import run


def nine(out: Path, fatal: int = -1) -> list[dict[str, Any]]:
    def ask(item: Item) -> dict[str, Any]:
        with (out / "asked").open("a", encoding="utf-8") as file:
            file.write(f"{item.id}\n")
        if item.subject == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return {"answer": item.asked}

    def score(item: Item, row: dict[str, Any]) -> dict[str, float | None]:
        return {"length": len(row["answer"]) / 20, "number": item.subject / 10 or None}

    items = [Item(f"q{n}", f"Question {n}?", n) for n in range(9)]
    scorers = ("length", "number")
    return run(Measure("nine", "Nine", "", items, ask, score, scorers, scorers), out, config={}, resume=True)


if __name__ == "__main__":
    nine(Path(sys.argv[1]), int(sys.argv[2]))
