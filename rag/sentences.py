"""Turns of a clean text in, `Sentence`s with raw spans, speakers and roles out."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.attribution import attribute
from rag.cleaning import LOST, CleanText
from rag.folding import fold, squeeze
from rag.people import People
from rag.turns import Turn
from rag.types import Role, Sentence, Span

_CLOSERS = "”’」』》）)】\"'"
_END = re.compile(
    rf"(?:[。！!？?]+|……|…+(?=\s|$)|\.{{6}}(?=[这這那它他她]是))[{_CLOSERS}]*"
    rf"|(?<=[a-zA-Z0-9%”\"')\]])[.][{_CLOSERS}]*(?=\s+[A-Z“\"(])|\n"
)
_ABBREVIATED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|Inc|Ltd|Co|[A-Z]))\.$")
_BARE_ATTRIBUTION = re.compile(r"^[^，,。“”]{1,16}(?:说|表示|称|说道|强调|指出|坦言)[。.]$")


def split_sentences(source: str, text: CleanText, turns: Sequence[Turn], people: People) -> list[Sentence]:
    """Whole sentences, each inside one turn. Ids hash the source, the words and which occurrence of them it is, so they
    survive a new ingest and edits elsewhere in the document.
    """
    seen: Counter[str] = Counter()
    sentences: list[Sentence] = []
    antecedent: str | None = None
    for number, turn in enumerate(turns):
        ranges = list(_ranges(text, turn.start, turn.end))
        words = [text.text[start:end] for start, end in ranges]
        voices: Sequence[tuple[str | None, Role]] = [(turn.speaker, turn.role)] * len(ranges)
        if turn.role == "narrator":
            voices = attribute(words, people, antecedent)
            antecedent = _last_named(words, people) or antecedent
        for (start, end), said, (speaker, role) in zip(ranges, words, voices, strict=True):
            key = squeeze(said)
            seen[key] += 1
            digest = hashlib.sha1(f"{source}\n{key}\n{seen[key]}".encode()).hexdigest()[:12]
            span = Span(source, *text.span(start, end))
            sentences.append(Sentence(digest, span, " ".join(said.split()), speaker, role, number, LOST in said))
    return sentences


def _last_named(words: Sequence[str], people: People) -> str | None:
    mentions = people.mention.findall(fold(" ".join(words)))
    person = people.named(mentions[-1]) if mentions else None
    return person.name if person else None


def _ranges(text: CleanText, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Half-open clean ranges of sentences with something to read in them, white space trimmed."""
    cursor = start
    pending: tuple[int, int] | None = None
    for boundary in (*_boundaries(text, start, end), end):
        trimmed = _trim(text.text, cursor, boundary)
        cursor = boundary
        if trimmed is None:
            continue
        if pending and _BARE_ATTRIBUTION.match(text.text[slice(*trimmed)]) and text.text[pending[1] - 1] in _CLOSERS:
            pending = pending[0], trimmed[1]
            continue
        if pending:
            yield pending
        pending = trimmed
    if pending:
        yield pending


def _boundaries(text: CleanText, start: int, end: int) -> Iterator[int]:
    for match in _END.finditer(text.text, start, end):
        at = match.end()
        if match.group().startswith(".") and _ABBREVIATED.search(text.text[max(start, at - 8) : at]):
            continue
        if match.group().startswith(".") and text.text[text.text.rfind("\n", 0, at) + 1 : at - 1].strip().isdigit():
            continue  # the number of a heading
        # A repaired stretch is one raw span: a sentence may not end inside it.
        if at < end and text.starts[at] < text.ends[at - 1]:
            continue
        yield at


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    if not any(character.isalnum() for character in piece):
        return None
    left = len(piece) - len(piece.lstrip())
    return start + left, start + len(piece.rstrip())
