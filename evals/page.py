"""Finished runs in, one self-contained HTML page out: what was measured at a glance, then each task, then what failed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from evals import plots
from evals.finished import Finished
from evals.measure import is_amount, is_share
from evals.metadata import told
from evals.report import cell, failed_scores, is_failure, latency, printable, short, shown
from evals.summary import Group, percentile

_STYLE = (Path(__file__).with_name("page.css")).read_text(encoding="utf-8")
_FEW = 5
# Shows the failures that hold what is typed, and of one type.
_SCRIPT = """
for (const box of document.querySelectorAll('.failures')) {
  const [words, kind] = box.querySelectorAll('input, select'), shown = box.querySelector('output');
  const all = [...box.querySelectorAll('details.sample')];
  const sift = () => {
    let n = 0;
    for (const one of all) {
      const fits = one.textContent.toLowerCase().includes(words.value.toLowerCase()) && (!kind.value || one.dataset.kind.split(' ').includes(kind.value));
      one.hidden = !fits;
      n += fits;
    }
    shown.textContent = n + ' of ' + all.length;
  };
  words.oninput = kind.onchange = sift;
}
"""


def page(runs: Sequence[Finished], *, title: str = "Sayso evals") -> str:
    """Everything from documents, questions and models is escaped; the page asks nobody for anything."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width, initial-scale=1'>",
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">",
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        f"<main><h1>{escape(title)}</h1>{_glance(runs)}",
        *(_section(run) for run in runs),
        f"{_how_to_read()}</main><script>{_SCRIPT}</script></html>",
    ]
    return "\n".join(parts) + "\n"


def _glance(runs: Sequence[Finished]) -> str:
    """A card a task: the light, and its headline figures."""
    return f'<section class="cards">{"".join(_card(run) for run in runs)}</section>'


def _card(run: Finished) -> str:
    whole, name = run.summary.whole, run.measure.name
    rows = []
    for scorer in run.measure.headline:
        figure = whole.figures[scorer]
        if is_amount(scorer):
            rows.append(
                f'<div class="bar"><span class="label">{escape(plots.title(scorer))}</span><span class="track none"></span><span class="value">{cell(scorer, figure)}</span></div>'
            )
        else:
            rows.append(plots.bars([(plots.title(scorer), scorer, figure, "")]))
    return (
        f'<a class="card" href="#{escape(name)}"><h2>{escape(run.measure.title)}</h2>{_light(run)}{"".join(rows)}'
        f"<p class=small>{whole.rows} items, {whole.errors} errors</p></a>"
    )


def _light(run: Finished) -> str:
    """Red for what got worse, what missed its target, and errors; green only where something was compared."""
    bad = [*(run.fell or ()), *(f"below its target: {line}" for line in run.missed)]
    if run.summary.errors:
        bad.append(f"{run.summary.errors} items ended in an error")
    if bad:
        return f'<ul class="light red">{"".join(f"<li>{escape(line)}</li>" for line in bad)}</ul>'
    if run.fell is None:
        return '<p class="light grey">no baseline to compare with</p>'
    return '<p class="light green">no figure is below the baseline</p>'


def _section(run: Finished) -> str:
    measure, summary = run.measure, run.summary
    parts = [f'<section id="{escape(measure.name)}"><h2>{escape(measure.title)}</h2><p>{_code(measure.note)}</p>']
    if summary.beside:
        parts.append(_beside(run))
    parts.append(_by_group(run))
    parts += _latency(run)
    parts += _against_cost(run)
    parts += [_table(run), _failures(run), _made_with(run), "</section>"]
    return "\n".join(parts)


def _beside(run: Finished) -> str:
    """Ours and each baseline: shares as bars, scorer by scorer; amounts in one table."""
    systems = {"Sayso": run.summary.whole.figures, **run.summary.beside}
    blocks = []
    for scorer in filter(is_share, run.measure.headline):
        rows = [
            (name, scorer, figures[scorer], "theirs" if name in run.summary.beside else "ours")
            for name, figures in systems.items()
            if figures.get(scorer)
        ]
        if len(rows) > 1:
            blocks.append(f"<div><h4>{escape(plots.title(scorer))}</h4>{plots.bars(rows)}</div>")
    amounts = [scorer for scorer in run.measure.headline if is_amount(scorer)]
    if amounts:
        head = "".join(f"<th>{escape(plots.title(scorer))}" for scorer in amounts)
        lines = "".join(
            f"<tr><th>{escape(name)}" + "".join(f"<td>{cell(scorer, figures.get(scorer))}" for scorer in amounts)
            for name, figures in systems.items()
        )
        blocks.append(f"<table><tr><th>{head}{lines}</table>")
    return f'<h3>Beside baselines, same items</h3><div class="grid">{"".join(blocks)}</div>'


def _by_group(run: Finished) -> str:
    shares = [name for name in run.measure.headline if is_share(name)][:3]
    sections = list(dict.fromkeys(group.section for group in run.summary.groups if group.section))
    blocks = []
    for section in sections if shares else ():
        groups = [group for group in run.summary.groups if group.section == section and _drawn(group, shares)]
        rows = [(group.name, group.rows, [(name, group.figures[name]) for name in shares]) for group in groups]
        if len(groups) > 1:
            blocks.append(f"<div><h4>{escape(section.capitalize())}</h4>{plots.dots(rows)}</div>")
    return (
        f'<h3>Quality by group</h3><p class="small">Groups of fewer than {_FEW} are in the table only.</p><div class="flow">{"".join(blocks)}</div>'
        if blocks
        else ""
    )


