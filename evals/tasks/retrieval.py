"""Retrieval alone, by ir-measures: over a public set by its path, or over the gold quotes of the founders' questions.

A public set is NAME.questions.jsonl beside NAME.corpus.jsonl; its documents are ingested into an index of the run's own.
A hit of a public set counts when it holds an answer, of a question set when it touches a gold quote.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from evals.baselines import Search, baselines
from evals.datasets import Question
from evals.measure import Item, Measure, Row, Scores
from evals.scorers.citations import touches
from evals.sources import Sources, numbered_lines
from evals.tasks.context import TUNING, Context
from evals.tasks.questions import ORDER, question_item
from rag.chat_engine import ChatEngine
from rag.errors import UsageError
from rag.types import Span

DEPTH = 10
MEASURES = {"hit@1": "Success@1", "hit@5": "Success@5", "hit@10": "Success@10", "MRR@10": "RR@10"}
EVIDENCE = "evidence@5"  # share of the needed facts that the first five hits touch


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a public set and every place where an answer of it stands."""

    question: str
    answers: tuple[Span, ...]


def build(context: Context) -> Measure:
    public = context.set is not None and context.set.name.endswith(".questions.jsonl")
    return _public(context, context.set) if public and context.set else _founders(context)


def _founders(context: Context) -> Measure:
    questions = [q for q in context.questions(TUNING) if q.evidence and not q.history]
    return _measure(
        context,
        context.engine,
        context.sources,
        [question_item(question) for question in questions],
        "Passages found for the questions; a hit touches a gold quote, `evidence@5` counts the needed facts. "
        "LlamaIndex's chunks are five times as long as our passages, so they touch more easily.",
        (*MEASURES, EVIDENCE),
    )


def _public(context: Context, path: Path) -> Measure:
    corpus = path.with_name(path.name.replace(".questions.", ".corpus."))
    documents = {line["doc_id"]: line for line in _lines(corpus)}
    items = [_item(line, *asked) for line in _lines(path) for asked in _languages(line) if line.get("answerable", True)]
    chosen = [item for item in items if context.lang in (None, *item.groups["language"])]
    return _measure(
        context,
        _ingested(context, documents.values()),
        {name: document["text"] for name, document in documents.items()},
        chosen[:: max(1, len(chosen) // context.limit)][: context.limit] if context.limit else chosen,
        f"{path.name.split('.')[0]}: {len(documents)} documents. A hit is a passage that holds an answer. "
        "LlamaIndex's chunks are longer than our passages.",
        tuple(MEASURES),
    )


def _measure(
    context: Context, engine: ChatEngine, sources: Sources, items: Sequence[Item], note: str, scorers: tuple[str, ...]
) -> Measure:
    def ours(question: str, top_k: int) -> list[Span]:
        return [Span(hit.file, hit.start, hit.end) for hit in engine.search(question, top_k=top_k)[0]]

    beside = baselines(sources, engine.library().embedding) if context.baselines else []
    return Measure(
        "retrieval",
        "Retrieval",
        note,
        items,
        lambda item: _found(ours, item, sources),
        lambda item, row: _scored(item, row, scorers),
        scorers,
        scorers,
        failing=("hit@10",),
        beside={system.name: partial(_found, system.search, sources=sources) for system in beside},
        order=ORDER,
    )


def _found(search: Search, item: Item, sources: Sources) -> Row:
    hits = search(item.asked, DEPTH)
    shown = [
        (f"hit {n}", f"{sources[h.source][h.start : h.end][:160]}  ({h.source}:{h.start}-{h.end})")
        for n, h in enumerate(hits[:3], 1)
    ]
    return {"hits": [[hit.source, hit.start, hit.end] for hit in hits], "shown": shown}


def _scored(item: Item, row: Row, scorers: tuple[str, ...]) -> Scores:
    spans = [Span(*hit) for hit in row["hits"]]
    good = [_holds(item.subject, span) for span in spans]
    scores: Scores = _measured(good)
    if EVIDENCE in scorers:
        scores[EVIDENCE] = _evidence(item.subject, spans[:5])
    return scores


def _measured(good: Sequence[bool]) -> Scores:
    """By ir-measures: the hits in their order, each right or not."""
    import ir_measures

    run = {"q": {str(n): float(len(good) - n) for n in range(len(good))}}
    judged = {"q": {str(n): int(right) for n, right in enumerate(good)}} if any(good) else {"q": {"nothing": 1}}
    wanted = {name: ir_measures.parse_measure(told) for name, told in MEASURES.items()}
    found = ir_measures.calc_aggregate(list(wanted.values()), judged, run)
    return {name: float(found[measure]) for name, measure in wanted.items()}


def _holds(subject: Question | Asked, span: Span) -> bool:
    if isinstance(subject, Asked):
        return any(span.source == a.source and span.start <= a.start and a.end <= span.end for a in subject.answers)
    return any(touches(_place(span), quote) for group in subject.evidence for quote in group)


def _evidence(question: Question, spans: Sequence[Span]) -> float:
    found = [any(touches(_place(span), quote) for span in spans for quote in group) for group in question.evidence]
    return sum(found) / len(found)


def _place(span: Span) -> dict[str, Any]:
    return {"file": span.source, "start": span.start, "end": span.end}


def _item(line: dict[str, Any], language: str, question: str) -> Item:
    answers = tuple(
        Span(line["doc_id"], start, start + len(text))
        for text, start in zip(line["answers"], line["answer_starts"], strict=True)
    )
    gold = tuple(("answer", f"{text}  ({line['doc_id']})") for text in dict.fromkeys(line["answers"]))
    return Item(f"{line['qid']}/{language}", question, Asked(question, answers), {"language": (language,)}, gold)


def _languages(line: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "zh", line["question"]
    if "question_en" in line:
        yield "en", line["question_en"]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise UsageError(f"{path}: no such file; a public set is NAME.questions.jsonl beside NAME.corpus.jsonl")
    for where, line in numbered_lines(path):
        try:
            found = json.loads(line)
            found["doc_id"]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{where}: expected a JSON object with doc_id ({error!r})") from error
        yield found


def _ingested(context: Context, documents: Any) -> ChatEngine:
    """An engine over these documents alone, in the run's own folder; a second run over the same ones reuses it."""
    from rag.factory import build_index, open_chat_engine

    context.work.mkdir(parents=True, exist_ok=True)
    corpus = context.work / "corpus.jsonl"
    lines = [{"id": d["doc_id"], "text": d["text"], "title": d.get("title", "")} for d in documents]
    corpus.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    settings = replace(context.settings, index=context.work / "index", default_index=False)
    build_index(settings, [corpus])
    return open_chat_engine(settings)
