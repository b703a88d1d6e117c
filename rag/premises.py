"""A question and what answers it in, whether it supposes another figure out: "twenty years at AMD", where eleven are told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.folding import fold
from rag.quantities import Quantity, claimed, quantities

# 二十多岁, 三五年, "some 20 years": what is supposed so loosely differs from nothing.
_LOOSE = re.compile(
    r"[多余几约近]|左右|上下|以[上下内]|超过|不到|至少|最多|[一二两三四五六七八九][二三四五六七八九](?:年|个|倍|成)"
    r"|\b(?:some|about|around|over|under|than|least|most|nearly|almost|roughly|last|past|next|coming|within)\b"
)
_YEARS = range(1900, 2100)  # of the calendar; other years are a length of time


def supposes_otherwise(question: str, statements: Sequence[str]) -> bool:
    """Whether a figure of the question stands in no statement, though they tell figures of that unit.

    >>> supposes_otherwise("He spent 20 years at AMD, right?", ["He worked at AMD for 11 years."])
    True
    >>> supposes_otherwise("Did he spend 11 years there?", ["He worked at AMD for 11 years."])
    False
    """
    if _LOOSE.search(fold(question)):
        return False
    told = _figures(quantities("\n".join(statements)))
    units = {unit for unit, _ in told}
    return any(unit in units and (unit, value) not in told for unit, value in _figures(claimed(question)))


def _figures(found: Sequence[Quantity]) -> set[tuple[str, float]]:
    dated = [("date" if q.unit in ("", "years") and q.value in _YEARS else q.unit, q.value) for q in found]
    return {(unit, value) for unit, value in dated if unit}
