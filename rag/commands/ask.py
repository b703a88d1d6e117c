"""`sayso ask`: one answer for a person or as JSON, or a batch of them, a line each."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from typing import Any

from rag.chat_engine import ChatEngine
from rag.commands.batch import run_batch
from rag.commands.ingest import build_if_missing
from rag.errors import UsageError
from rag.factory import open_chat_engine
from rag.question import clean_question
from rag.settings import Settings
from rag.terminal import dump, say
from rag.types import Answer, Citation


def run(args: argparse.Namespace, settings: Settings) -> int:
    if (args.question is None) == (args.batch is None):
        raise UsageError(
            'give one QUESTION or --batch IN.jsonl --out OUT.jsonl; for example: sayso ask "戴国浩怎么看算力成本?"'
        )
    if args.batch:
        engine = open_engine(settings)
        return run_batch(args.batch, args.out, lambda line: _answer(engine, line), resume=args.resume, title="ask")
    clean_question(args.question)
    answer = open_engine(settings).query(args.question, speakers=args.speaker)
    if args.json:
        dump(answer.to_dict())
    else:
        say(for_people(answer))
    return 0


def open_engine(settings: Settings) -> ChatEngine:
    build_if_missing(settings)
    return open_chat_engine(settings)


def for_people(answer: Answer) -> str:
    """The answer and its numbered quotes with speaker and origin, as plain text."""
    parts = [answer.notice, _plain(answer.answer)]
    if answer.citations:
        parts.append("\n".join(_quote(citation, answer.language) for citation in answer.citations))
    if answer.also_searched:
        also = "、".join(answer.also_searched) if answer.language == "zh" else ", ".join(answer.also_searched)
        parts.append(f"同时检索:{also}" if answer.language == "zh" else f"Also searched: {also}")
    return "\n\n".join(part for part in parts if part)


def _plain(markdown: str) -> str:
    return re.sub(r"\\([\\`*_\[\]<>#+&!-])", r"\1", markdown)


def _quote(citation: Citation, language: str) -> str:
    voice = {
        ("reported", "zh"): "(报道转述)",
        ("reported", "en"): " (as reported)",
        ("narrator", "zh"): "报道",
        ("narrator", "en"): "The article",
    }.get((citation.role, language), "")
    who = f"{citation.speaker or ''}{voice}"
    date = citation.date.removeprefix("--")  # ISO's form of a date without a year
    origin = ", ".join(part for part in (citation.outlet, citation.title, date) if part)
    meant = "、".join(f"{written}→{likely}" for written, likely in citation.gloss)
    gloss = "" if not meant else f"\n    原文疑为: {meant}" if language == "zh" else f"\n    Likely misprints: {meant}"
    return f"[{citation.n}] {who}: “{citation.quote.strip('“”')}”{gloss}\n    {origin} · {citation.file}:{citation.start}-{citation.end}"


def _answer(engine: ChatEngine, line: Mapping[str, Any]) -> dict[str, Any]:
    history, speakers = line.get("history") or [], line.get("speakers") or []
    for name, given in (("history", history), ("speakers", speakers)):
        if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
            raise UsageError(f'"{name}" is not a list of strings')
    answer = engine.query(line["question"], history=history, speakers=speakers)
    return {**answer.to_dict(), "id": line["id"]}
