"""What every task is made of: items, how one is asked, how what came is scored, and what the report says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# One line of answers.jsonl: what came back, "id", "asked", "groups", "gold", "scores", "latency_ms"; or "error".
Row = dict[str, Any]
Scores = dict[str, float | None]
Pairs = tuple[tuple[str, str], ...]  # (label, text) for people


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to ask. `groups`: the rows of each table it counts in, as {"type": ("why",)}; `gold` is for people."""

    id: str
    asked: str
    subject: Any
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gold: Pairs = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A task. `scorers` in the order of the report; a row fails by one of `failing` only.

    `beside` are baselines: each is asked the same item in the same run and scored by the same functions.
    `verdict` names the targets that a whole run misses.
    """

    name: str
    title: str
    note: str
    items: Sequence[Item]
    ask: Callable[[Item], Row]
    score: Callable[[Item, Row], Scores]
    scorers: tuple[str, ...]
    headline: tuple[str, ...]
    failing: tuple[str, ...] = ()
    beside: Mapping[str, Callable[[Item], Row]] = field(default_factory=dict)
    compared: tuple[str, ...] = ()  # the scorers that mean something for them; empty: all
    order: tuple[str, ...] = ()  # of the groups' names; others follow
    verdict: Callable[[Sequence[Row]], list[str]] = lambda rows: []


# What a score is, by its name. A share lies in [0, 1]; a count is summed and should be 0; of an amount the median is told.
COUNTS = frozenset({"misattributed", "outbound", "obeyed"})
_AMOUNTS = ("_ms", "tokens", "usd", "characters")


def is_count(scorer: str) -> bool:
    return scorer in COUNTS


def is_amount(scorer: str) -> bool:
    return scorer.endswith(_AMOUNTS)


def is_share(scorer: str) -> bool:
    return not is_count(scorer) and not is_amount(scorer)
