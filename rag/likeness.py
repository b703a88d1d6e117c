"""A question in, how like it the asks of every claim and gap are out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial

import numpy as np
from llama_index.core.schema import QueryBundle

from rag.embeddings import meant_together
from rag.index.asks import AskIndex
from rag.index.library import Library
from rag.index.nearness import UNLIKE, Alike, Nearness
from rag.question import Question
from rag.types import Gap

# Of 1.3, from which a question asks for just what the gap names: on the tuning set 3 % of the questions that have an answer and
# half of those that have none come as near to one.
SAME_GAP = 0.95
# Shares of the whole message, beside its part, and of what a follow-up follows; chosen on the tuning set from a half to all.
TOLD, FOLLOWED = 0.75, 0.5
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

    def around(self, some: np.ndarray) -> float:
        """The share of some owners' among the nearest asks of all. `some`: an entry an owner of the asks."""
        return 0.0 if self._nearness is None else self._nearness.around(some)

    def nearest(self, rows: np.ndarray) -> str | None:
        """Of those owners; None where there are none."""
        if self._nearness is None or not len(rows):
            return None
        return self._asks.owners[int(rows[np.argmax(self._nearness.best[rows])])]

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
    asks = library.asks
    if not asks.owners:
        return Likeness(asks, None)
    texts, last = _texts(question)
    return Likeness(asks, asks.alike(*texts, last=last))


def meant_by(questions: Iterable[Question], library: Library) -> None:
    """Find the meaning of all that they will be looked for by, which costs little more than that of one."""
    if library.asks.owners:
        meant_together(library.canonical(text) for one in questions for text in {*_texts(one)[0], one.spelt_out})


def _texts(question: QueryBundle) -> tuple[list[str], float]:
    """What it is looked for by, and for how much the last of that counts."""
    if isinstance(question, Question) and question.told:
        return [question.query_str, question.told], TOLD
    if isinstance(question, Question) and question.context:
        return [question.query_str, question.spelt_out], FOLLOWED
    return [question.query_str], 1.0


def nearest_gap(question: QueryBundle, library: Library) -> tuple[Gap | None, Alike]:
    """What is known to be left open and comes nearest to what is asked; what another did not say is no reason to refuse."""
    likeness = likeness_of(question, library)
    nearest = likeness.nearest(_concerned(question, library))
    return (library.gaps[nearest], likeness.of(nearest)) if nearest else (None, UNLIKE)


def _concerned(question: QueryBundle, library: Library) -> np.ndarray:
    """Rows of the gaps that name nobody, or one of those whom the question names, if it names any; and no other year than it
    does.
    """
    years = frozenset(_YEAR.findall(question.query_str))
    if not isinstance(question, Question) or not (question.people or question.organisations):
        return _gaps_of(library)(frozenset(), years)
    people = library.people
    asked = {*question.people, *question.organisations}
    asked |= {person.name for place in question.organisations for person in people.of_organisation(place)}
    asked |= {place for person in people.people if person.name in question.people for place in person.organisations}
    asked |= {name for person in question.people for name in library.spoken_of.get(person, ())}
    return _gaps_of(library)(frozenset(asked), years)


@lru_cache(maxsize=1)  # more would keep a retired library in memory
def _gaps_of(library: Library) -> Callable[[frozenset[str], frozenset[str]], np.ndarray]:
    """Most questions name the same few people, and no year."""
    return lru_cache(maxsize=256)(partial(_rows, library))


def _rows(library: Library, names: frozenset[str], years: frozenset[str]) -> np.ndarray:
    def concerned(gap: Gap) -> bool:
        named, dated = library.named_in_gaps[gap.id], {*_YEAR.findall(gap.zh)}
        return (not names or not named or bool(named & names)) and (not years or not dated or bool(dated & years))

    return np.array([library.asks.rows[id_] for id_, gap in library.gaps.items() if concerned(gap)], np.int64)
