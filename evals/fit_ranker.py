"""Fit the reranker's logistic weights on the tuning set: questions with gold evidence in, the table for rerankers.py out.

    python -m evals.fit_ranker      prints both tables and what five-fold cross-validation says of them

Every retrieved candidate is one example; it is positive when its sentences touch gold evidence and it is of a person
whom the gold names. Questions without an answer give negatives only, so that the score can refuse; those about something
else altogether (elsewhere.jsonl) have a table of their own, for they are far from every gap, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from evals.datasets import Question, load
from evals.scorers.citations import touches
from evals.sources import read_sources
from rag.candidates import Candidate
from rag.chat_engine import ChatEngine
from rag.extractive import ENOUGH, logit
from rag.factory import open_chat_engine
from rag.features import Features
from rag.index.nearness import Alike
from rag.likeness import nearest_gap
from rag.rerankers import TO_LEARN_FROM, described
from rag.settings import Settings

_AGAINST = np.array([name in ("gap", "unknown", "open", "around") for name in Features._fields])
_HERE = Path(__file__).resolve().parent
# Share of the answerable questions that may be taken for questions about something else: of those that name nobody of these
# articles, and of those that name somebody.
LOST, NAMED_LOST = 0.01, 0.003
GATE_STEPS, GATE_PENALTY = 3000, 0.03
RANK_STEPS, RANK_RATE, RANK_PENALTY = 250, 0.05, 0.002


class Examples(NamedTuple):
    """One question's candidates, a row each: features and whether they are right; its nearest gap's likenesses; and whether it
    names somebody.
    """

    features: np.ndarray
    labels: np.ndarray
    gap: np.ndarray
    named: bool


def examples(engine: ChatEngine, question: Question) -> Examples:
    """Features and labels of one question's candidates that are propositions."""
    library = engine.library()
    asked = engine.understood(question.question, question.history)
    if asked is None:
        return Examples(np.empty((0, len(Features._fields))), np.empty(0), np.zeros(len(Alike._fields)), named=False)
    candidates = engine.candidates(asked)
    found = [(c, f) for c, f in described(asked, candidates, library, TO_LEARN_FROM) if c.proposition]
    labels = [_right(candidate, question, library.source(candidate.source).file) for candidate, _ in found]
    features = np.array([f for _, f in found]).reshape(-1, len(Features._fields))
    gap = np.array(nearest_gap(asked, library)[1])
    return Examples(features, np.array(labels, dtype=float), gap, bool(asked.people or asked.organisations))


def _right(candidate: Candidate, question: Question, file: str) -> bool:
    cited = [{"file": file, "start": s.span.start, "end": s.span.end} for s in candidate.sentences]
    return any(touches(citation, quote) for group in question.evidence for quote in group for citation in cited)


