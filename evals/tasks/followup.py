"""Follow-ups three ways: in their conversation, with an unrelated turn before it, and torn out of it."""

from __future__ import annotations

from evals.measure import Item, Measure, Row, Scores
from evals.scorers import score
from evals.tasks.context import TUNING, Context
from evals.tasks.questions import HEADLINE, ORDER, asked, question_item, question_scorers

# Another topic in each language, so that only the conversation's own turns can help.
STRAY = {"zh": "孙凝晖在演讲里提到了哪几代计算机?", "en": "Which investors took part in the latest financing round?"}
IN, STRAYED, ALONE = "in its conversation", "after a stray turn", "torn out"
ASTRAY, TORN = "facts_astray", "facts_torn_out"
FAILING = ("misattributed", "spans_valid", "marks_resolve")


def build(context: Context) -> Measure:
    questions = [question for question in context.questions(TUNING) if question.history]
    scorers = question_scorers(context)

    def ask(item: Item) -> Row:
        question, (way,) = item.subject, item.groups["way"]
        history = () if way == ALONE else question.history
        return asked(context.engine, question, history=(STRAY[question.lang], *history) if way == STRAYED else history)

    def scored(item: Item, row: Row) -> Scores:
        """Facts astray and torn out stand apart, so that the other figures are of whole conversations alone."""
        (way,) = item.groups["way"]
        scores: Scores = {**score(item.subject, row, scorers), ASTRAY: None, TORN: None}
        if way == IN:
            return scores
        kept = {name: scores[name] for name in FAILING}
        return {**dict.fromkeys(scores), **kept, ASTRAY if way == STRAYED else TORN: scores["fact_recall"]}

    return Measure(
        "followup",
        "Follow-ups",
        "Questions that need what was said before. Torn out of their conversation they should do worse: "
        "the distance is what the history gives.",
        [
            question_item(question, id_=f"{question.id}/{way}", way=way)
            for question in questions
            for way in (IN, STRAYED, ALONE)
        ],
        ask,
        scored,
        (*scorers, ASTRAY, TORN),
        ("fact_recall", ASTRAY, TORN, *HEADLINE[1:]),
        failing=FAILING,
        order=(IN, STRAYED, ALONE, *ORDER),
    )
