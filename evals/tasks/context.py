"""What a task may use: the settings, the options of the command line, and the engine, opened once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from evals.datasets import Question, load
from evals.sources import read_sources
from rag.chat_engine import ChatEngine
from rag.errors import UsageError
from rag.settings import Settings

HERE = Path(__file__).resolve().parents[1]
SEEDS = HERE.parent / "seeds"
TUNING, REPORTING = HERE / "founders" / "tuning.jsonl", HERE / "founders" / "reporting.jsonl"


@dataclass(frozen=True)
class Context:
    """Options that a task has no use for are ignored by it. `work`: a folder for indexes that a task builds itself."""

    settings: Settings
    work: Path
    set: Path | None = None
    files: Path = SEEDS
    type: str | None = None
    lang: str | None = None
    limit: int | None = None
    models: tuple[str, ...] = ("offline",)
    retrieval: tuple[str, ...] = ("both", "words", "vectors")
    seed: int = 6
    baselines: bool = True

    @cached_property
    def engine(self) -> ChatEngine:
        """Over the index of the settings; a missing default one is built from the seeds."""
        from rag.commands.ask import open_engine

        engine = open_engine(self.settings)
        engine.warm()  # as `sayso serve` does: what is timed is a service that runs
        return engine

    @cached_property
    def sources(self) -> dict[str, str]:
        return read_sources(self.files)

    def questions(self, default: Path) -> list[Question]:
        """Those of the set that the options choose. `limit` takes every so manieth, so that all types stay."""
        path = self.set or default
        if not path.is_file():
            raise UsageError(f"{path}: no such question set; give a path, or one of founders, founders-reporting")
        found = [q for q in load(path, self.sources) if self.type in (None, q.type) and self.lang in (None, q.lang)]
        if not found:
            raise UsageError(f"{path}: no question is of type {self.type or 'any'} in language {self.lang or 'any'}")
        return sampled(found, self.limit)


def sampled(found: Sequence[Question], limit: int | None) -> list[Question]:
    """At most `limit`, evenly over the whole.

    >>> sampled(list("abcdef"), 3)
    ['b', 'd', 'f']
    """
    if limit is None or limit >= len(found):
        return list(found)
    return [found[(2 * n + 1) * len(found) // (2 * limit)] for n in range(limit)]
