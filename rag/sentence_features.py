"""A question and sentences that may answer it in, a row of numbers for each out: words, neighbours, meaning, form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import rjieba

from rag.embeddings import meant
from rag.features import plain_terms
from rag.folding import fold, fold_all
from rag.index.library import Library
from rag.matching import Cover, Shares
from rag.meaning import meaning_of
from rag.question import Question
from rag.rarity import rarity_of
from rag.types import Sentence

_DATE = r"\d+\s*[年月日]|\b(?:1[0-9]|20)\d\d\b|世纪|年代|年初|年底|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
_NUMBER = r"\d|[一二两三四五六七八九十百千万亿几]+(?:[个名位人家次种座层级项部条只张首所岁年月天成倍]|多)|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|billion)\b"
# What a question asks for: how it asks, and the form in which that is usually told.
_KINDS: tuple[tuple[str, str], ...] = (
    (
        r"什么时候|何时|哪(?:一)?年|哪(?:一)?天|几月|几年|时间|年份|多久|多长时间|\bwhen\b|\bwhat year\b|\bhow long\b",
        _DATE,
    ),
    (
        r"多少|几[个名位人家次种座层级项部条只张首所岁成倍]|多大|多高|多远|数量|\bhow (?:many|much|large|big|old|far)\b",
        _NUMBER,
    ),
    (
        r"为什么|为何|原因|因为什么|\bwhy\b|\breason",
        r"因|由于|所以|使得|导致|为了|以便|\bbecause\b|\bsince\b|\bdue to\b",
    ),
    (r"谁|哪位|哪(?:一)?个人|什么人|何人|\bwho\b|\bwhom\b|\bwhose\b", r"(?!)"),
    (
        r"哪里|哪儿|何地|何处|什么地方|位于|哪(?:一)?个?(?:国|省|市|城|县|州|地|洲|区)|\bwhere\b",
        r"位于|地处|在.{1,8}[省市县区国州岛镇村路]|\bin [a-z]",
    ),
    (r"哪些|哪几|哪两|有什么|包括|\bwhat are\b|\bwhich .{1,20}s\b", r"、|包括|分别|以及|\binclud|, and\b"),
    (r"如何|怎么|怎样|\bhow (?:do|does|did|is|are|was|can)\b", r"通过|以|用|使|把|将|方式|方法|\bby\b|\bthrough\b"),
    (r"什么|哪|何|\bwhat\b|\bwhich\b", r"是|为|称|叫|即|\bis\b|\bwas\b|\bcalled\b|\bknown as\b"),
)
_ASKED = tuple(re.compile(asked) for asked, _ in _KINDS)
_TOLD = tuple(re.compile(told) for _, told in _KINDS)
_WHO, _WHERE = 3, 4
_INTERROGATIVE = re.compile(
    "|".join(
        (
            "为什么|什么|哪|谁|多少|几|怎么?样?|如何|何",
            r"\b(?:what|which|who|whom|whose|where|when|why|how)\b",
        )
    )
)
_QUOTED = re.compile(r"[《“\"「].+?[》”\"」]")

Rows = npt.NDArray[np.float64]


class Found(NamedTuple):
    """A sentence that may answer, with the score of the passage in which it was found."""

    sentence: Sentence
    retrieved: float


def sentence_features(question: Question, found: Sequence[Found], library: Library) -> Rows:
    """A row a sentence, in order; `FEATURES` names the columns."""
    cover = Cover(question, plain_terms(question.query_str), rarity_of(library))
    headings = library.headings({one.sentence.span.source for one in found})
    around = [_around(one.sentence, headings[one.sentence.span.source][1], library) for one in found]
    texts = [one.sentence.searchable for one in found]
    own, before, after = (
        cover.held(column) for column in (texts, [a.before for a in around], [a.after for a in around])
    )
    titles = cover.held([a.title for a in around])
    share, sole = cover.share, cover.share(own)
    retrieved = np.array([one.retrieved for one in found])
    near = [
        _meaning(question, found, column, library)
        for column in (texts, [a.before for a in around], [a.after for a in around])
    ]
    asked = fold(question.query_str)
    folded = fold_all(texts)
    columns: list[Shares] = [
        sole,
        cover.overlap(own),
        share(before),
        share(after),
        share(own | before),
        share(own | after),
        share(own | before | after | titles),
        share(own | titles),
        share(titles),
        sole / (sole.max() or 1.0),
        _rank(sole),
        retrieved,
        retrieved / (retrieved.max() or 1.0),
        _rank(retrieved),
        *near,
        _rank(near[0]),
        near[0] / (near[0].max() or 1.0),
        np.log1p([len(text) for text in texts]),
        *_beside_the_interrogative(asked, question, cover, own),
        np.array([_new(asked, text) for text in folded]),
        *_forms(asked, folded),
    ]
    return np.array(columns).T


class _Around(NamedTuple):
    before: str
    after: str
    title: str


def _around(sentence: Sentence, title: str, library: Library) -> _Around:
    document = library.sentences_of(sentence.span.source)
    at = next(n for n, other in enumerate(document) if other.id == sentence.id)
    before = document[at - 1].searchable if at else ""
    after = document[at + 1].searchable if at + 1 < len(document) else ""
    return _Around(before, after, title)


def _meaning(question: Question, found: Sequence[Found], texts: Sequence[str], library: Library) -> Shares:
    groups = [(one.sentence.span.source, [text] if text else []) for one, text in zip(found, texts, strict=True)]
    return np.array(meaning_of(library).nearest(meant(library.canonical(question.query_str)), groups))


def _rank(values: Shares) -> Shares:
    """0 for the highest, then 1, 2, …; equal ones alike."""
    return np.array([(values > value).sum() for value in values], float)


def _beside_the_interrogative(
    asked: str, question: Question, cover: Cover, held: npt.NDArray[np.bool_]
) -> list[Shares]:
    """Whether the term before the interrogative is there, and the one after it: 担任什么职务 asks for 职务."""
    match = _INTERROGATIVE.search(asked)
    placed = [(asked.find(term.surface), term) for term in question.terms]
    before = [pair for pair in placed if match and 0 <= pair[0] < match.start()]
    after = [pair for pair in placed if match and pair[0] >= match.end()]
    nearest = (
        max(before, default=None, key=lambda pair: pair[0]),
        min(after, default=None, key=lambda pair: pair[0]),
    )
    return [cover.match(pair[1], held) if pair else np.full(len(held), -1.0) for pair in nearest]


def _new(asked: str, text: str) -> float:
    """Share of the text's characters that the question lacks: what only repeats the question answers nothing."""
    return sum(character not in asked for character in text) / (len(text) or 1)


