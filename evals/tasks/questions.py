"""A question set asked as a user would: answers scored by code, and by the model as well where one is configured."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from evals.baselines import as_answer, baselines
from evals.datasets import LANGUAGES, TYPES, Question
from evals.measure import Item, Measure, Pairs
from evals.scorers import Scorer, all_scorers, score
from evals.tasks.context import REPORTING, TUNING, Context

HEADLINE = ("fact_recall", "citation_recall", "citation_precision", "answered", "refused", "speaker_precision")
# A citation beside the gold quotes may still support its statement, so precision alone makes no failure.
NOT_FAILING = frozenset({"citation_precision", "characters", "answered", "refused"})
# A baseline only finds: it writes no marks, names nobody and answers in the words that it found.
COMPARED = (
    "fact_recall",
    "citation_recall",
    "citation_precision",
    "answered",
    "refused",
    "forbidden_absent",
    "characters",
)
ORDER = (*LANGUAGES, "answerable", "not in sources", *TYPES)
_NOTE = "Questions over the articles, asked without the gold speakers. Scored by code; n is how many could be scored."


def founders(context: Context) -> Measure:
    return build(context, "founders", TUNING, title="Founders: tuning set", note=f"{_NOTE} Weights were fitted on it.")


def founders_reporting(context: Context) -> Measure:
    note = f"{_NOTE} Nothing was fitted on it."
    return build(context, "founders-reporting", REPORTING, title="Founders: reporting set", note=note)


def build(context: Context, name: str, path: Path, *, title: str = "", note: str = _NOTE) -> Measure:
    """Any set of the contract's format, over whatever the index holds."""
    questions = context.questions(path)
    scorers = question_scorers(context)
    beside = baselines(context.sources, context.engine.library().embedding) if context.baselines else ()
    return Measure(
        name,
        title or name,
        note,
        [question_item(question) for question in questions],
        lambda item: asked(context.engine, item.subject),
        lambda item, row: score(item.subject, row, scorers),
        tuple(scorers),
        HEADLINE,
        failing=tuple(name for name in scorers if name not in NOT_FAILING),
        beside={system.name: partial(as_answer, system) for system in beside},
        compared=COMPARED,
        order=ORDER,
    )


def question_scorers(context: Context) -> dict[str, Scorer]:
    """Those of code, and the model's where one is configured."""
    scorers = all_scorers(context.sources)
    if context.settings.offline:
        return scorers
    from evals.scorers.judged import judges
    from rag.factory import model_server_for

    return {**scorers, **judges(model_server_for(context.settings))}


def asked(engine: Any, question: Question, *, history: tuple[str, ...] | None = None) -> dict[str, Any]:
    """With the history, and without the gold speakers, which would be a hint."""
    turns = question.history if history is None else history
    return {**engine.query(question.question, history=list(turns)).to_dict(), "history": list(turns)}


def question_item(question: Question, *, id_: str = "", **groups: str) -> Item:
    own: dict[str, tuple[str, ...]] = {name: (value,) for name, value in groups.items()}
    known: Mapping[str, tuple[str, ...]] = {
        **own,
        "language": (question.lang,),
        "in the sources": ("answerable" if question.answerable else "not in sources",),
        "type": (question.type,),
        "speaker": question.speakers,
    }
    return Item(id_ or question.id, question.question, question, known, gold(question))


def gold(question: Question) -> Pairs:
    """What the set holds for right, for people."""
    if question.answerable:
        pairs = [("facts", " & ".join(" | ".join(group) for group in question.facts))]
    else:
        pairs = [("gold", "to be refused: the sources don't say")]
    pairs += [("said by", ", ".join(question.speakers))] * bool(question.speakers)
    pairs += [("must not say", " | ".join(question.forbidden))] * bool(question.forbidden)
    for number, group in enumerate(question.evidence, 1):
        pairs += [(f"evidence {number}", f"{quote.text}  ({quote.file})") for quote in group]
    return tuple(pairs)
