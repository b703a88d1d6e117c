"""Fit the reranker's logistic weights on the tuning set: questions with gold evidence in, the table for rerankers.py out.

    python -m evals.fit_ranker      prints both tables and what five-fold cross-validation says of them

Every retrieved candidate is one example; it is positive when its sentences touch gold evidence and it is of a person
whom the gold names. Questions without an answer give negatives only, so that the score can refuse.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from evals.datasets import Question, load
from evals.scorers.citations import touches
from evals.sources import read_sources
from rag.candidates import Candidate
from rag.chat_engine import ChatEngine
from rag.conversation import in_context
from rag.factory import open_chat_engine
from rag.features import Features
from rag.question import clean_question
from rag.rerankers import described
from rag.settings import Settings
from rag.translation import translated

_AGAINST = np.array([name in ("gap", "unknown") for name in Features._fields])
Examples = tuple[np.ndarray, np.ndarray]
_HERE = Path(__file__).resolve().parent
PENALTY = 0.003  # of squared weights: 8 weights on some 8,000 examples need little
STEPS, RATE = 1500, 4.0
RANK_STEPS, RANK_PENALTY = 250, 0.002


def examples(engine: ChatEngine, question: Question) -> Examples:
    """Features and labels of one question's candidates that are propositions."""
    library = engine.library()
    asked = translated(in_context(clean_question(question.question), question.history, library.people), library)
    found = [(c, f) for c, f in described(asked, engine.candidates(asked), library) if c.proposition and f.named]
    labels = [_right(candidate, question, library.source(candidate.source).file) for candidate, _ in found]
    return np.array([f for _, f in found]).reshape(-1, len(Features._fields)), np.array(labels, dtype=float)


def _right(candidate: Candidate, question: Question, file: str) -> bool:
    cited = [{"file": file, "start": s.span.start, "end": s.span.end} for s in candidate.sentences]
    return any(touches(citation, quote) for group in question.evidence for quote in group for citation in cited)


def fit(sets: list[Examples], *, boost: float = 6.0) -> tuple[np.ndarray, float]:
    """Weights and bias of a logistic regression; every question counts alike, a positive `boost` times a negative."""
    x = np.concatenate([f for f, _ in sets])
    y = np.concatenate([label for _, label in sets])
    share = np.concatenate([np.full(len(label), 1 / len(label)) for _, label in sets]) * np.where(y > 0, boost, 1)
    share /= share.sum()
    weights, bias = np.zeros(x.shape[1]), 0.0
    for _ in range(STEPS):
        error = share * (1 / (1 + np.exp(-(x @ weights + bias))) - y)
        weights -= RATE * (x.T @ error + PENALTY * weights)
        # A feature may only speak for what it stands for: what fits can't count against, a gap can't count for.
        weights = np.where(_AGAINST, np.minimum(weights, 0), np.maximum(weights, 0))
        bias -= RATE * float(error.sum())
    return weights, bias


def rank(sets: list[Examples]) -> np.ndarray:
    """Weights under which the softmax of a question's candidates puts most on the right ones (a list-wise loss, Cao et al.
    2007); found by Adam (Kingma and Ba 2015).
    """
    found = [(f, label) for f, label in sets if label.any()]
    weights, mean, square = (np.zeros(found[0][0].shape[1]) for _ in range(3))
    for step in range(1, RANK_STEPS + 1):
        slope = -RANK_PENALTY * weights
        for x, y in found:
            scores = np.exp(x @ weights - (x @ weights).max())
            right = scores * y / (scores * y).sum()
            slope += x.T @ (right - scores / scores.sum()) / len(found)
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights += 0.1 * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        weights = np.where(_AGAINST, np.minimum(weights, 0), np.maximum(weights, 0))
    return weights


def best(examples: Examples, weights: np.ndarray) -> int:
    return int(np.argmax(examples[0] @ weights))


def main() -> None:
    engine = open_chat_engine(Settings.from_env())
    questions = load(_HERE / "founders" / "tuning.jsonl", read_sources(_HERE.parent / "seeds"))
    data = {q.id: found for q in questions if len((found := examples(engine, q))[1])}
    kept = [q for q in questions if q.id in data]
    hits, chances = [], {}
    for part in range(5):
        train = [q for i, q in enumerate(kept) if i % 5 != part]
        weights = rank([data[q.id] for q in train])
        gate, bias = _gate(train, data, weights)
        for q in kept[part::5]:
            features, labels = data[q.id]
            top = best(data[q.id], weights)
            chances[q.id] = float(features[top] @ gate + bias)
            hits += [labels[top]] if q.answerable else []
    weights = rank([data[q.id] for q in kept if q.answerable])
    # Half of the answerable questions' best candidates score above 0.5.
    bias = -float(np.median([max(data[q.id][0] @ weights) for q in kept if q.answerable]))
    gate, gate_bias = _gate(kept, data, weights)
    print("WEIGHTS", _table(weights), "BIAS", round(bias, 2))
    print("ENOUGH", _table(gate), "ENOUGH_BIAS", round(gate_bias, 2))
    print(f"held out, five-fold: hit@1 {np.mean(hits):.3f} of {len(hits)}")
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5):
        z = np.log(threshold / (1 - threshold))
        refused = {a: np.mean([chances[q.id] < z for q in kept if q.answerable == a]) for a in (True, False)}
        print(
            f"ENOUGH at {threshold}: refuses {refused[False]:.3f} of the unanswerable, {refused[True]:.3f} of the answerable"
        )


def _gate(questions: list[Question], data: dict[str, Examples], weights: np.ndarray) -> tuple[np.ndarray, float]:
    rows = [(data[q.id][0][best(data[q.id], weights)][None, :], np.array([float(q.answerable)])) for q in questions]
    unanswerable = sum(not q.answerable for q in questions)
    return fit(rows, boost=unanswerable / max(1, len(questions) - unanswerable))


def _table(weights: np.ndarray) -> str:
    return ", ".join(f"{name}={value:.2f}" for name, value in zip(Features._fields, weights, strict=True))


if __name__ == "__main__":
    main()
