"""Everybody's conversations: a question in, a run that answers it and keeps what came of it out."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Generator

from ui.answering import Run
from ui.conversation import Asked, Conversation, reply
from ui.engines import Engines
from ui.history import History
from ui.texts import language_of, text

# A retrieval takes a core for a tenth of a second; more at once would only wait for each other.
AT_ONCE = 4
# Who would come after these had better come again: at two answers a second they wait half a minute.
WAITING = 64
# Seconds in which the same question again is a second click on "send" and not a second question.
_TWICE = 2.0
# Questions that one browser may ask in a minute.
A_MINUTE = 30


class Chats:
    """An owner is whoever has the cookie whose hash it is; without one nothing is kept."""

    def __init__(self, engines: Engines, history: History) -> None:
        self.engines = engines
        self.history = history
        self._gate = threading.Semaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._running: dict[str, Run[Conversation]] = {}
        self._asked: dict[str, deque[float]] = {}
        self._last: tuple[str, str, float] = ("", "", 0.0)

    def conversation(self, owner: str, id_: str) -> Conversation:
        """As far as it has come; an empty one where the owner has none of this id."""
        run = self.run_of(owner, id_)
        return run.latest if run else self.history.conversation(owner, id_) or Conversation(id_)

    def run_of(self, owner: str, id_: str) -> Run[Conversation] | None:
        """The one under way."""
        run = self._running.get(f"{owner} {id_}")
        return None if run is None or run.ended else run

    def ask(self, owner: str, id_: str, asked: Asked, *, model: str = "", turn: int = 0) -> Run[Conversation] | None:
        """Begin to answer; None while an answer is under way. `turn`: asked again, in place of it and of all after it."""
        key = f"{owner} {id_}"
        with self._lock:
            now = time.monotonic()
            twice = self._last[:2] == (key, asked.question) and now - self._last[2] < _TWICE
            if self.run_of(owner, id_) or (twice and not turn):
                return None
            self._last = (key, asked.question, now)
            so_far = self.history.conversation(owner, id_) or Conversation(id_)
            so_far = so_far.before(turn) if turn else so_far
            begun = so_far.asking(asked.question)
            refusal = self._refusal(owner, asked)
            work = _told(begun, refusal) if refusal else self._work(owner, so_far, asked, model)
            self._running = {other: run for other, run in self._running.items() if not run.ended}
            run = self._running[key] = Run(begun, work)
        run.start(threading.Semaphore(1) if refusal else self._gate)
        return run

    def stop(self, owner: str, id_: str) -> None:
        if run := self.run_of(owner, id_):
            run.stop(lambda conversation: conversation.ended("stopped"))
            self.history.keep(owner, run.latest)

    def forget(self, owner: str, id_: str) -> None:
        if run := self.run_of(owner, id_):
            run.stop()
        self.history.forget(owner, id_)

    def crowded(self) -> bool:
        """Whether somebody waits for an answer: what nobody asked for comes after that."""
        return sum(not run.ended for run in [*self._running.values()]) >= AT_ONCE

    def idle(self) -> bool:
        return all(run.ended for run in [*self._running.values()])

    def _work(self, owner: str, so_far: Conversation, asked: Asked, model: str) -> Generator[Conversation, None, None]:
        """Kept at the beginning and at the end: a server that dies in between leaves the question."""
        kept = ""
        for grown in reply(self.engines.of(model), so_far, asked):
            ending = grown.turns[-1].ending
            if ending != kept:
                self.history.keep(owner, grown)
                kept = ending
            yield grown

    def _refusal(self, owner: str, asked: Asked) -> str:
        language = language_of(asked.question)
        if sum(not run.ended for run in self._running.values()) >= WAITING:
            return text(language, "busy")
        now = time.monotonic()
        self._asked = {who: times for who, times in self._asked.items() if times[-1] > now - 60}
        times = self._asked.setdefault(owner, deque(maxlen=A_MINUTE))
        if len(times) == A_MINUTE and times[0] > now - 60:
            return text(language, "too_fast", most=A_MINUTE)
        times.append(now)
        return ""


def _told(begun: Conversation, reason: str) -> Generator[Conversation, None, None]:
    yield begun.told(ending="failed", told=reason)
