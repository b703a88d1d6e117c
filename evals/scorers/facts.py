"""What an answer says: which needed facts occur in its text, and whether a forbidden string does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from evals.datasets import Question

_DROPPED = re.compile(r"[\s,、]")


def normalised(text: str) -> str:
    """NFKC, lower case, without white space, commas and 、 (NFKC makes ， a comma).

    >>> normalised("１0，000 Times")
    '10000times'
    """
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).lower())


def fact_recall(question: Question, answer: Mapping[str, Any]) -> float | None:
    """Share of the fact groups of which one alternative occurs in the answer.

    A refusal of an answerable question scores 0. An unanswerable question has no facts to recall: None.
    """
    if not question.answerable or not question.facts:
        return None
    if answer["refused"]:
        return 0.0
    text = normalised(answer["answer"])
    found = sum(any(normalised(fact) in text for fact in group) for group in question.facts)
    return found / len(question.facts)


def forbidden_absent(question: Question, answer: Mapping[str, Any]) -> float | None:
    """1 when no forbidden string occurs in the answer; None when the question forbids nothing."""
    if not question.forbidden:
        return None
    text = normalised(answer["answer"])
    return float(not any(normalised(string) in text for string in question.forbidden))
