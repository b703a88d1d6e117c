"""A run that is over: the measure, its rows, what it was made with, and what the baseline says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from evals.gate import has_baseline, regressions
from evals.measure import Measure, Row, is_count
from evals.summary import Summary, summarise


@dataclass(frozen=True)
class Finished:
    measure: Measure
    rows: Sequence[Row]
    meta: Mapping[str, Any]

    @cached_property
    def summary(self) -> Summary:
        return summarise(self.rows, self.measure.scorers, self.measure.order)

    @cached_property
    def fell(self) -> list[str] | None:
        """Figures below the baseline beyond noise; None when there is no baseline, or the run is over another set."""
        name = self.measure.name
        return regressions(name, self.rows) if has_baseline(name) and self.meta.get("gated", True) else None

    @cached_property
    def missed(self) -> list[str]:
        """Targets of the task itself, and counts that must be nought."""
        counted = {name: figure for name, figure in self.summary.whole.figures.items() if is_count(name)}
        told = [f"{name} {figure.value:.0f}, must be 0" for name, figure in counted.items() if figure and figure.value]
        return [*told, *self.measure.verdict(self.rows)]

    def to_dict(self) -> dict[str, Any]:
        gate = {"below baseline": self.fell, "missed targets": self.missed}
        told = {"task": self.measure.name, "title": self.measure.title, "headline": list(self.measure.headline)}
        return {**told, "meta": dict(self.meta), "gate": gate, **self.summary.to_dict()}
