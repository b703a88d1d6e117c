"""What an answer cites: the gold evidence that its citations touch, and the citations that touch some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evals.datasets import Question, Quote
from rag.types import Span


def touches(citation: Mapping[str, Any], quote: Quote) -> bool:
    """Whether the citation overlaps the quote, at any of its places, by enough.

    Enough is half of the shorter of the two and 6 characters, or the whole quote.
    """
    span = Span(citation["file"], citation["start"], citation["end"])
    return any(_enough(span.overlap(place), span, place) for place in quote.spans)


def citation_recall(question: Question, answer: Mapping[str, Any]) -> float | None:
    """Share of the evidence groups that some citation touches; 0 for a refusal, whose citations support nothing."""
    if not question.evidence:
        return None
    if answer["refused"]:
        return 0.0
    return sum(_touched(group, answer["citations"]) for group in question.evidence) / len(question.evidence)


def citation_precision(question: Question, answer: Mapping[str, Any]) -> float | None:
    """Share of the citations that touch some quote; None for a refusal and for an answer without citations.

    A question without evidence gives nothing to touch: None too, `refusal_correct` judges what was answered there.
    """
    citations = answer["citations"]
    if not question.evidence or not citations or answer["refused"]:
        return None
    quotes = [quote for group in question.evidence for quote in group]
    return sum(any(touches(citation, quote) for quote in quotes) for citation in citations) / len(citations)


def _touched(group: Iterable[Quote], citations: Iterable[Mapping[str, Any]]) -> bool:
    return any(touches(citation, quote) for citation in citations for quote in group)


def _enough(overlap: int, span: Span, place: Span) -> bool:
    width = place.end - place.start
    shorter = min(span.end - span.start, width)
    return overlap == width or (overlap >= 6 and 2 * overlap >= shorter)
