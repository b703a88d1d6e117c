"""Ranked candidates in, drafts out: the offline synthesizer. It chooses and points; it never writes a claim."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from llama_index.core.schema import NodeWithScore

from rag.candidates import Candidate
from rag.folding import simplified
from rag.question import Asks, Question
from rag.terms import index_terms
from rag.types import Composition, Draft, Language

# Set on the tuning set (evals/founders/tuning.jsonl) with what evals.fit_ranker prints of each threshold.
ENOUGH = 0.40
BESIDE = 1.6  # below the best, as logits: what is further off is usually beside the point
ALIKE = 0.72  # share of common terms from which two claims say the same
_MOST: dict[Asks, int] = {"fact": 2, "number": 2, "when": 2, "why": 4, "how": 4, "list": 5, "compare": 4, "who-said": 2}
_EACH = 2  # claims of one speaker in a comparison


class ExtractiveSynthesizer:
    """Offline: propositions in the question's language, or the source's own sentences where there are none."""

    def complete(self, question: Question, nodes: Sequence[NodeWithScore]) -> Composition:
        """No draft at all is a refusal."""
        ranked = [(node.metadata["candidate"], node.score or 0.0) for node in nodes if node.score]
        if not ranked or ranked[0][0].enough < ENOUGH:
            return Composition(())
        chosen: list[Candidate] = []
        for candidate in self._eligible(question, ranked):
            if len(chosen) == _MOST[question.asks]:
                break
            if question.asks == "compare" and sum(other.speaker == candidate.speaker for other in chosen) == _EACH:
                continue
            if not any(_repeats(candidate, other) for other in chosen):
                chosen.append(candidate)
        return Composition(tuple(_draft(candidate, question.language) for candidate in chosen))

    def _eligible(self, question: Question, ranked: Sequence[tuple[Candidate, float]]) -> Iterator[Candidate]:
        """In a comparison each speaker's claims are measured by that speaker's best."""
        best = _logit(ranked[0][1])
        own: dict[str | None, float] = {}
        for candidate, score in ranked:
            own.setdefault(candidate.speaker, _logit(score))
            if _logit(score) >= (own[candidate.speaker] if question.asks == "compare" else best) - BESIDE:
                yield candidate


def _logit(chance: float) -> float:
    """Where near-certain scores still differ."""
    return math.log(chance / (1 - chance)) if chance < 1 else math.inf


def _repeats(candidate: Candidate, other: Candidate) -> bool:
    mine, theirs = (frozenset(index_terms(_words(c))) for c in (candidate, other))
    return len(mine & theirs) > ALIKE * min(len(mine), len(theirs))


def _words(candidate: Candidate) -> str:
    return candidate.proposition.zh if candidate.proposition else candidate.evidence


def _draft(candidate: Candidate, language: Language) -> Draft:
    ids = tuple(sentence.id for sentence in candidate.sentences)
    if candidate.proposition:
        return Draft(candidate.proposition.text(language), ids, candidate.proposition.id)
    return Draft(simplified(" ".join(sentence.text for sentence in candidate.sentences)), ids)
