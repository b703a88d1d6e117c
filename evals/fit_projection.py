"""Vectors of asks and their owners in, the projection out under which asks of one owner are near and others are far.

Trained on the built-in articles' asks alone, never on a question set, by `python -m evals.make_asks`, which keeps it in
seeds/asks.npz beside the asks. On the tuning set it finds the right claim first more often than whitening did
(docs/decisions/015).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

DIMENSIONS = 160  # of 512: ranks as well as 256, in a third of the time and space
STEPS, BATCH, RATE, WARM = 700, 1024, 1e-3, 100
TEMPERATURE = 0.07  # from 0.035 to 0.07 all the same, above it worse


def projection(vectors: np.ndarray, owners_of: Sequence[frozenset[int]], seed: int = 0) -> np.ndarray:
    """`vectors`: a row an ask, unit length; `owners_of`: who owns each. Back comes a matrix, their dimensions × `DIMENSIONS`.

    Each step takes an ask and another one of `BATCH` owners; each ask is to find its other among them all: the cross entropy
    of cosines over a temperature (InfoNCE, van den Oord et al. 2018), minimized by Adam (Kingma and Ba 2015).
    """
    random = np.random.default_rng(seed)
    asks_of = _inverted(owners_of)
    owners = [*asks_of]
    matrix = _main_directions(vectors)
    mean, square = np.zeros_like(matrix), np.zeros_like(matrix)
    for step in range(1, STEPS + 1):
        chosen = random.choice(owners, size=min(BATCH, len(owners)), replace=False)
        one, other = (np.array([random.choice(asks_of[owner]) for owner in chosen]) for _ in range(2))
        slope = _slope(matrix, vectors, one, other, _shared(owners_of, one, other))
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        rate = RATE * min(1, step / WARM) * (1 + math.cos(math.pi * step / STEPS)) / 2
        matrix = matrix - rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    found: np.ndarray = matrix.astype(np.float32)
    return found


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


def _slope(
    matrix: np.ndarray, vectors: np.ndarray, one: np.ndarray, other: np.ndarray, shared: np.ndarray
) -> np.ndarray:
    """Of the loss, both ways, with regard to the matrix."""
    (left, left_length), (right, right_length) = (_units(vectors[asks] @ matrix) for asks in (one, other))
    near = left @ right.T / TEMPERATURE
    near[shared] = -np.inf
    blame = _softmax(near) + _softmax(near.T).T - 2 * np.eye(len(one), dtype=np.float32)
    blame /= 2 * len(one) * TEMPERATURE
    to_left, to_right = blame @ right, blame.T @ left
    slope: np.ndarray = vectors[one].T @ _through(to_left, left, left_length)
    slope += vectors[other].T @ _through(to_right, right, right_length)
    return slope


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
