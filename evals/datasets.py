"""A question set (.jsonl) and the raw files it quotes in, `Question`s with their evidence as spans out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.sources import Sources, numbered_lines
from rag.errors import UsageError
from rag.types import Span

LANGUAGES = ("zh", "en")
TYPES = (
    "fact",
    "number",
    "view",
    "why",
    "how",
    "list",
    "who-said",
    "compare",
    "follow-up",
    "unanswerable",
    "false-premise",
    "injection",
    "noise-trap",
    "typo",
)


@dataclass(frozen=True, slots=True)
class Quote:
    """An exact substring of a raw file and every place it stands at; a span's `source` is the file name."""

    file: str
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a set. `facts` and `evidence` are groups, all needed; within a group one alternative is enough."""

    id: str
    lang: str
    type: str
    question: str
    answerable: bool
    history: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    evidence: tuple[tuple[Quote, ...], ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()
    forbidden: tuple[str, ...] = ()


def load(path: Path, sources: Sources) -> list[Question]:
    """Every question of the set in order. Raises UsageError naming file, line, field and what was expected."""
    questions: dict[str, Question] = {}
    for where, line in numbered_lines(path):
        question = parse(line, sources, where=where)
        if question.id in questions:
            raise UsageError(f"{where}: id is {question.id!r} a second time; every id must be unique")
        questions[question.id] = question
    if not questions:
        raise UsageError(f"{path}: no questions; expected one JSON object a line")
    return list(questions.values())


def parse(line: str, sources: Sources, *, where: str) -> Question:
    """One line of JSON to a `Question`; `where` (file:line) opens every error."""
    try:
        given = json.loads(line)
    except ValueError as error:
        raise UsageError(f"{where}: not JSON ({error})") from error
    if not isinstance(given, dict):
        raise UsageError(f"{where}: expected a JSON object, found {type(given).__name__}")
    entry = _Entry(given, where)
    return Question(
        id=entry.string("id"),
        lang=entry.choice("lang", LANGUAGES),
        type=entry.choice("type", TYPES),
        question=entry.string("question"),
        answerable=entry.boolean("answerable"),
        history=entry.strings("history"),
        speakers=entry.strings("speakers"),
        evidence=tuple(
            tuple(_quote(item, sources, f"{where}: evidence[{number}]") for item in group)
            for number, group in enumerate(entry.groups("evidence"))
        ),
        facts=tuple(
            tuple(_filled(item, f"{where}: facts[{number}]") for item in group)
            for number, group in enumerate(entry.groups("facts"))
        ),
        forbidden=entry.strings("forbidden"),
    )


def occurrences(text: str, quote: str) -> Iterator[int]:
    """Where `quote` starts in `text`, overlapping places too.

    >>> list(occurrences("aXaXa", "aXa"))
    [0, 2]
    """
    start = text.find(quote)
    while start >= 0:
        yield start
        start = text.find(quote, start + 1)


class _Entry:
    """Typed access to one JSON object; a field of another kind is an error that names it."""

    def __init__(self, given: dict[str, Any], where: str) -> None:
        self.given = given
        self.where = where

    def string(self, field: str) -> str:
        return _filled(self._field(field), f"{self.where}: {field}")

    def boolean(self, field: str) -> bool:
        value = self._field(field)
        if not isinstance(value, bool):
            raise UsageError(f"{self.where}: {field} is {value!r}; expected true or false")
        return value

    def choice(self, field: str, choices: tuple[str, ...]) -> str:
        value = self._field(field)
        if value not in choices:
            raise UsageError(f"{self.where}: {field} is {value!r}; expected one of {' '.join(choices)}")
        return str(value)

    def strings(self, field: str) -> tuple[str, ...]:
        return tuple(_filled(item, f"{self.where}: {field}") for item in self._list(field))

    def groups(self, field: str) -> list[list[Any]]:
        groups = self._list(field)
        for number, group in enumerate(groups):
            if not isinstance(group, list) or not group:
                raise UsageError(f"{self.where}: {field}[{number}] is {group!r}; expected a list of alternatives")
        return groups

    def _list(self, field: str) -> list[Any]:
        value = self._field(field)
        if not isinstance(value, list):
            raise UsageError(f"{self.where}: {field} is {value!r}; expected a list")
        return value

    def _field(self, field: str) -> Any:
        if field not in self.given:
            raise UsageError(f"{self.where}: {field} is missing; found {', '.join(self.given) or 'nothing'}")
        return self.given[field]


def _filled(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise UsageError(f"{where} is {value!r}; expected a string that isn't empty")
    return value


def _quote(item: Any, sources: Sources, where: str) -> Quote:
    if not isinstance(item, dict):
        raise UsageError(f'{where} holds {item!r}; expected {{"file": …, "quote": …}}')
    file, text = _filled(item.get("file"), f"{where}.file"), _filled(item.get("quote"), f"{where}.quote")
    if file not in sources:
        raise UsageError(f"{where}.file is {file!r}; expected one of {', '.join(sources) or 'no files at all'}")
    spans = tuple(Span(file, start, start + len(text)) for start in occurrences(sources[file], text))
    if not spans:
        raise UsageError(f"{where}.quote {text!r} is no exact substring of {file}")
    return Quote(file, text, spans)
