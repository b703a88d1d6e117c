"""A model's words piece by piece in, whole lines with their labels out; half a mark is held back.

Models are told to write [S3], and write [S3, S4], 【S3】, [^3], (source 3) and [3] as well. All are read. Labels of nothing
are counted and dropped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

_OPEN, _CLOSE = "[\\[【(（［]", "[\\]】)）］]"
_ONE = r"\^?(?:source|来源|sentence|句)?\s*[Ss]?(\d{1,3})"
_MARK = re.compile(rf"{_OPEN}\s*{_ONE}(?:\s*[,，、;；和&-]\s*{_ONE})*\s*{_CLOSE}", re.IGNORECASE)
# In round brackets only with the letter or the word: (2024) and (3) may be text.
_ROUND = re.compile(r"[(（]\s*\d")
_HALF = re.compile(rf"(?:{_OPEN}[^\]】)）］\n]{{0,24}}|!)$")
_BULLET = re.compile(r"^\s*(?:[-*•·]|\d{1,2}[.)、])\s+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the model: its words without marks, the known labels in order, and how many unknown ones it had."""

    text: str
    labels: tuple[str, ...]
    unknown: int = 0


class LineReader:
    """`feed` gives the lines that are whole; `pending` is the beginning of the next, as far as it may be shown."""

    def __init__(self, labels: Collection[str]) -> None:
        self.labels = frozenset(labels)
        self._held = ""

    @property
    def pending(self) -> str:
        return _words(_HALF.sub("", self._held))

    def feed(self, piece: str) -> Iterator[Line]:
        *whole, self._held = (self._held + piece).replace("\r\n", "\n").split("\n")
        for line in whole:
            yield from self._read(line)

    def flush(self) -> Iterator[Line]:
        """The last line, which no newline ended."""
        held, self._held = self._held, ""
        yield from self._read(held)

    def _read(self, line: str) -> Iterator[Line]:
        found = [label for mark in _marks(line) for label in mark]
        known = dict.fromkeys(label for label in found if label in self.labels)
        if text := _words(line):
            yield Line(text, tuple(known), len(found) - sum(label in self.labels for label in found))


def _marks(line: str) -> Iterator[list[str]]:
    for match in _MARK.finditer(line):
        if not _ROUND.match(match[0]):
            yield [f"S{int(number)}" for number in re.findall(r"\d{1,3}", match[0])]


def _words(line: str) -> str:
    """The line without marks and bullet, on one line."""
    bare = _MARK.sub(lambda found: found[0] if _ROUND.match(found[0]) else "", line)
    return " ".join(_BULLET.sub("", bare).strip(" -*•\t").split())
