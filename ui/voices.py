"""People as the page shows them: a name in the reader's language, a colour of their own, a role in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rag.index.library import Library
from rag.types import Language, Person, Role
from ui.escaping import escape
from ui.texts import ROLES, worded

# style.css has this many tones; people beyond them share, which the name beside the colour makes harmless.
TONES = 8


@dataclass(frozen=True)
class Voices:
    """Everybody known to the index, in its order."""

    people: tuple[Person, ...] = ()

    @classmethod
    def of(cls, people: Iterable[Person]) -> Voices:
        return cls(tuple(people))

    def name(self, speaker: str, language: Language) -> str:
        """>>> Voices.of([Person("郭为", "Guo Wei")]).name("郭为", "en") gives 'Guo Wei'."""
        person = self._person(speaker)
        return person.english if person and person.english and language == "en" else speaker

    def tone(self, speaker: str) -> str:
        """The class of somebody's colour; grey for whoever the index doesn't know."""
        names = [person.name for person in self.people]
        return f"tone-{names.index(speaker) % TONES}" if speaker in names else "tone-none"

    def chip(self, speaker: str | None, role: Role, language: Language, *, with_role: bool = True) -> str:
        """Safe HTML of a coloured name and, after it, what part they play."""
        part = worded(language, ROLES[role])
        if speaker is None:
            return f'<span class="who tone-none">{escape(part)}</span>'
        tone = self.tone(speaker) if role in ("speaker", "reported") else "tone-none"
        name = f'<span class="who {tone}">{escape(self.name(speaker, language))}</span>'
        return f'{name} <span class="role">{escape(part)}</span>' if with_role else name

    def _person(self, speaker: str) -> Person | None:
        return next((person for person in self.people if person.name == speaker), None)


@dataclass(frozen=True)
class Known:
    """What the page needs of a library again and again. `own`: the user's documents; `heard`: who speaks in some source."""

    voices: Voices
    own: frozenset[str]
    heard: tuple[Person, ...]


@lru_cache(maxsize=1)
def known(library: Library) -> Known:
    """Read once for each generation: it goes through every document."""
    sources = library.store.sources()
    speaking = {name for source in sources for name in source.speakers}
    people = library.people.people
    own = frozenset(source.id for source in sources if not source.builtin)
    return Known(Voices.of(people), own, tuple(person for person in people if person.name in speaking))
