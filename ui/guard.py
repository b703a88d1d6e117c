"""What stands between the network and the page: a request in, a refusal or the app's own answer with safe headers out."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_BYTES = 256 * 1024  # a question is at most 2,000 characters; the rest is Gradio's envelope
MOST_OF_A_FILE = 10 * 1024 * 1024 + 1  # one more than `documents` takes, so that it is refused in words
SECONDS_TO_SEND = 20

# Only what the page, gradio_client and curl need. Not here: uploads, file proxying, API docs, monitoring, run history.
_PATHS = re.compile(
    r"/(?:$|config$|theme\.css$|favicon\.ico$|manifest\.json$|robots\.txt$|(?:assets|static|svelte)/"
    r"|healthz$|article$|history(?:/forget)?$|export$|feedback$|library(?:/add|/remove)?$"
    r"|gradio_api/(?:info$|config$|queue/(?:join|data)$|call/ask(?:/|$)|run/predict$|heartbeat/|startup-events$|app_id$"
    r"|cancel$|reset/?$))"
)
# 'unsafe-inline': Gradio's page configures itself by inline scripts and styles. There is no 'unsafe-eval', so `js=` of an
# event would stop the page from loading: page.js listens for itself.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; media-src 'none'; connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    b"content-security-policy": _POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware. Names other than `hosts` are refused, which ends DNS rebinding; so are foreign origins."""

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str] = LOOPBACK) -> None:
        self.app = app
        self.hosts = frozenset(hosts)
        self.ending = asyncio.Event()  # set when the server is to end: then open pages are told good-bye

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        send = _with_headers(send)
        if refusal := self._refusal(scope):
            return await refusal(scope, receive, send)
        most = MOST_OF_A_FILE if scope["path"] == "/library/add" else MOST_BYTES
        try:
            body = await asyncio.wait_for(_body(scope, receive, most), SECONDS_TO_SEND)
        except TimeoutError:
            return await PlainTextResponse("The request took too long to arrive.", 408)(scope, receive, send)
        if body is None:
            return await PlainTextResponse(f"At most {most} bytes, please.", 413)(scope, receive, send)
        if scope["path"] == "/gradio_api/call/ask" and scope["method"] == "POST":
            body = _with_all_inputs(body)
            if body is None:
                told = 'Send {"data": [question, history, speakers]}; the last two may be left out.'
                return await PlainTextResponse(told, 422)(scope, receive, send)
            scope = {**scope, "headers": _of_length(scope["headers"], len(body))}
        if scope["path"].startswith("/gradio_api/heartbeat/"):
            receive = _until(self.ending, receive)
        return await self.app(scope, _replay(body, receive), send)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin")
        if _name(f"//{host}") not in self.hosts:
            return PlainTextResponse("This server answers only to its own address.", 400)
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return PlainTextResponse("Requests from other sites are refused.", 403)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("Not allowed.", 405)
        return None if _PATHS.match(scope["path"]) else PlainTextResponse("Nothing here.", 404)


def _name(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # an unclosed bracket
        return ""


async def _body(scope: Scope, receive: Receive, most: int) -> bytes | None:
    """All of a request's body, or None where it is too long, whether it says so or not."""
    if int(dict(scope["headers"]).get(b"content-length", b"0") or 0) > most:
        return None
    body = bytearray()
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body"):
            break
    return bytes(body)


def _with_all_inputs(body: bytes) -> bytes | None:
    """What `/ask` is called with, missing inputs empty. Else Gradio would write the question and a traceback to the log."""
    try:
        asked = json.loads(body)
        question, history, speakers = [*asked["data"], None, None][: max(3, len(asked["data"]))]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(question, str) or any(
        given is not None and not isinstance(given, list) for given in (history, speakers)
    ):
        return None
    return json.dumps({**asked, "data": [question, history, speakers]}).encode()


def _of_length(headers: Iterable[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name not in (b"content-length", b"transfer-encoding")]
    return [*kept, (b"content-length", str(length).encode())]


def _until(ending: asyncio.Event, receive: Receive) -> Receive:
    """A `receive` to which the client is gone once the server ends. A page's heartbeat would hold it up for ever."""

    async def received() -> Message:
        waits = [asyncio.ensure_future(receive()), asyncio.ensure_future(ending.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return waits[0].result() if waits[0].done() else {"type": "http.disconnect"}  # type: ignore[return-value]
        finally:
            for wait in waits:
                wait.cancel()

    return received


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives the body once more, and then what still happens: the client's going away."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message["headers"] if not _replaced(name.lower())]
            message = {**message, "headers": [*kept, *_HEADERS.items()]}
        await send(message)

    return sent


def _replaced(name: bytes) -> bool:
    """Ours, and whatever would let another site read an answer."""
    return name in _HEADERS or name.startswith(b"access-control-")
