"""Whose view a narrator's sentences carry: sentences of one paragraph in, (speaker, role) for each out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.folding import HAN, fold_all
from rag.people import People
from rag.speech import SAYS_EN, SAYS_ZH
from rag.types import Role

# The subject may be followed by a time, a place or a listener before the verb, but by no full stop or quotation.
_REACH = r"[^。！？!?“”\"]{0,34}?"
_WISHES = r"希望|期望"  # in their own clause only: "founded X, hoping to …" tells what the founding was for
_FULL_QUOTE = 12  # characters; shorter ones are terms in scare quotes
_OPEN, _CLOSE = "“「『", "”」』"
_NEW_SUBJECT = re.compile(
    r"^(?:如今|目前|近日|今年|去年|此外|据|以下|作为|在[^,，]{0,16}(?:带领|当中|领域)|记者|本报|该公司|公司)|^(?:他|她)(?:正|曾|的)"
)


def attribute(paragraph: Sequence[str], people: People, antecedent: str | None = None) -> list[tuple[str | None, Role]]:
    """A sentence mostly inside an attributed quotation is the person's own; one with "X said" or going on with it is
    reported; everything else is the narrator's. A quotation is attributed by its own sentence or a neighbour.
    `antecedent`: whom "he" or "she" means until the paragraph names somebody.
    """
    if not people.people:
        return [(None, "narrator")] * len(paragraph)
    folded = fold_all(paragraph)
    quoted = _quoted_shares(paragraph)
    subjects = _subjects(folded, people, antecedent)
    found: list[tuple[str | None, Role]] = []
    for i, text in enumerate(folded):
        said_by = subjects[i]
        if quoted[i] >= 0.5:
            speaker = said_by or _quoted_neighbour(i, quoted, subjects, folded, people)
            found.append((speaker, "speaker") if speaker else (None, "narrator"))
        elif said_by:
            found.append((said_by, "reported"))
        elif i and found[-1][1] == "reported" and quoted[i] == 0 and HAN.search(text) and not _breaks(text, people):
            found.append((found[-1][0], "reported"))
        else:
            found.append((None, "narrator"))
    return found


def _quoted_shares(paragraph: Sequence[str]) -> list[float]:
    """Share of each sentence inside quotations of at least `_FULL_QUOTE` characters, which may span sentences."""
    whole = "\n".join(paragraph)
    inside = [False] * len(whole)
    opened: list[int] = []
    for i, character in enumerate(whole):
        if character in _OPEN or (character == '"' and not opened):
            opened.append(i)
        elif (character in _CLOSE or character == '"') and opened:
            start = opened.pop()
            if not opened and i - start > _FULL_QUOTE and re.search(r"[，,。！？!?.]", whole[start:i]):
                inside[start : i + 1] = [True] * (i + 1 - start)
    shares, cursor = [], 0
    for text in paragraph:
        shares.append(sum(inside[cursor : cursor + len(text)]) / max(1, len(text)))
        cursor += len(text) + 1
    return shares


def _subjects(folded: Sequence[str], people: People, antecedent: str | None) -> list[str | None]:
    """Who says each sentence by its own words, pronouns taken from the last person named."""
    name = people.mention.pattern
    verbs = rf"{_REACH}(?:{SAYS_ZH})|[^，,。“”]{{0,24}}(?:{_WISHES})|[^，,。：:]{{1,24}}[：:](?=.*[。！!])"
    english = rf"({name})(?:,[^,.]{{3,70}},)?\s+(?:\w+\s+){{0,4}}?(?:{SAYS_EN})\b|\b(?:{SAYS_EN})\s+(?:\w+\.?\s+){{0,2}}?({name})"
    named = re.compile(rf"({name})(?:{verbs})|{english}")
    pronoun = re.compile(
        rf"(?:^|[，,；;]|[时中])\s*(?:他|她)(?!们|的|和)(?:{_REACH}(?:{SAYS_ZH})|[^，,。]{{0,24}}(?:{_WISHES}))"
        rf"|\b(?:he|she)\s+(?:\w+\s+)?(?:{SAYS_EN})\b"
    )
    last = antecedent or (people.people[0].name if len(people.people) == 1 else None)
    found: list[str | None] = []
    for text in folded:
        bare = _without_quotes(text)
        match = named.search(bare)
        mention = people.mention.search(text)
        if mention and (person := people.named(mention.group())):
            last = person.name
        if match and (person := people.named(next(filter(None, match.groups())))):
            found.append(person.name)
        else:
            found.append(last if pronoun.search(bare) else None)
    return found


def _without_quotes(text: str) -> str:
    return re.sub(
        rf"[{_OPEN}][^{_CLOSE}]{{{_FULL_QUOTE},}}(?:[{_CLOSE}]|$)|^[^{_OPEN}]{{{_FULL_QUOTE},}}[{_CLOSE}]", "“”", text
    )


def _quoted_neighbour(
    i: int, quoted: Sequence[float], subjects: Sequence[str | None], folded: Sequence[str], people: People
) -> str | None:
    """The next sentence begins with the person, or an earlier one of the same quotation is attributed."""
    for j in range(i + 1, len(folded)):
        if subjects[j]:
            return subjects[j]
        if quoted[j] >= 0.5:
            continue
        mention = people.mention.search(folded[j][:24])
        person = people.named(mention.group()) if mention else None
        if person:
            return person.name
        break
    for j in range(i - 1, -1, -1):
        if subjects[j]:
            return subjects[j]
    return None


def _breaks(text: str, people: People) -> bool:
    """Whether an unattributed sentence turns to something else: a new time, or what a named person does."""
    if _NEW_SUBJECT.search(text):
        return True
    mention = people.mention.search(text)
    return bool(mention and mention.start() < 8)
