"""The library of the page: sources with what reading did to them in, HTML out. page.js adds what uploads and removes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from rag.index.library import Library
from rag.types import Language, Source
from ui.escaping import escape
from ui.texts import text
from ui.voices import Voices, known

_MOST_NOTES = 200  # of one source; `sayso sources SOURCE --report` tells all


def library_html(library: Library, language: Language) -> str:
    """One card a source, the user's own first."""
    voices = known(library).voices
    sources = sorted(library.store.sources(), key=lambda source: (source.builtin, source.id))
    return "".join(_source(source, library, voices, language) for source in sources)


def _source(source: Source, library: Library, voices: Voices, language: Language) -> str:
    sentences, report = library.sentences_of(source.id), library.store.report(source.id)
    origin = " · ".join(part for part in (source.outlet, source.date.removeprefix("--"), source.file) if part)
    who = " ".join(voices.chip(name, "speaker", language, with_role=False) for name in source.speakers)
    counts = text(language, "counts", sentences=f"{len(sentences):,}", characters=f"{len(source.raw):,}")
    whose = "builtin" if source.builtin else "yours"
    where = urlencode({"source": source.id, "start": 0, "end": 0, "language": language})
    link = f'<a class="read" href="article?{escape(where)}">{escape(text(language, "open"))}</a>'
    button = f'<button class="remove quiet" type="button" value="{escape(source.id)}">{escape(text(language, "remove"))}</button>'
    remove = "" if source.builtin else button
    return (
        f'<section class="source {whose}"><h3>{escape(source.title or source.file)}</h3>'
        f'<p class="people">{who}<span class="badge">{escape(text(language, whose))}</span></p>'
        f'<p class="facts">{escape(origin)} · {escape(counts)}</p><p class="facts">{link}{remove}</p>'
        f"{_report(report, source, library, language)}</section>"
    )


def _report(report: Mapping[str, Any], source: Source, library: Library, language: Language) -> str:
    counts = report.get("counts", {})
    told = ", ".join(f"{_kind(kind, language)} {count}" for kind, count in sorted(counts.items()))
    notes = "".join(_notes(report, source, library, language))
    title = escape(text(language, "report"))
    if not told and not notes:
        return f'<p class="facts">{escape(text(language, "clean"))}</p>'
    return f'<details><summary>{title}: {escape(told)}</summary><ul class="changes">{notes}</ul></details>'


def _notes(report: Mapping[str, Any], source: Source, library: Library, language: Language) -> Iterator[str]:
    for kind, start, end, became in report.get("notes", [])[:_MOST_NOTES]:
        raw = " ".join(source.raw[start:end].split())
        shown = f"<del>{escape(raw[:80])}</del>" + (f" → <ins>{escape(became[:80])}</ins>" if became else "")
        yield f"<li>{escape(_kind(kind, language))} {start}–{end}: {shown}</li>"
    asked = set(report.get("unanswered", []))
    for sentence in library.sentences_of(source.id) if asked else ():
        if sentence.id in asked:
            yield f"<li>{escape(text(language, 'unanswered'))}: {escape(sentence.text)}</li>"


def _kind(kind: str, language: Language) -> str:
    """The kinds that have words of their own, and pinyin, markup, space as they are called everywhere."""
    return text(language, kind) if kind in ("repaired", "damaged", "boilerplate") else kind
