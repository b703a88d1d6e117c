"""Numbers and amounts of money as people write them, Chinese or English: text in, exact decimals out.

No exchange rate is known here: an amount keeps its currency, and amounts of two currencies are never added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rag.errors import UsageError
from rag.folding import fold
from rag.types import Language

Currency = Literal["CNY", "USD"]
Period = Literal["hour", "day", "month", "year"]
# Periods in a year. An hour counts always, not only when the server is let: letting is what utilisation says.
IN_A_YEAR: dict[Period, int] = {"hour": 8760, "day": 365, "month": 12, "year": 1}
MOST = Decimal(10) ** 15  # what the two decimals of an exact account still leave room for

LONGEST = 40  # characters of a number; 万万万… is none

_HAN = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100, "十": 10}
_DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_LATIN = {"thousand": 10**3, "k": 10**3, "million": 10**6, "mn": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9}
_CURRENCIES: dict[str, Currency] = {
    **dict.fromkeys(("元", "块", "人民币", "rmb", "cny", "yuan", "¥"), "CNY"),
    **dict.fromkeys(("usd", "us$", "$", "美元", "美金", "dollars", "dollar"), "USD"),
}
# Longest first: US$ before $, 千万 stays one scale. The Latin scales end where a word ends.
_SYMBOLS = "|".join(re.escape(name) for name in sorted(_CURRENCIES, key=len, reverse=True))
NUMBER = r"(?:\d+(?:\.\d+)?(?:[亿万千百十](?:\d+|[零〇一二两三四五六七八九]+)?)*|[零〇一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+[万亿]*)?)"
SCALE = r"(?:\s?(?:thousand|million|billion|mn|bn|k|m)(?![a-z]))?"
AMOUNT = rf"(?:(?P<before>{_SYMBOLS})\s?)?(?P<number>-?{NUMBER}{SCALE})\s?(?P<after>{_SYMBOLS})?(?:人民币)?"
_AMOUNT = re.compile(AMOUNT)
_PER: dict[Period, str] = {
    "hour": r"/\s?(?:小时|时|h|hr|hour)\b|每小时|(?:an?|per|each|every)[ -]hour|hourly",
    "day": r"/\s?(?:天|日|day)|每天|每日|(?:an?|per|each|every)[ -]day|daily",
    "month": r"/\s?(?:个?月|mo\b|month)|每个?月|月租|一个月|(?:an?|per|each|every)[ -]month|monthly",
    "year": r"/\s?(?:年|yr\b|year)|每年|年度|一年|(?:an?|per|each|every)[ -]year|yearly|annual|per annum|年(?=运营|租|费)",
}
PERIODS: dict[Period, re.Pattern[str]] = {period: re.compile(pattern) for period, pattern in _PER.items()}


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount; `currency` is None where the text names none."""

    amount: Decimal
    currency: Currency | None


def folded_amount(text: str) -> str:
    """Folded, and 5 亿 as 5亿."""
    return re.sub(r"(?<=\d) +(?=[亿万千百十])", "", fold(text)).strip()


def number_of(text: str) -> Decimal:
    """One number in digits, Chinese or both, with its scale. Raises UsageError when it is none.

    >>> number_of("1亿5000万"), number_of("两千五"), number_of("2.5 million")
    (Decimal('150000000'), Decimal('2500'), Decimal('2500000.0'))
    """
    written = folded_amount(text)
    if latin := re.fullmatch(r"(-?\d+(?:\.\d+)?)\s?([a-z]+)", written):
        if latin[2] in _LATIN:
            return Decimal(latin[1]) * _LATIN[latin[2]]
    elif len(written) <= LONGEST and re.fullmatch(rf"-?{NUMBER}", written):
        return -_han(written[1:]) if written.startswith("-") else _han(written)
    raise UsageError(f"{text!r} is not a number; write for example 1000, 3000万, 5亿 or 2.5 million")


