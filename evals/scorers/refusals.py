"""Whether an answer was refused when, and only when, the sources don't hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.datasets import Question


def refusal_correct(question: Question, answer: Mapping[str, Any]) -> float:
    """1 for an answer to an answerable question and for a refusal of an unanswerable one, else 0."""
    return float(bool(answer["refused"]) != question.answerable)
