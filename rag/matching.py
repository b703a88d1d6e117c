"""A question's index terms in, which of them a text holds out, without cutting the text into all of its own terms."""

from __future__ import annotations

from collections.abc import Iterable

from rag.folding import HAN, fold, pieces, stem
from rag.glossary import glossary
from rag.terms import CONCEPT


class Matcher:
    """Made once a question, asked of some hundred sentences: a Han term is looked for as it stands, any other among the
    stems of the text's Latin words and numbers, a concept by all of its names.
    """

    def __init__(self, forms: Iterable[str]) -> None:
        spelled = [(form, name) for form in forms for name in _spellings(form)]
        self._han = [(form, name) for form, name in spelled if HAN.search(name)]
        self._latin = [(form, f" {name} ") for form, name in spelled if not HAN.search(name)]

    def __call__(self, text: str) -> frozenset[str]:
        folded = fold(text)
        found = {form for form, name in self._han if name in folded}
        if self._latin:
            words = [stem(part) for piece in pieces(folded) if not HAN.match(piece) for part in _parts(piece)]
            stems = f" {' '.join(words)} "
            found.update(form for form, name in self._latin if name in stems)
        return frozenset(found)


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
