"""Folded question in, the people, organisations and concepts it names out, described, misspelt or in pinyin though they be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache

from rapidfuzz import fuzz, process

from rag.descriptions import Descriptions, Name
from rag.folding import HAN, fold, pieces
from rag.glossary import glossary
from rag.people import People
from rag.sounds import syllables
from rag.surnames import Surnames
from rag.types import Organisation, Person

_CLOSE = 86  # of 100, rapidfuzz ratio: one wrong letter in eight
_SHORTEST = 6  # letters; shorter names are compared exactly
_LOOSE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))
COMPANY = re.compile(  # right after a name: whose it is, unless its name is asked for
    r"(?:的|他|她|们|自己)*(?:那|这)?(?:家)?(?:公司|企业)(?!叫|名|是哪|是什么)"
    r"|(?:(?:'s|s')? )(?:own |new )?(?:company|firm|start-?up|business|employer)\b(?! called| named|'s name)"
)
_IS_COMPANY = re.compile(r"公司|\b(?:co|inc|ltd|llc|technology|company)\b")


class NameFinder:
    """Finds descriptions, then names exactly or in pinyin, the longest first, then surnames, homophones, and with a letter wrong."""

    def __init__(self, people: People) -> None:
        self.people = people

    @cached_property
    def _descriptions(self) -> Descriptions:
        return Descriptions(self.people)

    @cached_property
    def _surnames(self) -> Surnames:
        return Surnames(self.people)

    @cached_property
    def _spellings(self) -> list[tuple[str, str, str]]:
        """(folded spelling, person, organisation), longest first."""
        found = [
            (fold(name), person.name, "")
            for person in self.people.people
            for name in (person.name, person.english, *person.aliases)
        ] + [
            (fold(name), "", organisation.name)
            for organisation in self.people.organisations
            for name in (organisation.name, organisation.english, *organisation.aliases)
        ]
        return sorted({entry for entry in found if entry[0]}, key=lambda entry: (-len(entry[0]), entry))

    @cached_property
    def _sounds(self) -> dict[str, tuple[str, str, int]]:
        """Toneless pinyin of Han names to (person, organisation, characters)."""
        return {
            sound(name): (person, organisation, len(name))
            for name, person, organisation in self._spellings
            if len(name) > 1 and all(map(HAN.match, name))
        }

    @cached_property
    def _loose_sounds(self) -> dict[str, tuple[str, str, int]]:
        return {loosely(heard): meant for heard, meant in self._sounds.items()}

    @cached_property
    def _lengths(self) -> list[int]:
        """Of the names that can be heard, the longest first."""
        return sorted({length for *_, length in self._sounds.values()}, reverse=True)

    @cached_property
    def _latin(self) -> dict[str, tuple[str, str]]:
        """Spellings long enough to be known though a letter is wrong, to (person, organisation)."""
        return {
            spelling: (person, organisation)
            for spelling, person, organisation in reversed(self._spellings)
            if spelling.isascii() and len(spelling) >= _SHORTEST
        }

    def find(self, folded: str) -> list[Name]:
        """Names in order, none inside another."""
        return [*self._remembered(folded)]

    @cached_property
    def _remembered(self) -> Callable[[str], tuple[Name, ...]]:
        """One question is looked through from several sides."""
        return lru_cache(maxsize=64)(self._find)

    def _find(self, folded: str) -> tuple[Name, ...]:
        found: list[Name] = []
        for described in self._descriptions.find(folded):
            _add(found, described)
        spelt = [
            Name(match.start(), match.end(), person, organisation)
            # Of thousands of names only those few that stand there are worth a pattern.
            for spelling, person, organisation in [entry for entry in self._spellings if entry[0] in folded]
            for match in whole(spelling).finditer(folded)
        ]
        # "dai guo hao" is one person, though "Guo" alone is another.
        for name in sorted((*spelt, *self._by_pinyin(folded)), key=lambda name: name.start - name.end):
            _add(found, name)
        for name in (*self._surnames.find(folded), *self._homophones(folded), *self._misspelt(folded)):
            _add(found, name)
        return tuple(sorted((self._company(folded, name) or name for name in found), key=lambda name: name.start))

    def _company(self, folded: str, name: Name) -> Name | None:
        """ "Li's company" is the one that Li is of, if that is clear."""
        person = self.people.named(name.person) if name.person else None
        theirs = COMPANY.match(folded, name.end) if person else None
        if person is None or theirs is None:
            return None
        places = [place for place in self.people.organisations if place.name in person.organisations]
        companies = [place for place in places if any(_IS_COMPANY.search(fold(a)) for a in place.aliases)] or places
        return Name(name.start, theirs.end(), organisation=companies[0].name) if len(companies) == 1 else None

    def canonical(self, text: str) -> str:
        """The folded text with every name in its first spelling, of the text's language: two questions that call somebody
        by different names then differ no more than they ask different things.
        """
        folded = fold(text)
        chinese = bool(HAN.search(folded))
        for name in reversed(self.find(folded)):
            known = self._canonical.get(name.person or name.organisation)
            spelt = (known[0] if chinese else f" {known[1]} ") if known else folded[name.start : name.end]
            folded = folded[: name.start] + spelt + folded[name.end :]
        return folded

    @cached_property
    def _canonical(self) -> dict[str, tuple[str, str]]:
        """Name to its folded Chinese (or only) and English spelling."""
        named: list[Organisation | Person] = [*self.people.organisations, *self.people.people]
        return {entity.name: (fold(entity.name), fold(entity.english or entity.name)) for entity in named}

    def _homophones(self, folded: str) -> Iterator[Name]:
        for run in re.finditer(r"[\u4e00-\u9fff]+", folded):
            spoken = syllables(run.group())
            for length in self._lengths:
                for start in range(len(spoken) - length + 1):
                    heard = "".join(spoken[start : start + length])
                    if meant := self._sounds.get(heard) or (length > 2 and self._loose_sounds.get(loosely(heard))):
                        yield Name(run.start() + start, run.start() + start + length, *meant[:2])

    def _misspelt(self, folded: str) -> Iterator[Name]:
        tokens = list(re.finditer(r"[a-z][a-z-]+", folded))
        for i in range(len(tokens)):
            for j in range(i, min(i + 3, len(tokens))):
                start, end = tokens[i].start(), tokens[j].end()
                text = folded[start:end]
                if len(text) < _SHORTEST:
                    continue
                for spelling, *_ in process.extract(text, self._latin.keys(), scorer=fuzz.ratio, score_cutoff=_CLOSE):
                    if abs(len(spelling) - len(text)) <= 2:
                        yield Name(start, end, *self._latin[spelling])

    def _by_pinyin(self, folded: str) -> Iterator[Name]:
        words = list(re.finditer(r"[a-z]+", folded))
        for i, first in enumerate(words):
            for last in words[i : i + 4]:
                spoken = folded[first.start() : last.end()].split(" ")
                if all(map(str.isalpha, spoken)) and (meant := self._sounds.get("".join(spoken))):
                    yield Name(first.start(), last.end(), *meant[:2])

    def concepts_by_sound(self, folded: str) -> Iterator[tuple[str, str]]:
        """(surface, concept) for pinyin and for homophones of at least three characters that no spelling matched."""
        known = _concept_sounds()
        for piece in pieces(folded):
            if not HAN.match(piece):
                if len(piece) >= 5 and piece in known:
                    yield piece, known[piece]
                continue
            spoken = syllables(piece)
            for length in range(min(6, len(piece)), 2, -1):
                for start in range(len(piece) - length + 1):
                    if concept := known.get("".join(spoken[start : start + length])):
                        yield piece[start : start + length], concept


@lru_cache(maxsize=8)
def finder_of(people: People) -> NameFinder:
    """One for all who look through a question."""
    return NameFinder(people)


@lru_cache(maxsize=4096)
def sound(han: str) -> str:
    """Toneless pinyin without spaces.

    >>> sound("智算中心")
    'zhisuanzhongxin'
    """
    return "".join(syllables(han))


def loosely(heard: str) -> str:
    """The same for what many speakers and typists don't tell apart.

    >>> loosely("zhangyaling") == loosely("zangyalin")
    True
    """
    for one, other in _LOOSE:
        heard = heard.replace(one, other)
    return heard


@lru_cache(maxsize=1)
def _concept_sounds() -> dict[str, str]:
    return {
        sound(fold(name)): concept
        for concept, names in glossary().names.items()
        for name in names
        if len(name) > 1 and all(map(HAN.match, name))
    }


@lru_cache(maxsize=1024)
def whole(spelling: str) -> re.Pattern[str]:
    """A folded name that no Latin letter touches; a Chinese one wherever it stands."""
    escaped = re.escape(spelling)
    return re.compile(rf"(?<![a-z]){escaped}(?![a-z])" if spelling[0].isascii() else escaped)


def _add(found: list[Name], name: Name) -> None:
    if not any(name.start < other.end and other.start < name.end for other in found):
        found.append(name)
