"""The blanks of the AIDC account: named texts in, a `Centre` out, or the names of what is missing.

Command line, page, chat and a model's tool call all fill this one form, so each understands the same amounts and asks
for the same inputs. Only the five years are Zhang Yalin's own figure; what he leaves open has no default here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from rag.economics import HIS_YEARS, MOST_YEARS, Centre, account
from rag.errors import UsageError
from rag.money import Currency, Money, fraction_of, money_of, number_of, yearly_of

Kind = Literal["once", "yearly", "price", "count", "share", "shares", "years"]
Assumption = Literal["currency", "years", "utilisation", "one_price", "no_subsidies", "vouchers", "hours"]


@dataclass(frozen=True, slots=True)
class Blank:
    """`ground`: the sentence that names this input (rag/grounds.py); empty where it is the user's own."""

    name: str
    kind: Kind
    zh: str
    en: str
    ground: str = ""


CAPEX = (
    Blank("infrastructure", "once", "基础设施(基建)", "infrastructure and building", "capex"),
    Blank("hardware", "once", "硬件设备采买", "hardware", "capex"),
    Blank("software", "once", "软件服务和云服务", "software and cloud services", "capex"),
    Blank("models", "once", "大模型预装", "preinstalled large models", "capex"),
)
OPEX = (
    Blank("operations", "yearly", "每年运维费用", "operations, a year", "opex"),
    Blank("repair", "yearly", "每年机器维修费", "machine repair, a year", "opex"),
    Blank("utilities", "yearly", "每年水电管理费", "water and power, a year", "opex"),
    Blank("administration", "yearly", "每年运维人员管理费", "administration of the operating staff, a year", "opex"),
    Blank("staff", "yearly", "每年人员成本", "staff, a year", "opex"),
)
BLANKS: dict[str, Blank] = {
    blank.name: blank
    for blank in (
        Blank("servers", "count", "服务器台数", "number of servers", "income"),
        Blank(
            "price", "price", "每台服务器的租金(有长短租时为长租价)", "rent of one server (on a long lease)", "income"
        ),
        Blank("capex", "once", "资本支出合计(不分项时)", "all capital expenditure in one sum", "capex"),
        *CAPEX,
        Blank("opex", "yearly", "每年运营成本合计(不分项时)", "all yearly operating expenses in one sum", "opex"),
        *OPEX,
        Blank("utilisation", "shares", "使用率(一个,或每年一个)", "utilisation, one or one a year", "average"),
        Blank("years", "years", "运营周期(年)", "operating period in years", "opex"),
        Blank("short_price", "price", "短租的每台租金", "rent of one server on a short lease", "leases"),
        Blank("short_share", "share", "短租占已租时间的比例", "share of let time that is on short leases", "leases"),
        Blank("vouchers", "yearly", "每年算力券", "compute vouchers, a year", "subsidies"),
        Blank("aid", "once", "固定投资补贴(一次)", "investment aid, once", "subsidies"),
        Blank("discount", "share", "折现率(每年)", "discount rate a year"),
    )
}
# What is shown as an example, on every way in.
EXAMPLES: dict[Kind, str] = {
    "once": "5亿元",
    "yearly": "3000万元",
    "price": "2万元/月",
    "count": "1000",
    "share": "8%",
    "shares": "75%",
    "years": "5",
}
TOOL: dict[str, Any] = {
    "type": "function",
    "function": {
        "name": "aidc_account",
        "description": "Reckons the operator's account of an AI data centre (AIDC) from the user's own figures: spread, return, "
        "break-even utilisation and price, payback, cash flow. Pass only figures that the user gave, with their units; "
        "the reply names what is missing, and you ask the user for it. Never for questions about what somebody said.",
        "parameters": {
            "type": "object",
            "properties": {
                blank.name: {"type": "string", "description": f"{blank.en}, for example {EXAMPLES[blank.kind]}"}
                for blank in BLANKS.values()
            },
            "additionalProperties": False,
        },
    },
}


@dataclass(frozen=True, slots=True)
class Form:
    """A filled form: `centre` is None while anything is `missing`. `utilisation`: empty when none was given."""

    given: Mapping[str, str]
    centre: Centre | None
    utilisation: tuple[Decimal, ...]
    discount: Decimal | None
    missing: tuple[str, ...]
    assumptions: tuple[Assumption, ...]


