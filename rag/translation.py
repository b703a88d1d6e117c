"""A question in, the same question with its words in the corpus's other language out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from rag.dictionary import LONGEST
from rag.folding import HAN, fold, pieces, stem
from rag.index.library import Library
from rag.question import Question, Term
from rag.stopwords import STOP_LATIN


def translated(question: Question, library: Library) -> Question:
    """Each plain word gets the words of the other language that the corpus has for it, by the dictionary."""
    phrases = _phrases(question.spelt_out) if question.language == "en" else {}
    return replace(question, terms=tuple(_with_alike(term, phrases, library) for term in question.terms))


def _with_alike(term: Term, phrases: dict[str, list[str]], library: Library) -> Term:
    if term.kind != "word":
        return term
    if HAN.match(term.surface):
        words: Iterator[str] = iter(library.dictionary.english(term.surface))
    else:
        words = _headwords(phrases.get(term.forms[0], [term.forms[0]]), library)
    return replace(term, alike=tuple(dict.fromkeys(word for word in words if library.lexical.holds(word))))


def _headwords(phrases: list[str], library: Library) -> Iterator[str]:
    """A headword of one character says too little unless there is nothing longer."""
    found = [word for phrase in phrases for word in library.dictionary.chinese(phrase)]
    yield from [word for word in found if len(word) > 1] or found


def _phrases(text: str) -> dict[str, list[str]]:
    """Each stem of an English question to the phrases that it stands in, the longest first, and itself."""
    words = [piece for piece in pieces(fold(text)) if not HAN.match(piece) and piece not in STOP_LATIN]
    stems = [stem(word) for word in words]
    found: dict[str, list[str]] = {}
    for length in range(LONGEST, 0, -1):
        for start in range(len(stems) - length + 1):
            for word in stems[start : start + length]:
                found.setdefault(word, []).append(" ".join(stems[start : start + length]))
    return found
