"""A question in, how like it the asks of every claim and gap are out."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from llama_index.core.schema import QueryBundle

from rag.index.asks import AskIndex
from rag.index.library import Library
from rag.index.nearness import UNLIKE, Alike, Nearness
from rag.question import Question
from rag.types import Gap

# Of 1.3, from which a question asks for just what the gap names: on the tuning set 3 % of the questions that have an answer and
# half of those that have none come as near to one.
SAME_GAP = 0.95
TOLD = 0.75  # share of what the message tells besides; chosen on the tuning set from a half to all
_YEAR = re.compile(r"(?:19|20)\d\d")


class Likeness:
    """Of one question."""

    def __init__(self, asks: AskIndex, nearness: Nearness | None) -> None:
        """`nearness`: None where nobody has asks."""
        self._asks, self._nearness = asks, nearness

    def of(self, owner: str) -> Alike:
        """`UNLIKE` for a claim or gap without asks."""
        row = self._asks.rows.get(owner)
        return UNLIKE if row is None or self._nearness is None else self._nearness.of(row)

    def best(self, owners: Iterable[str], limit: int) -> list[str]:
        """Those with the nearest ask, best first; equal ones in the order given."""
        known = [owner for owner in owners if owner in self._asks.rows]
        if not known or self._nearness is None:
            return []
        nearest = self._nearness.best[[self._asks.rows[owner] for owner in known]]
        return [known[n] for n in np.argsort(-nearest, kind="stable")[:limit]]


def likeness_of(question: QueryBundle, library: Library) -> Likeness:
    """A follow-up counts half as it stands and half after what it follows; a part of a message mostly after what the same message
    tells (docs/decisions/015).
    """
    asks, text = library.asks, question.query_str
    if not asks.owners:
        return Likeness(asks, None)
    if not isinstance(question, Question) or not (question.told or question.context):
        return Likeness(asks, asks.alike(text))
    spelt_out = question.spelt_out if question.context else f"{question.told} {text}"
    return Likeness(asks, asks.alike(text, spelt_out, last=TOLD if question.told else 0.5))


def nearest_gap(question: QueryBundle, library: Library) -> tuple[Gap | None, Alike]:
    """What is known to be left open and comes nearest to what is asked; what another did not say is no reason to refuse."""
    likeness = likeness_of(question, library)
    nearest = likeness.best(_concerned(question, library), 1)
    return (library.gaps[nearest[0]], likeness.of(nearest[0])) if nearest else (None, UNLIKE)


def _concerned(question: QueryBundle, library: Library) -> list[str]:
    """Gaps that name nobody, or one of those whom the question names, if it names any; and no other year than it does."""
    years = set(_YEAR.findall(question.query_str))
    gaps = [
        id_
        for id_, gap in library.gaps.items()
        if not years or not (named := set(_YEAR.findall(gap.zh))) or named & years
    ]
    if not isinstance(question, Question) or not (question.people or question.organisations):
        return gaps
    people = library.people
    asked = {*question.people, *question.organisations}
    asked |= {person.name for place in question.organisations for person in people.of_organisation(place)}
    asked |= {place for person in people.people if person.name in question.people for place in person.organisations}
    asked |= {name for person in question.people for name in library.spoken_of.get(person, ())}
    return [id_ for id_ in gaps if not (names := library.named_in_gaps[id_]) or names & asked]
