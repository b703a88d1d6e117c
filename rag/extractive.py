"""Ranked candidates in, drafts out: the offline synthesizer. It chooses and points; it never writes a claim."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from llama_index.core.schema import NodeWithScore

from rag.candidates import Candidate
from rag.folding import fold, simplified
from rag.quantities import quantities
from rag.question import Asks, Question
from rag.terms import index_terms
from rag.types import Composition, Draft, Language

# Set on the tuning set (evals/founders/tuning.jsonl), where it keeps as far from both goals: of what has an answer three in a
# hundred are refused, of what has none four in a hundred are answered. A change asks for another run of evals.fit_ranker,
# which measures whether a question belongs here against it.
ENOUGH = 0.61
# Below the best, as logits: what is further off is usually beside the point. A reason stands beside what it is the reason of.
BESIDE: dict[Asks, float] = {"why": 2.2, "how": 1.7, "list": 2.2, "compare": 2.6}
BESIDE_ELSE = 0.8
FOLLOWED = 2.0  # the same for a follow-up, at least: of what it leaves out something may be guessed wrong
OTHER_VOICE = 0.2  # the same for somebody else's words, unless voices are compared
OF_THE_SAME = 4.0  # the same for the rest of what is said in the sentences that are cited anyhow
ALIKE = 0.72  # share of common terms from which two claims say the same
_MOST: dict[Asks, int] = {"fact": 2, "number": 2, "when": 2, "why": 4, "how": 4, "list": 5, "compare": 4, "who-said": 2}
_EACH = 2  # claims of one speaker in a comparison
# Those compared are people or their companies; what two kinds of customers pay is no matter of voices.
_VOICES = re.compile(
    r"谁|各自|他们|大家|[两俩几哪各]个?[位家人]|俩|创始人|受访|嘉宾|老板|\b(?:who|both|each|they|two|founders?|bosses|people|men|interviewees?|compan(?:y|ies))\b"
)
_REST = 2  # claims that only complete what is cited


class ExtractiveSynthesizer:
    """Offline: propositions in the question's language, or the source's own sentences where there are none."""

    def complete(self, question: Question, nodes: Sequence[NodeWithScore]) -> Composition:
        """No draft at all is a refusal."""
        ranked = [(node.metadata["candidate"], logit(node.score)) for node in nodes if node.score]
        if not ranked or ranked[0][0].enough < ENOUGH:
            return Composition(())
        beside = max(
            BESIDE.get(question.asks, BESIDE_ELSE), FOLLOWED if question.context and not question.told else 0.0
        )
        voices = question.asks == "compare" and bool(_VOICES.search(fold(question.query_str)))
        best: dict[str | None, float] = {}
        chosen: list[Candidate] = []
        rest: list[Candidate] = []
        for candidate, score in ranked:
            if candidate.enough < ENOUGH or any(_repeats(candidate, other) for other in (*chosen, *rest)):
                continue
            # Where voices are compared each speaker's claims are measured by that speaker's best.
            below = best.setdefault(candidate.speaker if voices else None, score) - score
            said = sum(other.speaker == candidate.speaker for other in chosen)
            full = len(chosen) == _MOST[question.asks] or (voices and said == _EACH)
            foreign = not voices and bool(chosen) and _another_voice(candidate, chosen[0])
            if below <= (OTHER_VOICE if foreign else beside) and not full:
                chosen.append(candidate)
            elif below <= OF_THE_SAME and len(rest) < _REST and any(_same_words(candidate, other) for other in chosen):
                rest.append(candidate)
        drafts = (_draft(candidate, question.language) for candidate in _in_order(chosen, rest))
        return Composition(tuple(drafts))


def _another_voice(candidate: Candidate, lead: Candidate) -> bool:
    """Beside what an article tells, its own speakers are none."""
    own = lead.speaker is None and candidate.source == lead.source
    return candidate.speaker not in (None, lead.speaker) and not own


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
    """In much the same words, and with no figure that differs: those stand side by side."""
    mine, theirs = (frozenset(index_terms(_words(c))) for c in (candidate, other))
    if len(mine & theirs) <= ALIKE * min(len(mine), len(theirs)):
        return False
    figures, others = ({(q.value, q.unit) for q in quantities(_words(c))} for c in (candidate, other))
    return figures <= others or figures >= others


def _words(candidate: Candidate) -> str:
    return candidate.proposition.zh if candidate.proposition else candidate.evidence


def _draft(candidate: Candidate, language: Language) -> Draft:
    ids = tuple(sentence.id for sentence in candidate.sentences)
    if candidate.proposition:
        return Draft(candidate.proposition.text(language), ids, candidate.proposition.id)
    return Draft(simplified(" ".join(sentence.text for sentence in candidate.sentences)), ids)
