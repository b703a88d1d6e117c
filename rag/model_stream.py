"""Messages in, a model's words out as they come: the one place that talks to the server.

One retry, and only while nothing has come; deadlines for the first word, for silence and for the whole; whoever stops
reading closes the request. Everything that fails ends in a `Fault`. The requests run on an event loop in a thread of their
own, where a cancelled task closes its connection at once; a blocked socket in a plain thread could not be stopped.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from rag.breaker import Breaker
from rag.faults import Fault, fault_of

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Message = Mapping[str, str]
CHARACTERS = 20_000  # of an answer; five claims need some 500
_AGAIN = frozenset({"server", "busy"})  # what may be gone a moment later
# What says that the server, and not this one request, is in trouble.
_TROUBLE = frozenset({"address", "busy", "server", "slow", "stalled", "overtime", "cut", "nonsense", "key", "quota"})


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds: until the first word, between two words, for all, and the longest wait that a busy server may ask for."""

    first: float = 20.0
    idle: float = 15.0
    total: float = 60.0
    wait: float = 10.0

    @classmethod
    def of(cls, total: float) -> Limits:
        """In the proportions of the defaults."""
        return cls(total / 3, total / 4, total, total / 6)


@dataclass(frozen=True, slots=True)
class End:
    """The last of a stream: why it ended, and the tokens as the server counts them (None: it does not say)."""

    reason: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class ModelServer:
    """One model at one server. `requests` counts what was sent."""

    def __init__(
        self, client: AsyncOpenAI, model: str, *, limits: Limits, secret: str = "", breaker: Breaker | None = None
    ) -> None:
        self.client = client
        self.model = model
        self.limits = limits
        self.secret = secret
        self.breaker = breaker or Breaker()
        self.requests = 0

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, limits: Limits | None = None
    ) -> Generator[str | End, None, None]:
        """Pieces of text, then one `End`. Raises Fault; closing the iterator closes the request."""
        if not self.breaker.allows():
            raise Fault("paused")
        came: SimpleQueue[str | End | Fault] = SimpleQueue()
        running = asyncio.run_coroutine_threadsafe(
            self._ask(messages, max_tokens, came, limits or self.limits), _loop()
        )
        try:
            while True:
                item = came.get()
                if isinstance(item, Fault):
                    raise item
                yield item
                if isinstance(item, End):
                    self.breaker.succeeded()
                    return
        except Fault as fault:
            if fault.kind in _TROUBLE:
                self.breaker.failed()
            raise
        finally:
            running.cancel()

    def complete(
        self, messages: Sequence[Message], *, max_tokens: int, limits: Limits | None = None
    ) -> tuple[str, End]:
        """The whole text at once."""
        text, end = "", End("")
        for item in self.stream(messages, max_tokens=max_tokens, limits=limits):
            if isinstance(item, End):
                end = item
            else:
                text += item
        return text, end

    async def _ask(
        self, messages: Sequence[Message], max_tokens: int, came: SimpleQueue[str | End | Fault], limits: Limits
    ) -> None:
        """Puts what comes, and at last an End or a Fault; never raises."""
        ends = asyncio.get_running_loop().time() + limits.total
        for last in (False, True):
            began: list[bool] = []
            try:
                await self._once(messages, max_tokens, came, began, ends, limits)
                return
            except asyncio.CancelledError:
                raise
            # The client raises over a dozen types, some of other libraries; none may get further.
            except BaseException as error:
                fault = fault_of(error, began=bool(began), secret=self.secret)
            if last or began or fault.kind not in _AGAIN or fault.retry_after > limits.wait:
                came.put(fault)
                return
            await asyncio.sleep(fault.retry_after)

    async def _once(
        self,
        messages: Sequence[Message],
        max_tokens: int,
        came: SimpleQueue[str | End | Fault],
        began: list[bool],
        ends: float,
        limits: Limits,
    ) -> None:
        clock = asyncio.get_running_loop().time
        characters, reason, counted = 0, "", None
        self.requests += 1
        try:
            async with asyncio.timeout_at(min(ends, clock() + limits.first)) as deadline:
                create: Any = self.client.chat.completions.create  # its overloads know no plain messages
                asked = create(model=self.model, messages=messages, max_tokens=max_tokens, temperature=0, stream=True)
                async with await asked as chunks:
                    async for chunk in chunks:
                        counted = getattr(chunk, "usage", None) or counted
                        text, thinks, ended = _read(chunk)
                        reason = reason if reason == "content_filter" else ended or reason
                        if text:
                            began.append(True)
                            characters += len(text)
                            came.put(text[: max(0, CHARACTERS - characters + len(text))])
                        if text or thinks:
                            deadline.reschedule(min(ends, clock() + limits.idle))
                        if characters >= CHARACTERS:
                            reason = "length"
                            break
        except TimeoutError as error:
            kind = "overtime" if clock() >= ends - 0.01 else "stalled" if began else "slow"
            raise Fault(kind) from error  # type: ignore[arg-type]
        if reason == "content_filter":
            raise Fault("filtered")
        if not began:
            raise Fault("nonsense")
        if not reason:
            raise Fault("cut")
        came.put(End(reason, getattr(counted, "prompt_tokens", None), getattr(counted, "completion_tokens", None)))


def _read(chunk: Any) -> tuple[str, bool, str]:
    """(text, whether it thinks aloud, why it ended) of one chunk, whatever is missing in it."""
    choices = getattr(chunk, "choices", None)
    if not choices:
        return "", False, ""
    delta = choices[0].delta
    thinks = getattr(delta, "reasoning_content", None) or getattr(delta, "reasoning", None)
    refused = getattr(delta, "refusal", None)
    return (
        str(getattr(delta, "content", None) or ""),
        bool(thinks),
        "content_filter" if refused else choices[0].finish_reason or "",
    )


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    """The loop of all requests of this process, in a thread that ends with it."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model", daemon=True).start()
    return loop
