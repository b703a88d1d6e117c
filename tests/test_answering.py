"""A run grows, ends, is stopped while it is silent, and never loses its last state."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

from ui.answering import Run


def begun(states, first: str = "") -> Run[str]:
    run = Run(first, (state for state in states))
    run.start(threading.Semaphore(1))
    return run


def followed(run: Run[str]) -> list[tuple[str, bool]]:
    async def collect() -> list[tuple[str, bool]]:
        return [seen async for seen in run.follow()]

    return asyncio.run(collect())


def test_the_last_state_comes_with_the_end():
    assert followed(begun(["a", "ab"]))[-1] == ("ab", True)


def test_stop_ends_a_silent_run_at_once_and_the_silence_is_closed_later():
    speak, closed = threading.Event(), threading.Event()

    def silent() -> Iterator[str]:
        try:
            yield "begun"
            speak.wait(10)
            yield "too late"
        finally:
            closed.set()

    run = begun(silent())
    while run.latest != "begun":
        pass
    run.stop(lambda state: state + ", stopped")
    assert followed(run) == [("begun, stopped", True)]
    speak.set()
    assert closed.wait(10)
    assert run.latest == "begun, stopped"


def test_a_run_that_is_dropped_shows_nothing_more():
    wait = threading.Event()

    def silent() -> Iterator[str]:
        wait.wait(10)
        yield "too late"

    async def drop() -> list[tuple[str, bool]]:
        run = begun(silent(), "working")
        seen = []
        async for state in run.follow():
            seen.append(state)
            run.stop()
        return seen

    assert asyncio.run(drop()) == [("working", False)]
    wait.set()


def test_stop_after_the_end_changes_nothing():
    run = begun(["done"])
    followed(run)
    run.stop(lambda _: "stopped")
    assert run.latest == "done"
