"""`sayso aidc`: the operator's account of an AI data centre from the given figures, for people or as JSON."""

from __future__ import annotations

import argparse

from rag import account_report as report
from rag.account_form import BLANKS, CAPEX, EXAMPLES, OPEX, Form, fill
from rag.account_words import FORMULAS, HEADINGS, RESULTS, ZONE_GROUNDS, ZONES, said
from rag.commands.tables import cited_line, table
from rag.economics import zone
from rag.errors import UsageError
from rag.grounds import Seeds, numbered
from rag.money import cents, percent, written
from rag.settings import Settings
from rag.terminal import dump, say
from rag.types import Language

EXAMPLE = """example:
  sayso aidc --servers 1000 --price 2万元/月 --capex 5亿元 --opex 3000万元 --utilisation 75%

amounts: 元, 万元, 亿元 or USD (3000万元, CNY 30 million, $4.2m), all of one currency
rents:   with their period (2万元/月, 30元/小时, $2800/month)
shares:  with their sign (75%, 七成); --utilisation also takes one for each year: 60%,80%,90%,80%,65%
Every formula names the sentence of Zhang Yalin's interview that it comes from."""
_GROUPS: dict[str, tuple[str, ...]] = {
    "needed": ("servers", "price", "capex", "opex"),
    "instead of --capex, all of": tuple(blank.name for blank in CAPEX),
    "instead of --opex, all of": tuple(blank.name for blank in OPEX),
    "if you like": ("utilisation", "years", "short_price", "short_share", "vouchers", "aid", "discount"),
}


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = EXAMPLE
    for title, names in _GROUPS.items():
        group = command.add_argument_group(title)
        for name in names:
            blank = BLANKS[name]
            group.add_argument(_option(name), metavar=EXAMPLES[blank.kind], help=f"{blank.en} {blank.zh}")
    command.add_argument("--language", choices=("zh", "en"), default="en", help="of the printed words (default: en)")
    command.add_argument("--json", action="store_true")


def run(args: argparse.Namespace, settings: Settings) -> int:  # all commands are called alike
    form = fill({name: text for name in BLANKS if (text := getattr(args, name)) is not None})
    if form.missing:
        wanted = (f"{_option(row.name)} ({row.label}, such as {row.value})" for row in report.missing_rows(form, "en"))
        raise UsageError(f"the account still needs {', '.join(wanted)}; see `sayso aidc --help`")
    if args.json:
        dump(report.to_dict(form, Seeds(), args.language))
    else:
        say(for_people(form, args.language))
    return 0


def for_people(form: Form, language: Language) -> str:
    """Results, sensitivity, assumptions, formulas with their marks, and the quotes."""
    marks, citations = numbered(report.grounds(form), Seeds())
    chosen = report.headline(form)
    parts = [table([(row.label, row.value) for row in report.common_rows(of.centre, language)]) for of in chosen[:1]]
    columns = [[*report.rows(of, language, form.discount)] for of in chosen]
    parts.append(table([(same[0].label, *(row.value for row in same)) for same in zip(*columns, strict=True)]))
    parts.append(f"{said(RESULTS['cash_flow'], language)}:\n{table([*report.flow_rows(chosen, language)])}")
    if "peak" in marks:
        parts.append(f"{said(HEADINGS['peak'], language)} [{marks['peak']}]")
    parts.append(f"{said(HEADINGS['sensitivity'], language)}\n{_sensitivity(form, marks, language)}")
    parts.append(_listed("assumed", report.assumptions(form, language), language))
    parts.append(_listed("formulas", [_formula(name, marks, language) for name in report.formulas(form)], language))
    parts.append("\n".join(map(cited_line, citations)))
    return "\n\n".join(parts)


def _sensitivity(form: Form, marks: dict[str, int], language: Language) -> str:
    columns = ("utilisation", "income", "spread", "result", "return_on_cost", "payback")
    lines = [[*(said(RESULTS[name], language) for name in columns), ""]]
    for of in report.around(form):
        lies = zone(of.mean_utilisation)
        amounts = (written(amount, of.centre.currency, language) for amount in (of.income, of.spread, of.result))
        share = "-" if of.return_on_cost is None else percent(of.return_on_cost)
        years = "-" if of.payback is None else str(cents(of.payback))
        told = f"{said(ZONES[lies], language)} [{marks[ZONE_GROUNDS[lies]]}]"
        lines.append([percent(of.mean_utilisation), *amounts, share, years, told])
    return table(lines)


def _formula(name: str, marks: dict[str, int], language: Language) -> str:
    formula = FORMULAS[name]
    cited = "".join(f"[{marks[key]}]" for key in formula.grounds) or f"({said(HEADINGS['usual'], language)})"
    return f"{formula.zh if language == 'zh' else formula.en} {cited}"


def _listed(heading: str, lines: list[str], language: Language) -> str:
    return "\n".join([said(HEADINGS[heading], language), *(f"  {line}" for line in lines)])


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
