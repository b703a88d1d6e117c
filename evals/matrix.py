"""`sayso eval matrix`: one question set over models and retrieval settings; quality, tokens, cost and latency as a table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evals.datasets import Question
from evals.run import answered, asking
from evals.scorers import Scorer
from rag.factory import open_chat_engine
from rag.retrievers import BothKinds, LexicalRetriever, VectorRetriever
from rag.settings import Settings

OFFLINE = "offline"
RETRIEVAL = ("both", "words", "vectors")
_LIMITS = {"passage": 12, "proposition": 40}  # as in the factory
_SHOWN = ("fact_recall", "citation_recall", "citation_precision", "refusal_correct")


@dataclass(frozen=True, slots=True)
class Cell:
    """A model with a retrieval setting: mean scores, None where nothing could be scored; tokens and dollars a question."""

    model: str
    retrieval: str
    scores: Mapping[str, float | None]
    tokens: float
    dollars: float | None
    milliseconds: float
    errors: int
    offline: int  # questions that the model left to the offline answer


def matrix(
    rows: Sequence[Settings],
    questions: Sequence[Question],
    scorers: Mapping[str, Scorer],
    retrieval: Sequence[str] = RETRIEVAL,
    done: Callable[[Cell], None] = lambda _: None,
) -> list[Cell]:
    """One engine a cell, asked every question. `done` hears of each cell as it is finished."""
    cells = []
    for settings in rows:
        for kind in retrieval:
            cells.append(_cell(settings, kind, questions, scorers))
            done(cells[-1])
    return cells


def table(cells: Sequence[Cell]) -> str:
    names = list(cells[0].scores) if cells else []
    head = f"{'model':24}{'retrieval':10}" + "".join(f"{name[:10]:>11}" for name in names)
    lines = [head + f"{'tokens':>9}{'US$':>11}{'ms':>9}{'errors':>8}{'fell back':>11}"]
    for cell in cells:
        scores = "".join(f"{'-' if cell.scores[name] is None else f'{cell.scores[name]:.3f}':>11}" for name in names)
        dollars = "unknown" if cell.dollars is None else f"{cell.dollars:.6f}"
        lines.append(
            f"{cell.model[:23]:24}{cell.retrieval:10}{scores}{cell.tokens:9.0f}{dollars:>11}{cell.milliseconds:9.0f}"
            f"{cell.errors:8}{cell.offline:11}"
        )
    return "\n".join(lines) + "\n"


def _cell(settings: Settings, kind: str, questions: Sequence[Question], scorers: Mapping[str, Scorer]) -> Cell:
    engine = open_chat_engine(settings)
    if kind != "both":
        engine._engine.retriever = _only(kind, engine)
    rows = [answered(question, asking(engine), scorers) for question in questions]
    good = [row for row in rows if "error" not in row]
    costs = [row["usage"]["cost_usd"] for row in good]
    used = [row["usage"]["prompt_tokens"] + row["usage"]["completion_tokens"] for row in good]
    return Cell(
        settings.model or OFFLINE,
        kind,
        {
            name: _mean([row["scores"].get(name) for row in good])
            for name in scorers
            if name in _SHOWN or len(scorers) < 5
        },
        statistics.mean(used) if used else 0.0,
        None if any(cost is None for cost in costs) or not costs else statistics.mean(costs),
        statistics.median(row["latency_ms"] for row in rows),
        len(rows) - len(good),
        sum(bool(row["notice"]) and row["mode"] == "extractive" for row in good),
    )


def _only(kind: str, engine: Any) -> BothKinds:
    """One kind of retrieval alone, without the passage reranker."""
    one = LexicalRetriever if kind == "words" else VectorRetriever
    passages, propositions = (one(engine.library, kind=k, limit=_LIMITS[k]) for k in ("passage", "proposition"))
    return BothKinds(passages, propositions)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.mean(known) if known else None


def rows_of(settings: Settings, names: Sequence[str]) -> list[Settings]:
    """A row a name; `offline` is one as well. Raises UsageError for a model whose key is missing."""
    return [
        replace(settings, model="") if name == OFFLINE else Settings.from_env(index=settings.index, model=name)
        for name in names
    ]
