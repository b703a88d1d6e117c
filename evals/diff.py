"""Two finished runs of the same items in; what got better, what got worse, and which answers changed, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.measure import Row, is_amount, is_count
from evals.report import printable
from evals.run import read_rows
from evals.significance import Change, change
from rag.errors import UsageError

_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Difference:
    """`changed`: items with another answer. `better` and `worse`: the scores of an item that moved."""

    paired: int
    only_before: int
    only_after: int
    changes: tuple[Change, ...]
    changed: tuple[str, ...]
    better: dict[str, list[str]]
    worse: dict[str, list[str]]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def compare(before: Path, after: Path) -> Difference:
    one, two = ({row["id"]: row for row in read_rows(path)} for path in (before, after))
    common = [id_ for id_ in one if id_ in two]
    if not common:
        raise UsageError(f"{before} and {after} have no item in common")
    scorers = [s for s in next((one[id_]["scores"] for id_ in common if "scores" in one[id_]), {}) if not is_amount(s)]
    moved = {id_: _moved(one[id_], two[id_], scorers) for id_ in common}
    return Difference(
        len(common),
        len(one) - len(common),
        len(two) - len(common),
        tuple(found for scorer in scorers if (found := change(scorer, one, two))),
        tuple(id_ for id_ in common if _text(one[id_]) != _text(two[id_])),
        {
            id_: [s for s, by in scores.items() if by > 0]
            for id_, scores in moved.items()
            if any(by > 0 for by in scores.values())
        },
        {
            id_: [s for s, by in scores.items() if by < 0]
            for id_, scores in moved.items()
            if any(by < 0 for by in scores.values())
        },
    )


def table(found: Difference, before: Path, after: Path) -> str:
    """For a terminal and for Markdown alike."""
    return "\n".join(_lines(found, before, after)) + "\n"


def _lines(found: Difference, before: Path, after: Path) -> Iterator[str]:
    yield f"A = {before}, B = {after}: {found.paired} items in both, {found.only_before} only in A, {found.only_after} only in B"
    yield f"{len(found.changed)} answers differ\n"
    yield f"| {'score':18} | {'A':>7} | {'B':>7} | {'B - A':>7} | {'95 % of it':>18} | {'p':>6} | better | worse | verdict      |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for c in found.changes:
        interval = "–" if is_count(c.scorer) else f"[{c.low:+.3f}, {c.high:+.3f}]"
        yield (
            f"| {c.scorer:18} | {c.before:7.3f} | {c.after:7.3f} | {c.difference:+7.3f} | {interval:>18} | {c.p:6.3f} "
            f"| {c.better:6} | {c.worse:5} | {c.verdict:12} |"
        )
    for title, items in (("worse", found.worse), ("better", found.better)):
        yield f"\n{title}: {len(items)} items"
        for id_, scorers in list(items.items())[:_SHOWN]:
            yield printable(f"  {id_}  {', '.join(scorers)}")
        if len(items) > _SHOWN:
            yield f"  … and {len(items) - _SHOWN} more (--json tells all)"


def _moved(one: Row, two: Row, scorers: list[str]) -> dict[str, float]:
    moved = {}
    for scorer in scorers:
        before, after = (row.get("scores", {}).get(scorer) for row in (one, two))
        if before is not None and after is not None and before != after:
            moved[scorer] = (after - before) * (-1 if is_count(scorer) else 1)
    return moved


def _text(row: Row) -> Any:
    return row.get("answer", row.get("shown", row.get("error")))