def _code(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))


def _drawn(group: Group, shares: Sequence[str]) -> bool:
    return group.rows >= _FEW and any(group.figures[name] for name in shares)


def _latency(run: Finished) -> Iterator[str]:
    good = [row for row in run.rows if "error" not in row and not row["warm_up"]]
    values = [row["scores"].get("total_ms") or row["latency_ms"] for row in good]
    if len(values) > 1:
        middle, late = percentile(values, 0.5), percentile(values, 0.95)
        yield f"<h3>Latency of an item</h3>{plots.histogram(values, unit='ms', p50=middle, p95=late)}"


def _against_cost(run: Finished) -> Iterator[str]:
    """Quality against dollars where cells have a price; else against what a reader is given to read."""
    cells = [group for group in run.summary.groups if group.section == "cell"]
    if cells:
        points = [(group.name, *_point(group, "usd", 1000)) for group in cells]
        yield "<h3>Cost against quality</h3>" + plots.scatter(
            points, across="US$ for 1,000 answers (0: nothing is paid offline)", up="fact recall"
        )
    elif "characters" in run.measure.scorers:
        whole, beside = run.summary.whole.figures, run.summary.beside
        told_ = [("Sayso", whole), *beside.items()]
        points = [
            (name, read.value, facts.value)
            for name, figures in told_
            if (read := figures.get("characters")) and (facts := figures.get("fact_recall"))
        ]
        if len(points) > 1:
            yield "<h3>What it costs the reader against quality</h3>" + plots.scatter(
                points, across="characters of an answer, median", up="fact recall"
            )


def _point(group: Group, scorer: str, times: float) -> tuple[float, float]:
    cost, facts = group.figures.get(scorer), group.figures.get("fact_recall")
    return (cost.value * times if cost else 0.0), (facts.value if facts else 0.0)


def _table(run: Finished) -> str:
    names = run.measure.scorers
    head = "".join(f'<th title="{escape(name)}">{escape(short(name).replace("_", " "))}' for name in names)
    body = []
    for group in (*run.summary.groups,):
        cells = "".join(f"<td>{cell(name, group.figures[name])}" for name in names)
        body.append(f"<tr><th>{escape(group.name)}<td>{group.rows}<td>{group.errors}{cells}")
    for name, figures in run.summary.beside.items():
        cells = "".join(f"<td>{cell(scorer, figures[scorer])}" for scorer in names)
        body.append(f'<tr class="theirs"><th>{escape(name)}<td><td>{cells}')
    return (
        f'<details><summary>All figures ({len(names)} scores, {len(run.summary.groups)} groups)</summary><div class="wide">'
        f"<table><tr><th><th>n<th>errors{head}{''.join(body)}</table></div></details>"
    )


def _failures(run: Finished) -> str:
    bad = [row for row in run.rows if is_failure(row, run.measure.failing)]
    if not bad:
        return "<p>No item failed.</p>"
    kinds = list(dict.fromkeys(name for row in bad for names in row["groups"].values() for name in names))
    options = "".join(f"<option>{escape(kind)}" for kind in kinds)
    samples = "".join(_sample(run, row) for row in bad)
    return (
        f'<details class="failures"><summary>Failed: {len(bad)} of {len(run.rows)} items</summary>'
        f'<p><input type="search" placeholder="words" aria-label="words"> <select aria-label="group"><option value="">all groups{options}</select> '
        f"<output>{len(bad)} of {len(bad)}</output></p>{samples}</details>"
    )


def _sample(run: Finished, row: dict) -> str:  # type: ignore[type-arg]
    scores = ", ".join(f"{short(name)} {value:.2f}" for name, value in failed_scores(row, run.measure.failing).items())
    kinds = [name for names in row["groups"].values() for name in names]
    pairs = [
        *((label, text, "") for label, text in shown(row)),
        *((label, text, "gold") for label, text in row["gold"]),
    ]
    lines = "".join(
        f'<div class="{kind}"><dt>{escape(label)}</dt><dd>{escape(printable(str(text)))}</dd></div>'
        for label, text, kind in pairs
    )
    return (
        f'<details class="sample" data-kind="{escape(" ".join(kinds))}"><summary><code>{escape(row["id"])}</code> '
        f"{escape(printable(row['asked'][:160]))} <small>{escape(scores or 'error')}</small></summary><dl>{lines}</dl></details>"
    )


def _made_with(run: Finished) -> str:
    lines = "".join(f"<tr><th>{escape(name)}<td>{escape(value)}" for name, value in told(run.meta))
    return f"<details><summary>Made with</summary><p class=small>{escape(latency(run.summary.latency))}</p><table class=small>{lines}</table></details>"


def _how_to_read() -> str:
    return (
        "<section><h2>How to read it</h2><ul>"
        "<li>A whisker is the 95 % interval of the figure; two figures whose whiskers overlap widely may not differ.</li>"
        "<li>n counts what could be scored. What could not is left out, never counted as nought; an error is counted apart.</li>"
        "<li>facts looks for strings: a right answer in unforeseen words scores nought, so it leans low. "
        "Citation precision leans low, too: a citation beside the gold quotes may still support its statement.</li>"
        "<li>Baselines show what they found; they don't refuse, know no speaker and get no earlier turns.</li>"
        "<li>The light is red when a headline figure is below the baseline in the repository beyond chance (paired by item, "
        "95 %), when a task misses its own target, or when an item ended in an error.</li></ul></section>"
    )
