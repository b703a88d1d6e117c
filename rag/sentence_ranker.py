"""A question and sentences in, how well each answers out, by boosted trees: for documents that have no propositions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.candidates import Candidate
from rag.index.library import Library
from rag.question import Question
from rag.sentence_features import Found, Rows, sentence_features

# Fitted by evals/fit_sentences.py on the training questions of CMRC 2018 (Cui et al. 2019), and on nothing else.
TREES = Path(__file__).with_name("sentence_trees.json")


@dataclass(frozen=True)
class Trees:
    """Whole binary trees of equal depth, a row a tree: inner nodes level by level, then the values of the leaves. What is
    not above a node's threshold goes to the left.
    """

    features: npt.NDArray[np.int64]
    thresholds: npt.NDArray[np.float64]
    values: npt.NDArray[np.float64]

    @classmethod
    def load(cls, path: Path = TREES) -> Trees:
        told = json.loads(path.read_text(encoding="utf-8"))
        thresholds = [[np.inf if cut is None else cut for cut in tree] for tree in told["thresholds"]]
        return cls(np.array(told["features"]), np.array(thresholds), np.array(told["values"]))

    def to_dict(self) -> dict[str, Any]:
        cuts = [[round(cut, 5) if np.isfinite(cut) else None for cut in tree] for tree in self.thresholds.tolist()]
        return {"features": self.features.tolist(), "thresholds": cuts, "values": self.values.round(5).tolist()}

    def __call__(self, rows: Rows) -> Rows:
        """The sum of the trees' values, for each row."""
        trees = np.arange(len(self.features))
        nodes = np.zeros((len(rows), len(trees)), np.int64)
        inner = self.features.shape[1]
        for _ in range((inner + 1).bit_length() - 1):
            right = rows[np.arange(len(rows))[:, None], self.features[trees, nodes]] > self.thresholds[trees, nodes]
            nodes = 2 * nodes + 1 + right
        scores: Rows = self.values[trees, nodes - inner].sum(axis=1)
        return scores


def sentence_scores(question: Question, found: Sequence[Found], library: Library) -> list[float]:
    """The chance that each sentence is the one that answers, if one does; they add up to 1."""
    if not found:
        return []
    scores = _trees()(sentence_features(question, found, library))
    chances = np.exp(scores - scores.max())
    return [float(chance) for chance in chances / chances.sum()]


def sentences_ranked(question: Question, candidates: Sequence[Candidate], library: Library) -> list[Candidate]:
    """The same candidates; those that are sentences share out their scores anew, the best score to the best by the trees.
    So the trees say in which order, and how sure one is stays comparable with propositions.
    """
    sentences = [c for c in candidates if c.proposition is None and c.score > 0]
    chances = sentence_scores(question, [Found(c.sentences[0], c.retrieved) for c in sentences], library)
    order = sorted(range(len(sentences)), key=lambda n: -chances[n])
    scores = sorted((c.score for c in sentences), reverse=True)
    given = {sentences[n].id: replace(sentences[n], score=score) for n, score in zip(order, scores, strict=True)}
    return [given.get(c.id, c) for c in candidates]


@lru_cache(maxsize=1)
def _trees() -> Trees:
    return Trees.load()
