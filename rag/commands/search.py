"""`sayso search`: retrieval alone, for a person, as JSON or in a batch."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from rag.chat_engine import ChatEngine
from rag.commands.ask import open_engine
from rag.commands.batch import run_batch
from rag.errors import UsageError
from rag.settings import Settings
from rag.terminal import dump, say


def run(args: argparse.Namespace, settings: Settings) -> int:
    if (args.question is None) == (args.batch is None):
        raise UsageError("give one QUESTION or --batch IN.jsonl --out OUT.jsonl")
    if args.top_k < 1:
        raise UsageError(f"--top-k is {args.top_k}; give 1 or more")
    engine = open_engine(settings)
    if args.batch:
        return run_batch(
            args.batch, args.out, lambda line: _found(engine, line["id"], line["question"], args.top_k), title="search"
        )
    found = _found(engine, "", args.question, args.top_k)
    if args.json:
        dump(found)
        return 0
    for n, hit in enumerate(found["hits"], 1):
        say(
            f"{n:2} {hit['score']:.3f} {hit['file']}:{hit['start']}-{hit['end']} {hit['speaker'] or ''}\n   {hit['text'][:160]}"
        )
    return 0


def _found(engine: ChatEngine, id_: object, question: str, top_k: int) -> dict[str, Any]:
    hits, milliseconds = engine.search(question, top_k=top_k)
    return {
        "id": id_,
        "hits": [asdict(hit) for hit in hits],
        "timings": {"retrieve_ms": milliseconds, "total_ms": milliseconds},
    }
