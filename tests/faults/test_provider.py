"""Every fault of a server, over real sockets with the real client: a typed fault in time, and the requests counted."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from double import Double, Handler, Script, saying, serving
from openai import AsyncOpenAI

from rag.breaker import Breaker
from rag.faults import Fault
from rag.model_stream import CHARACTERS, End, Limits, ModelServer

KEY = "sk-canary-1234567890"
LIMITS = Limits(first=0.5, idle=0.4, total=1.2, wait=1.2)  # seconds; the real ones divided by some 40
ASKED = [{"role": "user", "content": "hello"}]


def client(server: Double, limits: Limits = LIMITS, breaker: Breaker | None = None) -> ModelServer:
    real = AsyncOpenAI(api_key=KEY, base_url=server.address, max_retries=0)
    return ModelServer(real, "m", limits=limits, secret=KEY, breaker=breaker)


def outcome(model: ModelServer) -> tuple[str, str]:
    """(text that came, how it ended: the reason or the kind of fault)."""
    text = ""
    try:
        for item in model.stream(ASKED, max_tokens=50):
            if isinstance(item, End):
                return text, item.reason
            text += item
    except Fault as fault:
        return text, fault.kind
    raise AssertionError("neither an end nor a fault")


@pytest.fixture(autouse=True, scope="module")
def _warm():
    """The client's first request loads half of it."""
    with serving(saying("x")) as server:
        outcome(client(server, Limits()))


def status(code: int, body: object = "no", **headers: str) -> Script:
    return lambda handler, _: handler.send(code, json.dumps({"error": {"message": body}}), **headers)


def hanging(handler: Handler, _: object) -> None:
    time.sleep(3)


def stalling(handler: Handler, _: object) -> None:
    handler.begin()
    handler.piece("Hello wor")
    time.sleep(3)


def trickling(handler: Handler, _: object) -> None:
    handler.stream("x" * 100, pause=0.1)


def keeping_alive(handler: Handler, _: object) -> None:
    """Bytes, but never a word."""
    handler.begin()
    for _ in range(40):
        handler.raw(": still here\n\n")
        time.sleep(0.1)


def resetting(handler: Handler, _: object) -> None:
    handler.begin()
    handler.piece("Hello wor")
    time.sleep(0.05)
    handler.reset()


def closing_early(handler: Handler, _: object) -> None:
    handler.stream(["Hello wor"], finish=None)


def raw(text: str) -> Script:
    def script(handler: Handler, _: object) -> None:
        handler.begin()
        handler.raw(text)

    return script


def huge(handler: Handler, _: object) -> None:
    handler.stream("x" * 1000 for _ in range(20_000))


def without_content(handler: Handler, _: object) -> None:
    handler.begin()
    handler.piece(None)
    handler.piece(finish="stop")


def refusing(handler: Handler, _: object) -> None:
    handler.begin()
    handler.piece(None, refusal="I can't.")
    handler.piece(finish="stop")


QUOTA = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
FAULTS: list[tuple[str, Script, str, str, int]] = [
    ("hang", hanging, "", "slow", 1),
    ("bytes but no word", keeping_alive, "", "slow", 1),
    ("stall", stalling, "Hello wor", "stalled", 1),
    ("reset before a word", lambda handler, _: handler.reset(), "", "address", 1),
    ("reset", resetting, "Hello wor", "cut", 1),
    ("close without an end", closing_early, "Hello wor", "cut", 1),
    ("500", status(500), "", "server", 2),
    ("503", status(503), "", "server", 2),
    ("500 with a page", lambda h, _: h.send(500, "<html>", kind="text/html"), "", "server", 2),
    ("429, wait 1", status(429, Retry_After="1"), "", "busy", 2),
    ("429, wait 30", status(429, Retry_After="30"), "", "busy", 1),
    ("429, wait an hour", status(429, Retry_After="3600"), "", "busy", 1),
    ("quota", lambda h, _: h.send(429, json.dumps(QUOTA)), "", "quota", 1),
    ("wrong key", status(401, f"Incorrect API key provided: {KEY}"), "", "key", 1),
    ("no such model", status(404), "", "address", 1),
    ("bad request", status(400), "", "rejected", 1),
    ("too long", status(400, "maximum context length is 8192 tokens"), "", "context", 1),
    ("a page with 200", lambda h, _: h.send(200, "<html>hi</html>", kind="text/html"), "", "nonsense", 1),
    ("half JSON", raw('data: {"choices": [{"de\n\n'), "", "nonsense", 1),
    ("no event at all", raw("data: [DONE]\n\n"), "", "nonsense", 1),
    ("empty choices", raw('data: {"choices": []}\n\ndata: [DONE]\n\n'), "", "nonsense", 1),
    ("null", raw("data: null\n\n"), "", "nonsense", 1),
    ("null content", without_content, "", "nonsense", 1),
    ("refusal", refusing, "", "filtered", 1),
    ("filter", saying("Hello", finish="content_filter"), "Hello", "filtered", 1),
    ("an error as an event", raw('data: {"error": {"message": "boom"}}\n\n'), "", "server", 2),
]


