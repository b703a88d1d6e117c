"""One question set over models and retrieval settings: quality, tokens, dollars and time of each cell."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from evals.measure import Item, Measure, Row, Scores
from evals.scorers import all_scorers, score
from evals.tasks.context import TUNING, Context
from evals.tasks.questions import ORDER, asked, question_item
from rag.chat_engine import ChatEngine
from rag.errors import UsageError
from rag.factory import open_chat_engine
from rag.retrievers import LexicalRetriever, SideBySide, VectorRetriever
from rag.settings import Settings

OFFLINE = "offline"
RETRIEVAL = ("both", "words", "vectors")
QUALITY = ("fact_recall", "citation_recall", "citation_precision", "answered", "refused", "misattributed")
SCORERS = (*QUALITY, "tokens", "usd", "total_ms", "fell_back")
QUESTIONS = 60
_LIMITS = {"passage": 12, "proposition": 40}  # as in the factory


def build(context: Context) -> Measure:
    """An item a cell and question; without a limit, 60 questions evenly over the set."""
    questions = replace(context, limit=context.limit or QUESTIONS).questions(TUNING)
    scorers = {name: scorer for name, scorer in all_scorers(context.sources).items() if name in QUALITY}
    rows = {settings.model or OFFLINE: settings for settings in rows_of(context.settings, context.models)}
    if unknown := [kind for kind in context.retrieval if kind not in RETRIEVAL]:
        raise UsageError(f"--retrieval is {','.join(unknown)}; give some of {','.join(RETRIEVAL)}")

    @cache
    def engine(model: str, kind: str) -> ChatEngine:
        return _with_retrieval(open_chat_engine(rows[model]), kind)

    def ask(item: Item) -> Row:
        return asked(engine(*item.groups["cell"][0].split(" · ")), item.subject)

    def scored(item: Item, row: Row) -> Scores:
        used = row["usage"]
        return {
            **score(item.subject, row, scorers),
            "tokens": float(used["prompt_tokens"] + used["completion_tokens"]),
            "usd": used["cost_usd"],
            "total_ms": row["timings"]["total_ms"],
            # a question that the model left to the offline answer; nothing to fall back from offline
            "fell_back": float(bool(row["notice"]) and row["mode"] == "extractive") if row["model"] else None,
        }

    cells = [f"{model} · {kind}" for model in rows for kind in context.retrieval]
    return Measure(
        "matrix",
        "Matrix: models and retrieval",
        "The same questions in every cell. `words` and `vectors` are one kind of retrieval alone, without the reranker of passages.",
        [question_item(q, id_=f"{cell}/{q.id}", cell=cell) for cell in cells for q in questions],
        ask,
        scored,
        SCORERS,
        ("fact_recall", "citation_recall", "citation_precision", "answered", "refused"),
        failing=("misattributed",),
        order=(*cells, *ORDER),
    )


def rows_of(settings: Settings, names: tuple[str, ...]) -> list[Settings]:
    """A row a name; `offline` is one as well. Raises UsageError for a model whose key is missing."""
    return [
        replace(settings, model="") if name == OFFLINE else Settings.from_env(index=settings.index, model=name)
        for name in names
    ]


def _with_retrieval(engine: ChatEngine, kind: str) -> ChatEngine:
    if kind != "both":
        engine._engine.finder.retriever = _only(kind, engine)
    return engine


def _only(kind: str, engine: Any) -> SideBySide:
    one = LexicalRetriever if kind == "words" else VectorRetriever
    passages, propositions = (one(engine.library, kind=k, limit=_LIMITS[k]) for k in ("passage", "proposition"))
    return SideBySide(propositions, passages)
