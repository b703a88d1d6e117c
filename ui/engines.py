"""What the page needs of an engine, which engines there are to choose from, and what is told when one fails."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Protocol

from rag.errors import SaysoError
from rag.index.library import Library
from rag.settings import Settings
from rag.types import Answer, Language
from ui.texts import EXAMPLES, MAX_QUESTION, language_of, text

log = logging.getLogger(__name__)
OFFLINE = "offline"


class Engine(Protocol):
    """What the page needs of `rag.chat_engine.ChatEngine`."""

    @property
    def settings(self) -> Settings: ...

    def library(self) -> Library: ...

    def warm(self) -> None: ...

    def query(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        language: Language | None = None,
    ) -> Answer: ...

    def stream_chat(
        self,
        message: str,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        *,
        language: Language | None = None,
    ) -> Iterator[Answer]: ...


class Engines:
    """The engine that was configured, and those of other models, each opened when it is first chosen."""

    def __init__(self, first: Engine, others: Mapping[str, Callable[[], Engine]] | None = None) -> None:
        self.first = first
        self._openers = others or {}
        self._lock = threading.Lock()
        self._open: dict[str, Engine] = {first.settings.model or OFFLINE: first}

    @property
    def names(self) -> list[str]:
        """What can be chosen, the configured one first."""
        return [*dict.fromkeys([self.first.settings.model or OFFLINE, *self._openers])]

    def of(self, name: str) -> Engine:
        """The configured one for a name that nobody offered."""
        with self._lock:
            if name in self._openers and name not in self._open:
                self._open[name] = self._openers[name]()
            return self._open.get(name, self.first)

    def warm(self) -> None:
        """Reads what the first questions of each language need, before somebody asks them."""
        with suppress(Exception):  # who asks next is told what is wrong
            for question in dict(EXAMPLES).values():
                self.quoting.query(question)
            self.quoting.warm()

    @property
    def quoting(self) -> Engine:
        """One that costs nothing, for what the page asks of its own accord; else the configured one."""
        return self.of(OFFLINE)


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