@pytest.mark.parametrize(("script", "text", "kind", "requests"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_every_fault_is_typed_in_time_and_sends_so_many_requests(script, text, kind, requests):
    started = time.monotonic()
    with serving(script) as server:
        assert outcome(client(server)) == (text, kind)
        assert len(server.requests) == requests
    assert time.monotonic() - started < 2.5


def test_a_trickle_is_cut_at_the_deadline_of_the_whole():
    with serving(trickling) as server:
        text, kind = outcome(client(server))
        assert kind == "overtime"
        assert 3 <= len(text) <= 13
        assert server.left.wait(2)


def test_a_server_that_answers_is_heard_whole_with_its_reason():
    with serving(saying("Hello, world!", size=1)) as server:
        assert outcome(client(server)) == ("Hello, world!", "stop")


def test_characters_cut_in_two_by_the_network_arrive_whole():
    def script(handler: Handler, _: object) -> None:
        handler.begin()
        event = 'data: {"choices": [{"index": 0, "delta": {"content": "算力"}, "finish_reason": "stop"}]}\n\n'
        for byte in event.encode():
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()

    with serving(script) as server:
        assert outcome(client(server)) == ("算力", "stop")


def test_a_failure_that_is_gone_a_moment_later_is_not_noticed():
    with serving(status(503), saying("Hello")) as server:
        assert outcome(client(server)) == ("Hello", "stop")
        assert len(server.requests) == 2


def test_an_answer_without_end_is_cut_off():
    with serving(huge) as server:
        text, reason = outcome(client(server, Limits()))
        assert (len(text), reason) == (CHARACTERS, "length")
        assert server.left.wait(2)


def test_thinking_aloud_is_no_silence_and_no_answer():
    def script(handler: Handler, _: object) -> None:
        handler.begin()
        for _ in range(4):
            handler.piece(None, reasoning_content="hm")
            time.sleep(0.2)
        handler.piece("Hello")
        handler.piece(finish="stop")

    with serving(script) as server:
        assert outcome(client(server)) == ("Hello", "stop")


def test_whoever_stops_reading_closes_the_request():
    with serving(lambda handler, _: handler.stream("x" * 100, pause=0.05)) as server:
        with closing(client(server, Limits()).stream(ASKED, max_tokens=50)) as items:
            next(items)
        assert server.left.wait(2)


def test_a_server_that_keeps_failing_is_left_alone():
    with serving(status(500)) as server:
        model = client(server)
        for _ in range(6):
            outcome(model)
        before = len(server.requests)
        assert outcome(model) == ("", "paused")
        assert len(server.requests) == before == 10


def test_nobody_at_the_address_is_told_so():
    with serving(saying("x")) as server:
        model = client(server)
    assert outcome(model)[1] == "address"


@pytest.mark.parametrize(
    "body", [f"Incorrect API key provided: {KEY}.", f"Authorization: Bearer {KEY}", "gsk_zzz9876543"]
)
def test_no_fault_repeats_a_key(body):
    with serving(status(401, body)) as server:
        model = client(server)
        model.secret = "gsk_zzz9876543" if "gsk" in body else KEY
        with pytest.raises(Fault) as raised:
            list(model.stream(ASKED, max_tokens=5))
    told = f"{raised.value} {raised.value.told('zh')} {raised.value.detail}"
    assert "canary" not in told
    assert "gsk_zzz" not in told


def test_text_after_a_mistyped_finish_is_still_one_answer():
    def script(handler: Handler, _: object) -> Iterator[None]:
        handler.stream(["a", "b"], finish="eos")

    with serving(script) as server:
        assert outcome(client(server)) == ("ab", "eos")
