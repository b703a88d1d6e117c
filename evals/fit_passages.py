"""Fit the passage reranker's weights: a set of questions with answer spans in, both tables of rag/passages.py out.

    sayso --index DIR ingest CORPUS.jsonl     with SAYSO_EMBEDDING=semantic; CORPUS: the set's documents
    python -m evals.fit_passages ../shared/bench/train cmrc_train --index DIR --questions 900

A list-wise loss (Cao et al. 2007) by Adam (Kingma and Ba 2015), as in evals/fit_ranker.py. No weight may be negative.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from evals.bench.public import Asked, PublicSet
from evals.bench.quality import span_of, understood
from rag.chat_engine import ChatEngine
from rag.factory import READ, open_chat_engine
from rag.passages import PassageFeatures, passage_features
from rag.retrievers import passage_pool
from rag.settings import Settings

STEPS, RATE = 250, 0.1
PENALTY = 0.0005  # of squared weights; of .01, .002 and .0005 the one with the best top 5 on the training questions
WORDS = ("document", "window", "whole", "title", "sentence", "passage")  # what is known without any meaning
Numbers = npt.NDArray[np.float64]
Example = tuple[Numbers, Numbers]  # features and, for each passage, 1 where it holds an answer


def examples(engine: ChatEngine, questions: list[Asked]) -> list[Example]:
    """What the reranker reads for each question."""
    library = engine.library()
    pool = passage_pool(engine.library, limit=READ)
    gathered = []
    for asked in tqdm(questions, unit="question", disable=None):
        question = understood(engine, asked.question)
        passages = [node.node.metadata["passage"] for node in pool.retrieve(question)]
        right = [float(asked.answered_by(span_of(library, passage))) for passage in passages]
        gathered.append((np.array(passage_features(question, passages, library)), np.array(right)))
    return gathered


def fit(examples: list[Example], columns: list[int]) -> Numbers:
    """Weights of some columns, 0 for the others."""
    found = [(features[:, columns], right) for features, right in examples if right.any()]
    features, right = (np.concatenate(part) for part in zip(*found, strict=True))
    starts = np.cumsum([0, *(len(labels) for _, labels in found[:-1])])
    sizes = np.diff([*starts, len(features)])
    weights, mean, square = (np.zeros(len(columns)) for _ in range(3))
    for step in range(1, STEPS + 1):
        scores = features @ weights
        chance = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        wanted = chance * right
        chance, wanted = (part / np.repeat(np.add.reduceat(part, starts), sizes) for part in (chance, wanted))
        slope = features.T @ (wanted - chance) / len(found) - PENALTY * weights
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        weights += RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        weights = np.maximum(weights, 0)
    whole = np.zeros(len(PassageFeatures._fields))
    whole[columns] = weights
    return whole


def hits(examples: list[Example], weights: Numbers, k: int) -> float:
    """Share of the questions with a right passage among the first `k`."""
    return float(np.mean([right[np.argsort(-(f @ weights), kind="stable")[:k]].any() for f, right in examples]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("name")
    parser.add_argument("--index", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=900)
    args = parser.parse_args()
    questions = PublicSet.load(args.folder, args.name).questions
    chosen = [*questions[:: max(1, len(questions) // args.questions)][: args.questions]]
    gathered = examples(open_chat_engine(Settings(index=args.index, default_index=False)), chosen)
    fields = PassageFeatures._fields
    for table, known in (("WEIGHTS", fields), ("WORDS_ALONE", WORDS)):
        weights = fit(gathered, [fields.index(name) for name in known])
        print(table, ", ".join(f"{name}={weight:.2f}" for name, weight in zip(fields, weights, strict=True)))
        print(f"  top 1 {hits(gathered, weights, 1):.3f}, top 5 {hits(gathered, weights, 5):.3f} of {len(gathered)}")


if __name__ == "__main__":
    main()
