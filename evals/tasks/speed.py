"""How long an answer takes, question by question, beside the baselines' retrieval in the same run."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

from evals.baselines import Baseline, baselines
from evals.measure import Item, Measure, Row, Scores
from evals.tasks.context import TUNING, Context
from evals.tasks.questions import ORDER, question_item

SCORERS = ("total_ms", "retrieve_ms", "answer_ms", "first_ms", "cpu_ms")
QUESTIONS, WARM_UP = 150, 5


def build(context: Context) -> Measure:
    """The options choose the questions; without a limit, 150 evenly over the set."""
    questions = replace(context, limit=context.limit or QUESTIONS).questions(TUNING)
    engine = context.engine
    for question in questions[:WARM_UP]:  # dictionaries and indexes load with the first questions
        engine.query(question.question, history=question.history)

    def ask(item: Item) -> Row:
        """A whole answer timed, and then the first words of a streamed one."""
        question = item.subject
        started, cpu = time.perf_counter(), time.process_time()
        answer = engine.query(question.question, history=question.history)
        total, used = _since(started), round((time.process_time() - cpu) * 1000, 3)
        started = time.perf_counter()
        next(iter(engine.stream_chat(question.question, history=question.history)))
        timings = answer.timings
        taken = {"total_ms": total, "retrieve_ms": timings.retrieve_ms, "answer_ms": timings.answer_ms}
        return {"taken": {**taken, "first_ms": _since(started), "cpu_ms": used}}

    def score(item: Item, row: Row) -> Scores:
        return {name: row["taken"].get(name) for name in SCORERS}

    return Measure(
        "speed",
        "Speed",
        "Milliseconds of a warm process: medians, with the interval of the median. Baselines only retrieve. "
        "The machine decides; compare within one run.",
        [question_item(question) for question in questions],
        ask,
        score,
        SCORERS,
        ("total_ms", "retrieve_ms", "first_ms", "cpu_ms"),
        beside={
            system.name: partial(_timed, system)
            for system in (baselines(context.sources, engine.library().embedding) if context.baselines else ())
        },
        order=ORDER,
    )


def _timed(system: Baseline, item: Item) -> Row:
    started, cpu = time.perf_counter(), time.process_time()
    system.search(item.subject.question, system.shown)
    taken = _since(started)
    used = round((time.process_time() - cpu) * 1000, 3)
    return {"taken": {"total_ms": taken, "retrieve_ms": taken, "cpu_ms": used}}


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 3)
