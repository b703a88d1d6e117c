"""Who is meant by what they do ("the accelerator maker's founder", 做通用GPU那家的副总): folded question in, `Name`s out.

What somebody is known for stands in the manifest, and their title says which words for a role fit them: the "founder" of a
company whose only known speaker is its vice president is somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rag.folding import fold
from rag.people import People


@dataclass(frozen=True, slots=True)
class Name:
    """A name or description at [start, end) of the folded question: of a person, or of an organisation."""

    start: int
    end: int
    person: str = ""
    organisation: str = ""


# Words for a role, by what a title must hold for them to fit; "" fits everybody.
_ROLES: tuple[tuple[str, str, str], ...] = (
    (
        "创始人|founder",
        "创始人|创办人|创办者|创业者|老板|老总|掌门人?|当家的?|当家人",
        "co-?founder|founder|boss|entrepreneur",
    ),
    ("副总|vice president", "副总裁|副总", "vp|vice[- ]president"),
    ("副教授|professor", "副教授|教授|老师", "associate professor|professor|prof|academic|teacher"),
    ("科学家|scientist", "首席科学家|青年科学家|科学家", "chief scientist|scientist"),
    ("coo|运营官", "coo|首席运营官|运营官", "coo|operations (?:chief|boss|head)"),
    ("创始|总裁|coo|founder|president", "高管|管理者|负责人", "exec(?:utive)?|chief|leader|head"),
    (
        "",
        r"那位|这位|(?:那|这)个(?:人|呢|$)|大佬|学者|研究者|研究员|专家|年轻人|小伙子?|小哥|哥们儿?",
        "man|guy|one|person|scholar|researcher|physicist|expert|fellow|dude",
    ),
)
_FIRM_ZH = r"公司|企业|厂商|厂家|厂|初创公司|创业公司"
_FIRM_EN = r"compan(?:y|ies)|firm|maker|start-?up|outfit|vendor|business|manufacturer|house"
_HOMEMADE_EN = r"(?:(?:young|chinese|domestic|homegrown|local|shanghai) )?"
_AT_EN = r"(?:at|from|of|with|behind|in)"
_EX = re.compile(r"(?:ex-|former )")
_WHICH_ZH = r"(?:那|这)(?:家|个|位)"


class Descriptions:
    """Of everybody whose manifest entry says what they are known for, or has a title."""

    def __init__(self, people: People) -> None:
        self.people = people

    def find(self, folded: str) -> Iterator[Name]:
        """People first: "the GPU firm's VP" is not the firm."""
        spaced = folded.replace("-", " ")
        for thing, pattern, person, organisation in self._patterns:
            if thing.replace("-", " ") in spaced:
                for match in _compiled(pattern).finditer(folded):
                    yield Name(match.start(), match.end(), person, organisation)
        for role, person in self._only:
            for match in role.finditer(folded):
                yield Name(match.start(), match.end(), person)

    @cached_property
    def _only(self) -> list[tuple[re.Pattern[str], str]]:
        """Roles that one speaker's title alone has, by a pattern for the bare role: "the VP", 那位副总."""
        only = []
        for needed, zh, en in filter(lambda role: role[0], _ROLES):
            held = [p.name for p in self.people.people if re.search(needed, fold(f"{p.title} {p.title_en}"))]
            if len(held) == 1:
                chinese = rf"(?:{_WHICH_ZH}|(?<![\u4e00-\u9fffa-z]))(?:{zh})(?![们a-z])"
                only.append((re.compile(rf"{chinese}|\b(?:the|that|this) (?:{en})\b(?! (?:of|at|from|who))"), held[0]))
        return only

    @cached_property
    def _patterns(self) -> list[tuple[str, str, str, str]]:
        """What must stand in the question, the pattern to look for then, and whom or what that names."""
        places = {place.name: place for place in self.people.organisations}
        patterns = []
        for person in self.people.people:
            roles = _roles(fold(f"{person.title} {person.title_en}"))
            own = [places[name] for name in person.organisations if name in places]
            # Of an organisation with two speakers a description says too little.
            own = [place for place in own if self.people.of_organisation(place.name) == (person,)]
            things = [*person.known_for, *(name for place in own for name in place.known_for)]
            names = [name for place in own for name in (place.name, place.english, *place.aliases) if len(name) > 1]
            if person.title or person.known_for:
                patterns += [(fold(thing), _person(fold(thing), roles), person.name, "") for thing in (*things, *names)]
                places_before = {_EX.sub("", fold(thing)) for thing in person.known_for if _EX.match(fold(thing))}
                patterns += [(place, _formerly(re.escape(place), roles), person.name, "") for place in places_before]
        for place in self.people.organisations:
            patterns += [(fold(thing), _place(fold(thing)), "", place.name) for thing in place.known_for]
        return sorted(patterns, key=lambda entry: (not entry[2], -len(entry[0]), entry[0]))


