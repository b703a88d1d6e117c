"""What stands in the inputs of the economics tab in; HTML, plots and citation cards out. No Gradio in here.

Marks and cards are those of the chat's panel: page.js opens the article for `#cite-…` wherever the card stands. The turn
of a card is a number above any chat's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rag import account_report as report
from rag.account_form import Form, fill
from rag.account_words import FORMULAS, HEADINGS, RESULTS, ZONE_GROUNDS, ZONES, said
from rag.adaptation import own_matrix, priced
from rag.cost_ladder import RUNGS, Measured, builtin_tokens, date_of, measured, project, spent_on
from rag.economics import account, zone
from rag.errors import SaysoError, UsageError
from rag.grounds import GROUNDS, Seeds, Texts, numbered
from rag.money import cents, percent, written
from rag.types import Answer, Citation, Language
from ui.economics_plots import cash_figure, ladder_figure, matrix_figure, unit_of, utilisation_figure
from ui.economics_texts import words
from ui.engines import Engine, failure
from ui.escaping import escape
from ui.sources_panel import cards_html
from ui.voices import Voices

ACCOUNT, LADDER, MIDDLE = 9_000_001, 9_000_002, 9_000_003


def account_view(given: Mapping[str, str], engine: Engine, language: Language) -> tuple[str, Any, Any, str, str]:
    """(results as HTML, two plots or None, details as HTML, citation cards) for what stands in the inputs."""
    texts = _texts(engine)
    try:
        form = fill(given)
        chosen = account(form.centre, form.utilisation) if form.centre else None
        marks, citations = numbered(report.grounds(form), texts)
        told = _results(form, language) if chosen else _missing(form, language)
    except SaysoError as error:
        return _paragraph(words(language, "failed", reason=error), "trouble"), None, None, "", ""
    told = _paragraph(words(language, "account_intro")) + told
    details = (_around(form, marks, language) if chosen else "") + _formulas(form, marks, language)
    figures = (utilisation_figure(chosen, language), cash_figure(chosen, language)) if chosen else (None, None)
    return told, *figures, details, _cards(citations, ACCOUNT, engine, language, "account")


def _results(form: Form, language: Language) -> str:
    of = report.headline(form)[0]
    facts = [*report.common_rows(of.centre, language), *report.rows(of, language, form.discount)]
    peak = _paragraph(said(HEADINGS["peak"], language), "trouble") if of.mean_utilisation == 1 else ""
    return _table([[escape(row.label), escape(row.value)] for row in facts]) + peak


def _around(form: Form, marks: Mapping[str, int], language: Language) -> str:
    """The account at other utilisations, each in its range, and what was assumed."""
    columns = ("utilisation", "income", "result", "payback")
    around = report.around(form)
    scale, unit = unit_of([each.income for each in around], around[0].centre.currency, language)
    named = [said(RESULTS[name], language) + (f" ({unit})" if name in ("income", "result") else "") for name in columns]
    lines = [[*map(escape, named), ""]]
    for each in around:
        lies = zone(each.mean_utilisation)
        amounts = [f"{amount / scale:,.2f}" for amount in (each.income, each.result)]
        years = "–" if each.payback is None else str(cents(each.payback))
        cells = [escape(cell) for cell in (percent(each.mean_utilisation), *amounts, years)]
        lines.append([*cells, escape(said(ZONES[lies], language)) + _mark(marks.get(ZONE_GROUNDS[lies]), ACCOUNT)])
    assumed = "".join(f"<li>{escape(text)}</li>" for text in report.assumptions(form, language))
    return (
        f"<h4>{escape(said(HEADINGS['sensitivity'], language))}</h4>{_table(lines)}"
        f"<h4>{escape(said(HEADINGS['assumed'], language))}</h4><ul>{assumed}</ul>"
    )


def _missing(form: Form, language: Language) -> str:
    example = said(HEADINGS["example"], language)
    rows = (
        f"<li>{escape(row.label)}: {escape(example)} {escape(row.value)}</li>"
        for row in report.missing_rows(form, language)
    )
    return f"<h4>{escape(said(HEADINGS['missing'], language))}</h4><ul>{''.join(rows)}</ul>"


def _formulas(form: Form, marks: Mapping[str, int], language: Language) -> str:
    lines = []
    for name in report.formulas(form):
        formula = FORMULAS[name]
        own = f" <em>({escape(said(HEADINGS['usual'], language))})</em>" if not formula.grounds else ""
        cited = "".join(_mark(marks.get(key), ACCOUNT) for key in formula.grounds)
        lines.append(f"<li>{escape(formula.zh if language == 'zh' else formula.en)}{cited}{own}</li>")
    return f"<h4>{escape(said(HEADINGS['formulas'], language))}</h4><ul>{''.join(lines)}</ul>"


def ladder_view(values: Sequence[Any], engine: Engine, language: Language) -> tuple[str, Any, str]:
    """(text as HTML, plot or None, citation cards). `values`: fallen, pace, year, goal, and what was measured or None."""
    fallen, pace, year, goal, own = values
    texts = _texts(engine)
    marks, citations = numbered([rung.ground for rung in RUNGS], texts)
    try:
        projection = project(fallen=float(fallen), pace=float(pace), year=int(year), goal=float(goal))
    except (UsageError, TypeError, ValueError) as error:
        return _paragraph(words(language, "failed", reason=error), "trouble"), None, ""
    dates = [_date(date_of(rung, texts), language) for rung in RUNGS]
    lines = [
        [escape(f"{rung.zh if language == 'zh' else rung.en} ({date})"), _orders(rung.low, rung.high) + _mark(marks.get(rung.ground), LADDER)]
        for rung, date in zip(RUNGS, dates, strict=True)
    ]  # fmt: skip
    year_ = f"{projection.reached:.1f}".removesuffix(".0")
    reached = words(language, "reached", year=year_, goal=f"{10 ** float(goal):,.0f}")
    told = _paragraph(words(language, "ladder_intro")) + _table(lines) + _paragraph(reached)
    figure = ladder_figure(dates, projection, own, language)
    return told, figure, _cards(citations, LADDER, engine, language, "ladder")


def measured_view(question: str, engine: Engine, language: Language) -> tuple[Measured | None, str]:
    """(what an answer to the question costs, the same as HTML); None where the price isn't known or nothing was answered."""
    try:
        own = measured([spent_on(engine.query(str(question or "")))], builtin_tokens())
    except Exception as error:
        return None, _paragraph(failure(error, language), "trouble")
    if own is None:
        return None, _paragraph(words(language, "own_unknown"))
    told = (
        words(language, "own_none")
        if own.orders is None
        else words(language, "own", cost=f"{own.cost:.6f}", orders=f"{own.orders:.2f}")
    )
    return own, _paragraph(told) + _paragraph(words(language, "baseline", cost=f"{own.baseline:.4f}"))


