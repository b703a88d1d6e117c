"""A `Reckoning` in, an `Answer` out: the reckoned figures, what was assumed, what is missing, and the interview's claims.

The figures stand in the answer's text only. Its `statements` are the claims about the interview, checked like any other:
a reckoned figure is nobody's words and never passes for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.account_form import BLANKS
from rag.account_report import assumptions, common_rows, headline, missing_rows, rows
from rag.account_words import CLAIMS, HEADINGS, RESULTS, ZONES, said
from rag.economics import Account, break_even_utilisation, zone
from rag.grounds import Texts, cited
from rag.people import People
from rag.reckoning import Reckoning
from rag.render import escape, line
from rag.types import Answer, Language

_LEAD = {
    "zh": "按您给的数字计算,{told}。以下数字是计算结果,不是受访者的话。",
    "en": "Reckoned from your figures, {told}. The figures here are calculated, not the interviewee's words.",
}
_ASK = {
    "zh": "要算出{label},还缺这些数字(可以直接回复):",
    "en": "To reckon the {label}, these figures are still needed (just reply with them):",
}
_FAILED = {"zh": "这笔账算不了:{reason}", "en": "This account can't be reckoned: {reason}"}
_GIVEN = {"zh": "采用的数字:", "en": "Figures used: "}
_PERIODS = (("/hour", "/小时"), ("/day", "/天"), ("/month", "/月"), ("/year", "/年"))
_RENTLESS = frozenset({"investment", "yearly_opex", "cost", "subsidies", "break_even_price"})
# What an account always rests on; the rest depends on what is in it.
_BASIS = ("capex", "opex", "income", "spread")


def answer(reckoning: Reckoning, texts: Texts, people: People) -> Answer:
    """`texts`: the served index. Statements and citations are empty where it lacks the interview, and the answer says so."""
    language = reckoning.language
    statements, citations = cited(((key, said(CLAIMS[key], language)) for key in _grounds(reckoning)), texts)
    parts = [*_parts(reckoning)]
    basis = [f"- {line(statement, language, people)}" for statement in statements]
    parts.append(
        "\n".join([said(HEADINGS["basis"], language), "", *basis]) if basis else said(HEADINGS["absent"], language)
    )
    text = "\n\n".join(parts)
    return Answer(reckoning.question, language, text, statements=tuple(statements), citations=tuple(citations))


def _parts(reckoning: Reckoning) -> Iterator[str]:
    language, form, target = reckoning.language, reckoning.form, reckoning.target
    if form is None:
        yield _FAILED[language].format(reason=escape(reckoning.error or ""))
        yield from _unread(reckoning)
        return
    if form.missing:
        yield _ASK[language].format(label=said(RESULTS[target], language))
        example = said(HEADINGS["example"], language)
        yield "\n".join(f"- {row.label}({example} {row.value})" for row in missing_rows(form, language))
    else:
        yield _LEAD[language].format(told=_told(reckoning))
        yield "\n".join(_table(reckoning))
    if form.given:
        yield _GIVEN[language] + escape((";" if language == "zh" else "; ").join(_inputs(reckoning)))
    yield from _unread(reckoning)
    yield "\n".join([said(HEADINGS["assumed"], language), "", *(f"- {text}" for text in assumptions(form, language))])


def _told(reckoning: Reckoning) -> str:
    """The one result that was asked for, in a sentence; at both ends of the range where no utilisation was given."""
    language, form, target = reckoning.language, reckoning.form, reckoning.target
    accounts = headline(form) if form else []
    name, is_, at = said(RESULTS[target], language), ("是" if language == "zh" else " is "), _at(language)
    if target == "break_even_utilisation" and accounts:
        row = next(row for row in common_rows(accounts[0].centre, language) if row.name == target)
        even = break_even_utilisation(accounts[0].centre)
        where = "" if even > 1 else f"({said(ZONES[zone(even)], language)})"
        return f"{name}{is_}**{row.value}**{where}"
    found = [(_value(of, reckoning), of) for of in accounts]
    joined = (";" if language == "zh" else "; ").join(
        f"**{value}**{at.format(share=_value(of, reckoning, 'utilisation'))}" for value, of in found
    )
    return f"{name}{is_}{joined}"


def _at(language: Language) -> str:
    return "(使用率{share})" if language == "zh" else " (at a utilisation of {share})"


def _value(of: Account, reckoning: Reckoning, name: str = "") -> str:
    form, wanted = reckoning.form, name or reckoning.target
    discount = form.discount if form else None
    found = {row.name: row.value for row in rows(of, reckoning.language, discount)}
    return found.get(wanted, found["irr"])  # without a discount rate there is no net present value


def _table(reckoning: Reckoning) -> Iterator[str]:
    """All results as a Markdown table under the utilisations; for a break-even rent only what needs no rent."""
    language, form = reckoning.language, reckoning.form
    accounts = headline(form) if form else []
    if not form or not accounts:
        return
    common = [(row.name, row.label, *[row.value] * len(accounts)) for row in common_rows(accounts[0].centre, language)]
    columns = zip(*(rows(of, language, form.discount) for of in accounts), strict=True)
    head, *own = [(same[0].name, same[0].label, *(row.value for row in same)) for same in columns]
    kept = [*common, *own]
    if reckoning.target == "break_even_price":
        kept = [cells for cells in kept if cells[0] in _RENTLESS]
    yield _cells(head[1:])
    yield _cells(["---"] + ["---:"] * len(accounts))
    yield from (_cells(cells[1:]) for cells in kept)


def _cells(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _inputs(reckoning: Reckoning) -> Iterator[str]:
    language = reckoning.language
    for name, text in reckoning.form.given.items() if reckoning.form else ():
        for english, chinese in _PERIODS:
            text = text.replace(english, chinese) if language == "zh" else text
        yield f"{BLANKS[name].zh if language == 'zh' else BLANKS[name].en} {text}"


def _unread(reckoning: Reckoning) -> Iterator[str]:
    if reckoning.unread:
        told = said(HEADINGS["unread"], reckoning.language)
        yield f"{told} {escape(', '.join(reckoning.unread))}"


def _grounds(reckoning: Reckoning) -> list[str]:
    form, keys = reckoning.form, list(_BASIS)
    given = form.given if form else {}
    keys += ["leases"] if "short_price" in given else []
    keys += ["subsidies"] if {"vouchers", "aid"} & given.keys() else []
    accounts = headline(form) if form else []
    if any(of.mean_utilisation == 1 for of in accounts):
        keys.append("peak")
    keys.append("conservative")  # what a break-even or a given utilisation is to be held against
    return keys