def money_of(text: str) -> Money:
    """An amount without a period, such as 5亿元, 3000万元, CNY 500 million or $2m. Raises UsageError."""
    folded = folded_amount(text)
    found = _AMOUNT.fullmatch(folded)
    if not found:
        raise UsageError(f"{text!r} is not an amount; give a number and a unit: 元, 万元, 亿元 or USD, such as 5亿元")
    named = {_CURRENCIES[symbol] for symbol in (found["before"], found["after"]) if symbol}
    if len(named) > 1:
        raise UsageError(f"{text!r} names two currencies; give one")
    amount = number_of(found["number"])
    if abs(amount) >= MOST:
        raise UsageError(f"{text!r} is too large to reckon with; the limit is 10^15")
    return Money(amount, next(iter(named), None))


def yearly_of(text: str, *, period: Period | None = None) -> Money:
    """An amount a period as an amount a year: 2万元/月 is 24万元. `period`: what is meant where the text names none.

    Raises UsageError for no period at all, or no amount.
    """
    folded = fold(text)
    named = next((name for name, pattern in PERIODS.items() if pattern.search(folded)), period)
    if named is None:
        raise UsageError(f"{text!r} names no period; add /月, /年, /小时 or /month, /year, /hour")
    paid = money_of(_without_period(folded))
    return Money(paid.amount * IN_A_YEAR[named], paid.currency)


def fraction_of(text: str) -> Decimal:
    """A share between 0 and 1 from 75%, 七成 or 七成半. Raises UsageError for anything outside or without a sign."""
    folded = folded_amount(text)
    if found := re.fullmatch(rf"(?:百分之({NUMBER})|(-?{NUMBER})\s?(?:%|percent|per cent))", folded):
        share = number_of(found[1] or found[2]) / 100
    elif found := re.fullmatch(rf"({NUMBER})成(半)?", folded):
        share = number_of(found[1]) / 10 + (Decimal("0.05") if found[2] else 0)
    else:
        raise UsageError(f"{text!r} is not a share; write it with its sign, such as 75% or 七成")
    if not 0 <= share <= 1:
        raise UsageError(f"{text!r} is not between 0% and 100%")
    return share


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent (分); never a negative zero."""
    return amount.quantize(Decimal("0.01"), rounding="ROUND_HALF_UP") + 0


def written(amount: Decimal, currency: Currency, language: Language) -> str:
    """For people: 1.25亿元, 3,000万元 or 980.00元; CNY 125,000,000.00 in English. Rounded, so don't reckon on with it."""
    amount = cents(amount)
    if language == "en":
        return f"{currency} {amount:,.2f}".removesuffix(".00")
    unit = "元" if currency == "CNY" else "美元"
    for scale, name in ((Decimal(10**8), "亿"), (Decimal(10**4), "万")):
        if abs(amount) >= scale:
            return f"{amount / scale:,.4f}".rstrip("0").rstrip(".") + name + unit
    return f"{amount:,.2f}".removesuffix(".00") + unit


def percent(share: Decimal) -> str:
    """>>> percent(Decimal("0.62505"))
    '62.51%'
    """
    return f"{cents(share * 100):,}%"


def _without_period(folded: str) -> str:
    for pattern in PERIODS.values():
        folded = pattern.sub("", folded)
    return folded.strip()


def _han(number: str) -> Decimal:
    """亿 before 万 before 千: what stands before a scale is multiplied, what stands after is added; 两千五 is 2500."""
    if not number:
        return Decimal(0)
    for mark, scale in _HAN.items():
        if mark in number:
            head, _, tail = number.rpartition(mark)
            rest = _han(tail) * (scale // 10 if len(tail) == 1 else 1)
            return (_han(head) if head else 1) * scale + rest
    if "点" in number:
        whole, _, part = number.partition("点")
        return _han(whole) + Decimal("0." + "".join(str(_DIGITS[digit]) for digit in part))
    return Decimal(number if number[0].isdigit() else "".join(str(_DIGITS[digit]) for digit in number))
