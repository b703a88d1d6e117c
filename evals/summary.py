"""Rows of a run in, means with counts and intervals by group, and latency, out."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.datasets import LANGUAGES, TYPES, Question
from evals.run import Row
from evals.scorers import COUNTERS


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of what could be scored (of a counter: the sum), over how many, in its 95% interval."""

    value: float
    scored: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """Some questions of the set and their figures; a figure is None where nothing could be scored."""

    name: str
    questions: int
    errors: int
    figures: dict[str, Figure | None]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds over the questions after the warm-up; the percentiles are None when there were none."""

    timed: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole run: the set at once, by language, by whether the sources hold an answer, and by type."""

    groups: tuple[Group, ...]
    latency: Latency

    @property
    def errors(self) -> int:
        return self.groups[0].errors

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def summarise(questions: Sequence[Question], rows: Sequence[Row], scorers: Sequence[str]) -> Summary:
    """`rows[i]` answers `questions[i]`; groups without questions are left out."""
    pairs = list(zip(questions, rows, strict=True))
    groups = []
    for name, belongs in _GROUPS.items():
        members = [row for question, row in pairs if belongs(question)]
        if members:
            groups.append(_group(name, members, scorers))
    return Summary(tuple(groups), _latency(rows))


def wilson(mean: float, scored: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95% interval for a mean of shares in [0, 1].

    It is the interval of a coin; a share varies at most as much as a coin with its mean, so it is never too narrow.

    >>> [round(bound, 2) for bound in wilson(1.0, 10)]
    [0.72, 1.0]
    """
    spread = z * math.sqrt(mean * (1 - mean) / scored + z * z / (4 * scored * scored))
    centre = mean + z * z / (2 * scored)
    scale = 1 + z * z / scored
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of the values don't exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _of_language(language: str) -> Callable[[Question], bool]:
    return lambda question: question.lang == language


def _of_type(kind: str) -> Callable[[Question], bool]:
    return lambda question: question.type == kind


_GROUPS: dict[str, Callable[[Question], bool]] = {
    "all": lambda question: True,
    **{language: _of_language(language) for language in LANGUAGES},
    "answerable": lambda question: question.answerable,
    "not in sources": lambda question: not question.answerable,
    **{kind: _of_type(kind) for kind in TYPES},
}


def _group(name: str, rows: Sequence[Row], scorers: Sequence[str]) -> Group:
    errors = sum("error" in row for row in rows)
    return Group(name, len(rows), errors, {scorer: _figure(scorer, rows) for scorer in scorers})


def _figure(scorer: str, rows: Sequence[Row]) -> Figure | None:
    scores = [row["scores"][scorer] for row in rows if "error" not in row]
    values = [score for score in scores if score is not None]
    if not values:
        return None
    total = math.fsum(values)
    if scorer in COUNTERS:
        return Figure(total, len(values), total, total)
    return Figure(total / len(values), len(values), *wilson(total / len(values), len(values)))


def _latency(rows: Sequence[Row]) -> Latency:
    timed = [row["latency_ms"] for row in rows if "error" not in row and not row["warm_up"]]
    if not timed:
        return Latency(0, None, None)
    return Latency(len(timed), percentile(timed, 0.5), percentile(timed, 0.95))
