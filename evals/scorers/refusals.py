"""Whether an answer was refused when, and only when, the sources don't hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.datasets import Question


def refusal_correct(question: Question, answer: Mapping[str, Any]) -> float:
    """1 for an answer to an answerable question and for a refusal of an unanswerable one, else 0."""
    return float(bool(answer["refused"]) != question.answerable)


def answered(question: Question, answer: Mapping[str, Any]) -> float | None:
    """1 when a question that the sources answer is answered at all; None for the others."""
    return float(not answer["refused"]) if question.answerable else None


def refused(question: Question, answer: Mapping[str, Any]) -> float | None:
    """1 when a question that the sources don't answer is refused; None for the others."""
    return None if question.answerable else float(bool(answer["refused"]))
