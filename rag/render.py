"""Statements in, the answer's Markdown out: the one renderer, and the one escape for text that we did not write."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import phrases
from rag.people import People
from rag.types import Language, Statement

_SPECIAL = re.compile(r"([\\`*_\[\]<>])|(?<![^\n])([#+=-])(?=[\s#+=-]|$)|(?<=\d)([.)])(?=\s)|(&)(?=#?\w+;)|(!)(?=\[)")
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
_CONTROL = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]")


def escape(text: str) -> str:
    """Text of a document, file name or question as literal Markdown: no markup, HTML, image or link survives.

    Two `~` strike text through in some dialects, so 1~2 becomes the full-width 1～2, which NFKC makes the same again.

    >>> print(escape("![x](http://h) <b> 1~2"))
    \\!\\[x\\](http://h) \\<b\\> 1～2
    """
    return _SPECIAL.sub(lambda found: "\\" + found.group(), _INDENT.sub("", _CONTROL.sub("", text))).replace("~", "～")


def spoken_name(name: str, language: Language, people: People) -> str:
    """How a reader of the language knows the person."""
    person = people.named(name)
    return person.english if person and person.english and language == "en" else name


def line(statement: Statement, language: Language, people: People) -> str:
    """One statement with its marks; the source's own words stand in quotation marks after their speaker."""
    text = escape(statement.text)
    if statement.verdict == "verbatim" and statement.speaker and not statement.text.startswith(statement.speaker):
        text = phrases.QUOTED[language].format(speaker=spoken_name(statement.speaker, language, people), text=text)
    elif statement.verdict == "verbatim" and not statement.speaker:
        text = f"“{text}”"
    if statement.verdict == "unsupported":
        text += phrases.UNPROVED[language]
    return text + "".join(f"[{n}]" for n in statement.citations)


def markdown(statements: Sequence[Statement], language: Language, people: People) -> str:
    """The first statement leads; what supports it follows as a list."""
    lines = [line(statement, language, people) for statement in statements]
    if len(lines) < 2:
        return "".join(lines)
    return lines[0] + "\n\n" + "\n".join(f"- {text}" for text in lines[1:])
