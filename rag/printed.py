"""Pages of printed lines in, paragraphs out: hyphens at line ends undone, broken lines joined, running heads dropped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.folding import HAN

_ENDS = re.compile(r"[.!?。！？…:：][”\"'’)）」』]*$")
_LABEL = re.compile(r"^[^.!?。！？]{1,40}[:：]")
_NUMBER = re.compile(r"\d+")


def unwrapped(pages: Sequence[str]) -> str:
    """Lines that nearly every page repeats (but for its number) are running heads and feet."""
    split = [[line.strip() for line in page.splitlines() if line.strip()] for page in pages]
    seen = Counter(_NUMBER.sub("#", line) for page in split for line in {*page})
    heads = {line for line, count in seen.items() if len(pages) > 1 and count > len(pages) / 2}
    lines = [line for page in split for line in page if _NUMBER.sub("#", line) not in heads and not line.isdigit()]
    width = sorted(map(len, lines))[int(len(lines) * 0.75)] if lines else 0
    text: list[str] = []
    for line in lines:
        if text and _goes_on(text[-1].rsplit("\n", 1)[-1], line, width):
            text[-1] = _joined(text[-1], line)
        else:
            text.append(line)
    return "\n".join(text)


def _goes_on(before: str, line: str, width: int) -> bool:
    """Whether a line carries on the paragraph before: that one neither ends a sentence nor is a short heading."""
    if _LABEL.match(line) and _ENDS.search(before):
        return False
    if before.endswith("-") and line[:1].islower():
        return True
    last = before[-width:]
    return (not _ENDS.search(before) and (len(last) >= 0.6 * width or line[:1].islower())) or (
        bool(_ENDS.search(before)) and len(before) >= 0.8 * width and not _LABEL.match(line)
    )


def _joined(before: str, line: str) -> str:
    if before.endswith("-") and line[:1].islower():
        return before[:-1] + line
    return before + ("" if HAN.match(before[-1]) and HAN.match(line[0]) else " ") + line
