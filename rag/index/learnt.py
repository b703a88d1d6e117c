"""The meaning and the terms of questions in, vectors out that are near where questions ask for the same.

An embedding knows what words mean, and little of which of them matter here: "who bought the firm" and "who founded the firm"
are neighbours. So each term that the asks of a corpus use adds a direction of its own, learnt with the projection of the
meaning (evals/fit_projection.py). Where nothing was learnt, questions are compared as the embedding has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from rag.embeddings import DIMENSIONS, unit
from rag.sounds import sounds
from rag.terms import index_terms

LEVELS = 127
_SOUND = "~"  # before a sound, which is no word


class Terms(NamedTuple):
    """Of one text, those that are known: their rows and their weights, whose squares add up to one."""

    rows: np.ndarray
    weights: np.ndarray


class Learnt:
    """`matrix`: meaning's dimensions × the vectors'. `table`: a row a term, in 127ths of its `scale`. `rarity`: of each term."""

    def __init__(
        self, matrix: np.ndarray, names: Sequence[str], table: np.ndarray, scale: np.ndarray, rarity: np.ndarray
    ) -> None:
        self.matrix, self.names, self.table, self.scale, self.rarity = matrix, names, table, scale, rarity

    @classmethod
    def nothing(cls) -> Self:
        empty = np.empty(0, np.float32)
        return cls(np.eye(DIMENSIONS, dtype=np.float32), (), np.empty((0, DIMENSIONS), np.int8), empty, empty)

    @classmethod
    def of(cls, matrix: np.ndarray, names: Sequence[str], table: np.ndarray, rarity: np.ndarray) -> Self:
        """From a table of numbers of any size."""
        levels, scale = rounded(table)
        return cls(matrix.astype(np.float32), names, levels, scale, rarity.astype(np.float32))

    @classmethod
    def load(cls, arrays: Mapping[str, np.ndarray]) -> Self:
        """From what `arrays` gave."""
        names = bytes(arrays["terms"]).decode().split("\n") if arrays["terms"].size else ()
        return cls(arrays["projection"], names, arrays["table"], arrays["scale"], arrays["rarity"])

    def arrays(self) -> dict[str, np.ndarray]:
        names = np.frombuffer("\n".join(self.names).encode(), np.uint8)
        return {
            "projection": self.matrix,
            "terms": names,
            "table": self.table,
            "scale": self.scale,
            "rarity": self.rarity,
        }

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: n for n, name in enumerate(self.names)}

    def vectors(self, meaning: np.ndarray, texts: Iterable[str]) -> np.ndarray:
        """Unit vectors, a row a text. `meaning`: the texts' vectors by the embedding."""
        projected = meaning @ self.matrix
        for row, text in zip(projected, texts, strict=True):
            known = self.terms(text)
            row += known.weights * self.scale[known.rows] / LEVELS @ self.table[known.rows].astype(np.float32)
        return unit(projected)

    def terms(self, text: str) -> Terms:
        rows = np.array([self._numbers[name] for name in terms_of(text) if name in self._numbers], np.int64)
        weights = self.rarity[rows]
        return Terms(rows, weights / (np.linalg.norm(weights) or 1.0))


def rounded(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """In 127ths of each row's largest number, and those numbers."""
    scale = np.abs(rows).max(axis=1) + np.float32(1e-9)
    return np.round(rows / scale[:, np.newaxis] * LEVELS).astype(np.int8), scale.astype(np.float32)


def words_of(text: str) -> frozenset[str]:
    """Words and pairs of characters of a text in canonical spelling."""
    return frozenset(term for term in index_terms(text) if len(term) > 1)


def terms_of(text: str) -> list[str]:
    """Its sounds as well."""
    return [*sorted(words_of(text)), *sorted(_SOUND + sound for sound in sounds(text))]
