"""A question and a candidate in, the numbers that tell whether it answers out."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from rag.candidates import Candidate
from rag.folding import fold
from rag.index.nearness import Alike
from rag.names import whole
from rag.people import People
from rag.question import Asks, Question, Term
from rag.rarity import Rarity
from rag.terms import index_terms

_NUMBER = r"(?:\d[\d,.]*|[一二两三四五六七八九十百千万亿]+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b)"
_MONEY = re.compile(
    rf"{_NUMBER}\s*(?:[十百千万亿]*(?:元|美元|人民币|块)|(?:million|billion|thousand)?\s*(?:yuan|dollars?|rmb|usd|cny))"
    r"|(?:rmb|usd|cny|\$|¥)\s*(?:nearly |about |almost )?\d"
)


class _Expected(NamedTuple):
    """What is asked for, what a claim must then hold, and the feature's value when it doesn't."""

    asked: re.Pattern[str]
    answer: re.Pattern[str]
    lacking: float


# The first that the question matches counts. An amount of money has few spellings: a claim without one is no answer
# (-1); a date or a number may be told in ways that the patterns miss (0).
_EXPECTED: tuple[_Expected, ...] = tuple(
    _Expected(re.compile(asked), re.compile(answer), -1.0 if answer == _MONEY.pattern else 0.0)
    for asked, answer in (
        (
            r"哪(?:一)?年|什么时候|何时|几月|哪天|^when\b|\bwhen (?:is|are|was|were|do|does|did|will|can|has|have|should|would|could)\b"
            r"|\b(?:what|which) (?:year|date|month|day)\b",
            r"\d+\s*[年月日]|\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
            r"|年初|年底|年末|年内",
        ),
        (
            r"多少(?:个)?(?:亿|万)?(?:元|块|钱|美元)|多少个?亿|(?:价格|售价|报价|单价|定价|租金|估值|营收|收入|薪水|工资|市值)(?:大概|大约|现在|目前)?(?:是|为|有)?(?:多少|几)"
            r"|\bhow much (?:money|funding|capital|revenue)\b|\byuan\b|\brmb\b|\bdollars?\b"
            r"|\bwhat(?:'s| is| was| are| were) (?:the )?(?:\w+ ){0,2}(?:prices?|revenues?|valuation|salary|turnover)\b",
            _MONEY.pattern,
        ),
        (r"多少p\b|\bpetaflops?\b|\bpflops\b|\bflops\b", r"\d+\s*p\b|petaflop"),
        (
            r"几岁|多大年纪|多大岁数|年龄|\bhow old\b|\bage of\b|\bwhat age\b",
            r"\d+\s*岁|\bage[ds]?\b|\d+-year-old|出生|\bborn\b",
        ),
        (
            r"几年|多久|多长时间|\bhow long\b|\bhow many years\b",
            rf"{_NUMBER}[~-]?\d*\s*(?:多)?(?:年|个月|天|秒|小时)|{_NUMBER}[ -](?:years?|months?|days?|seconds?|hours?)",
        ),
        (
            r"多少倍|几倍|数量级|量级|\bhow many times\b|\borders? of magnitude\b|\bfactor\b|-fold\b|\bby how much\b",
            rf"{_NUMBER}\s*(?:个)?(?:倍|量级|数量级)|\btimes\b|\borders? of magnitude\b|-fold",
        ),
        (r"百分之|百分比|比例|几成|占比|\bpercent|\bwhat share\b|\bproportion\b|\brate\b", rf"%|{_NUMBER}成|\bpercent"),
        (r"多少|几(?:个|款|种|位|人|家|颗|次|点|类|方面)|\bhow (?:many|much|large|big)\b", _NUMBER),
    )
)
_CUES: dict[Asks, re.Pattern[str]] = {
    "number": re.compile(r"\d|[一二两三四五六七八九十百千万亿]+(?:倍|个|年|家|款|成|亿|万)"),
    "when": re.compile(r"\d{4}\s*年|\d+月|\d+日|\b(?:19|20)\d\d\b"),
    "why": re.compile(r"因为|由于|原因|因此|使得|为了|\bbecause\b|\bsince\b|\breason|\bdue to\b|\bso that\b"),
    "list": re.compile(r"、|包括|第一|一是|首先|\binclud|\bfirst\b|,.*\band\b"),
}
_KINDS: dict[Asks, str] = {
    "why": "reason",
    "list": "list",
    "number": "number",
    "how": "method",
    "compare": "comparison",
}


class Features(NamedTuple):
    """Each between 0 and 1, likenesses up to 2; the ranker's weights stand in `rerankers.WEIGHTS` under these names."""

    own: float  # share of the question's weight that the claim's own words cover
    near: float  # the same for what stands beside it
    phrase: float  # share of the question's Han bigrams and stems, rare ones weighing more, in the claim
    focus: float  # share of the claim's weight that the question speaks of: short claims that hit beat long ones
    retrieved: float  # fused retrieval score over the best one's
    named: float  # of whom the question names: 1; the narrator on them: .5; of another: 0; nobody named: 1
    fills: float  # holds a date, age … of the kind that is asked for; 1 when none is; -1: money asked for, none told
    gap: float  # the largest share of the question's weight that one uncovered term has
    unknown: float  # share of the question's weight in terms that the whole corpus lacks
    open: float  # share of its terms that the corpus lacks and that are asked with only where it leaves something open
    around: float  # share of what nothing answers among the asks that are nearest to the question
    cue: float  # has the form of the answer (a number, a date, a reason, a list)
    kind: float  # the proposition's kind is the one asked for
    meant: float  # cosine of the question and the claim, in the language where they are nearest, or its evidence
    hint: float  # the same for its cues, where it has any
    like: float  # how like the question the nearest one is of those that the claim answers
    like_two: float  # the mean of the nearest two
    like_four: float  # and of the nearest four: a claim that is asked for in many ways was not met by chance
    hinted: float  # like `own`, with the cues' words
    hints: float  # like `phrase`, with the cues' words