def fill(given: Mapping[str, str], *, bare: Currency | None = None) -> Form:
    """`given`: blank names to texts such as 5亿元, 2万元/月, 75%; empty texts count as not given. `bare`: the currency of
    amounts that name none, where no other amount names one; without it they are an error.

    Raises UsageError, naming the blank, for an unknown one, a text that can't be read, mixed currencies, a sum beside
    its parts, and whatever `Centre` refuses.
    """
    texts = {name: str(text).strip() for name, text in given.items() if text is not None and str(text).strip()}
    if unknown := [name for name in texts if name not in BLANKS]:
        raise UsageError(f"the account has no input {unknown[0]!r}; it has {', '.join(BLANKS)}")
    amounts, shares, whole = _read(texts)
    currency, guessed = _currency(amounts, bare)
    capex, opex = (_parts(total, parts, amounts) for total, parts in (("capex", CAPEX), ("opex", OPEX)))
    missing = [name for name in ("servers", "price") if name not in texts] + capex.missing + opex.missing
    if "short_share" in texts and "short_price" not in texts:
        missing.append("short_price")
    if "short_price" in texts and "short_share" not in texts:
        missing.append("short_share")
    utilisation = shares.get("utilisation", ())
    centre = None
    if not missing:
        centre = Centre(
            currency=currency,
            capex=capex.amounts,
            opex=opex.amounts,
            servers=whole["servers"],
            price=amounts["price"].amount,
            short_price=amounts["short_price"].amount if "short_price" in amounts else None,
            short_share=shares.get("short_share", (Decimal(0),))[0],
            years=whole.get("years", HIS_YEARS),
            vouchers=amounts["vouchers"].amount if "vouchers" in amounts else Decimal(0),
            aid=amounts["aid"].amount if "aid" in amounts else Decimal(0),
        )
        if utilisation:
            account(centre, utilisation)  # refuses a wrong number of them
    discount = shares["discount"][0] if "discount" in shares else None
    return Form(texts, centre, utilisation, discount, tuple(missing), tuple(_assumed(texts, guessed)))


@dataclass(frozen=True, slots=True)
class _Parts:
    amounts: dict[str, Decimal]
    missing: list[str]


def _parts(total: str, parts: tuple[Blank, ...], amounts: Mapping[str, Money]) -> _Parts:
    """One sum, or every part of it: a part that nobody gave is not nothing."""
    named = {part.name: amounts[part.name].amount for part in parts if part.name in amounts}
    if total in amounts:
        if named:
            raise UsageError(f"{total} is given beside {', '.join(named)}; give the sum or its parts")
        return _Parts({total: amounts[total].amount}, [])
    if not named:
        return _Parts({}, [total])
    return _Parts(named, [part.name for part in parts if part.name not in named])


def _read(texts: Mapping[str, str]) -> tuple[dict[str, Money], dict[str, tuple[Decimal, ...]], dict[str, int]]:
    amounts: dict[str, Money] = {}
    shares: dict[str, tuple[Decimal, ...]] = {}
    whole: dict[str, int] = {}
    for name, text in texts.items():
        kind = BLANKS[name].kind
        try:
            if kind == "once":
                amounts[name] = money_of(text)
            elif kind in ("yearly", "price"):
                amounts[name] = yearly_of(text, period="year" if kind == "yearly" else None)
            elif kind in ("share", "shares"):
                several = text.replace("，", ",").replace("、", ",").split(",") if kind == "shares" else [text]
                shares[name] = tuple(fraction_of(one) for one in several)
            else:
                whole[name] = _whole(text, 10**9 if kind == "count" else MOST_YEARS)
            if name in amounts and amounts[name].amount < 0:
                raise UsageError(f"{text!r} is negative; give zero or more")
        except UsageError as error:
            raise UsageError(f"{name}: {error}") from error
    return amounts, shares, whole


def _whole(text: str, most: int) -> int:
    number = number_of(text.lower().removesuffix("台").removesuffix("年").removesuffix("years").strip())
    if number != int(number) or not 1 <= number <= most:
        raise UsageError(f"{text!r} is not a whole number from 1 to {most:,}")
    return int(number)


def _currency(amounts: Mapping[str, Money], bare: Currency | None) -> tuple[Currency, bool]:
    """The one currency of all amounts, and whether it had to be supposed."""
    named = {money.currency for money in amounts.values() if money.currency}
    if len(named) > 1:
        each = ", ".join(f"{name} in {money.currency}" for name, money in amounts.items() if money.currency)
        raise UsageError(f"mixed currencies ({each}); give all amounts in one, no exchange rate is known here")
    without = [name for name, money in amounts.items() if money.currency is None and money.amount]
    if without and bare is None:
        raise UsageError(f"{without[0]}: names no currency; add 元, 万元, 亿元 or USD, such as 5亿元 or 70 million USD")
    return (named.pop() if named else bare or "CNY"), bool(without)


def _assumed(texts: Mapping[str, str], guessed: bool) -> list[Assumption]:
    found: list[Assumption] = ["currency"] if guessed else []
    found += ["years"] if "years" not in texts else []
    found += ["utilisation"] if "utilisation" not in texts else []
    found += ["one_price"] if "price" in texts and "short_price" not in texts else []
    found += ["vouchers"] if "vouchers" in texts else []
    found += ["no_subsidies"] if not {"vouchers", "aid"} & texts.keys() else []
    hourly = any(
        mark in texts.get(name, "").lower() for name in ("price", "short_price") for mark in ("时", "hour", "/h")
    )
    return [*found, "hours"] if hourly else found
