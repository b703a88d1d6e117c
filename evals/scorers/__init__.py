"""Scorers: a question and an answer object in, a number out, or None when the answer can't be scored by it.

Every scorer reads the answer object as plain JSON types, so it scores what any door of Sayso wrote. All are shares in
[0, 1] except `misattributed`, which counts statements and must stay 0, and `characters`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from evals.datasets import Question
from evals.scorers.characters import characters
from evals.scorers.citations import citation_precision, citation_recall
from evals.scorers.facts import fact_recall, forbidden_absent
from evals.scorers.integrity import marks_resolve, spans_valid
from evals.scorers.language import language_right
from evals.scorers.refusals import answered, refusal_correct, refused
from evals.scorers.speakers import misattributed, speaker_precision
from evals.sources import Sources

Scorer = Callable[[Question, Mapping[str, Any]], float | None]


def all_scorers(sources: Sources) -> dict[str, Scorer]:
    """Every scorer by its name, in the order of the report; `sources` are the raw files by name."""
    return {
        "fact_recall": fact_recall,
        "citation_recall": citation_recall,
        "citation_precision": citation_precision,
        "refusal_correct": refusal_correct,
        "answered": answered,
        "refused": refused,
        "speaker_precision": speaker_precision,
        "language_right": language_right,
        "spans_valid": partial(spans_valid, sources=sources),
        "marks_resolve": marks_resolve,
        "forbidden_absent": forbidden_absent,
        "misattributed": misattributed,
        "characters": characters,
    }


def score(question: Question, answer: Mapping[str, Any], scorers: Mapping[str, Scorer]) -> dict[str, float | None]:
    """The answer's value under each scorer."""
    return {name: scorer(question, answer) for name, scorer in scorers.items()}
