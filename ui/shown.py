"""A `Conversation` in, the chat's messages and the panel's cards out, as safe HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.index.library import Library
from rag.types import Language
from ui.conversation import Conversation, Turn
from ui.escaping import escape
from ui.render import answer_html, footer_html, notice_html, question_html
from ui.sources_panel import cards_html
from ui.texts import text
from ui.voices import Voices, known


@dataclass(frozen=True, slots=True)
class Shown:
    """`messages` as `gr.Chatbot` wants them."""

    messages: list[dict[str, str]]
    cards: str


def shown(conversation: Conversation, library: Library, *, next_questions: Sequence[str] = ()) -> Shown:
    """`next_questions` stand below the last answer."""
    voices, own = known(library).voices, known(library).own
    messages: list[dict[str, str]] = []
    cards: list[str] = []
    for n, turn in enumerate(conversation.turns, start=1):
        last = n == len(conversation.turns)
        after = suggestions(next_questions, turn.language, "go_on") if last and turn.ending == "done" else ""
        messages += (
            {"role": "user", "content": question_html(turn.question, turn=n, language=turn.language)},
            {"role": "assistant", "content": "".join(_said(turn, n, voices)) + after},
        )
        if turn.answer:
            cards.append(cards_html(turn.answer, turn=n, voices=voices, own=own))
    return Shown(messages, "".join(cards))


def suggestions(questions: Sequence[str], language: Language, heading: str) -> str:
    """Buttons that ask what they say."""
    if not questions:
        return ""
    buttons = "".join(f'<button class="suggest" type="button">{escape(question)}</button>' for question in questions)
    return f'<div class="suggestions"><span class="heading">{escape(text(language, heading))}</span>{buttons}</div>'


def _said(turn: Turn, n: int, voices: Voices) -> Iterator[str]:
    language, done = turn.language, turn.ending == "done"
    if turn.answer:
        yield answer_html(turn.answer, turn=n, voices=voices, growing=not done)
    elif turn.ending == "working":
        yield notice_html(text(language, "working"), language)
    if turn.ending in ("stopped", "cut", "failed"):
        again = f'<button class="again quiet" type="button">{escape(text(language, "again"))}</button>'
        actions = footer_html(turn.answer, n) if turn.answer else f'<div class="facts" id="facts-{n}">{again}</div>'
        yield notice_html(turn.told or text(language, turn.ending), language, actions=actions)
