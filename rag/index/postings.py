"""Sets of terms in, how much of a question's terms each of them shares out: an inverted index in a few arrays."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain, pairwise

import numpy as np

_UNKNOWN = 0.5  # of the rarest term's weight: a word that no set holds is as likely a slip as a different subject


class Postings:
    """`agreement` is Dice's coefficient, each term weighing its inverse document frequency."""

    def __init__(self, arrays: Mapping[str, np.ndarray]) -> None:
        """From what `arrays_of` made."""
        self._number = {term: n for n, term in enumerate(_terms(arrays))}
        self._starts = arrays["starts"]
        self._sets = arrays["sets"].astype(np.intp)  # by numbers of another type numpy takes three times as long
        self._count = int(arrays["count"])
        self._rarity = _rarity(np.diff(self._starts), self._count)
        self._unknown = _UNKNOWN * math.log(1 + (self._count + 0.5) / 0.5)
        self._weights = np.zeros(self._count, np.float32)
        np.add.at(self._weights, self._sets, np.repeat(self._rarity, np.diff(self._starts)))

    @staticmethod
    def arrays_of(sets: Sequence[Collection[str]]) -> dict[str, np.ndarray]:
        """Terms, and for each the numbers of the sets that hold it, from `starts[n]` to `starts[n + 1]`."""
        names = sorted(set(chain.from_iterable(sets)))
        number = {name: n for n, name in enumerate(names)}
        lengths = [len(terms) for terms in sets]
        terms = np.fromiter(map(number.__getitem__, chain.from_iterable(sets)), np.int32, sum(lengths))
        holders = np.repeat(np.arange(len(sets), dtype=np.int32), lengths)
        return {
            "terms": np.frombuffer("\n".join(names).encode(), np.uint8),
            "starts": np.cumsum([0, *np.bincount(terms, minlength=len(names))], dtype=np.int32),
            "sets": holders[np.argsort(terms, kind="stable")],
            "count": np.array(len(sets)),
        }

    @staticmethod
    def sets_of(arrays: Mapping[str, np.ndarray]) -> list[list[str]]:
        """The terms of each set again, in their own order."""
        names = np.array(_terms(arrays), object)
        terms = np.repeat(np.arange(len(names)), np.diff(arrays["starts"]))
        in_order = names[terms[np.argsort(arrays["sets"], kind="stable")]].tolist()
        ends = np.cumsum(np.bincount(arrays["sets"], minlength=int(arrays["count"]))).tolist()
        return [in_order[start:end] for start, end in pairwise([0, *ends])]

    def only_outside(self, chosen: np.ndarray) -> list[str]:
        """Terms that none of the chosen sets holds, a flag a set."""
        held = np.add.reduceat(chosen[self._sets].astype(np.int64), self._starts[:-1])
        return [term for term, n in self._number.items() if not held[n]]

    def agreement(self, terms: Iterable[str]) -> np.ndarray:
        """With each set, from 0 to 1."""
        shared, asked = np.zeros(self._count, np.float32), 0.0
        for term in terms:
            number = self._number.get(term)
            if number is None:
                asked += self._unknown
                continue
            weight = self._rarity[number]
            asked += float(weight)
            shared[self._sets[self._starts[number] : self._starts[number + 1]]] += weight
        agreement: np.ndarray = 2 * shared / (asked + self._weights + 1e-9)
        return agreement


def _terms(arrays: Mapping[str, np.ndarray]) -> list[str]:
    return bytes(arrays["terms"]).decode().split("\n") if len(arrays["terms"]) else []


def _rarity(frequencies: np.ndarray, count: int) -> np.ndarray:
    """Inverse document frequency (Robertson and Spärck Jones 1976)."""
    rarity: np.ndarray = np.log(1 + (count - frequencies + 0.5) / (frequencies + 0.5)).astype(np.float32)
    return rarity
