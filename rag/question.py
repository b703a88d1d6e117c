"""A question's text in, a `Question` out: its language, what it asks for, whom it names and the terms to look for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from llama_index.core.schema import QueryBundle

from rag.errors import UsageError
from rag.folding import HAN, fold, language_of, stem, words
from rag.glossary import glossary
from rag.names import finder_of
from rag.people import People
from rag.quantities import stated
from rag.stopwords import FRAME_CONCEPTS, STOP_HAN, STOP_LATIN
from rag.terms import CONCEPT, index_terms
from rag.types import Language

MAX_CHARACTERS = 2000
Asks = Literal["fact", "who-said", "compare", "list", "number", "when", "why", "how"]
_ASKS: tuple[tuple[Asks, re.Pattern[str]], ...] = (
    (
        "who-said",
        re.compile(
            r"谁(?:说|讲|提|认为|表示|主张|觉得|指出)|哪(?:位|个)(?:创始人|人|嘉宾)|\bwho (?:said|says|thinks?|argue|claim|mention|believe|talk|point)|\bwhose\b"
        ),
    ),
    (
        "why",
        re.compile(
            r"为什么|为何|为啥|凭什么|凭啥|干嘛(?!的)|图(?:个)?(?:什么|啥)|原因|理由|\bwhy\b|\breasons?\b|\bhow come\b|\bwhat made\b|\bgrounds\b"
        ),
    ),
    (
        "compare",
        re.compile(
            r"区别|差别|不同|相比|对比|比较一下|分别|各自|都(?:怎么|如何)|\bcompar|\bdiffer|\bversus\b|\bvs\b|\bboth\b"
        ),
    ),
    (
        "when",
        re.compile(
            # In English a clause may begin with "when" and ask for nothing.
            r"什么时候|何时|哪(?:一)?年|哪天|几月|\bwhen (?:is|are|was|were|do|does|did|will|can|has|have|should|would|could)\b"
            r"|\bsince when\b|^when\b|\bwhat (?:year|date)\b|\bwhich year\b"
        ),
    ),
    (
        "number",
        re.compile(
            r"多少|几(?:个|年|倍|成|家|款|种|位|人)|多大|多长|多久|\bhow (?:many|much|long|large|big|old|far)\b|\bwhat (?:percentage|share|number|figure|rate|factor|multiple)"
        ),
    ),
    (
        "list",
        re.compile(
            r"哪些|哪几|有什么(?:样的)?(?:好处|挑战|困难|问题|条件)|列出|列举|几点|几类|几方面|\blist\b|\bwhat are\b|\bwhich (?:\w+ )?(?:\w+s)\b|\bname the\b"
        ),
    ),
    ("how", re.compile(r"如何|怎么|怎样|咋|[靠用](?:的)?(?:是)?(?:什么|啥)|\bhow\b")),
)
_ANSI = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Term:
    """Something that an answer should speak of. Any of `forms` (index terms) in a text is a match, and any of `alike`,
    words of the other language that may mean it, nearly one.
    """

    surface: str
    forms: tuple[str, ...]
    kind: Literal["concept", "word", "name"]
    weight: float = 1.0
    alike: tuple[str, ...] = ()


@dataclass
class Question(QueryBundle):
    """LlamaIndex's query with what its words mean. `people`: names in the manifest's spelling, or as they stand in the question
    where no manifest has them.
    """

    language: Language = "zh"
    asks: Asks = "fact"
    people: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    numbers: frozenset[float] = field(default_factory=frozenset)
    also: tuple[str, ...] = ()
    context: str = ""  # what was asked before, where this question needs it
    told: str = ""  # the whole message, where this question is only a part of it
    taken_over: bool = False  # whom it names was named before, and it asks for something, not for a person
    # Why vectors could not be looked up. A list, for retrievers and the engine share the one question.
    missed: list[str] = field(default_factory=list, compare=False)

    @property
    def spelt_out(self) -> str:
        """The question after what it leaves out, or all of the message that tells that."""
        return self.told if self.told and self.context else f"{self.context} {self.query_str}".strip()

    @property
    def weights(self) -> dict[str, float]:
        """Index terms with their weight for the lexical index."""
        weights: dict[str, float] = {}
        for term in self.terms:
            for form in term.forms:
                weight = term.weight * (1.0 if form.startswith(CONCEPT) else _form_weight(form))
                weights[form] = max(weight, weights.get(form, 0.0))
        return weights

    @property
    def alternatives(self) -> list[tuple[tuple[str, ...], float]]:
        """Index terms of which the best one counts, with their weight."""
        return [(term.alike, 0.8 * term.weight) for term in self.terms if term.alike]


def clean_question(text: str) -> str:
    """NFC, without invisible and control characters. Raises UsageError when nothing or too much is left."""
    text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    cleaned = " ".join(_INVISIBLE.sub("", _ANSI.sub("", text)).split())
    if not any(character.isalnum() for character in cleaned):
        raise UsageError("the question is empty; ask in Chinese or English, for example: 戴国浩怎么看算力成本?")
    if len(cleaned) > MAX_CHARACTERS:
        raise UsageError(f"the question has {len(cleaned):,} characters; the limit is {MAX_CHARACTERS:,}")
    return cleaned


def understand(text: str, people: People) -> Question:
    """Names first, then glossary concepts, then the words that are left once question words are gone."""
    folded = fold(text)
    names = finder_of(people).find(folded)
    rest = _blanked(folded, [(name.start, name.end) for name in names])
    mentions = glossary().mentions(rest, nested=False)
    concepts = [
        Term(rest[m.start : m.end], _concept_forms(m.concept), "concept", _concept_weight(m.concept)) for m in mentions
    ]
    rest = _blanked(rest, [(mention.start, mention.end) for mention in mentions])
    concepts += [
        Term(surface, (CONCEPT + concept,), "concept") for surface, concept in finder_of(people).concepts_by_sound(rest)
    ]
    surfaces = {term.surface for term in concepts}
    plain = [term for term in _words(rest) if term.surface not in surfaces]
    return Question(
        query_str=text,
        language="zh" if language_of(text) == "zh" else "en",
        asks=next((asks for asks, pattern in _ASKS if pattern.search(folded)), "fact"),
        people=tuple(dict.fromkeys(name.person for name in names if name.person)),
        organisations=tuple(dict.fromkeys(name.organisation for name in names if name.organisation)),
        terms=_unique([*concepts, *plain]),
        numbers=stated(text),
        also=tuple(_also(concepts, "zh" if language_of(text) == "zh" else "en")),
    )


def asked_of_nobody(question: Question, people: People) -> Question:
    """The same without the names in it: what it asks, of whomever."""
    folded = fold(question.query_str)
    text = _blanked(folded, [(name.start, name.end) for name in finder_of(people).find(folded)])
    return replace(question, query_str=text if text.strip() else folded, people=(), organisations=())


def _words(folded: str) -> Iterator[Term]:
    for word in words(folded):
        if HAN.match(word):
            if word in STOP_HAN:
                continue
            if len(word) == 1:
                yield Term(word, (word,), "word", 0.4)
            else:
                yield Term(word, tuple(dict.fromkeys(form for form in index_terms(word) if len(form) > 1)), "word")
        elif word not in STOP_LATIN and (len(word) > 1 or word.isdigit()):
            yield Term(word, (stem(word),), "word")


def _unique(terms: Sequence[Term]) -> tuple[Term, ...]:
    found: dict[tuple[str, ...], Term] = {}
    for term in terms:
        found.setdefault(term.forms, term)
    return tuple(found.values())


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _concept_forms(concept: str) -> tuple[str, ...]:
    """The concept's own token, then those of the cases that it may be answered with."""
    return tuple(CONCEPT + name for name in (concept, *glossary().narrower.get(concept, ())))


def _concept_weight(concept: str) -> float:
    return 0.25 if concept in FRAME_CONCEPTS else 1.0


def _form_weight(form: str) -> float:
    """Words and stems count most, a Han bigram half."""
    return 0.5 if len(form) == 2 and HAN.match(form) else 0.8


def _also(concepts: Sequence[Term], language: Language) -> Iterator[str]:
    """One other spelling of each concept, in the other language, for "also searched"."""
    for term in concepts:
        if term.weight < 1:
            continue
        names = glossary().names.get(term.forms[0].removeprefix(CONCEPT), ())
        wanted = [name for name in names if bool(HAN.search(name)) != (language == "zh") and fold(name) != term.surface]
        yield from wanted[:1]
