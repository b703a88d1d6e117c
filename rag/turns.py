"""Clean text in, `Turn`s out: which stretch of an article belongs to an interviewer, a speaker or the narrator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.labels import Label, askers, find_labels
from rag.people import People
from rag.types import Role


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
    narrator's, one turn a paragraph.
    """
    labels = find_labels(text, people)
    first = labels[0].start if labels else len(text)
    turns = [
        Turn(match.start(), match.end(), None, "narrator") for match in re.finditer(r"[^\n]*\S[^\n]*", text[:first])
    ]
    voices = list(_voices(text, labels, people))
    for i, (label, (speaker, role)) in enumerate(zip(labels, voices, strict=True)):
        end = labels[i + 1].start if i + 1 < len(labels) else len(text)
        answered = role != "interviewer" or (i + 1 < len(labels) and voices[i + 1][1] != "interviewer")
        turns.append(Turn(label.end, end, speaker, role, answered))
    return turns


def _voices(text: str, labels: Sequence[Label], people: People) -> Iterator[tuple[str | None, Role]]:
    asking = askers(text, labels, people)
    sole = people.people[0].name if len(people.people) == 1 else None
    for label in labels:
        person = people.named(label.name)
        if label.key in asking and not person:
            yield people.interviewer_name(label.name), "interviewer"
        elif label.key in people.narrators:
            yield None, "narrator"
        elif person:
            yield person.name, "speaker"
        else:
            yield sole if label.key in people.answers else label.name, "speaker"
