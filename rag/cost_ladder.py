"""How far the cost of compute has come, in powers of ten: Dai Guohao's rungs, a projection, and Sayso's own answers.

His figures stand at two dates and do not say whether the goal counts from the same start as what has fallen. Nothing here
adds them up for him: what has fallen and how fast it goes on are inputs, which `PACE` and `FALLEN` only suggest.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from rag.corpus import Corpus
from rag.costs import baseline_usd, count_tokens
from rag.errors import UsageError
from rag.grounds import GROUNDS, Seeds, Texts
from rag.types import Answer

GOAL = 4.0  # 降1万倍: ground "goal"
FALLEN = (2.0, 3.0)  # 2~3个量级: ground "fell_orders"
PACE = (2.0 / 3, 3.0 / 2)  # orders a year: 2~3 of them 过去两三年内, slowest and fastest; the division is ours
MOST_ORDERS, MOST_PACE = 12.0, 12.0


class Rung(NamedTuple):
    """One statement: which sentence (rag/grounds.py), what it is about, and from how many to how many powers of ten."""

    ground: str
    kind: Literal["fallen", "ahead", "goal"]
    low: float
    high: float
    zh: str
    en: str


RUNGS = (
    Rung("fell_times", "fallen", 1, 3, "使用大模型的成本,最近两三年", "cost of using large models, in the last two or three years"),
    Rung("fell_orders", "fallen", 2, 3, "相对模型成本的算力成本,过去两三年", "cost of compute for models, in the past two or three years"),
    Rung("ahead_orders", "ahead", 1, 3, "未来还有的空间", "room that is still ahead"),
    Rung("goal", "goal", GOAL, GOAL, "目标:降1万倍", "the goal: 10,000 times"),
)  # fmt: skip


def date_of(rung: Rung, texts: Texts) -> str:
    """ISO 8601, as exact as the article shows it: "--05-24" has no year. The article must be there."""
    return texts.source(GROUNDS[rung.ground].source).date


@dataclass(frozen=True, slots=True)
class Projection:
    """(year, powers of ten fallen) a year from now until the goal; `reached`: the year, as a fraction, of the goal."""

    points: tuple[tuple[float, float], ...]
    reached: float


def project(*, fallen: float, pace: float, year: int, goal: float = GOAL) -> Projection:
    """Steady fall: after t years `fallen` + `pace`·t powers of ten. Raises UsageError outside of sensible bounds."""
    _check("fallen", fallen, 0, MOST_ORDERS)
    _check("goal", goal, 0, MOST_ORDERS)
    _check("year", year, 2000, 2100)
    if not 0.01 <= pace <= MOST_PACE:
        raise UsageError(f"pace is {pace:g}; give powers of ten a year from 0.01 to {MOST_PACE:g}")
    years = max(0.0, (goal - fallen) / pace)
    steps = [float(step) for step in range(min(math.ceil(years), 100))] + [years]
    return Projection(tuple((year + step, fallen + pace * step) for step in steps), year + years)


@dataclass(frozen=True, slots=True)
class Spent:
    """What one answer cost, in US dollars, and how many tokens it has; `cost` is None when the price isn't known."""

    cost: float | None
    answer_tokens: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Sayso's answers beside the start of the ladder: US dollars an answer. `orders` is None where there is no ratio,
    for an answer without a model costs nothing.
    """

    answers: int
    cost: float
    baseline: float
    orders: float | None


def spent_on(answer: Answer) -> Spent:
    """What an answer cost; offline its text's tokens are counted, for no model did."""
    return Spent(answer.usage.cost_usd, answer.usage.completion_tokens or count_tokens(answer.answer))


@lru_cache(maxsize=1)
def builtin_tokens() -> int:
    """Tokens of all that the built-in articles say, without the pages around them: the baseline's prompt."""
    texts = Seeds()
    ids = [file.stem for file in Corpus.seeds().files]
    return count_tokens("\n".join(sentence.text for id_ in ids for sentence in texts.sentences_of(id_)))


def measured(spent: Iterable[Spent], corpus_tokens: int) -> Measured | None:
    """The mean cost of the answers whose price is known, against `rag.costs.BASELINE`: the whole corpus in GPT-4-32k's
    prompt at its launch price, which is OpenAI's and not from the interviews. None when there is no such answer.
    """
    priced = [one for one in spent if one.cost is not None]
    if not priced:
        return None
    cost = sum(one.cost or 0.0 for one in priced) / len(priced)
    out = sum(one.answer_tokens for one in priced) / len(priced)
    baseline = baseline_usd(corpus_tokens, round(out))
    orders = math.log10(baseline / cost) if cost > 0 and baseline > 0 else None
    return Measured(len(priced), cost, baseline, orders)


def _check(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise UsageError(f"{name} is {value:g}; give a number from {low:g} to {high:g}")
