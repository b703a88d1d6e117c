"""Clean text in, `Turn`s out: which stretch of an article belongs to an interviewer, a speaker or the narrator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from rag.folding import squeeze
from rag.people import People
from rag.types import Role

_LABEL = re.compile(
    r"^[ \t]*(?:\*\*|__)?([^\n:：，,。！？!?]{1,24}?)(?:\*\*|__)?\s*[:：](?:\*\*|__)?[ \t]*", re.MULTILINE
)
_QUESTION = re.compile(r"[?？吗呢][”’」』\s]*$")
_NAME = re.compile(r"^(?:[\u4e00-\u9fff·]{2,8}|[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}|《[^》]{2,16}》)$")


@dataclass(frozen=True, slots=True)
class Turn:
    """Half-open [start, end) in the clean text, its label left out. `answered` is False for a question nobody answers."""

    start: int
    end: int
    speaker: str | None
    role: Role
    answered: bool = True


def split_turns(text: str, people: People) -> list[Turn]:
    """Narrator paragraphs and labelled turns, in order.

    A labelled turn runs over unlabelled paragraphs up to the next label. Unlabelled text before the first label is the
    narrator's, one turn a paragraph. An unknown label counts when it looks like a name and comes back.
    """
    marks = list(_marks(text, people))
    first = marks[0][0].start() if marks else len(text)
    turns = [
        Turn(match.start(), match.end(), None, "narrator") for match in re.finditer(r"[^\n]*\S[^\n]*", text[:first])
    ]
    for (label, speaker, role), following in zip_longest(marks, marks[1:]):
        end = following[0].start() if following else len(text)
        answered = role != "interviewer" or (following is not None and following[2] != "interviewer")
        turns.append(Turn(label.end(), end, speaker, role, answered))
    return turns


def _marks(text: str, people: People) -> Iterator[tuple[re.Match[str], str | None, Role]]:
    found = list(_LABEL.finditer(text))
    counts = Counter(squeeze(match[1]) for match in found)
    asks = _askers(text, found)
    sole = people.people[0].name if len(people.people) == 1 else None
    for match in found:
        label = match[1].strip()
        key = squeeze(label)
        if people.is_host(label):
            yield match, people.interviewer_name(label), "interviewer"
        elif person := people.named(label):
            yield match, person.name, "speaker"
        elif key in people.labels:
            yield match, sole, "speaker"
        elif counts[key] > 1 and _NAME.match(label):
            asking = key in asks
            yield match, people.interviewer_name(label) if asking else label, "interviewer" if asking else "speaker"


def _askers(text: str, labels: list[re.Match[str]]) -> frozenset[str]:
    """Labels whose turns mostly end in a question."""
    turns: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    for match, following in zip_longest(labels, labels[1:]):
        body = text[match.end() : following.start() if following else len(text)].strip()
        turns[squeeze(match[1])] += 1
        questions[squeeze(match[1])] += bool(_QUESTION.search(body))
    return frozenset(label for label, count in turns.items() if 2 * questions[label] > count)