def _forms(asked: str, folded: Sequence[str]) -> list[Shares]:
    """What the question asks for, and whether the sentence has its form, told with something that the question lacks."""
    kinds = [n for n, pattern in enumerate(_ASKED) if pattern.search(asked)]
    kind = kinds[0] if kinds else len(_KINDS)
    tags = [_tags(text, asked) for text in folded] if kind in (_WHO, _WHERE) else [(0, 0)] * len(folded)
    told = [kind < len(_TOLD) and any(m.group() not in asked for m in _TOLD[kind].finditer(text)) for text in folded]
    columns = [
        [float(kind)] * len(folded),
        told,
        [people for people, _ in tags],
        [places for _, places in tags],
        [sum(map(str.isdigit, text)) for text in folded],
        [bool(_QUOTED.search(text)) for text in folded],
        [text.count("、") for text in folded],
        [text.count(",") for text in folded],
    ]
    return [np.array(column, float) for column in columns]


def _tags(text: str, asked: str) -> tuple[int, int]:
    """How many names of people and of places the question does not have."""
    tagged = [(word, tag) for word, tag in rjieba.tag(text) if word not in asked]
    return sum(tag.startswith("nr") for _, tag in tagged), sum(tag in ("ns", "nt") for _, tag in tagged)


FEATURES = (
    "own overlap before after own+before own+after own+around own+title title own/best own#"
    " retrieved retrieved/best retrieved# meant meant-before meant-after meant# meant/best"
    " length asked-before asked-after new kind told people places digits quoted listed commas"
).split()
