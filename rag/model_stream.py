"""Messages in, a model's words and calls of tools out as they come: the one place that talks to the server.

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
class Call:
    """A tool that the model calls; `arguments` as it wrote them, which may be no JSON."""

    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class End:
    """The last of a stream: why it ended, the tokens as the server counts them (None: it does not say), the calls."""

    reason: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    calls: tuple[Call, ...] = ()


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
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        limits: Limits | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
    ) -> Generator[str | End, None, None]:
        """Pieces of text, then one `End`. Raises Fault; closing the iterator closes the request."""
        if not self.breaker.allows():
            raise Fault("paused")
        came: SimpleQueue[str | End | Fault] = SimpleQueue()
        running = asyncio.run_coroutine_threadsafe(
            self._ask(_Asked(messages, max_tokens, tools), came, limits or self.limits), _loop()
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
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        limits: Limits | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
    ) -> tuple[str, End]:
        """The whole text at once."""
        text, end = "", End("")
        for item in self.stream(messages, max_tokens=max_tokens, limits=limits, tools=tools):
            if isinstance(item, End):
                end = item
            else:
                text += item
        return text, end

    async def _ask(self, asked: _Asked, came: SimpleQueue[str | End | Fault], limits: Limits) -> None:
        """Puts what comes, and at last an End or a Fault; never raises."""
        ends = asyncio.get_running_loop().time() + limits.total
        for last in (False, True):
            began: list[bool] = []
            try:
                await self._once(asked, came, began, ends, limits)
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
        asked: _Asked,
        came: SimpleQueue[str | End | Fault],
        began: list[bool],
        ends: float,
        limits: Limits,
    ) -> None:
        clock = asyncio.get_running_loop().time
        characters, reason, counted, calls = 0, "", None, _Calls()
        self.requests += 1
        try:
            async with asyncio.timeout_at(min(ends, clock() + limits.first)) as deadline:
                create: Any = self.client.chat.completions.create  # its overloads know no plain messages
                sent = create(model=self.model, temperature=0, stream=True, **asked.options())
                async with await sent as chunks:
                    async for chunk in chunks:
                        counted = getattr(chunk, "usage", None) or counted
                        text, thinks, ended = _read(chunk)
                        reason = reason if reason == "content_filter" else ended or reason
                        if text:
                            began.append(True)
                            characters += len(text)
                            came.put(text[: max(0, CHARACTERS - characters + len(text))])
                        called = calls.add(chunk)
                        characters += called
                        if called:
                            began.append(True)
                        if text or thinks or called:
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
        tokens = (getattr(counted, "prompt_tokens", None), getattr(counted, "completion_tokens", None))
        came.put(End(reason, *tokens, calls.whole()))


@dataclass(frozen=True, slots=True)
class _Asked:
    messages: Sequence[Message]
    max_tokens: int
    tools: Sequence[Mapping[str, Any]]

    def options(self) -> dict[str, Any]:
        """No word of tools where there are none: some servers refuse even an empty list."""
        tools = {"tools": self.tools, "tool_choice": "auto"} if self.tools else {}
        return {"messages": self.messages, "max_tokens": self.max_tokens, **tools}


class _Calls:
    """Calls of tools, put together from their pieces. A server that numbers none of them makes one call."""

    def __init__(self) -> None:
        self._pieces: dict[int, tuple[list[str], list[str]]] = {}

    def add(self, chunk: Any) -> int:
        """How many characters this chunk brought, at least one for each piece."""
        brought = 0
        for piece in (
            getattr(chunk.choices[0].delta, "tool_calls", None) or () if getattr(chunk, "choices", None) else ()
        ):
            names, arguments = self._pieces.setdefault(getattr(piece, "index", None) or 0, ([], []))
            function = getattr(piece, "function", None)
            name, written = (str(getattr(function, key, None) or "") for key in ("name", "arguments"))
            names.append(name)
            arguments.append(written)
            brought += len(name) + len(written) or 1
        return brought

    def whole(self) -> tuple[Call, ...]:
        return tuple(Call("".join(names), "".join(arguments)) for names, arguments in self._pieces.values())


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