def middle_view(values: Sequence[Any], engine: Engine, language: Language) -> tuple[str, Any, str]:
    """(text as HTML, plot or None, citation cards). `values`: models, chips, and the two costs as texts."""
    models, chips, each, layer = values
    marks, citations = numbered(["mxn"], _texts(engine))
    try:
        work, currency = priced(int(models), int(chips), each=each, layer=layer)
    except (UsageError, TypeError, ValueError) as error:
        return _paragraph(words(language, "failed", reason=error), "trouble"), None, ""
    lines = [["", escape(words(language, "adapters")), escape(words(language, "cost"))]]
    for key, count, cost in (
        ("one_by_one", work.one_by_one, work.direct_cost),
        ("through_layer", work.through_layer, work.layer_cost),
    ):
        name = escape(words(language, key)) + (_mark(marks.get("mxn"), MIDDLE) if key == "one_by_one" else "")
        lines.append([name, f"{count:,}", "–" if cost is None else escape(written(cost, currency, language))])
    lines.append([escape(words(language, "saved")), f"{work.saved:,}", ""])
    matrix = own_matrix()
    own = _paragraph(words(language, "own_matrix", models=matrix.models, servers=matrix.chips))
    told = _paragraph(words(language, "middle_intro")) + _table(lines) + own
    return told, matrix_figure(work, language), _cards(citations, MIDDLE, engine, language, "middle")


def _texts(engine: Engine) -> Texts:
    """The served index where it holds the interviews, so that a card opens the very article; else the built-in files."""
    library = engine.library()
    known = {source.id for source in library.store.sources()}
    return library if all(ground.source in known for ground in GROUNDS.values()) else Seeds()


def _cards(citations: Sequence[Citation], turn: int, engine: Engine, language: Language, title: str) -> str:
    answer = Answer(words(language, title), language, "", citations=tuple(citations))
    return cards_html(answer, turn=turn, voices=Voices.of(engine.library().people.people))


def _mark(number: int | None, turn: int) -> str:
    return f' <a class="cite" href="#cite-{turn}-{number}">{number}</a>' if number else ""


def _orders(low: float, high: float) -> str:
    return f"10<sup>{low:g}</sup>" + (f" – 10<sup>{high:g}</sup>" if high > low else "")


def _date(date: str, language: Language) -> str:
    return f"{date.removeprefix('--')}, {words(language, 'no_year')}" if date.startswith("--") else date


def _table(lines: Sequence[Sequence[str]]) -> str:
    rows = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for cells in lines)
    return f'<table class="figures">{rows}</table>'


def _paragraph(told: str, kind: str = "told") -> str:
    return f'<p class="{kind}">{escape(told)}</p>'
