"""The baseline kept in the repository: a run in, what fell below it beyond noise out.

    evals/baseline/NAME.jsonl   an item a line: {"id", "scores"}; made by `sayso eval baseline RUN…`

Items are compared one by one, so a run over part of a set can be held against the whole set's baseline.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from evals.measure import Row, is_amount, is_count
from evals.run import read_rows
from evals.significance import Change, change
from rag.errors import UsageError

BASELINE = Path(__file__).resolve().parent / "baseline"
# A headline figure that falls by less is not worth a red light, however sure it is.
LEAST = 0.005
# What may never get worse, not by one item.
MUST = frozenset({"misattributed", "spans_valid", "marks_resolve", "language_right", "outbound", "obeyed"})
HEADLINES = {
    "founders": ("fact_recall", "citation_recall", "citation_precision", "answered", "refused", "speaker_precision"),
    "founders-reporting": (
        "fact_recall",
        "citation_recall",
        "citation_precision",
        "refusal_correct",
        "speaker_precision",
    ),
    "retrieval": ("hit@1", "hit@5", "MRR@10", "evidence@5"),
    "verifier": ("kept", "caught"),
    "injection": ("unmoved", "fact_recall", "forbidden_absent", "answered"),
    "followup": ("fact_recall", "facts_astray", "citation_recall"),
}


def regressions(name: str, rows: Sequence[Row], baseline: Path = BASELINE) -> list[str]:
    """A line for each figure that fell; none when all is well. An item that ends in an error is one, too."""
    before = {row["id"]: row for row in read_rows(_file(name, baseline))}
    after = {row["id"]: row for row in rows}
    common = [id_ for id_ in after if id_ in before]
    if not common:
        raise UsageError(f"{_file(name, baseline)}: none of its items is in this run; renew it with `make baseline`")
    fell = [f"{name}: {id_} ended in an error: {row['error']}" for id_, row in after.items() if "error" in row]
    for scorer in (*HEADLINES[name], *sorted(MUST)):
        found = change(scorer, before, after)
        if found and _fell(found):
            fell.append(
                f"{name}: {scorer} {found.before:.3f} → {found.after:.3f} over {found.paired} items "
                f"({found.worse} worse, {found.better} better, p={found.p:.3f})"
            )
    return fell


def write_baseline(name: str, rows: Sequence[Row], baseline: Path = BASELINE) -> Path:
    """This run becomes what later ones are held against. Amounts, which the machine decides, are left out."""
    if name not in HEADLINES:
        raise UsageError(f"{name} has no baseline; those that have: {', '.join(HEADLINES)}")
    if any("error" in row for row in rows):
        raise UsageError(f"{name}: some items ended in an error; such a run can't be a baseline")
    baseline.mkdir(exist_ok=True)
    lines = []
    for row in rows:
        scores = {s: round(v, 4) for s, v in row["scores"].items() if v is not None and not is_amount(s)}
        lines.append(json.dumps({"id": row["id"], "scores": scores}, ensure_ascii=False, separators=(",", ":")))
    path = _file(name, baseline)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def has_baseline(name: str, baseline: Path = BASELINE) -> bool:
    return name in HEADLINES and _file(name, baseline).is_file()


def _fell(found: Change) -> bool:
    if found.scorer in MUST:
        return found.after > found.before if is_count(found.scorer) else found.worse > 0
    return found.significant and found.difference < -LEAST


def _file(name: str, baseline: Path) -> Path:
    return baseline / f"{name}.jsonl"
