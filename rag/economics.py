"""The operator's account of an AI data centre (AIDC): a `Centre` and how full it is in, an `Account` out. Pure functions.

The shape is Zhang Yalin's (rag/grounds.py names each sentence): capital expenditure, yearly operating expenses times the
years, rent of the servers in use, and what is left between them. He gives no formula for payback, net present value or
internal rate of return: these are the usual ones, and so is every rounding. All amounts are exact decimals of one
currency (元 or US dollars, never a mixture), all shares are between 0 and 1, a year's money comes at its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import accumulate, pairwise
from typing import Literal

from rag.errors import UsageError
from rag.money import IN_A_YEAR, Currency, cents

Zone = Literal["below", "conservative", "upside", "high"]
HIS_YEARS = 5  # 如果以5年計算: ground "opex"
# 70%-80% is his conservative range, 80%以上 his upside, 甚至超過90% the best of it: grounds "conservative", "upside".
LOW, TOP, HIGH = Decimal("0.70"), Decimal("0.80"), Decimal("0.90")
SHOWN = tuple(Decimal(share) / 100 for share in (50, 60, 65, 70, 75, 80, 85, 90, 95))
MOST_YEARS = 50
_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class Centre:
    """What is put in and what a server earns, in `currency`.

    `capex`: named parts, once. `opex`: named parts, a year. `price`, `short_price`: for one server let a whole year, on a
    long and on a short lease; `short_share` of the let time is on short leases. `vouchers`: compute vouchers a year,
    `aid`: investment aid, once.
    """

    currency: Currency
    capex: Mapping[str, Decimal]
    opex: Mapping[str, Decimal]
    servers: int
    price: Decimal
    short_price: Decimal | None = None
    short_share: Decimal = _ZERO
    years: int = HIS_YEARS
    vouchers: Decimal = _ZERO
    aid: Decimal = _ZERO
    investment: Decimal = field(init=False)
    yearly_opex: Decimal = field(init=False)

    def __post_init__(self) -> None:
        """Raises UsageError for a negative amount, a price or number of servers that isn't positive, no period."""
        amounts = {**self.capex, **self.opex, "vouchers": self.vouchers, "aid": self.aid}
        for name, amount in amounts.items():
            if amount < 0:
                raise UsageError(f"{name} is {amount}; an amount can't be negative")
        for name, price in (("price", self.price), ("short_price", self.short_price)):
            if price is not None and price <= 0:
                raise UsageError(f"{name} is {price}; give a price above zero")
        if self.servers < 1:
            raise UsageError(f"servers is {self.servers}; give at least 1")
        if not 1 <= self.years <= MOST_YEARS:
            raise UsageError(f"years is {self.years}; give a whole number from 1 to {MOST_YEARS}")
        _check_share("short_share", self.short_share)
        if self.short_share and self.short_price is None:
            raise UsageError("short_share is given without short_price; give the price of a short lease")
        object.__setattr__(self, "investment", sum(self.capex.values(), _ZERO))
        object.__setattr__(self, "yearly_opex", sum(self.opex.values(), _ZERO))

    @property
    def mean_price(self) -> Decimal:
        """A server-year's rent over long and short leases (ground "leases"; the weighing by let time is ours)."""
        if self.short_price is None:
            return self.price
        return self.price * (1 - self.short_share) + self.short_price * self.short_share

    @property
    def cost(self) -> Decimal:
        """Capital expenditure plus yearly operating expenses times the years (grounds "capex", "opex")."""
        return self.investment + self.yearly_opex * self.years

    @property
    def subsidies(self) -> Decimal:
        """Investment aid plus the vouchers of all years (ground "subsidies"; that vouchers come yearly is ours)."""
        return self.aid + self.vouchers * self.years

    @property
    def yearly_full(self) -> Decimal:
        """A year's rent with every server let all the time."""
        return self.servers * self.mean_price


