"""Whether an answer object holds together: its spans cut what it quotes, its marks and citations agree."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evals.datasets import Question
from evals.sources import Sources

# [1] but neither an escaped \[1] nor the text of a link [1](…).
_MARK = re.compile(r"(?<!\\)\[(\d+)\](?!\()")


def spans_valid(question: Question, answer: Mapping[str, Any], *, sources: Sources) -> float | None:
    """1 when every citation's `raw` is its file's text at [start, end); None without citations."""
    if not answer["citations"]:
        return None
    return float(all(_cuts(citation, sources) for citation in answer["citations"]))


def marks_resolve(question: Question, answer: Mapping[str, Any]) -> float | None:
    """1 when the marks in the text and the citations' `n` agree one to one and statements cite no other.

    A refusal may have neither: None. An answer without both is uncited: 0.
    """
    numbers = [citation["n"] for citation in answer["citations"]]
    marks = {int(mark) for mark in _MARK.findall(answer["answer"])}
    if answer["refused"] and not numbers and not marks:
        return None
    cited = {n for statement in answer["statements"] for n in statement["citations"]}
    once = len(numbers) == len(set(numbers))
    return float(bool(numbers) and once and marks == set(numbers) and cited <= marks)


def _cuts(citation: Mapping[str, Any], sources: Sources) -> bool:
    raw = sources.get(citation["file"])
    if raw is None or not 0 <= citation["start"] < citation["end"] <= len(raw):
        return False
    return bool(raw[citation["start"] : citation["end"]] == citation["raw"])
