"""A filled form in, its results out: plain JSON for programs, and rows of text for people, page and chat alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from rag.account_form import BLANKS, EXAMPLES, Form
from rag.account_words import ASSUMPTIONS, DEFINED, FORMULAS, HEADINGS, RESULTS, ZONE_GROUNDS, ZONES, said
from rag.economics import (
    LOW,
    SHOWN,
    TOP,
    Account,
    Centre,
    account,
    break_even_price,
    break_even_utilisation,
    monthly,
    sensitivity,
    zone,
)
from rag.grounds import Texts, numbered
from rag.money import cents, percent, written
from rag.types import Language


@dataclass(frozen=True, slots=True)
class Row:
    """One result: what it is called and what it comes to, in words."""

    name: str
    label: str
    value: str


def headline(form: Form) -> list[Account]:
    """The account at the given utilisation, or at both ends of Zhang Yalin's conservative range."""
    if form.centre is None:
        return []
    wanted = [form.utilisation] if form.utilisation else [(LOW,), (TOP,)]
    return [account(form.centre, shares) for shares in wanted]


def around(form: Form) -> list[Account]:
    """The account over utilisations from half full on, with the given one and the one that breaks even among them."""
    if form.centre is None:
        return []
    even = break_even_utilisation(form.centre)
    own = [chosen.mean_utilisation for chosen in headline(form)]
    return sensitivity(form.centre, [*SHOWN, *own, *([even] if even <= 1 else [])])


def common_rows(centre: Centre, language: Language) -> Iterator[Row]:
    """What does not depend on utilisation."""
    amounts = {
        "investment": centre.investment,
        "yearly_opex": centre.yearly_opex,
        "cost": centre.cost,
        "subsidies": centre.subsidies,
        "mean_price": monthly(centre.mean_price),
    }
    for name, amount in amounts.items():
        if amount or name != "subsidies":
            yield Row(name, said(RESULTS[name], language), written(amount, centre.currency, language))
    even = break_even_utilisation(centre)
    told = percent(even) + (said(HEADINGS["unreachable"], language) if even > 1 else "")
    yield Row("break_even_utilisation", said(RESULTS["break_even_utilisation"], language), told)


def rows(of: Account, language: Language, discount: Decimal | None = None) -> Iterator[Row]:
    """What one utilisation comes to."""
    currency, none = of.centre.currency, said(HEADINGS["none"], language)
    price = break_even_price(of.centre, of.mean_utilisation)
    values = {
        "utilisation": percent(of.mean_utilisation),
        "income": written(of.income, currency, language),
        "spread": written(of.spread, currency, language),
        "result": written(of.result, currency, language),
        "return_on_cost": none if of.return_on_cost is None else percent(of.return_on_cost),
        "break_even_price": none if price is None else written(monthly(price), currency, language),
        "payback": said(HEADINGS["never"], language) if of.payback is None else str(cents(of.payback)),
        "irr": none if of.irr is None else percent(Decimal(str(of.irr))),
    }
    if discount is not None:
        values["npv"] = f"{written(of.npv(discount), currency, language)} ({percent(discount)})"
    yield from (Row(name, said(RESULTS[name], language), value) for name, value in values.items())


def flow_rows(accounts: Sequence[Account], language: Language) -> Iterator[tuple[str, ...]]:
    """A line a year from year 0, a column an account."""
    for year, flows in enumerate(zip(*(of.cash_flow for of in accounts), strict=True)):
        told = said(HEADINGS["year"], language).format(n=year)
        yield (told, *(written(flow, of.centre.currency, language) for flow, of in zip(flows, accounts, strict=True)))


def missing_rows(form: Form, language: Language) -> Iterator[Row]:
    """Each missing input, what it is and how it is written."""
    for name in form.missing:
        blank = BLANKS[name]
        yield Row(name, blank.zh if language == "zh" else blank.en, EXAMPLES[blank.kind])


def assumptions(form: Form, language: Language) -> list[str]:
    told = [said(ASSUMPTIONS[key], language) for key in form.assumptions]
    return [*told, said(DEFINED, language)] if form.centre else told


def formulas(form: Form) -> list[str]:
    """The names of those that this account uses."""
    unused = set()
    if form.centre and form.centre.short_price is None:
        unused.add("mean_price")
    if form.centre and not form.centre.subsidies:
        unused.add("result")
    if form.discount is None:
        unused.add("npv")
    return [name for name in FORMULAS if name not in unused]


def grounds(form: Form) -> list[str]:
    """The keys of all sentences that this account rests on, in the order in which it uses them."""
    keys = [key for name in formulas(form) for key in FORMULAS[name].grounds]
    keys += [ZONE_GROUNDS[zone(of.mean_utilisation)] for of in around(form)]
    if any(of.mean_utilisation == 1 for of in headline(form)):
        keys.append("peak")
    return list(dict.fromkeys(keys))


def to_dict(form: Form, texts: Texts, language: Language) -> dict[str, Any]:
    """Plain JSON types: amounts in `currency` as numbers rounded to the cent, shares between 0 and 1, prices a server-month."""
    marks, citations = numbered(grounds(form), texts)
    found: dict[str, Any] = {
        "inputs": dict(form.given),
        "missing": [{"name": r.name, "what": r.label, "example": r.value} for r in missing_rows(form, language)],
        "assumptions": assumptions(form, language),
    }
    if form.centre:
        found |= _centre_dict(form.centre) | {
            "accounts": [_account_dict(of, form.discount) for of in headline(form)],
            "sensitivity": [_account_dict(of, form.discount) for of in around(form)],
        }
    found["formulas"] = [
        {
            "name": name,
            "formula": FORMULAS[name].zh if language == "zh" else FORMULAS[name].en,
            "citations": [marks[key] for key in FORMULAS[name].grounds if key in marks],
        }
        for name in formulas(form)
    ]
    found["zones"] = {
        name: {"label": said(pair, language), "citation": marks.get(ZONE_GROUNDS[name])} for name, pair in ZONES.items()
    }
    found["citations"] = [asdict(citation) for citation in citations]
    return found


def _centre_dict(centre: Centre) -> dict[str, Any]:
    return {
        "currency": centre.currency,
        "years": centre.years,
        "investment": _number(centre.investment),
        "yearly_opex": _number(centre.yearly_opex),
        "cost": _number(centre.cost),
        "subsidies": _number(centre.subsidies),
        "mean_price_month": _number(monthly(centre.mean_price)),
        "break_even_utilisation": float(break_even_utilisation(centre)),
    }


def _account_dict(of: Account, discount: Decimal | None) -> dict[str, Any]:
    price = break_even_price(of.centre, of.mean_utilisation)
    return {
        "utilisation": float(of.mean_utilisation),
        "zone": zone(of.mean_utilisation),
        "income": _number(of.income),
        "spread": _number(of.spread),
        "result": _number(of.result),
        "return_on_cost": None if of.return_on_cost is None else float(of.return_on_cost),
        "break_even_price_month": None if price is None else _number(monthly(price)),
        "payback_years": None if of.payback is None else float(of.payback),
        "cash_flow": [_number(flow) for flow in of.cash_flow],
        "irr": of.irr,
        "npv": None if discount is None else _number(of.npv(discount)),
    }


def _number(amount: Decimal) -> float:
    return float(cents(amount))
