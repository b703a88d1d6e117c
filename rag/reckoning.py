"""A question that wants the AIDC account reckoned in, a `Reckoning` out; None for every other question.

Conservative: the question must ask for a result of the account, speak of a centre or its servers, and give two figures of its
own. Who asks what somebody said, thinks or advises wants the interview, and gets it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rag.account_form import CAPEX, OPEX, Form, fill
from rag.account_report import to_dict
from rag.asked_figures import Figures, figures, has_figures, points_at
from rag.errors import UsageError
from rag.folding import fold, language_of
from rag.grounds import Texts
from rag.types import Language

Target = Literal["break_even_utilisation", "break_even_price", "payback", "result", "npv"]

_SUBJECT = re.compile(
    r"智算|算力中心|数据中心|aidc|机房|服务器|集群|\d台|data ?cent(?:er|re)|compute cent|\bcent(?:er|re)\b|\b(?:servers?|machines?|nodes?)\b|\bcluster"
)
_EVEN = re.compile(
    r"(?:盈亏|收支|损益)(?:平衡|相抵)|平衡点|保本|够本|打平|持平|不(?:会|能|至于)?[亏赔]|\bbreak(?:s|ing)?[- ]?even|\bcover(?:s|ing)? (?:(?:its|the|our|my|their|all|all the) )?(?:costs?|expenses)\b"
    r"|(?:\bnot|n't|\bnever|\bwithout|\bstops?|\bno longer) (?:to )?los\w+|\bin the black\b|\bout of the red\b"
)
# Who asks how full it has to be wants that share, whatever is to be reached by it.
_SHARE = r"(?:使用率|利用率|上架率|出租率|租用率|负载率?|负荷)"
_HOW_FULL = re.compile(
    rf"{_SHARE}[^,;。?]{{0,10}}(?:多少|多高|多大|几成|哪个|什么)|(?:多少|多高|多大|几成|什么)(?:样的?|的)?{_SHARE}"
    r"|\bhow (?:full|busy|heavily|fully)\b|\b(?:what|which|how (?:much|high|large)(?: an?)?)\b[^.?;]{0,40}\b(?:utili[sz]ation|occupancy|load)\b"
)
_PRICE = re.compile(r"租金|价格|单价|租价|定价|收多少|\bprices?\b|\brent\b|\bcharge")
_TARGETS: tuple[tuple[Target, re.Pattern[str]], ...] = (
    ("npv", re.compile(r"净现值|内部收益率|\bnpv\b|\birr\b|net present value|internal rate of return")),
    ("payback", re.compile(r"回本|收回(?:成本|投资)|回收期|\bpay(?:s|ing)?[ -]?(?:back|off|itself|for itself)|\brecoup|\bearn back")),
    ("result", re.compile(r"价差|利润|盈利|赚|亏|回报|收益|盈亏|\bprofit|\bspread\b|\breturns?\b|\bearns?\b|\bma(?:ke|kes|king) money|\blos(?:es?|s(?:es)?|ing)\b|\bmargin")),
)  # fmt: skip
_REPORTED = re.compile(
    r"怎么看|怎么说|如何看|看法|观点|认为|觉得|[说讲谈]过|[说讲谈]的|提到|主张|建议|访谈|采访|文章|是谁|哪位"
    r"|赚了|亏了|赚到|盈利了"
    r"|\b(?:did|earned|lost|made|think|thinks|thought|say|says|said|saying|views?|opinion|believes?|mention\w*|according to|argues?|claims?"
    r"|recommend\w*|advi[cs]e\w*|interviews?|articles?|who)\b"
)
_SPEAKS_OF = frozenset({"servers", "price", "short_price", "capex", "opex", *(b.name for b in (*CAPEX, *OPEX))})
_ENOUGH = 2  # one figure may be a fact that the question asks about
_ENOUGH_IF_REPORTED = 3  # "by the account that he lays out": with so many figures it is no question about him


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What is asked for, the form as far as the question fills it, and what of it could not be used.

    `error` instead of `form`: the figures contradict each other or the account, and how to mend that.
    """

    question: str
    language: Language
    target: Target
    form: Form | None
    unread: tuple[str, ...] = ()
    error: str | None = None


