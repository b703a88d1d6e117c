"""Index terms in, how much each of them tells in one corpus out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

from rag.folding import HAN
from rag.index.lexical import LexicalIndex
from rag.index.library import Library
from rag.question import Question, Term


class Rarity:
    """Inverse document frequency (Robertson and Spärck Jones 1976) of index terms, remembered for one index."""

    def __init__(self, lexical: LexicalIndex) -> None:
        self._lexical = lexical
        # Bounded, for every question brings words that the corpus lacks.
        self.frequency = lru_cache(maxsize=8192)(lexical.document_frequency)
        self._weighed = lru_cache(maxsize=1024)(self._weigh)

    def __getitem__(self, form: str) -> float:
        total, frequency = self._lexical.count, self.frequency(form)
        return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))

    def of(self, question: Question) -> list[float]:
        """The weight of each term. A plain word that the corpus never uses may be a paraphrase and weighs little; a
        concept or a foreign name that it never uses is a gap and weighs in full.
        """
        return [term.weight * self._least(term) * self._doubt(term) for term in question.terms]

    def unknown(self, question: Question, weights: Sequence[float]) -> float:
        """Share of the weight in terms that the corpus lacks."""
        lacking = (
            w
            for term, w in zip(question.terms, weights, strict=True)
            if not any(map(self.frequency, (*term.forms, *term.alike)))
        )
        return sum(lacking) / (sum(weights) or 1.0)

    def _least(self, term: Term) -> float:
        """Of a word that the corpus lacks, but has in the other language, the rarity is that of the commonest there."""
        known = [form for form in (*term.forms, *term.alike) if self.frequency(form)]
        return min(self[form] for form in known or term.forms)

    def _doubt(self, term: Term) -> float:
        unknown = all(self.frequency(form) == 0 for form in (*term.forms, *term.alike))
        return (
            0.35
            if unknown and term.kind == "word" and HAN.search(term.surface)
            else 0.6
            if unknown and term.kind == "word"
            else 1.0
        )

    def overlap(self, wanted: frozenset[str], there: frozenset[str]) -> float:
        """Share of the weight of `wanted` that is there."""
        weights, total = self._weighed(wanted)
        return sum(weights[form] for form in wanted & there) / total if total else 0.0

    def _weigh(self, forms: frozenset[str]) -> tuple[dict[str, float], float]:
        weights = {form: self[form] for form in forms}
        return weights, sum(weights.values())


@lru_cache(maxsize=1)
def rarity_of(library: Library) -> Rarity:
    """The opened library's."""
    return Rarity(library.lexical)