class Asked:
    """What of a question is the same for all its candidates."""

    def __init__(
        self, question: Question, rarity: Rarity, open_terms: Collection[str] = frozenset(), around: float = 0.0
    ) -> None:
        """`open_terms`: those that only questions without an answer use. `around`: the share of such questions among the nearest."""
        self.question, self.rarity, self.around = question, rarity, around
        self.folded = fold(question.query_str)
        self.weights = rarity.of(question)
        self.unknown = rarity.unknown(question, self.weights)
        strange = [t for t in question.terms if t.forms[0] in open_terms and not rarity.frequency(t.forms[0])]
        self.open = len(strange) / (len(question.terms) or 1)
        self.plain = plain_terms(question.spelt_out)
        self.forms = self.plain | {form for term in question.terms for form in term.forms}

    def covered_by(self, text: str) -> float:
        """Share of the question's weight that a text covers."""
        return share(self.question.terms, self.weights, _terms(text))


def features(
    asked: Asked,
    candidate: Candidate,
    about: float,
    best: float,
    near_in_meaning: tuple[float, float],
    alike: Alike,
) -> Features:
    """`about`: what `named` says of the candidate. `best`: the highest retrieval score among the candidates of the same kind.
    `near_in_meaning`: cosines of the question with what the candidate says and with its cues. `alike`: how like the question
    those are that it answers.
    """
    question, terms = asked.question, asked.question.terms
    claim, said, near, cued = _looked_at(candidate.claim, candidate.evidence, candidate.beside, candidate.cues)
    cue = _CUES.get(question.asks)
    kind = candidate.proposition.kind if candidate.proposition else None
    return Features(
        own=share(terms, asked.weights, said),
        near=share(terms, asked.weights, near),
        phrase=asked.rarity.overlap(asked.plain, said),
        focus=asked.rarity.overlap(plain_terms(candidate.claim), asked.forms),
        retrieved=candidate.retrieved / best if best else 0.0,
        named=about,
        fills=_fills(asked.folded, claim),
        gap=_gap(terms, asked.weights, cued | near),
        unknown=asked.unknown,
        open=asked.open,
        around=asked.around,
        cue=float(bool(cue and cue.search(claim))),
        kind=float(kind is not None and kind == _KINDS.get(question.asks)),
        meant=near_in_meaning[0],
        hint=near_in_meaning[1],
        like=alike.best,
        like_two=alike.two,
        like_four=alike.four,
        hinted=share(terms, asked.weights, cued),
        hints=asked.rarity.overlap(asked.plain, cued),
    )


