"""Work in progress: a generator of growing states in, its latest state out, to whoever follows it.

A run has a thread of its own and nothing of the page in it, so it ends well whatever becomes of the page that began it:
reload, lost network, closed tab. Why Stop is ours and not Gradio's `cancels`: docs/decisions/016-own-stop.md.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Generator
from typing import Generic, TypeVar

State = TypeVar("State")
# Seconds between two looks at a run. Gradio renders the whole chat again for each state shown: more often is slower.
PACE = 0.1


class Run(Generic[State]):
    """`states` tells its own failures and raises nothing."""

    def __init__(self, first: State, states: Generator[State, None, None]) -> None:
        self.latest = first
        self.version = 0
        self.ended = False
        self._states = states
        self._lock = threading.Lock()

    def start(self, gate: threading.Semaphore) -> None:
        """Begin as soon as `gate`, which bounds how many work at once, lets it."""
        threading.Thread(target=self._work, args=(gate,), daemon=True).start()

    def stop(self, last: Callable[[State], State] | None = None) -> None:
        """At once for all who follow: they see `last` of the state so far, or nothing more. A silent model is left to
        itself, and closed when it speaks next.
        """
        with self._lock:
            if not self.ended:
                self.ended = True
                self._show(last(self.latest) if last else None)

    async def follow(self) -> AsyncIterator[tuple[State, bool]]:
        """The latest state whenever it has grown, and whether that was the last."""
        seen = -1
        while True:
            with self._lock:
                version, state, ended = self.version, self.latest, self.ended
            if version != seen:
                seen = version
                yield state, ended
            if ended:
                return
            await asyncio.sleep(PACE)

    def _work(self, gate: threading.Semaphore) -> None:
        with gate:
            try:
                while not self.ended and (state := next(self._states, None)) is not None:
                    with self._lock:
                        self._show(None if self.ended else state)
            finally:
                self.stop(lambda last: last)
                self._states.close()

    def _show(self, state: State | None) -> None:
        if state is not None:
            self.latest = state
            self.version += 1
