"""M models on N chips: numbers in, adapters and their cost out, one by one (M×N) and through a middle layer (M+N).

M×N is Dai Guohao's (ground "mxn"). That a layer needs M+N adapters is the usual count of a layer between two sides and
ours: each model meets the layer once and so does each chip. What an adapter or the layer costs, the interviews leave open.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from rag.errors import UsageError
from rag.models import models, servers
from rag.money import Currency, money_of

MOST = 10**6


@dataclass(frozen=True, slots=True)
class Adaptation:
    """`each`: what one adapter costs, `layer`: what the middle layer costs once, in any one unit; None when not given."""

    models: int
    chips: int
    each: Decimal | None = None
    layer: Decimal | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for fewer than one model or chip, or a negative cost."""
        for name, number in (("models", self.models), ("chips", self.chips)):
            if not 1 <= number <= MOST:
                raise UsageError(f"{name} is {number}; give a whole number from 1 to {MOST:,}")
        for name, cost in (("each", self.each), ("layer", self.layer)):
            if cost is not None and cost < 0:
                raise UsageError(f"{name} is {cost}; a cost can't be negative")

    @property
    def one_by_one(self) -> int:
        """Adapters without a layer: M×N."""
        return self.models * self.chips

    @property
    def through_layer(self) -> int:
        """Adapters with one: M+N."""
        return self.models + self.chips

    @property
    def saved(self) -> int:
        """Adapters fewer; negative while one of the sides has a single member, or both have few."""
        return self.one_by_one - self.through_layer

    @property
    def direct_cost(self) -> Decimal | None:
        return None if self.each is None else self.each * self.one_by_one

    @property
    def layer_cost(self) -> Decimal | None:
        """Adapters and the layer itself; None until both costs are given."""
        return None if self.each is None or self.layer is None else self.each * self.through_layer + self.layer

    def matrix(self, most: int = 12) -> list[list[int]]:
        """Adapters saved for 1 to `most` models (rows) on 1 to `most` chips (columns): (m−1)(n−1)−1."""
        return [[m * n - m - n for n in range(1, most + 1)] for m in range(1, most + 1)]


def priced(m: int, n: int, *, each: str | None, layer: str | None) -> tuple[Adaptation, Currency]:
    """`m` models on `n` chips, with costs such as 30万元 from their texts. Raises UsageError for two currencies, or none."""
    given = {name: money_of(text) for name, text in (("each", each), ("layer", layer)) if text and text.strip()}
    currencies = {money.currency for money in given.values() if money.currency}
    if len(currencies) > 1:
        raise UsageError("mixed currencies; give each adapter and the layer in one, no exchange rate is known here")
    if given and not currencies:
        raise UsageError("the costs name no currency; add 元, 万元 or USD, such as 30万元")
    costs: dict[str, Decimal] = {name: money.amount for name, money in given.items()}
    return Adaptation(m, n, **costs), (currencies.pop() if currencies else None) or "CNY"


def own_matrix() -> Adaptation:
    """The models and servers that Sayso's own table knows. Its layer is OpenAI's protocol: one adapter for them all."""
    return Adaptation(len(models()), len(servers()))
