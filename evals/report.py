"""A summary in, the tables as text and as Markdown out; rows in, the failed ones with answer, citations and gold out."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evals.measure import Row, is_amount, is_count
from evals.summary import Figure, Group, Latency, Summary

_TITLES = {
    "fact_recall": "facts",
    "citation_recall": "cite rec",
    "citation_precision": "cite prec",
    "refusal_correct": "refusal",
    "speaker_precision": "speaker",
    "language_right": "language",
    "spans_valid": "spans",
    "marks_resolve": "marks",
    "forbidden_absent": "forbidden",
    "misattributed": "misattr",
    "judged_right": "j right",
    "judged_faithful": "j faith",
    "characters": "chars",
    "facts_astray": "astray",
    "facts_torn_out": "torn out",
}


def table(summary: Summary, *, title: str, headline: Sequence[str]) -> str:
    """The report for a terminal: headline figures with intervals, baselines, then every figure by group.

    "–" is what could not be scored; an error is counted apart and is no answer.
    """
    whole = summary.whole
    lines = [f"{title}: {whole.rows} items, {whole.errors} errors; {latency(summary.latency)}", ""]
    lines += [_headline(name, whole.figures[name]) for name in headline if name in whole.figures]
    lines += ["", _row("", ["n", "errors", *(short(name) for name in whole.figures)])]
    lines += [_row(group.name, _cells(group)) for group in summary.groups]
    if summary.beside:
        lines += ["", "beside, same items:"]
        lines += [
            _row(name, ["", "", *map(cell, figures, figures.values())]) for name, figures in summary.beside.items()
        ]
    return "\n".join(lines) + "\n"


def markdown(summary: Summary, *, title: str, note: str, headline: Sequence[str]) -> str:
    """The same for a page that is read as Markdown."""
    whole = summary.whole
    lines = [f"## {title}", "", f"{note} {whole.rows} items, {whole.errors} errors; {latency(summary.latency)}.", ""]
    lines += ["| | value | 95 % | n |" + "".join(f" {name} |" for name in summary.beside)]
    lines += ["| --- |" + " --- |" * (3 + len(summary.beside))]
    for name in headline:
        others = [cell(name, figures.get(name)) for figures in summary.beside.values()]
        lines.append("| " + " | ".join([name, *_told(name, whole.figures.get(name)), *others]) + " |")
    lines += ["", "| group | n | " + " | ".join(short(name) for name in headline) + " |"]
    lines += ["| --- |" + " --- |" * (1 + len(headline))]
    for group in summary.groups:
        cells = [str(group.rows), *(cell(name, group.figures.get(name)) for name in headline)]
        lines.append("| " + " | ".join([group.name, *cells]) + " |")
    return "\n".join(lines) + "\n"


def failures(rows: Sequence[Row], failing: Sequence[str]) -> Iterator[str]:
    """One block a failed row: what was asked, answered and cited, and the gold beside it."""
    for row in rows:
        if is_failure(row, failing):
            yield "\n".join(_failure(row, failing)) + "\n"


def is_failure(row: Row, failing: Sequence[str]) -> bool:
    return "error" in row or bool(failed_scores(row, failing))


def failed_scores(row: Row, failing: Sequence[str]) -> dict[str, float]:
    """The scores that make a row a failure: a share below 1, a count above 0."""
    scores: Mapping[str, float | None] = row.get("scores", {})
    return {
        name: value
        for name in failing
        if (value := scores.get(name)) is not None and (value > 0 if is_count(name) else value < 1)
    }


def shown(row: Row) -> list[tuple[str, str]]:
    """(label, text) of what was asked and what came: an answer with its citations, or what the task shows."""
    pairs = [("before", earlier) for earlier in row.get("history", ())]
    pairs.append(("asked", row["asked"]))
    if "error" in row:
        return [*pairs, ("error", row["error"])]
    if "answer" in row:
        pairs.append(("refused" if row["refused"] else "answer", row["answer"]))
        pairs += [(f"[{citation['n']}]", _citation(citation)) for citation in row["citations"]]
    return [*pairs, *((str(label), str(text)) for label, text in row.get("shown", ()))]


def short(name: str) -> str:
    return _TITLES.get(name, name.removeprefix("caught "))


def cell(name: str, figure: Figure | None) -> str:
    if figure is None:
        return "–"
    if is_count(name):
        return f"{figure.value:.0f}"
    if is_amount(name):
        return f"{figure.value:.6f}" if name == "usd" and figure.value else f"{figure.value:.1f}"
    return f"{figure.value:.2f}"


def latency(found: Latency) -> str:
    if found.p50 is None or found.p95 is None:
        return "latency not timed (warm-up only)"
    return f"latency p50 {found.p50:.1f} ms, p95 {found.p95:.1f} ms over {found.timed} after the warm-up"


def printable(text: str) -> str:
    """Control characters made visible: a document or a model must not steer the reader's terminal.

    >>> printable("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    return "".join(char if char == "\n" or char.isprintable() else ascii(char)[1:-1] for char in text)


def _headline(name: str, figure: Figure | None) -> str:
    value, interval, scored = _told(name, figure)
    return f"{name.replace('_', ' '):20} {value:>9}   95% {interval:16} n={scored}"


def _told(name: str, figure: Figure | None) -> tuple[str, str, str]:
    if figure is None:
        return "–", "–", "0"
    if is_count(name):
        return f"{figure.value:.0f}", "–", str(figure.scored)
    digits = 1 if is_amount(name) else 3
    return f"{figure.value:.{digits}f}", f"[{figure.low:.{digits}f}, {figure.high:.{digits}f}]", str(figure.scored)


def _cells(group: Group) -> list[str]:
    return [str(group.rows), str(group.errors), *map(cell, group.figures, group.figures.values())]


def _row(name: str, cells: Sequence[str]) -> str:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in name)  # a terminal gives these two columns
    return name.ljust(24 - wide) + "".join(each.rjust(10) for each in cells)


def _failure(row: Row, failing: Sequence[str]) -> Iterator[str]:
    scores = "  ".join(f"{name}={value:.2f}" for name, value in failed_scores(row, failing).items())
    kinds = " ".join(name for section in ("type", "language", "way") for name in row["groups"].get(section, ()))
    yield f"── {row['id']} {kinds}  {scores}"
    for label, text in (*shown(row), *row["gold"]):
        yield f"   {label:<13}" + textwrap.indent(printable(text), " " * 16).lstrip()


def _citation(citation: Mapping[str, Any]) -> str:
    place = f"{citation['file']}:{citation['start']}-{citation['end']}"
    return f"{citation['speaker'] or '–'} ({citation['role']}) {place} {citation['quote']}"
