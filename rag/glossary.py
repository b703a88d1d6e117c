"""Concepts that have several names, Chinese and English: folded text in, the concepts it names out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from ahocorasick_rs import AhoCorasick

from rag.folding import HAN, fold, pieces, stem
from rag.stopwords import STOP_LATIN

PATH = Path(__file__).with_name("glossary.jsonl")
_LONGEST_LATIN = 5
_LATIN = re.compile("[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept named at [start, end) of the folded text."""

    concept: str
    start: int
    end: int


@dataclass(frozen=True)
class Glossary:
    """`names` maps a concept to its spellings; `narrower` to concepts that are cases of it (a city: Shanghai, Beijing)."""

    names: Mapping[str, tuple[str, ...]]
    narrower: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path = PATH) -> Glossary:
        entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        return cls(
            {entry["id"]: (*entry["zh"], *entry["en"]) for entry in entries},
            {entry["id"]: tuple(entry["narrower"]) for entry in entries if "narrower" in entry},
        )

    @cached_property
    def digest(self) -> str:
        """Changes whenever the glossary does, so that an index knows which one it was built with."""
        return hashlib.sha256(json.dumps([self.names, self.narrower], ensure_ascii=False).encode()).hexdigest()[:12]

    @cached_property
    def _han(self) -> dict[str, list[str]]:
        return self._lookup(lambda name: fold(name) if HAN.search(name) else None)

    @cached_property
    def _han_names(self) -> list[str]:
        return [*self._han]

    @cached_property
    def _automaton(self) -> AhoCorasick:
        """All Han names at once, in one pass over the text (Aho and Corasick 1975)."""
        return AhoCorasick(self._han_names)

    @cached_property
    def _latin(self) -> dict[str, list[str]]:
        return self._lookup(lambda name: None if HAN.search(name) else _stems(fold(name)))

    @cached_property
    def _exact(self) -> dict[str, list[str]]:
        return self._lookup(lambda name: None if HAN.search(name) else " ".join(w for w, _ in _latin_words(fold(name))))

    @cached_property
    def _latin_starts(self) -> frozenset[str]:
        """First words and first stems of Latin names."""
        return frozenset(name.partition(" ")[0] for name in (*self._exact, *self._latin))

    def _named(self, words: Sequence[str]) -> Sequence[str]:
        """By the words as they stand, else by their stems: economics is not the economy."""
        exact = self._exact.get(" ".join(words))
        return exact if exact else self._latin.get(" ".join(map(stem, words)), ())

    def _lookup(self, key: Callable[[str], str | None]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for concept, names in self.names.items():
            for spelling in dict.fromkeys(key(name) for name in names):
                if spelling:
                    found.setdefault(spelling, []).append(concept)
        return found

    def mentions(self, folded: str, *, nested: bool) -> list[Mention]:
        """Concepts in order. `nested` also gives those inside a longer name (成本 inside 运营成本)."""
        found = [*self._han_mentions(folded), *self._latin_mentions(folded)]
        if nested:
            return sorted(found, key=lambda mention: (mention.start, -mention.end))
        found.sort(key=lambda mention: (mention.start - mention.end, mention.start))
        kept: list[Mention] = []
        for mention in found:
            if not any(
                mention.start < other.end and other.start < mention.end and not _same(mention, other) for other in kept
            ):
                kept.append(mention)
        return sorted(kept, key=lambda mention: mention.start)

    def _han_mentions(self, folded: str) -> Iterator[Mention]:
        for which, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            # One character alone means little inside a longer word: 用 in 使用, 大 in 大模型.
            if end - start > 1 or not _inside_han(folded, start):
                for concept in self._han[self._han_names[which]]:
                    yield Mention(concept, start, end)

    def _latin_mentions(self, folded: str) -> Iterator[Mention]:
        words = list(_latin_words(folded)) if _LATIN.search(folded) else []
        for i, (first, _) in enumerate(words):
            if first not in self._latin_starts and stem(first) not in self._latin_starts:
                continue
            for j in range(i, min(i + _LONGEST_LATIN, len(words))):
                start, end = words[i][1], words[j][1] + len(words[j][0])
                if HAN.search(folded[start:end]):
                    break
                if i == j and first in STOP_LATIN:
                    continue
                for concept in self._named([word for word, _ in words[i : j + 1]]):
                    yield Mention(concept, start, end)


@lru_cache(maxsize=1)
def glossary() -> Glossary:
    """The glossary of the package, read once."""
    return Glossary.load()


def _same(one: Mention, other: Mention) -> bool:
    return one.start == other.start and one.end == other.end


def _inside_han(folded: str, at: int) -> bool:
    return bool(HAN.match(folded[at - 1 : at] or " ")) or bool(HAN.match(folded[at + 1 : at + 2] or " "))


def _latin_words(folded: str) -> Iterator[tuple[str, int]]:
    cursor = 0
    for piece in pieces(folded):
        start = folded.index(piece, cursor)
        cursor = start + len(piece)
        if HAN.match(piece):
            continue
        offset = start
        for word in piece.split("-"):
            if word:
                yield word, offset
            offset += len(word) + 1


def _stems(name: str) -> str:
    return " ".join(stem(word) for word, _ in _latin_words(name))
