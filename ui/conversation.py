"""A conversation as data: questions and the answers to them, how each ended, and nothing of how it is shown."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal

from rag.types import Answer, Language
from ui.engines import Engine, failure
from ui.texts import MAX_QUESTION, language_of, text

# "cut": the server ended before the answer did.
Ending = Literal["working", "done", "stopped", "cut", "failed"]


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what became of it; `told` says in words why there is no answer."""

    question: str
    answer: Answer | None = None
    ending: Ending = "working"
    told: str = ""

    @property
    def language(self) -> Language:
        return self.answer.language if self.answer else language_of(self.question)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the wishes that go with it; `language` None is the question's own."""

    question: str
    speakers: tuple[str, ...] = ()
    language: Language | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """Kept on the server. Only the user's questions go back to an engine; a turn's number counts from 1."""

    id: str = ""
    turns: tuple[Turn, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """Those that were understood, oldest first."""
        return tuple(turn.question for turn in self.turns if turn.ending != "failed")

    def before(self, turn: int) -> Conversation:
        """Without this turn and all that came after it."""
        return replace(self, turns=self.turns[: max(0, turn - 1)])

    def asking(self, question: str) -> Conversation:
        return replace(self, turns=(*self.turns, Turn(question)))

    def told(self, **changes: object) -> Conversation:
        """With the last turn changed."""
        return replace(self, turns=(*self.turns[:-1], replace(self.turns[-1], **changes)))  # type: ignore[arg-type]

    def ended(self, ending: Ending) -> Conversation:
        """With the last turn ended so, if it has not ended. What was not checked by then is dropped."""
        if not self.turns or self.turns[-1].ending != "working":
            return self
        answer = self.turns[-1].answer
        return self.told(ending=ending, answer=replace(answer, pending="") if answer else None)


def reply(engine: Engine, so_far: Conversation, asked: Asked) -> Generator[Conversation, None, None]:
    """The conversation each time it has grown by the answer. Failures are told in it, never raised."""
    question, language = asked.question, language_of(asked.question)
    begun = so_far.asking(question[:MAX_QUESTION])
    if len(question) > MAX_QUESTION:
        reason = text(language, "too_long", n=len(question), most=MAX_QUESTION)
        yield begun.told(ending="failed", told=reason)
        return
    yield begun
    grown = begun
    try:
        with closing(_answers(engine, asked, so_far.questions)) as answers:
            for answer in answers:
                grown = begun.told(answer=answer)
                yield grown
        yield grown.ended("done")
    except Exception as error:
        yield grown.told(ending="failed", told=failure(error, language))


def _answers(engine: Engine, asked: Asked, history: Sequence[str]) -> Generator[Answer, None, None]:
    yield from engine.stream_chat(asked.question, history, asked.speakers, language=asked.language)