@dataclass(frozen=True, slots=True)
class Account:
    """A centre at a `utilisation` of its servers, a share for each year."""

    centre: Centre
    utilisation: tuple[Decimal, ...]

    @property
    def mean_utilisation(self) -> Decimal:
        """Crests and troughs averaged over the period (ground "average")."""
        return sum(self.utilisation, _ZERO) / len(self.utilisation)

    @property
    def income(self) -> Decimal:
        """Servers × utilisation × price, over all years (ground "income")."""
        return sum((self.centre.yearly_full * share for share in self.utilisation), _ZERO)

    @property
    def spread(self) -> Decimal:
        """Income minus cost: positive, the operator earns; negative, it loses (ground "spread")."""
        return self.income - self.centre.cost

    @property
    def result(self) -> Decimal:
        """The spread with subsidies."""
        return self.spread + self.centre.subsidies

    @property
    def return_on_cost(self) -> Decimal | None:
        """The result for each unit of cost; None without any cost. Our definition: he names a return, not its base."""
        return self.result / self.centre.cost if self.centre.cost else None

    @property
    def cash_flow(self) -> tuple[Decimal, ...]:
        """Year 0: investment aid minus capital expenditure; each later year: rent and vouchers minus expenses."""
        centre = self.centre
        yearly = (centre.yearly_full * share + centre.vouchers - centre.yearly_opex for share in self.utilisation)
        return (centre.aid - centre.investment, *yearly)

    @property
    def payback(self) -> Decimal | None:
        """Years until the money is back, with a year's money spread evenly over it; None when it never is in the period."""
        total = [*accumulate(self.cash_flow)]
        if total[0] >= 0:
            return _ZERO
        for year, (before, after) in enumerate(pairwise(total)):
            if cents(after) >= 0:  # an exact break-even is a hair off zero once a share has no end of decimals
                return year - before / (after - before)
        return None

    def npv(self, rate: Decimal) -> Decimal:
        """Net present value of the cash flow at a yearly `rate` (0.08 is 8%). Raises UsageError below 0 or above 1."""
        _check_share("discount", rate)
        return sum((flow / (1 + rate) ** year for year, flow in enumerate(self.cash_flow)), _ZERO)

    @property
    def irr(self) -> float | None:
        """Internal rate of return a year; None where the flows never change sign or no rate above -100% fits."""
        from pyxirr import irr  # loaded for this alone

        flows = [float(flow) for flow in self.cash_flow]
        if min(flows) >= 0 or max(flows) <= 0:
            return None
        rate = irr(flows)
        return rate if rate is not None and rate > -1 else None


def account(centre: Centre, utilisation: Sequence[Decimal]) -> Account:
    """`utilisation`: one share for all years, or one for each. Raises UsageError for another number of them or for a
    share outside 0 to 1.
    """
    if len(utilisation) not in (1, centre.years):
        raise UsageError(f"{len(utilisation)} utilisations for {centre.years} years; give one, or one for each year")
    for share in utilisation:
        _check_share("utilisation", share)
    return Account(centre, tuple(utilisation) * (centre.years if len(utilisation) == 1 else 1))


def break_even_utilisation(centre: Centre) -> Decimal:
    """The mean utilisation at which the result is zero; 0 where subsidies alone cover the cost. Above 1: never."""
    return max(_ZERO, centre.cost - centre.subsidies) / (centre.yearly_full * centre.years)


def break_even_price(centre: Centre, utilisation: Decimal) -> Decimal | None:
    """The mean price of a server-year at which the result is zero; None for an empty centre."""
    _check_share("utilisation", utilisation)
    let = centre.servers * utilisation * centre.years
    return max(_ZERO, centre.cost - centre.subsidies) / let if let else None


def sensitivity(centre: Centre, shares: Sequence[Decimal] = SHOWN) -> list[Account]:
    """The account at each of several utilisations, ascending."""
    return [account(centre, [share]) for share in sorted(set(shares))]


def zone(share: Decimal) -> Zone:
    """Where a utilisation lies in Zhang Yalin's terms: 70%-80% is his conservative estimate, 80% itself still in it."""
    if share < LOW:
        return "below"
    if share <= TOP:
        return "conservative"
    return "upside" if share <= HIGH else "high"


def monthly(yearly: Decimal) -> Decimal:
    """A twelfth."""
    return yearly / IN_A_YEAR["month"]


def _check_share(name: str, share: Decimal) -> None:
    if not 0 <= share <= _ONE:
        raise UsageError(f"{name} is {share * 100:f}%; give a share from 0% to 100%")