def _roles(title: str) -> tuple[str, str]:
    """The words, Chinese and English, for the roles that a title allows."""
    fitting = [(zh, en) for needed, zh, en in _ROLES if re.search(needed, title)]
    return "|".join(zh for zh, _ in fitting), "|".join(en for _, en in fitting)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    """Only when it is needed: all of them take half a second."""
    return re.compile(pattern)


def _person(thing: str, roles: tuple[str, str]) -> str:
    zh, en = roles
    escaped = _escaped(thing)
    chinese = _zh(escaped) + rf"(?:国产|芯片)*(?:{_FIRM_ZH})?的?(?:{_WHICH_ZH})?(?:{zh})(?:的?(?:{zh}))*"
    if not thing.isascii():
        return chinese
    english = rf"\b(?:the |that )?{_HOMEMADE_EN}{escaped}(?: chip)?(?:[- ](?:{_FIRM_EN}))?(?:'s)?[- ](?:{en})\b"
    apart = rf"\b(?:the|that) (?:young )?(?:{en}) (?:(?:who is|who's|who works) )?{_AT_EN} (?:the |that )?{_HOMEMADE_EN}{escaped}(?:[- ](?:{_FIRM_EN}))?\b"
    return f"{english}|{apart}|{chinese}"


def _formerly(place: str, roles: tuple[str, str]) -> str:
    """Of an "ex-AMD" man one may also say that he used to be at AMD."""
    zh, en = roles
    english = rf"\b(?:the|that) (?:{en}) (?:who )?(?:used to (?:be|work)|formerly|previously|once|was|worked) (?:worked )?{_AT_EN} {place}\b"
    chinese = rf"(?:以前|曾经?|原来|原先|从前|之前|早年)?[在从]{place}(?:干|待|呆|做|工作|出来)过?(?:多年)?的(?:{_WHICH_ZH})?(?:{zh})"
    return f"{english}|{chinese}"


def _place(thing: str) -> str:
    """Definite ones alone: GPU firms in general are nobody."""
    escaped = _escaped(thing)
    chinese = (
        rf"(?:做|搞|造|卖|干|研发|生产)(?:国产)?{escaped}的?(?:{_FIRM_ZH})"
        rf"|(?:做|搞|造|卖|干|研发|生产)?(?:国产)?{escaped}的?(?:那|这)[家个](?:国产|芯片)*(?:{_FIRM_ZH}|芯片)?"
        rf"|{_WHICH_ZH}(?:国产|做|搞|造|卖)?{escaped}的?(?:{_FIRM_ZH})"
    )
    return rf"{chinese}|\b(?:the|that) {_HOMEMADE_EN}{escaped}[- ](?:{_FIRM_EN})\b"


def _escaped(thing: str) -> str:
    return re.escape(thing).replace(r"\ ", "[- ]").replace(r"\-", "[- ]")


def _zh(thing: str) -> str:
    return rf"(?:{_WHICH_ZH})?(?:做|搞|造|卖|干|研究|研发)?(?:国产)?{thing}(?:出身)?的?(?:{_WHICH_ZH})?(?:年轻的?)?"