def reckon(question: str, history: Sequence[str] = ()) -> Reckoning | None:
    """`history`: earlier questions, oldest first. After a reckoning, a reply that only gives figures completes it, and
    one that gives other figures ("and at 60%?") replaces them.
    """
    target: Target | None = None
    given: dict[str, str] = {}
    unread: tuple[str, ...] = ()
    for text in (*history, question):
        found = figures(text)
        asked = _target(text, found)
        if asked:
            target, given, unread = asked, found.given, found.unread
        elif target and found.given and not _REPORTED.search(fold(text)):
            given, unread = _joined(given, found.given), found.unread
        else:
            target = None
    return _reckoning(question, target, given, unread) if target else None


def may_be_reckoned(question: str, history: Sequence[str] = ()) -> bool:
    """Whether a model is worth asking about a question that `reckon` leaves: it brings figures, a centre is spoken of, and
    nobody's words are wanted. Wider than `reckon`, so that the tool's 900 tokens are sent for hardly any other question.
    """
    if _REPORTED.search(fold(question)) or not has_figures(question):
        return False
    return any(_SUBJECT.search(fold(text)) for text in (question, *history))


def pointed_out(question: str, history: Sequence[str], arguments: Mapping[str, str]) -> Reckoning | None:
    """The account that a model's call of `rag.account_form.TOOL` asks for. The call only says which figure of the user's is
    which: one that the user never gave is missing, and one that the user's own words name stays what they name it. None
    where the call and the question have no figure in common.
    """
    given: dict[str, str] = {}
    for text in history:
        before = figures(text, pointed=arguments).given
        given = _joined(
            given, {name: figure for name, figure in before.items() if points_at(arguments.get(name, ""), figure)}
        )
    found = figures(question, pointed=arguments)
    given = _joined(given, found.given)
    if not given:
        return None
    targets = (_wanted(fold(text), given) for text in (question, *reversed(history)))
    return _reckoning(question, next(filter(None, targets), "result"), given, found.unread)


def tool_call(arguments: Mapping[str, Any], texts: Texts, language: Language) -> dict[str, Any]:
    """What a model's call of `rag.account_form.TOOL` gets back: the account, or the names of missing inputs, or `error`."""
    try:
        return to_dict(fill({name: str(value) for name, value in arguments.items()}), texts, language)
    except UsageError as error:
        return {"error": str(error)}


def _target(text: str, found: Figures) -> Target | None:
    folded = fold(text)
    own = _SPEAKS_OF & found.given.keys()
    enough = _ENOUGH_IF_REPORTED if _REPORTED.search(folded) else _ENOUGH
    if enough == _ENOUGH and "servers" in own and _EVEN.search(folded) and not re.search("[说讲谈]", folded):
        enough = 1  # no interview tells of a centre by its number of servers; the rest is asked for
    return _wanted(folded, found.given) if len(own) >= enough and _SUBJECT.search(folded) else None


def _wanted(folded: str, given: Mapping[str, str]) -> Target | None:
    full = _HOW_FULL.search(folded) and "utilisation" not in given
    if _EVEN.search(folded) or (full and any(pattern.search(folded) for _, pattern in _TARGETS[1:])):
        wants_price = _PRICE.search(folded) and "price" not in given
        return "break_even_price" if wants_price else "break_even_utilisation"
    return next((target for target, pattern in _TARGETS if pattern.search(folded)), None)


def _joined(given: Mapping[str, str], more: Mapping[str, str]) -> dict[str, str]:
    """The later figure counts; a sum takes the place of its parts, and parts that of the sum."""
    kept = dict(given)
    for total, parts in (("capex", CAPEX), ("opex", OPEX)):
        names = {part.name for part in parts}
        if total in more:
            kept = {name: text for name, text in kept.items() if name not in names}
        elif names & more.keys():
            kept.pop(total, None)
    return kept | dict(more)


def _reckoning(question: str, target: Target, given: Mapping[str, str], unread: tuple[str, ...]) -> Reckoning:
    language: Language = "zh" if language_of(question) == "zh" else "en"
    try:
        form = fill(given, bare="CNY")
        if target == "break_even_price":
            # The rent at which it breaks even depends on no rent: any will do, and only that rent is answered.
            form = replace(form, **_solved(fill({**given, "price": "1/year"}, bare="CNY")))
        return Reckoning(question, language, target, form, unread)
    except UsageError as error:
        return Reckoning(question, language, target, None, unread, str(error))


def _solved(form: Form) -> dict[str, Any]:
    return {"centre": form.centre, "missing": form.missing}
