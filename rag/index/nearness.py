"""How like a question all asks are in, how like it those of each claim or gap are out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Alike(NamedTuple):
    """How like the question the asks of one claim or gap are: the nearest one, and the means of the nearest two and four."""

    best: float
    two: float
    four: float


UNLIKE = Alike(0.0, 0.0, 0.0)
AROUND = 20  # nearest asks of which is told whose they are; ten to fifty tell as much
_FEW = 16  # asks that are looked at: the largest four, were each there four times


class Owned:
    """Which asks are whose."""

    def __init__(self, owned: np.ndarray, asked: np.ndarray) -> None:
        """An entry a pair of an owner's number and an ask's; every owner has at least one."""
        # By numbers of another type numpy takes three times as long.
        self.asks = asked[np.argsort(owned, kind="stable")].astype(np.intp)
        self.counts = np.bincount(owned)
        self.ends = np.cumsum(self.counts)
        self.starts = self.ends - self.counts

    def likeness(self, of_asks: np.ndarray) -> np.ndarray:
        """An entry an ask, those of each owner together."""
        likeness: np.ndarray = of_asks[self.asks]
        return likeness


class Nearness:
    """Of one question, which may be asked in several texts: then their mean, each with its share."""

    def __init__(self, owned: Owned, likenesses: Sequence[np.ndarray], shares: Sequence[float]) -> None:
        """`likenesses`: of every ask, an array a text, as `Owned` orders them."""
        self._owned = owned
        self._likenesses = likenesses
        self._shares = shares
        nearest = [np.maximum.reduceat(likeness, owned.starts) for likeness in likenesses]
        self.best: np.ndarray = np.average(nearest, axis=0, weights=shares)  # an entry an owner

    def around(self, some: np.ndarray) -> float:
        """The share of the nearest `AROUND` asks that belong to some of the owners. `some`: an entry an owner."""
        # None of them is an owner's who isn't among as many nearest owners.
        near = np.argpartition(self.best, -AROUND)[-AROUND:] if len(self.best) > AROUND else np.arange(len(self.best))
        own = [slice(self._owned.starts[owner], self._owned.ends[owner]) for owner in near]
        of_each = [np.concatenate([likeness[asks] for asks in own]) for likeness in self._likenesses]
        likenesses = sum(share * values for share, values in zip(self._shares, of_each, strict=True))
        theirs = np.repeat(some[near], self._owned.counts[near])
        return float(theirs[np.argsort(-likenesses)[:AROUND]].mean())

    def of(self, owner: int) -> Alike:
        """An owner has hundreds of asks and only some owners are looked at closely, so this waits until it is asked."""
        own = slice(self._owned.starts[owner], self._owned.ends[owner])
        means = [_means(likeness[own]) for likeness in self._likenesses]
        return Alike(
            *(
                sum(share * n for share, n in zip(self._shares, column, strict=True))
                for column in zip(*means, strict=True)
            )
        )


def _means(likenesses: np.ndarray) -> list[float]:
    """Of the largest, the largest two and four, or as many as there are. Of equal ones, one counts."""
    few = np.partition(likenesses, -_FEW)[-_FEW:] if len(likenesses) > _FEW else likenesses
    largest = sorted(set(few.tolist()), reverse=True)
    return [sum(largest[:n]) / min(n, len(largest)) for n in (1, 2, 4)]
