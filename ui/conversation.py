"""One session of the chat: a question and what was said so far in, the growing conversation out. No Gradio in here."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rag.errors import SaysoError
from rag.index.library import Library
from rag.settings import Settings
from rag.types import Answer, Language
from ui.render import answer_html, notice_html, question_html
from ui.sources_panel import cards_html
from ui.texts import MAX_QUESTION, language_of, text
from ui.voices import Voices

log = logging.getLogger(__name__)


class Engine(Protocol):
    """What the page needs of `rag.chat_engine.ChatEngine`."""

    @property
    def settings(self) -> Settings: ...

    def library(self) -> Library: ...

    def query(self, question: str, *, history: Sequence[str] = (), speakers: Sequence[str] = ()) -> Answer: ...

    def stream_chat(
        self, message: str, history: Sequence[str] = (), speakers: Sequence[str] = ()
    ) -> Iterator[Answer]: ...


@dataclass(frozen=True)
class Conversation:
    """Kept on the server. `questions` are the user's strings, the only part an engine gets to see again."""

    questions: tuple[str, ...] = ()
    messages: tuple[dict[str, str], ...] = ()
    cards: tuple[str, ...] = ()

    @property
    def turn(self) -> int:
        """The number of the turn that was begun last, from 1; it is in the ids of that turn's marks and cards."""
        return len(self.messages) // 2

    def asking(self, question: str) -> Conversation:
        """Begin a turn that says it is being worked on."""
        language = language_of(question)
        working = notice_html(text(language, "working"), language)
        return replace(
            self, messages=(*self.messages, _message("user", question_html(question)), _message("assistant", working))
        )

    def answered(self, html: str, *, cards: str = "") -> Conversation:
        """Replace what the last turn says so far."""
        others = tuple(section for section in self.cards if f'id="sources-{self.turn}"' not in section)
        return replace(
            self,
            messages=(*self.messages[:-1], _message("assistant", html)),
            cards=(*others, cards) if cards else others,
        )

    def stopped(self) -> Conversation:
        """Keep what was said and say that there is no more."""
        if not self.messages:
            return self
        said = self.messages[-1]["content"]
        language: Language = "zh" if 'lang="zh"' in said else "en"
        kept = "" if "answer notice" in said else said
        return self.answered(kept + notice_html(text(language, "stopped"), language), cards=self._cards_of_this_turn())

    def _cards_of_this_turn(self) -> str:
        return next((section for section in self.cards if f'id="sources-{self.turn}"' in section), "")


def reply(
    engine: Engine, conversation: Conversation, question: str, speakers: Sequence[str]
) -> Generator[Conversation, None, None]:
    """Ask, and give the conversation each time it has grown. Failures are told in it, never raised."""
    begun = conversation.asking(question[:MAX_QUESTION])
    language = language_of(question)
    if len(question) > MAX_QUESTION:
        yield begun.answered(notice_html(text(language, "too_long", n=len(question), most=MAX_QUESTION), language))
        return
    yield begun
    try:
        yield from _answers(engine, begun, question, speakers)
    except Exception as error:
        yield begun.answered(notice_html(failure(error, language), language))


def _answers(engine: Engine, begun: Conversation, question: str, speakers: Sequence[str]) -> Iterator[Conversation]:
    voices = Voices.of(engine.library().people.people)
    begun = replace(begun, questions=(*begun.questions, question))
    latest = None
    for latest in engine.stream_chat(question, begun.questions[:-1], speakers):
        yield _said(begun, latest, voices, growing=True)
    if latest:
        yield _said(begun, latest, voices, growing=False)


def _said(begun: Conversation, answer: Answer, voices: Voices, *, growing: bool) -> Conversation:
    html = answer_html(answer, turn=begun.turn, voices=voices, growing=growing)
    return begun.answered(html, cards=cards_html(answer, turn=begun.turn, voices=voices))


def answer_object(engine: Engine, question: str, history: Sequence[str], speakers: Sequence[str]) -> dict[str, Any]:
    """The answer object of the contract; `error` beside `question` where there is none."""
    language = language_of(question)
    if len(question) > MAX_QUESTION:
        return {"question": question[:200], "error": text(language, "too_long", n=len(question), most=MAX_QUESTION)}
    try:
        return engine.query(question, history=history, speakers=speakers).to_dict()
    except Exception as error:
        return {"question": question, "error": failure(error, language)}


def failure(error: Exception, language: Language) -> str:
    """Our own errors say what to do; of any other the user gets a number and the log the traceback."""
    if isinstance(error, SaysoError):
        return text(language, "failed", reason=error)
    incident = secrets.token_hex(4)
    log.error("incident %s", incident, exc_info=error)
    return text(language, "failed", reason=text(language, "incident", reason=incident))


def _message(role: str, html: str) -> dict[str, str]:
    return {"role": role, "content": html}