def gate(questions: Sequence[Question], data: dict[str, Examples], weights: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias of a logistic regression on scaled features of whether a question is answerable; both kinds of question
    count alike as a whole.
    """
    x = np.array([_decisive(data[q.id], weights) for q in questions])
    y = np.array([float(q.answerable) for q in questions])
    mean, scale = x.mean(axis=0), x.std(axis=0) + 1e-6
    x = (x - mean) / scale
    share = np.where(y > 0, 0.5 / y.sum(), 0.5 / (1 - y).sum())
    slopes, bias = np.zeros(x.shape[1]), 0.0
    for _ in range(GATE_STEPS):
        error = share * (1 / (1 + np.exp(-(x @ slopes + bias))) - y)
        slopes -= x.T @ error + GATE_PENALTY * slopes
        bias -= float(error.sum())
    return slopes / scale, bias - float((slopes / scale) @ mean)


def rank(sets: list[Examples]) -> np.ndarray:
    """Weights under which the softmax of a question's candidates puts most on the right ones (a list-wise loss, Cao et al.
    2007); found by Adam (Kingma and Ba 2015) on scaled features, for the penalty would keep those small that differ little.
    """
    scale = np.concatenate([one.features for one in sets]).std(axis=0) + 1e-6
    found = [(one.features / scale, one.labels) for one in sets if one.labels.any()]
    weights, mean, square = (np.zeros(len(scale)) for _ in range(3))
    for step in range(1, RANK_STEPS + 1):
        slope = -RANK_PENALTY * weights
        for x, y in found:
            scores = np.exp(x @ weights - (x @ weights).max())
            right = scores * y / (scores * y).sum()
            slope += x.T @ (right - scores / scores.sum()) / len(found)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights += RANK_RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        weights = np.where(_AGAINST, np.minimum(weights, 0), np.maximum(weights, 0))
    unscaled: np.ndarray = weights / scale
    return unscaled


def best(examples: Examples, weights: np.ndarray) -> int:
    return int(np.argmax(examples.features @ weights))


def main() -> None:
    engine = open_chat_engine(Settings.from_env())
    questions = _set("tuning")
    elsewhere = _set("elsewhere")
    data = {q.id: found for q in (*questions, *elsewhere) if len((found := examples(engine, q)).labels)}
    kept = [q for q in questions if q.id in data]
    hits: list[float] = []
    logits: dict[str, float] = {}
    for part in range(5):
        train = [q for i, q in enumerate(kept) if i % 5 != part]
        weights = rank([data[q.id] for q in train])
        slopes, bias = gate(train, data, weights)
        for q in kept[part::5]:
            logits[q.id] = float(_decisive(data[q.id], weights) @ slopes + bias)
            hits += [data[q.id].labels[best(data[q.id], weights)]] if q.answerable else []
    weights = rank([data[q.id] for q in kept if q.answerable])
    # Half of the answerable questions' best candidates score above 0.5.
    middle = float(np.median([max(data[q.id].features @ weights) for q in kept if q.answerable]))
    slopes, bias = gate(kept, data, weights)
    print("WEIGHTS", _table(Features._fields, weights), "BIAS", round(-middle, 2))
    print("ENOUGH", _table(Features._fields, slopes), "ENOUGH_BIAS", round(bias, 2))
    print("LEFT_OPEN", _table(Alike._fields, slopes[len(Features._fields) :]))
    answerable = [q for q in kept if q.answerable]
    slopes, bias = gate([*answerable, *(q for q in elsewhere if q.id in data)], data, weights)
    print("BELONGS", _table(Features._fields, slopes))
    for name, named, lost in (("BELONGS_BIAS", False, LOST), ("NAMED_BIAS", True, NAMED_LOST)):
        theirs = [_decisive(data[q.id], weights) @ slopes for q in answerable if data[q.id].named == named]
        print(name, round(float(logit(ENOUGH) - np.quantile(theirs, lost)), 2))
    print("BELONGS_GAP", _table(Alike._fields, slopes[len(Features._fields) :]))
    print(f"held out, five-fold: hit@1 {np.mean(hits):.3f} of {len(hits)}")
    for threshold in np.arange(0.1, 0.6, 0.05):
        refused = {
            a: np.mean([logits[q.id] < logit(threshold) for q in kept if q.answerable == a]) for a in (True, False)
        }
        print(
            f"ENOUGH at {threshold:.2f}: refuses {refused[False]:.3f} of the unanswerable, {refused[True]:.3f} of the answerable"
        )


def _set(name: str) -> list[Question]:
    return load(_HERE / "founders" / f"{name}.jsonl", read_sources(_HERE.parent / "seeds"))


def _decisive(found: Examples, weights: np.ndarray) -> np.ndarray:
    """What decides whether a question is answered: its best claim's features and its nearest gap's likenesses."""
    return np.concatenate([found.features[best(found, weights)], found.gap])


def _table(names: Sequence[str], weights: np.ndarray) -> str:
    return ", ".join(f"{name}={value:.2f}" for name, value in zip(names, weights, strict=False))


if __name__ == "__main__":
    main()
