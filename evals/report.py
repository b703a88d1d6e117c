"""A summary in, a plain text table out; rows and questions in, the failed ones with answer, citations and gold out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from evals.datasets import Question
from evals.run import Row
from evals.scorers import COUNTERS
from evals.summary import Figure, Group, Latency, Summary

HEADLINE = ("fact_recall", "citation_recall", "citation_precision", "refusal_correct", "speaker_precision")
# A citation beside the gold quotes may still support its statement, so precision alone makes no failure.
_NOT_FAILING = frozenset({"citation_precision"})
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
}


def table(summary: Summary, *, title: str) -> str:
    """The report for people: headline figures with intervals, then every figure by group.

    "–" is what could not be scored; an error is counted apart and is no answer.
    """
    everything, *groups = summary.groups
    lines = [f"{title}: {everything.questions} questions, {everything.errors} errors; {_latency(summary.latency)}", ""]
    lines += [_headline(name, everything.figures[name]) for name in HEADLINE if name in everything.figures]
    lines += ["", _row("", ["n", "errors", *(_TITLES.get(name, name) for name in everything.figures)])]
    lines += [_group(group) for group in (everything, *groups)]
    lines += ["", "misattr: statements, must be 0. Precision: only answers that cite; a refusal isn't scored on it."]
    return "\n".join(lines) + "\n"


def failures(questions: Sequence[Question], rows: Sequence[Row]) -> Iterator[str]:
    """One block a failed question: what was asked, answered and cited, and the gold beside it."""
    for question, row in zip(questions, rows, strict=True):
        failed = failed_scores(row)
        if "error" in row or failed:
            yield "\n".join(_failure(question, row, failed)) + "\n"


def failed_scores(row: Row) -> dict[str, float]:
    """The scores that make a row a failure: a share below 1, a counter above 0."""
    scores: Mapping[str, float | None] = row.get("scores", {})
    return {
        name: value
        for name, value in scores.items()
        if name not in _NOT_FAILING and value is not None and (value > 0 if name in COUNTERS else value < 1)
    }


def printable(text: str) -> str:
    """Control characters made visible: a document or a model must not steer the reader's terminal.

    >>> printable("a\\x1b[2Jb")
    'a\\\\x1b[2Jb'
    """
    return "".join(char if char == "\n" or char.isprintable() else ascii(char)[1:-1] for char in text)


def _headline(name: str, figure: Figure | None) -> str:
    label = name.replace("_", " ").ljust(20)
    if figure is None:
        return f"{label}     –"
    return f"{label} {figure.value:.3f}   95% [{figure.low:.3f}, {figure.high:.3f}]   n={figure.scored}"


def _group(group: Group) -> str:
    cells = [_cell(figure, counted=name in COUNTERS) for name, figure in group.figures.items()]
    return _row(group.name, [str(group.questions), str(group.errors), *cells])


def _cell(figure: Figure | None, *, counted: bool) -> str:
    if figure is None:
        return "–"
    return f"{figure.value:.0f}" if counted else f"{figure.value:.2f}"


def _row(name: str, cells: Sequence[str]) -> str:
    return name.ljust(15) + "".join(cell.rjust(10) for cell in cells)


def _latency(latency: Latency) -> str:
    if latency.p50 is None or latency.p95 is None:
        return "latency not timed (warm-up only)"
    return f"latency p50 {latency.p50:.1f} ms, p95 {latency.p95:.1f} ms over {latency.timed} after the warm-up"


def _failure(question: Question, row: Row, failed: Mapping[str, float]) -> Iterator[str]:
    scores = "  ".join(f"{name}={value:.2f}" for name, value in failed.items())
    yield f"── {question.id} {question.type} {question.lang}  {scores}"
    for earlier in question.history:
        yield _field("before", earlier)
    yield _field("question", question.question)
    if "error" in row:
        yield _field("error", row["error"])
    else:
        yield _field("refused" if row["refused"] else "answer", row["answer"])
        for citation in row["citations"]:
            yield _field(f"[{citation['n']}]", _citation(citation))
    yield _field("gold", _gold(question))
    for number, group in enumerate(question.evidence):
        for quote in group:
            yield _field(f"evidence {number}", f"{quote.file} {quote.text}")


def _citation(citation: Mapping[str, Any]) -> str:
    place = f"{citation['file']}:{citation['start']}-{citation['end']}"
    return f"{citation['speaker'] or '–'} ({citation['role']}) {place} {citation['quote']}"


def _gold(question: Question) -> str:
    facts = " & ".join(" | ".join(group) for group in question.facts)
    whose = f"   said by {', '.join(question.speakers)}" if question.speakers else ""
    forbidden = f"   not: {' | '.join(question.forbidden)}" if question.forbidden else ""
    return ("answerable: " + facts if question.answerable else "to be refused") + whose + forbidden


def _field(name: str, text: str) -> str:
    return f"   {name:<11}" + textwrap.indent(printable(text), " " * 14).lstrip()
