"""Who may speak: names and aliases in, the person or interviewer that a label or a mention means out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from rag.folding import fold, squeeze
from rag.types import Organisation, Person

_HOSTS = (
    "主持人",
    "记者",
    "问",
    "采访人",
    "采访者",
    "提问",
    "编者",
    "host",
    "interviewer",
    "q",
    "question",
    "moderator",
    "reporter",
)
_UNNAMED = frozenset({"q", "question", "问", "提问", "采访者", "采访人"})
_NARRATORS = ("旁白", "narrator", "narration")
_ANSWERS = ("答", "a", "answer")


class People:
    """The speakers, interviewers and organisations of a corpus or of one document."""

    def __init__(
        self,
        people: Iterable[Person] = (),
        organisations: Iterable[Organisation] = (),
        interviewers: Iterable[str] = (),
    ) -> None:
        self.people = tuple(people)
        self.organisations = tuple(organisations)
        self.interviewers = tuple(interviewers)

    @cached_property
    def by_label(self) -> Mapping[str, Person]:
        """Squeezed name or alias to person."""
        return {
            squeeze(alias): person
            for person in self.people
            for alias in (person.name, person.english, *person.aliases)
            if alias
        }

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Squeezed labels that ask."""
        return frozenset(squeeze(name) for name in (*self.interviewers, *_HOSTS))

    @cached_property
    def labels(self) -> frozenset[str]:
        """Every squeezed label that may begin a turn."""
        return frozenset(self.by_label) | self.hosts | frozenset(_ANSWERS) | self.narrators

    @property
    def narrators(self) -> frozenset[str]:
        """Labels under which nobody speaks."""
        return frozenset(_NARRATORS)

    @property
    def answers(self) -> frozenset[str]:
        """Labels of an answer that name nobody."""
        return frozenset(_ANSWERS)

    @cached_property
    def mention(self) -> re.Pattern[str]:
        """Matches a person's name or alias in folded text; never matches when nobody is known."""
        names = sorted({fold(name) for name in self._spoken_names()}, key=len, reverse=True)
        pattern = "|".join(rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name) for name in names)
        return re.compile(pattern or r"(?!)")

    def _spoken_names(self) -> Iterable[str]:
        return (name for person in self.people for name in (person.name, person.english, *person.aliases) if name)

    def named(self, mention: str) -> Person | None:
        """The person that a name or alias means, whatever its script, case and spacing."""
        return self.by_label.get(squeeze(mention))

    def is_host(self, label: str) -> bool:
        return squeeze(label) in self.hosts

    def interviewer_name(self, label: str) -> str:
        """The spelling of the manifest for an interviewer's label; the label as printed where it has none."""
        wanted = squeeze(label)
        if wanted in _UNNAMED and len(self.interviewers) == 1:
            return self.interviewers[0]
        return next((name for name in self.interviewers if squeeze(name) == wanted), label.strip("《》 "))

    def of_organisation(self, organisation: str) -> tuple[Person, ...]:
        """The people whose manifest entry names this organisation."""
        return tuple(person for person in self.people if organisation in person.organisations)
