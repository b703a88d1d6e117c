"""Vectors, terms and owners of asks in, what is learnt from them out: asks of one owner are then near and others far.

Trained on the built-in articles' asks alone, never on a question set, by `python -m evals.make_asks`, which keeps it in
seeds/asks.npz beside the asks. On the tuning set it finds the right claim first more often than the embedding with words and
sounds beside it (docs/decisions/015).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from tqdm import tqdm

from rag.index.learnt import Learnt, terms_of

DIMENSIONS = 160  # of 512: ranks as well as 256, in a third of the time and space
STEPS, BATCH, RATE, WARM = 2000, 1024, 1e-3, 100
TEMPERATURE = 0.07  # from 0.035 to 0.07 all the same, above it worse
FORGOTTEN = 0.3  # of an ask's terms at each step (dropout: Srivastava et al. 2014), so that none decides alone
SEEN = 5  # asks that must have a term
START = 0.02  # standard deviation of the terms' numbers before they learn


def learnt(vectors: np.ndarray, texts: Sequence[str], owners_of: Sequence[frozenset[int]], seed: int = 0) -> Learnt:
    """`vectors`: a row a text, unit length; `texts`: in canonical spelling; `owners_of`: who owns each.

    Each step takes an ask and another one of `BATCH` owners; each ask is to find its other among them all: the cross entropy
    of cosines over a temperature (InfoNCE, van den Oord et al. 2018), minimized by Adam (Kingma and Ba 2015).
    """
    random = np.random.default_rng(seed)
    names, rarity, bags = _bags(texts)
    matrix = _Learning(_main_directions(vectors))
    table = _Learning(random.normal(0, START, (len(names), matrix.now.shape[1])).astype(np.float32))
    for step, one, other, shared in tqdm(_pairs(owners_of, random), total=STEPS, unit="step", disable=None):
        asks = np.concatenate([one, other])
        held = bags[asks]
        held.data = held.data * (random.random(len(held.data)) > FORGOTTEN) / np.float32(1 - FORGOTTEN)
        units, lengths = _units(vectors[asks] @ matrix.now + held @ table.now)
        slope = _through(_slope(units, shared), units, lengths)
        rate = RATE * min(1, step / WARM) * (1 + math.cos(math.pi * step / STEPS)) / 2
        matrix.learn(vectors[asks].T @ slope, rate, step)
        table.learn(held.T @ slope, rate, step)
    return Learnt.of(matrix.now, names, table.now, rarity)


@dataclass
class _Learning:
    """Numbers, and the running means of their slope and its square."""

    now: np.ndarray

    def __post_init__(self) -> None:
        self._mean, self._square = np.zeros_like(self.now), np.zeros_like(self.now)

    def learn(self, slope: np.ndarray, rate: float, step: int) -> None:
        self._mean += 0.1 * (slope - self._mean)
        self._square += 0.001 * (slope**2 - self._square)
        self.now -= rate * (self._mean / (1 - 0.9**step)) / (np.sqrt(self._square / (1 - 0.999**step)) + 1e-8)


def _bags(texts: Sequence[str]) -> tuple[list[str], np.ndarray, sparse.csr_array]:
    """Names and rarities of the terms that are common enough, and a row a text with the weight of each of its own."""
    terms = [terms_of(text) for text in texts]
    counts = Counter(term for held in terms for term in held)
    names = sorted(term for term, count in counts.items() if count >= SEEN)
    rarity = np.array([math.log(1 + len(texts) / (counts[name] + 0.5)) for name in names], np.float32)
    weigher = Learnt(np.eye(0), names, np.empty((len(names), 0), np.int8), rarity, rarity)
    known = [weigher.terms(text) for text in texts]
    starts = np.cumsum([0, *(len(one.rows) for one in known)])
    rows, weights = (np.concatenate([one[n] for one in known]) for n in (0, 1))
    return names, rarity, sparse.csr_array((weights.astype(np.float32), rows, starts), (len(texts), len(names)))


def _pairs(
    owners_of: Sequence[frozenset[int]], random: np.random.Generator
) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
    """Of each step: its number, asks of some owners, others of the same, and which of them have an owner in common."""
    asks_of = _inverted(owners_of)
    owners = [*asks_of]
    for step in range(1, STEPS + 1):
        chosen = random.choice(owners, size=min(BATCH, len(owners)), replace=False)
        one, other = (np.array([random.choice(asks_of[owner]) for owner in chosen]) for _ in range(2))
        yield step, one, other, _shared(owners_of, one, other)


def _inverted(owners_of: Sequence[frozenset[int]]) -> dict[int, list[int]]:
    asks: dict[int, list[int]] = {}
    for ask, owners in enumerate(owners_of):
        for owner in sorted(owners):
            asks.setdefault(owner, []).append(ask)
    return asks


def _main_directions(vectors: np.ndarray) -> np.ndarray:
    """Where training begins: the directions in which the vectors differ most, scaled to a mean length of one."""
    directions = np.linalg.eigh(vectors.T @ vectors)[1][:, -DIMENSIONS:]
    begin: np.ndarray = directions / np.linalg.norm(vectors @ directions, axis=1).mean()
    return begin.astype(np.float32)


def _shared(owners_of: Sequence[frozenset[int]], one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Pairs off the diagonal that have an owner in common: they are neither to be near nor far."""
    holders: dict[int, list[int]] = {}
    for column, ask in enumerate(other):
        for owner in owners_of[ask]:
            holders.setdefault(owner, []).append(column)
    shared = np.zeros((len(one), len(other)), bool)
    for line, ask in enumerate(one):
        for owner in owners_of[ask]:
            shared[line, holders.get(owner, [])] = True
    np.fill_diagonal(shared, False)
    return shared


def _slope(units: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """Of the loss, both ways, with regard to the unit vectors: first of the asks, then of their others."""
    left, right = np.split(units, 2)
    near = left @ right.T / TEMPERATURE
    near[shared] = -np.inf
    blame = _softmax(near) + _softmax(near.T).T - 2 * np.eye(len(left), dtype=np.float32)
    blame /= 2 * len(left) * TEMPERATURE
    return np.concatenate([blame @ right, blame.T @ left])


def _units(vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / lengths, lengths


def _through(slope: np.ndarray, units: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """A slope with regard to unit vectors as one with regard to the vectors."""
    through: np.ndarray = (slope - (slope * units).sum(axis=1, keepdims=True) * units) / lengths
    return through


def _softmax(logits: np.ndarray) -> np.ndarray:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances: np.ndarray = powers / powers.sum(axis=1, keepdims=True)
    return chances
