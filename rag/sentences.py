"""Turns of a clean text in, `Sentence`s with raw spans, speakers and roles out."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rag.attribution import attribute
from rag.cleaning import LOST, CleanText
from rag.folding import fold, squeeze_all
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


# （說到這裡，她起身。） stands for what happened, not for what was said; （笑） goes with the words after it.
_STAGE = re.compile(r"^[（(][^（）()]{4,}[）)]$")
_PHOTO_CREDIT = re.compile(r"^[（(](?:受访者|受訪者|图|圖|摄影|攝影|资料图|本报记者)[^（）()]{0,12}[）)]$")


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
        keys = squeeze_all(words)
        for (start, end), said, key, (speaker, role) in zip(ranges, words, keys, voices, strict=True):
            if _PHOTO_CREDIT.match(said):
                continue
            if turn.role == "speaker" and (_STAGE.match(said) or _heading(text.text, start, end, turn)):
                speaker, role = None, "narrator"
            seen[key] += 1
            digest = hashlib.sha1(f"{source}\n{key}\n{seen[key]}".encode()).hexdigest()[:12]
            span = Span(source, *text.span(start, end))
            sentences.append(Sentence(digest, span, " ".join(said.split()), speaker, role, number, LOST in said))
    return sentences


def _heading(text: str, start: int, end: int, turn: Turn) -> bool:
    """A short line without any punctuation between the lines of an answer: the page's heading, not the speaker's words."""
    line = text[text.rfind("\n", 0, start) + 1 : (text.find("\n", end) + 1 or len(text) + 1) - 1].strip()
    alone = line == text[start:end] and start > turn.start + 1 and text.rfind("\n", turn.start, start) > turn.start
    return alone and len(line) <= 16 and line.isalnum() and bool(text[end : turn.end].strip() or turn.end < len(text))


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
