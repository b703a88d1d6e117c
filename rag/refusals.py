"""A question that isn't answered in, a refusal out that says what is missing, who did speak of it and what comes nearest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from llama_index.core.schema import NodeWithScore

from rag import phrases
from rag.folding import fold, language_of
from rag.index.library import Library
from rag.likeness import SAME_GAP, nearest_gap
from rag.question import Question, understand
from rag.rarity import rarity_of
from rag.render import escape, spoken_name
from rag.terms import index_terms
from rag.types import Answer, Gap, Language, RefusalReason, Sentence

SAME_WORDS = 0.6  # share of a question's words, by rarity, that the gap's own questions have, if it is named
_VIEW = re.compile(
    r"怎么(?:看|想|说|评价)|如何(?:看|评价)|看法|看好|观点|态度|认为|觉得|主张|看来"
    r"|\b(?:think|thinks|believes?|views?|opinion|takes? on|stance|say|says|said|sees?|expects?|agrees?)\b|'s take\b"
)
_OWN = re.compile(r"他的|她的|自己|本人|\b(?:his|her|their|own)\b")


def refusal(
    reason: RefusalReason,
    asked: Question,
    nodes: Sequence[NodeWithScore],
    speakers: Sequence[str],
    library: Library,
    *,
    other: str | None = None,
) -> Answer:
    """An honest "not in the corpus", with who else spoke of it, and the titles that come nearest when something is near at all."""
    language = asked.language
    gap = left_open(asked, library) if reason == "not_in_corpus" else None
    names = phrases.AND[language].join(spoken_name(name, language, library.people) for name in speakers)
    text = phrases.REFUSALS[reason][language].format(speakers=names)
    if gap:
        text = phrases.LEFT_OPEN[language].format(gap=escape(gap.text(language)))
    if other:
        text += phrases.OTHER_SPOKE[language].format(speaker=spoken_name(other, language, library.people))
    near = dict.fromkeys(
        node.metadata["candidate"].source for node in nodes[:3] if node.metadata["candidate"].cover > 0.3
    )
    if near:
        titles = (phrases.TITLE[language].format(title=library.source(source).title) for source in near)
        text += " " * (language == "en") + phrases.NEAR[language].format(titles=phrases.AND[language].join(titles))
    return Answer(asked.query_str, language, text, refused=True, refusal_reason=reason)


def left_open(asked: Question, library: Library) -> Gap | None:
    """What the corpus is known not to tell, if just that is asked for."""
    gap, alike = nearest_gap(asked, library)
    if gap is None or not gap.text(asked.language) or alike.best < SAME_GAP:
        return None
    strangers = [name for name in asked.people if library.people.named(name) is None]
    if any(name not in gap.zh and name not in gap.en for name in strangers):
        return None
    # "What does she think of X" is like "What does she think of Y" in all but what is asked.
    if rarity_of(library).overlap(frozenset(index_terms(asked.query_str)), _words_of(gap)) < SAME_WORDS:
        return None
    named = understand(gap.zh, library.people)
    return gap if {*named.people, *named.organisations} <= {*asked.people, *asked.organisations} else None


@lru_cache(maxsize=128)
def _words_of(gap: Gap) -> frozenset[str]:
    """Those of its name and of what asks for it: remembered here as a whole, past what remembers the terms of each text."""
    return frozenset(term for text in (gap.zh, gap.en, *gap.asks) for term in index_terms.__wrapped__(text))


def unanswered(question: Sentence, asked: Question) -> Answer:
    """The interviewer asked the same, and nobody answered."""
    text = phrases.IN_VAIN[asked.language].format(question=escape(question.text))
    return Answer(asked.query_str, asked.language, text, refused=True, refusal_reason="not_in_corpus")


def of_no_question(message: str, reason: RefusalReason) -> Answer:
    """It can't be read, or only orders us about."""
    language: Language = "zh" if language_of(message) == "zh" else "en"
    return Answer(message, language, phrases.REFUSALS[reason][language], refused=True, refusal_reason=reason)


def asks_for_a_view(asked: Question) -> bool:
    """Of something that others speak of as well: who tells of his own life tells nothing of hers."""
    folded = fold(asked.query_str)
    return bool(_VIEW.search(folded)) and not _OWN.search(folded)
