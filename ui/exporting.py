"""A conversation in, a Markdown or JSON document out, with every citation complete: who, where, when, which characters."""

from __future__ import annotations

import json
from collections.abc import Iterator

from rag.types import Citation
from ui.conversation import Conversation, Turn
from ui.texts import text


def as_json(conversation: Conversation) -> str:
    """The answer objects of the contract."""
    turns = [
        {"question": turn.question, "ending": turn.ending, "answer": turn.answer.to_dict() if turn.answer else None}
        for turn in conversation.turns
    ]
    return json.dumps({"id": conversation.id, "turns": turns}, ensure_ascii=False, indent=1)


def as_markdown(conversation: Conversation) -> str:
    return "\n\n".join(block for turn in conversation.turns for block in _turn(turn)) + "\n"


def _turn(turn: Turn) -> Iterator[str]:
    yield f"## {' '.join(turn.question.split())}"
    if turn.answer:
        yield turn.answer.answer
        if turn.answer.citations:
            yield "\n".join(map(_citation, turn.answer.citations))
    if turn.ending in ("stopped", "cut", "failed"):
        yield f"*{turn.told or text(turn.language, turn.ending)}*"


def _citation(citation: Citation) -> str:
    where = ", ".join(part for part in (citation.title, citation.outlet, citation.date.removeprefix("--")) if part)
    place = f"{citation.file}:{citation.start}-{citation.end}"
    return f"- [{citation.n}] {citation.speaker or ''}: “{' '.join(citation.quote.split())}” ({where}; {place})"
