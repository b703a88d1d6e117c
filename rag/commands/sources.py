"""`sayso sources`: what is in the index, and what reading a source kept, removed and repaired."""

from __future__ import annotations

import argparse
from typing import Any

from rag.errors import UsageError
from rag.factory import shelf_for
from rag.index.library import Library
from rag.settings import Settings
from rag.terminal import dump, say
from rag.types import Source


def run(args: argparse.Namespace, settings: Settings) -> int:
    library = shelf_for(settings).library()
    if args.source is None:
        if args.sentences or args.report:
            raise UsageError("--sentences and --report need a SOURCE; `sayso sources` lists them")
        listed = [_described(source, library) for source in library.store.sources()]
        _tell(listed, "\n".join(map(_line, listed)) or "the index is empty", as_json=args.json)
        return 0
    source = library.store.source(args.source)
    if source is None:
        raise UsageError(f"no source {args.source} in the index; `sayso sources` lists them")
    if args.sentences:
        rows = _sentences(source, library)
        _tell(rows, "\n".join(map(_row, rows)), as_json=args.json)
    else:
        described = _described(source, library)
        _tell(described, _report(described) if args.report else _line(described), as_json=args.json)
    return 0


def _tell(value: Any, text: str, *, as_json: bool) -> None:
    if as_json:
        dump(value)
    else:
        say(text)


def _row(row: dict[str, Any]) -> str:
    return f"{row['start']:6}-{row['end']:<6} {row['role']:11} {row['speaker'] or '':8} {row['text']}"


def _described(source: Source, library: Library) -> dict[str, Any]:
    sentences = library.sentences_of(source.id)
    report = library.store.report(source.id)
    asked = set(report.get("unanswered", []))
    return {
        "id": source.id,
        "file": source.file,
        "title": source.title,
        "speakers": list(source.speakers),
        "date": source.date,
        "outlet": source.outlet,
        "sentences": len(sentences),
        "characters": len(source.raw),
        "encoding": source.encoding,
        "builtin": source.builtin,
        "cleaning": report.get("counts", {}),
        "changes": [
            {"kind": kind, "start": start, "end": end, "raw": source.raw[start:end], "text": text}
            for kind, start, end, text in report.get("notes", [])
        ],
        "unanswered": [{"start": s.span.start, "end": s.span.end, "text": s.text} for s in sentences if s.id in asked],
        "damaged": [{"start": s.span.start, "end": s.span.end, "text": s.text} for s in sentences if s.damaged],
    }


def _sentences(source: Source, library: Library) -> list[dict[str, Any]]:
    return [
        {
            "id": s.id,
            "start": s.span.start,
            "end": s.span.end,
            "speaker": s.speaker,
            "role": s.role,
            "turn": s.turn,
            "text": s.text,
        }
        for s in library.sentences_of(source.id)
    ]


def _line(described: dict[str, Any]) -> str:
    origin = " ".join(part for part in (described["outlet"], described["date"]) if part)
    speakers = "、".join(described["speakers"]) or "-"
    return f"{described['id']}  {described['title']}\n    {speakers} · {origin or '-'} · {described['sentences']} sentences, {described['characters']} characters"


def _report(described: dict[str, Any]) -> str:
    lines = [_line(described)] + [f"    {kind}: {count}" for kind, count in sorted(described["cleaning"].items())]
    for change in described["changes"]:
        raw = " ".join(change["raw"].split())[:60]
        became = f" → {change['text']}" if change["text"] else ""
        lines.append(f"    {change['kind']} at {change['start']}-{change['end']}: {raw}{became}")
    lines += [f"    damaged at {d['start']}-{d['end']}: {d['text']}" for d in described["damaged"]]
    lines += [f"    never answered, {u['start']}-{u['end']}: {u['text']}" for u in described["unanswered"]]
    return "\n".join(lines)