def named(question: Question, candidate: Candidate, people: People) -> float:
    """Whether the claim is of whom the question names."""
    if not question.people and not question.organisations:
        return 1.0
    members = {person.name for name in question.organisations for person in people.of_organisation(name)}
    wanted = {*question.people, *members}
    if candidate.speaker is not None:
        return 1.0 if candidate.speaker in wanted else 0.5 if _told(question, candidate, people) else 0.0
    if _told(question, candidate, people):
        return 1.0
    # An article about one person is about that person; one about several may speak of anybody.
    return 0.5 if (len(candidate.speakers) == 1 or question.taken_over) and wanted & set(candidate.speakers) else 0.0


def _told(question: Question, candidate: Candidate, people: People) -> bool:
    """Somebody or something that the question names is named in the claim."""
    text = fold(candidate.claim)
    names = [*question.people]
    names += [p.english for p in people.people if p.name in question.people]
    names += [
        n for o in people.organisations if o.name in question.organisations for n in (o.name, o.english, *o.aliases)
    ]
    return any(spelling in text and whole(spelling).search(text) for name in names if (spelling := fold(name)))


def share(terms: Sequence[Term], weights: Sequence[float], present: frozenset[str]) -> float:
    """Share of the weight of all terms that is present, partly present ones counting in part."""
    total = sum(weights)
    return sum(w * _match(term, present) for term, w in zip(terms, weights, strict=True)) / total if total else 0.0


def _match(term: Term, present: frozenset[str]) -> float:
    """1 for the whole form (or a narrower concept); for a longer Han word the share of its bigrams, less a little."""
    if term.forms[0] in present:
        return 1.0
    if term.kind == "concept":
        return 0.8 * any(form in present for form in term.forms[1:])
    parts = term.forms[1:]
    whole = 0.8 * any(form in present for form in term.alike)
    return max(whole, 0.7 * sum(form in present for form in parts) / len(parts) if parts else 0.0)


def _gap(terms: Sequence[Term], weights: Sequence[float], present: frozenset[str]) -> float:
    missing = [w * (1 - _match(term, present)) for term, w in zip(terms, weights, strict=True)]
    return max(missing, default=0.0) / (sum(weights) or 1.0)


def _fills(asked: str, claim: str) -> float:
    """What the question already says does not count as its answer."""
    for expected in _EXPECTED:
        if expected.asked.search(asked):
            filled = any(found.group() not in asked for found in expected.answer.finditer(claim))
            return 1.0 if filled else expected.lacking
    return 1.0


@lru_cache(maxsize=1024)
def _looked_at(
    claim: str, evidence: str, beside: str, cues: str
) -> tuple[str, frozenset[str], frozenset[str], frozenset[str]]:
    """The claim folded, and the index terms of claim and evidence, of what stands beside, and of the cues besides."""
    said = _terms(claim) | _terms(evidence)
    return fold(claim), said, _terms(beside), said | _terms(cues)


@lru_cache(maxsize=1024)
def plain_terms(text: str) -> frozenset[str]:
    """A text's concepts, stems and Han bigrams."""
    return frozenset(form for form in index_terms(text) if len(form) > 1)


@lru_cache(maxsize=8192)
def _terms(text: str) -> frozenset[str]:
    return frozenset(index_terms(text))
