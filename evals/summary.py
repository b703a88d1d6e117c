"""Rows in, figures with counts and intervals by group, latency, and the baselines' figures, out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.measure import Row, is_amount, is_count


@dataclass(frozen=True, slots=True)
class Figure:
    """Of shares the mean, of a count the sum, of an amount the median; over how many, in its 95% interval."""

    value: float
    scored: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """Some rows of a run and their figures; a figure is None where nothing could be scored."""

    section: str
    name: str
    rows: int
    errors: int
    figures: dict[str, Figure | None]


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds after the warm-up, sorted; the percentiles are None when there were none."""

    timed: int
    p50: float | None
    p95: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A whole run: everything, then each group of each section; and what stood beside it."""

    groups: tuple[Group, ...]
    latency: Latency
    beside: dict[str, dict[str, Figure | None]]

    @property
    def whole(self) -> Group:
        return self.groups[0]

    @property
    def errors(self) -> int:
        return self.whole.errors

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def summarise(rows: Sequence[Row], scorers: Sequence[str], order: Sequence[str] = ()) -> Summary:
    """`order`: names of groups in the order they are told; others follow by name."""
    sections: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        for section, names in row["groups"].items():
            for name in names:
                sections.setdefault(section, {}).setdefault(name, []).append(row)
    groups = [_group("", "all", rows, scorers)]
    for section, members in sections.items():
        names = sorted(members, key=lambda name: (order.index(name) if name in order else len(order), name))
        groups += [_group(section, name, members[name], scorers) for name in names]
    return Summary(tuple(groups), _latency(rows), _beside(rows, scorers))


def figure(scorer: str, scores: Iterable[float | None]) -> Figure | None:
    """The figure of what could be scored."""
    values = [score for score in scores if score is not None]
    if not values:
        return None
    total = math.fsum(values)
    if is_count(scorer):
        return Figure(total, len(values), total, total)
    if is_amount(scorer):
        return Figure(percentile(values, 0.5), len(values), *_median_interval(values))
    return Figure(total / len(values), len(values), *wilson(total / len(values), len(values)))


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


def _median_interval(values: Sequence[float]) -> tuple[float, float]:
    """Between the order statistics that hold the median in 95 of 100 samples, whatever the distribution."""
    ordered, reach = sorted(values), 0.98 * math.sqrt(len(values))
    low = max(0, math.floor(len(values) / 2 - reach))
    high = min(len(values) - 1, math.ceil(len(values) / 2 + reach))
    return ordered[low], ordered[high]


def _group(section: str, name: str, rows: Sequence[Row], scorers: Sequence[str]) -> Group:
    good = [row["scores"] for row in rows if "error" not in row]
    figures = {scorer: figure(scorer, (scores.get(scorer) for scores in good)) for scorer in scorers}
    return Group(section, name, len(rows), len(rows) - len(good), figures)


def _beside(rows: Sequence[Row], scorers: Sequence[str]) -> dict[str, dict[str, Figure | None]]:
    good = [row["beside"] for row in rows if "beside" in row]
    return {
        name: {scorer: figure(scorer, (scores[name].get(scorer) for scores in good)) for scorer in scorers}
        for name in (good[0] if good else ())
    }


def _latency(rows: Sequence[Row]) -> Latency:
    timed = [row["latency_ms"] for row in rows if "error" not in row and not row["warm_up"]]
    if not timed:
        return Latency(0, None, None)
    return Latency(len(timed), percentile(timed, 0.5), percentile(timed, 0.95))
