"""A question and the ones before it in, one `Question` that stands alone out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.errors import UsageError
from rag.folding import fold
from rag.names import COMPANY, finder_of
from rag.people import People
from rag.question import Question, Term, clean_question, understand

_REFERS = re.compile(
    r"他|她|它|那|这|呢[?？]?$|上面|刚才|前者|后者|同样|还有呢|继续|另(?:一|外)|^(?:为什么|为何|怎么|如何|比如|举例)[?？]?$"
    r"|\b(?:he|she|him|his|her|it|its|they|them|their|that|this|those|these|there|same|former|latter)\b"
    r"|第[一二三四五六](?:个|类|点|种|方)|\b(?:first|second|third|fourth|other|last) (?:one|challenge|reason|point|type|kind|class|way)\b"
    r"|^(?:and|but|so|why|how|what about|how about|then)\b"
)
_WHOSE = re.compile(
    r"公司|企业|创始人|团队|产品|芯片|客户|估值|融资|上市|员工|多少钱|\b(?:compan(?:y|ies)|firm|start-?up|founders?|team|products?|chips?|customers?|valuation|funding|ipo|staff|employees?)\b"
)
_PERSON = re.compile(r"他|她|\b(?:he|she|him|his|her)\b")
# What is told of somebody or something: a question of such words alone leaves out of whom, in Chinese without a trace.
_TOLD_OF = re.compile(
    r"^(?:融|投|钱|元|亿|值|卖|买|办|招|赚|亏|人|岁|年)了?$"
    r"|融资|投资|估值|收购|成立|创办|创立|赚钱|盈利|营收|收入|利润|规模|总部|地址|员工|毕业|时候"
    r"|\b(?:raise[ds]?|invest|money|worth|sells?|sold|buys?|bought|acquired?|founded|found|hire[ds]?|earns?|profit|revenue|size|big|old|based|located"
    r"|headquarter\w*|people|graduated?|when|year)\b"
)
_TURNS = 6  # further back nobody remembers the question
_BREAK = " \n"  # between questions of one context
_FADE = 0.5  # weight of a carried term when the follow-up has terms of its own


def in_context(text: str, history: Sequence[str], people: People) -> Question:
    """Carry person, topic and kind of question from turn to turn, as far as the follow-up leaves them out."""
    return readings(text, history, people)[0]


def readings(text: str, history: Sequence[str], people: People) -> list[Question]:
    """How the question may be meant: as a follow-up and, unless it must be one, by itself. The first is the likelier."""
    previous: Question | None = None
    for earlier in history[-_TURNS:]:
        try:
            asked = understand(clean_question(earlier), people)
        except UsageError:
            continue
        if previous and _depends(asked):
            asked = _instead(previous, asked, people) or _carried(previous, asked)
        previous = asked
    alone = understand(text, people)
    if previous is None:
        return [alone]
    if _depends(alone):
        return [_instead(previous, alone, people) or _carried(previous, alone)]
    if alone.people or alone.organisations:
        return [alone]
    carried = _carried(previous, alone)
    # Whose company, whose chip, whose money? Another's would be a wrong answer.
    whose = _WHOSE.search(fold(text)) or all(_TOLD_OF.search(term.surface) for term in alone.terms)
    return [carried] if whose else [carried, alone]


def _instead(previous: Question, current: Question, people: People) -> Question | None:
    """ "And Li?" after "Who is Wang?" asks who Li is: the question before, with the one name for the other."""
    if current.terms or previous.context:
        return None
    folded, follow_up = fold(previous.query_str), fold(current.query_str)
    theirs, asked = (finder_of(people).find(text) for text in (folded, follow_up))
    if len(theirs) != 1 or len(asked) != 1:
        return None
    (before,), (now,) = theirs, asked
    name = follow_up[now.start : now.end]
    if before.organisation and now.person:
        # "And Li's?" after "What does Wang's company sell?"
        company = COMPANY.search(folded, before.start, before.end)
        if company is None:
            return None
        name += company.group()
    elif bool(before.person) != bool(now.person):
        return None
    return replace(understand(folded[: before.start] + name + folded[before.end :], people), language=current.language)


def _carried(previous: Question, current: Question) -> Question:
    bare = not current.terms
    carried = previous.terms if bare else tuple(replace(term, weight=term.weight * _FADE) for term in previous.terms)
    named = bool(current.people or current.organisations)
    return replace(
        current,
        context=_last(previous),
        asks=previous.asks if bare and current.asks == "fact" else current.asks,
        people=current.people if named else previous.people,
        organisations=current.organisations if named else previous.organisations,
        taken_over=not named and not _PERSON.search(fold(current.query_str)),
        terms=_joined(current.terms, carried),
        also=current.also + previous.also if bare else current.also,
    )


def _last(previous: Question) -> str:
    """The question before; where that was a follow-up itself, with the one before it."""
    return f"{previous.context.rpartition(_BREAK)[2]}{_BREAK}{previous.query_str}".strip()


def _depends(question: Question) -> bool:
    if not question.terms or _REFERS.search(fold(question.query_str)):
        return True
    return not question.people and not question.organisations and len(question.terms) < 2


def _joined(own: Sequence[Term], carried: Sequence[Term]) -> tuple[Term, ...]:
    known = {term.forms for term in own}
    return (*own, *(term for term in carried if term.forms not in known))
