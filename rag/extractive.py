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

# Set on the tuning set (evals/founders/tuning.jsonl): of what it has an answer to, three in a hundred are refused. A
# change asks for another run of evals.fit_ranker, which measures whether a question belongs here against it.
ENOUGH = 0.55
# Below the best, as logits: what is further off is usually beside the point. A reason stands beside what it is the reason of.
BESIDE: dict[Asks, float] = {"why": 4.0, "how": 2.4, "list": 2.4, "compare": 2.6}
BESIDE_ELSE = 1.8
OTHER_VOICE = 0.2  # the same for somebody else's words, unless voices are compared: nobody asked for them
OF_THE_SAME = 4.0  # the same for the rest of what is said in the sentences that are cited anyhow
ALIKE = 0.72  # share of common terms from which two claims say the same
_MOST: dict[Asks, int] = {"fact": 2, "number": 2, "when": 2, "why": 4, "how": 4, "list": 5, "compare": 4, "who-said": 2}
_EACH = 2  # claims of one speaker in a comparison
_REST = 2  # claims that only complete what is cited


class ExtractiveSynthesizer:
    """Offline: propositions in the question's language, or the source's own sentences where there are none."""

    def complete(self, question: Question, nodes: Sequence[NodeWithScore]) -> Composition:
        """No draft at all is a refusal."""
        ranked = [(node.metadata["candidate"], logit(node.score)) for node in nodes if node.score]
        if not ranked or ranked[0][0].enough < ENOUGH:
            return Composition(())
        own: dict[str | None, float] = {}
        lead = ranked[0][0].speaker
        chosen: list[Candidate] = []
        rest: list[Candidate] = []
        for candidate, score in ranked:
            # In a comparison each speaker's claims are measured by that speaker's best, which must answer by itself.
            speaker = candidate.speaker if question.asks == "compare" else None
            if speaker not in own and candidate.enough < ENOUGH:
                continue
            below = own.setdefault(speaker, score) - score
            if any(_repeats(candidate, other) for other in (*chosen, *rest)):
                continue
            said = sum(other.speaker == candidate.speaker for other in chosen)
            full = len(chosen) == _MOST[question.asks] or (question.asks == "compare" and said == _EACH)
            other = question.asks != "compare" and None not in (lead, candidate.speaker) and candidate.speaker != lead
            if below <= (OTHER_VOICE if other else BESIDE.get(question.asks, BESIDE_ELSE)) and not full:
                chosen.append(candidate)
            elif below <= OF_THE_SAME and len(rest) < _REST and any(_same_words(candidate, other) for other in chosen):
                rest.append(candidate)
        drafts = (_draft(candidate, question.language) for candidate in _in_order(chosen, rest))
        return Composition(tuple(drafts))


def _same_words(candidate: Candidate, chosen: Candidate) -> bool:
    """What is cited for the one says the other as well."""
    cited = {sentence.id for sentence in chosen.sentences}
    return candidate.proposition is not None and {sentence.id for sentence in candidate.sentences} <= cited


def _in_order(chosen: Sequence[Candidate], rest: Sequence[Candidate]) -> Iterator[Candidate]:
    """What completes a claim comes right after it."""
    left = [*rest]
    for candidate in chosen:
        yield candidate
        yield from (other for other in left if _same_words(other, candidate))
        left = [other for other in left if not _same_words(other, candidate)]


def logit(chance: float) -> float:
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
