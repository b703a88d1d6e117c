"""Pages of printed lines in, paragraphs out: hyphens at line ends undone, broken lines joined, running heads dropped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_ENDS = re.compile(r"[.!?。！？…:：][”\"'’)）」』]*$")
_LABEL = re.compile(r"^[^.!?。！？]{1,40}[:：]")
_WIDE = re.compile(r"[\u3400-\u9fff\u3000-\u303f\uff00-\uffef“”‘’]")
_NARROWEST = 24  # characters; below, a page is no column of running text
_NUMBER = re.compile(r"\d+")


def unwrapped(pages: Sequence[str]) -> str:
    """Lines that nearly every page repeats (but for its number) are running heads and feet."""
    split = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    seen = Counter(_NUMBER.sub("#", line) for page in split for line in {*page})
    heads = {line for line, count in seen.items() if len(pages) > 1 and count > len(pages) / 2}
    lines = [line for page in split for line in page if _NUMBER.sub("#", line) not in heads and not line.isdigit()]
    width = sorted(map(len, lines))[int(len(lines) * 0.75)] if lines else 0
    text: list[str] = []
    before = ""
    for line in lines:
        if text and _goes_on(before, line, width):
            text[-1] = _joined(text[-1], line)
        else:
            text.append(line)
        before = line
    return "\n".join(text)


def _goes_on(before: str, line: str, width: int) -> bool:
    """Whether a line carries on the paragraph of the printed line before it. One that ends a sentence at the margin may;
    a short one that ends none is a heading, unless a small letter follows.
    """
    if before.endswith("-") and line[:1].islower():
        return True
    if _ENDS.search(before):
        narrowest = _NARROWEST / 2 if _WIDE.match(line[0]) else _NARROWEST
        return not _LABEL.match(line) and width >= narrowest and len(before) >= 0.8 * width
    return line[:1].islower() or len(before) >= 0.6 * width


def _joined(before: str, line: str) -> str:
    if before.endswith("-") and line[:1].islower():
        return before[:-1] + line
    return before + ("" if _WIDE.match(before[-1]) and _WIDE.match(line[0]) else " ") + line
