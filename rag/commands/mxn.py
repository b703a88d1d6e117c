"""`sayso mxn`: how many adapters M models on N chips need, one by one and through a middle layer."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from rag.adaptation import Adaptation, own_matrix, priced
from rag.commands.tables import cited_line, table
from rag.grounds import Seeds, numbered
from rag.money import Currency, written
from rag.settings import Settings
from rag.terminal import dump, say


def add_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--models", type=int, required=True, metavar="M", help="how many models")
    command.add_argument("--chips", type=int, required=True, metavar="N", help="how many chips or other backends")
    command.add_argument("--each", metavar="30万元", help="what one adapter costs")
    command.add_argument("--layer", metavar="500万元", help="what the middle layer costs, once")
    command.add_argument("--json", action="store_true")


def run(args: argparse.Namespace, settings: Settings) -> int:  # all commands are called alike
    work, currency = priced(args.models, args.chips, each=args.each, layer=args.layer)
    own = own_matrix()
    marks, citations = numbered(["mxn"], Seeds())
    if args.json:
        dump(
            as_dict(work, currency)
            | {
                "own": {"models": own.models, "servers": own.chips, "adapters": 1},
                "citations": [asdict(c) for c in citations],
            }
        )
        return 0
    lines = [("", "adapters", "cost")]
    for name, count, cost in (
        (f"one by one, M×N [{marks['mxn']}]", work.one_by_one, work.direct_cost),
        ("through a middle layer, M+N", work.through_layer, work.layer_cost),
    ):
        lines.append((name, f"{count:,}", "-" if cost is None else written(cost, currency, "en")))
    lines.append(("fewer", f"{work.saved:,}", ""))
    ours = (
        f"Sayso itself: {own.models} models and {own.chips} servers in its table behind one adapter, OpenAI's protocol."
    )
    noted = "M+N is the usual count for a layer between two sides; the interviews name M×N only, and no cost."
    say("\n\n".join([table(lines), noted, ours, *map(cited_line, citations)]))
    return 0


def as_dict(work: Adaptation, currency: Currency) -> dict[str, object]:
    """Plain JSON types; costs as numbers, in `currency`."""
    costs = {"direct_cost": work.direct_cost, "layer_cost": work.layer_cost}
    return {
        "models": work.models,
        "chips": work.chips,
        "one_by_one": work.one_by_one,
        "through_layer": work.through_layer,
        "saved": work.saved,
        "currency": currency,
        **{name: None if cost is None else float(cost) for name, cost in costs.items()},
    }
