"""`python -m evals.figures runs/all docs/evals.md`: the headline figures of a finished `make evals` written into the page."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.measure import is_amount, is_count

BEGIN, END = "<!-- figures: written by `make baseline` -->", "<!-- end of figures -->"


def renewed(page: str, runs: Sequence[Mapping[str, Any]]) -> str:
    """The page with the figures of these runs between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n" + "\n".join(_lines(runs)) + f"\n{END}{after}"


def _lines(runs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for run in runs:
        whole, beside = run["groups"][0], run["beside"]
        meta = run["meta"]
        yield f"**{run['title']}** ({whole['rows']} items; code `{meta['code'][:8]}`, index `{meta['index'][:8]}`)\n"
        yield "| | Sayso | 95 % | n |" + "".join(f" {name} |" for name in beside)
        yield "| --- |" + " ---: |" * (3 + len(beside))
        for name in run["headline"]:
            figure = whole["figures"][name]
            others = [_value(name, figures[name]) for figures in beside.values()]
            scored = str(figure["scored"]) if figure else "0"
            cells = [name.replace("_", " "), _value(name, figure), _interval(name, figure), scored, *others]
            yield "| " + " | ".join(cells) + " |"
        yield ""


def _value(name: str, figure: Mapping[str, float] | None) -> str:
    if figure is None:
        return "–"
    return f"{figure['value']:.0f}" if is_count(name) else f"{figure['value']:.{1 if is_amount(name) else 3}f}"


def _interval(name: str, figure: Mapping[str, float] | None) -> str:
    if figure is None or is_count(name):
        return "–"
    digits = 1 if is_amount(name) else 3
    return f"{figure['low']:.{digits}f} to {figure['high']:.{digits}f}"


def main(folder: Path, page: Path) -> None:
    runs = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    page.write_text(renewed(page.read_text(encoding="utf-8"), runs), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
