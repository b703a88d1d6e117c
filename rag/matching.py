"""A question's index terms in, which of them many texts hold out, without cutting the texts into all of their own terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from rag.folding import HAN, fold, fold_all, pieces, stem
from rag.glossary import glossary
from rag.question import Question, Term
from rag.rarity import Rarity
from rag.terms import CONCEPT

Held = npt.NDArray[np.bool_]  # a row a text, a column an index term
Shares = npt.NDArray[np.float64]


class Matcher:
    """Made once a question, asked of some hundred texts at once: a Han term is looked for as it stands, any other among
    the stems of the text's Latin words and numbers, a concept by all of its names.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        self.columns = {form: n for n, form in enumerate(dict.fromkeys(forms))}
        spelled = [(n, name) for form, n in self.columns.items() for name in _spellings(form)]
        self._han = [(n, name) for n, name in spelled if HAN.search(name)]
        self._latin = [(n, f" {name} ") for n, name in spelled if not HAN.search(name)]

    def __call__(self, texts: Sequence[str]) -> Held:
        held = np.zeros((len(texts), len(self.columns)), bool)
        for row, folded in zip(held, fold_all(texts), strict=True):
            for n, name in self._han:
                if name in folded:
                    row[n] = True
            if self._latin:
                words = [stem(part) for piece in pieces(folded) if not HAN.match(piece) for part in _parts(piece)]
                stems = f" {' '.join(words)} "
                for n, name in self._latin:
                    if name in stems:
                        row[n] = True
        return held


class Cover:
    """How much of one question texts cover, all texts at once; the numbers are those of `features.share` and
    `Rarity.overlap`.
    """

    def __init__(self, question: Question, plain: Iterable[str], rarity: Rarity) -> None:
        """`plain`: the question's bigrams and stems."""
        plain = [*plain]
        weights = rarity.of(question)
        self.held = Matcher([*plain, *(form for term in question.terms for form in (*term.forms, *term.alike))])
        self._terms = [
            (term, weight / (sum(weights) or 1.0)) for term, weight in zip(question.terms, weights, strict=True)
        ]
        rare = np.array([rarity[form] for form in plain])
        self._rare = rare / (rare.sum() or 1.0)

    def share(self, held: Held) -> Shares:
        """Share of the weight of the question's terms, partly present ones counting in part."""
        shares = np.zeros(len(held))
        for term, weight in self._terms:
            shares += weight * self.match(term, held)
        return shares

    def overlap(self, held: Held) -> Shares:
        """Share of the question's bigrams and stems, rare ones weighing more."""
        shares: Shares = held[:, : len(self._rare)] @ self._rare
        return shares

    def match(self, term: Term, held: Held) -> Shares:
        first, *rest = (held[:, self.held.columns[form]] for form in term.forms)
        if term.kind == "concept":
            part = 0.8 * np.any(rest, axis=0) if rest else np.zeros(len(held))
        else:
            part = 0.7 * np.mean(rest, axis=0) if rest else np.zeros(len(held))
            if term.alike:
                alike = [held[:, self.held.columns[form]] for form in term.alike]
                part = np.maximum(part, 0.8 * np.any(alike, axis=0))
        matched: Shares = np.where(first, 1.0, part)
        return matched


def _spellings(form: str) -> list[str]:
    """As they stand in folded Han text, or in a row of stems."""
    if not form.startswith(CONCEPT):
        return [form]
    names = (fold(name) for name in glossary().names.get(form.removeprefix(CONCEPT), ()))
    # A Han name of one character is a part of too many words: 用 in 使用.
    return [
        name if HAN.search(name) else " ".join(stem(part) for piece in pieces(name) for part in _parts(piece))
        for name in names
        if len(name) > 1 or not HAN.match(name)
    ]


def _parts(piece: str) -> list[str]:
    return [piece, *piece.split("-")] if "-" in piece else [piece]
