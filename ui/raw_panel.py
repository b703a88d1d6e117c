"""A source's raw text in, the same as HTML out: the passage marked, what was repaired and what was left out in place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rag.types import Language, Sentence, Source, Span
from ui.escaping import escape_lines
from ui.texts import text

# Of one article's raw text; a 10 MB document would stall the browser.
MOST = 400_000


def raw_html(
    source: Source, sentences: Sequence[Sentence], passage: Span, *, report: Mapping[str, Any], language: Language
) -> str:
    """`report`: what cleaning noted, as the store gives it."""
    kinds = _painted(source, sentences, passage, report)
    parts = [_run(source.raw[start:end], *kind, language) for start, end, kind in _runs(kinds)]
    text_ = "".join(parts).replace("<mark>", '<mark id="passage" tabindex="-1">', 1)
    return f'<div class="raw">{text_}</div>'


def _painted(
    source: Source, sentences: Sequence[Sentence], passage: Span, report: Mapping[str, Any]
) -> list[tuple[str, str, bool]]:
    """For each character: how it fared, what became of it, and whether it is cited."""
    length = min(len(source.raw), MOST)
    fared = [("left", "")] * length
    for sentence in sentences:
        fared[sentence.span.start : sentence.span.end] = [("", "")] * (
            min(sentence.span.end, length) - sentence.span.start
        )
    for kind, start, end, became in report.get("notes", []):
        fared[start:end] = [(kind, became)] * max(0, min(end, length) - start)
    return [(*how, passage.start <= n < passage.end) for n, how in enumerate(fared[:length])]


def _runs(kinds: Sequence[tuple[str, str, bool]]) -> Iterator[tuple[int, int, tuple[str, str, bool]]]:
    start = 0
    for n in range(1, len(kinds) + 1):
        if n == len(kinds) or kinds[n] != kinds[start]:
            yield start, n, kinds[start]
            start = n


def _run(raw: str, kind: str, became: str, cited: bool, language: Language) -> str:
    shown = _lines(raw)
    if kind and raw.strip():
        title = text(language, "repaired_to", text=became) if kind == "repaired" else _reason(kind, language)
        shown = f'<span class="{kind}" title="{escape_lines(title)}">{shown}</span>'
    return f"<mark>{shown}</mark>" if cited and raw.strip() else shown


def _reason(kind: str, language: Language) -> str:
    return text(language, "not_indexed" if kind == "left" else kind)


def _lines(raw: str) -> str:
    """Every character where it stood: line breaks stay, and so do the spaces at the edges that `escape` would drop."""
    lines = raw.replace("\r\n", "\n").split("\n")
    padded = (f"{' ' * (line[:1].isspace())}{escape_lines(line)}{' ' * (line[-1:].isspace())}" for line in lines)
    return "\n".join(padded)
