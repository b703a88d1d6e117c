"""`sayso ladder`: what Dai Guohao says of the cost of compute, a projection of the user's own, and Sayso's own cost."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rag.commands.tables import cited_line, table
from rag.cost_ladder import (
    FALLEN,
    GOAL,
    PACE,
    RUNGS,
    Measured,
    Projection,
    Rung,
    Spent,
    builtin_tokens,
    date_of,
    measured,
    project,
    spent_on,
)
from rag.costs import BASELINE, count_tokens
from rag.errors import UsageError
from rag.grounds import Seeds, numbered
from rag.settings import Settings
from rag.terminal import dump, say

EPILOG = f"""A projection needs all three of --fallen, --pace and --year. His own words would give --fallen from {FALLEN[0]:g} to {FALLEN[1]:g} and
--pace from {PACE[0]:.2f} to {PACE[1]:.2f} powers of ten a year; he makes no such projection.

Sayso's own cost: --answers takes what `sayso ask --batch` wrote, --measure asks one question now. It is held against
the built-in articles in GPT-4-32k's prompt at its launch price ({BASELINE.price_in:g} and {BASELINE.price_out:g} USD a million tokens, {BASELINE.price_date})."""


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = EPILOG
    command.add_argument("--fallen", type=float, metavar="ORDERS", help="powers of ten that have fallen")
    command.add_argument("--pace", type=float, metavar="ORDERS", help="powers of ten a year from now on")
    command.add_argument("--year", type=int, metavar="YEAR", help="the year of --fallen")
    command.add_argument("--goal", type=float, default=GOAL, metavar="ORDERS", help="default: 4, which is 10,000 times")
    command.add_argument("--answers", type=Path, metavar="FILE.jsonl", help="answers whose cost counts")
    command.add_argument("--measure", metavar="QUESTION", help="ask this and count what the answer costs")
    command.add_argument("--json", action="store_true")


def run(args: argparse.Namespace, settings: Settings) -> int:
    marks, citations = numbered([rung.ground for rung in RUNGS], Seeds())
    projection = _projection(args)
    own = _own(args, settings)
    if args.json:
        rungs = [_rung(rung) | {"citation": marks[rung.ground]} for rung in RUNGS]
        told = {"rungs": rungs, "projection": projection and asdict(projection), "own": own and asdict(own)}
        dump(told | {"citations": [asdict(citation) for citation in citations]})
        return 0
    lines = [(f"{rung.en} ({date_of(rung, Seeds())})", _orders(rung), f"[{marks[rung.ground]}]") for rung in RUNGS]
    parts = [table(lines)]
    if projection:
        parts.append(table([(f"{year:.1f}", f"10^{orders:.2f}") for year, orders in projection.points]))
        parts.append(
            f"10^{args.goal:g} is reached in {projection.reached:.1f}, if the pace holds; the figures are yours, not his."
        )
    if own:
        parts.append(_told(own))
    say("\n\n".join([*parts, "\n".join(map(cited_line, citations))]))
    return 0


def _rung(rung: Rung) -> dict[str, Any]:
    return {**rung._asdict(), "date": date_of(rung, Seeds())}


def _orders(rung: Rung) -> str:
    return f"10^{rung.low:g}" if rung.low == rung.high else f"10^{rung.low:g} to 10^{rung.high:g}"


def _projection(args: argparse.Namespace) -> Projection | None:
    given = {"--fallen": args.fallen, "--pace": args.pace, "--year": args.year}
    missing = [name for name, value in given.items() if value is None]
    if len(missing) == len(given):
        return None
    if missing:
        raise UsageError(f"a projection needs {', '.join(missing)} too; see `sayso ladder --help`")
    return project(fallen=args.fallen, pace=args.pace, year=args.year, goal=args.goal)


def _own(args: argparse.Namespace, settings: Settings) -> Measured | None:
    if args.answers is None and args.measure is None:
        return None
    spent = [*_from_file(args.answers)] if args.answers else []
    if args.measure:
        from rag.commands.ask import open_engine

        spent.append(spent_on(open_engine(settings).query(args.measure)))
    own = measured(spent, builtin_tokens())
    if own is None:
        raise UsageError("no answer there has a known price; see rag/models.toml for the models whose price is known")
    return own


def _from_file(path: Path) -> Iterator[Spent]:
    try:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "usage" in (answer := json.loads(line)):
                tokens = answer["usage"]["completion_tokens"] or count_tokens(answer["answer"])
                yield Spent(answer["usage"]["cost_usd"], tokens)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: not a file of answers ({error}); write one with `sayso ask --batch`") from error


def _told(own: Measured) -> str:
    ratio = f"10^{own.orders:.2f} below" if own.orders is not None else "no tokens of a model: nothing to compare with"
    return (
        f"Sayso: {own.cost:.6g} USD an answer (mean of {own.answers}), {ratio}; "
        f"all articles in GPT-4-32k's prompt at its launch price: {own.baseline:.4f} USD"
    )
