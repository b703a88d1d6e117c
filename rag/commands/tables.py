"""Rows of cells in, aligned lines out; a Chinese character counts as the two columns that a terminal gives it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rag.types import Citation, Role

_ROLES: dict[Role, str] = {"reported": " (reported)", "interviewer": " (interviewer)"}


def table(rows: Sequence[Sequence[str]], *, indent: str = "  ") -> str:
    """The first column to the left, the others to the right. Rows must be equally long."""
    widths = [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        first, *rest = zip(row, widths, strict=True)
        cells = [first[0] + _gap(*first), *(_gap(*cell) + cell[0] for cell in rest)]
        lines.append(indent + "  ".join(cells).rstrip())
    return "\n".join(lines)


def cited_line(citation: Citation) -> str:
    """A citation for people: number, who, quote, where. A date such as --05-24 has no year in the article."""
    who = (citation.speaker or "The article") + _ROLES.get(citation.role, "")
    origin = ", ".join(part for part in (citation.outlet, citation.title, citation.date) if part)
    return f"[{citation.n}] {who}: “{citation.quote}”\n    {origin} · {citation.file}:{citation.start}-{citation.end}"


def _gap(cell: str, width: int) -> str:
    return " " * (width - _width(cell))


def _width(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in cell)
