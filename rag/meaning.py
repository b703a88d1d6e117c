"""Texts in, how near they are in meaning out; what the index holds vectors of is looked up, anything else embedded now."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from rag.embeddings import SEMANTIC, by_sentence
from rag.index.library import Library
from rag.index.store import text_key

_REMEMBERED = 50_000  # vectors made while answering, 100 MB


class Meaning:
    """Of one library. Always by the semantic embedding, for that is what weights are fitted with."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._stored = by_sentence(library.embedding.model_name)
        self._made: dict[bytes, np.ndarray] = {}

    def nearest(self, asked: np.ndarray, groups: Sequence[tuple[str, Sequence[str]]]) -> list[float]:
        """For each source and texts of it, the cosine of the text nearest to a vector; 0 for no text."""
        stored = [self._library.vectors_of(source) if self._stored else {} for source, _ in groups]
        keys = [[text_key(text) for text in texts] for _, texts in groups]
        missing = {
            key: text
            for (_, texts), row, have in zip(groups, keys, stored, strict=True)
            for key, text in zip(row, texts, strict=True)
            if key not in have and key not in self._made
        }
        if missing:
            self._made.update(zip(missing, SEMANTIC.encode([*missing.values()]), strict=True))
        nearest = [
            max((float((have[key] if key in have else self._made[key]) @ asked) for key in row), default=0.0)
            for row, have in zip(keys, stored, strict=True)
        ]
        if len(self._made) > _REMEMBERED:
            self._made.clear()
        return nearest


@lru_cache(maxsize=1)
def meaning_of(library: Library) -> Meaning:
    """The opened library's."""
    return Meaning(library)
