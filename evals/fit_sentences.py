"""Fit the trees that rank sentences: a set of questions with answer spans in, rag/sentence_trees.json out.

    python -m evals.fit_sentences ../shared/bench/train cmrc_train --index DIR      DIR: that set, ingested

Boosted regression trees (Friedman 2001) under a list-wise loss, the softmax over a question's sentences (Cao et al. 2007).
Every tenth question is held out and only reported. Where a sentence stands in its document is no feature: an encyclopaedia tells
the answer early, a meeting anywhere.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from evals.bench.public import Asked, PublicSet
from evals.bench.quality import found_sentences, understood
from rag.chat_engine import ChatEngine
from rag.factory import open_chat_engine
from rag.sentence_features import FEATURES, Rows, sentence_features
from rag.sentence_ranker import TREES, Trees
from rag.settings import Settings

TREE_COUNT, DEPTH, RATE = 320, 4, 0.06
BINS, LEAST, PENALTY = 32, 40, 1.0  # of a feature; sentences in a leaf; of squared leaf values


class Example(NamedTuple):
    rows: Rows
    right: npt.NDArray[np.bool_]


def examples(engine: ChatEngine, questions: list[Asked]) -> list[Example]:
    """The sentences of each question's best passages, where one of them holds the answer and one does not."""
    gathered = []
    for asked in tqdm(questions, unit="question", disable=None):
        found = found_sentences(engine, asked.question)
        right = np.array([asked.answered_by(one.sentence.span) for one in found])
        if right.any() and not right.all():
            question = understood(engine, asked.question)
            gathered.append(Example(sentence_features(question, found, engine.library()), right))
    return gathered


def fit(examples: list[Example]) -> Trees:
    """Each tree goes a step along the gradient of the loss."""
    rows = np.concatenate([example.rows for example in examples])
    right = np.concatenate([example.right for example in examples]).astype(float)
    starts = np.cumsum([0, *(len(example.right) for example in examples[:-1])])
    sizes = np.diff([*starts, len(rows)])
    right /= np.repeat(np.add.reduceat(right, starts), sizes)
    edges = [np.unique(np.quantile(column, np.linspace(0, 1, BINS + 1)[1:-1])) for column in rows.T]
    binned = np.array([np.searchsorted(edge, column, side="left") for edge, column in zip(edges, rows.T, strict=True)])
    scores, trees = np.zeros(len(rows)), []
    for _ in tqdm(range(TREE_COUNT), unit="tree", disable=None):
        best = np.repeat(np.maximum.reduceat(scores, starts), sizes)
        chance = np.exp(scores - best)
        chance /= np.repeat(np.add.reduceat(chance, starts), sizes)
        tree, leaves = _grow(binned, edges, right - chance, np.maximum(chance * (1 - chance), 1e-6))
        scores += tree[2][leaves]
        trees.append(tree)
    features, thresholds, values = (np.array(part) for part in zip(*trees, strict=True))
    return Trees(features, thresholds, values)


_Tree = tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]


def _grow(
    binned: npt.NDArray[np.int64], edges: list[npt.NDArray[np.float64]], slope: Rows, curve: Rows
) -> tuple[_Tree, npt.NDArray[np.int64]]:
    """A whole tree of `DEPTH` levels, and the leaf of each row. A node that no split helps sends all to the left."""
    nodes = np.zeros(binned.shape[1], np.int64)
    features, thresholds = np.zeros(2**DEPTH - 1, np.int64), np.full(2**DEPTH - 1, np.inf)
    for level in range(DEPTH):
        width = 2**level
        best = np.zeros(width)
        cuts = np.full(width, BINS + 1)
        for feature, column in enumerate(binned):
            at = nodes * BINS + column
            sums = [np.bincount(at, weight, width * BINS).reshape(width, BINS).cumsum(1) for weight in (slope, curve)]
            count = np.bincount(at, minlength=width * BINS).reshape(width, BINS).cumsum(1)
            gain = _gain(*sums) + _gain(*(total[:, -1:] - total for total in sums)) - _gain(*(t[:, -1:] for t in sums))
            gain[(count < LEAST) | (count[:, -1:] - count < LEAST)] = 0
            cut = gain.argmax(1)
            better = gain[np.arange(width), cut] > best + 1e-9
            best = np.where(better, gain[np.arange(width), cut], best)
            cuts = np.where(better, cut, cuts)
            for node in np.flatnonzero(better):
                features[width - 1 + node], thresholds[width - 1 + node] = feature, edges[feature][cut[node]]
        chosen = features[width - 1 + nodes]
        nodes = 2 * nodes + (binned[chosen, np.arange(len(nodes))] > cuts[nodes])
    sums = [np.bincount(nodes, weight, 2**DEPTH) for weight in (slope, curve)]
    return (features, thresholds, RATE * sums[0] / (sums[1] + PENALTY)), nodes


def _gain(slope: Rows, curve: Rows) -> Rows:
    gain: Rows = slope**2 / (curve + PENALTY)
    return gain


def hits(trees: Trees, examples: list[Example], k: int) -> float:
    """Share of the questions with a right sentence among the first `k`."""
    return float(np.mean([e.right[np.argsort(-trees(e.rows), kind="stable")[:k]].any() for e in examples]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=4000)
    args = parser.parse_args()
    questions = PublicSet.load(args.folder, args.name).questions
    step = max(1, len(questions) // args.questions)
    gathered = examples(open_chat_engine(Settings(index=args.index, default_index=False)), [*questions[::step]])
    held_out, rest = gathered[::10], [example for n, example in enumerate(gathered) if n % 10]
    trees = fit(rest)
    for k in (1, 3):
        print(f"hit@{k}: {hits(trees, rest, k):.3f} of {len(rest)} fitted on, {hits(trees, held_out, k):.3f} held out")
    used = np.bincount(trees.features.ravel()[np.isfinite(trees.thresholds.ravel())], minlength=len(FEATURES))
    print(" ".join(f"{name}={count}" for name, count in sorted(zip(FEATURES, used, strict=True), key=lambda u: -u[1])))
    TREES.write_text(json.dumps(trees.to_dict()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
