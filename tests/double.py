"""A scripted server that speaks OpenAI's protocol over real sockets: it behaves well, obeys, lies, or fails in any way.

A script is called with the handler and the request's JSON, and writes what it likes. `requests` remembers what came.
"""

from __future__ import annotations

import json
import os
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[["Handler", dict[str, Any]], None]
EVIDENCE = re.compile(r"^\[(S\d+)\] (.*)$", re.MULTILINE)


class Handler(BaseHTTPRequestHandler):
    """One request. A script uses `stream`, `send` or the socket itself."""

    protocol_version = "HTTP/1.1"
    server: Double

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(asked)
        number = len(self.server.requests) - 1
        script = self.server.scripts[min(number, len(self.server.scripts) - 1)]
        try:
            script(self, asked)
        except OSError:
            self.server.left.set()  # the client went away, as it should

    def log_message(self, *_: object) -> None:
        pass

    def send(self, status: int, body: str, *, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body.encode())), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body.encode())

    def begin(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def raw(self, text: str) -> None:
        self.wfile.write(text.encode())
        self.wfile.flush()

    def piece(self, text: str | None = None, *, finish: str | None = None, **delta: Any) -> None:
        choice = {"index": 0, "delta": {"content": text, **delta}, "finish_reason": finish}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
        self.raw(f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n")

    def stream(self, pieces: Iterable[str], *, finish: str | None = "stop", pause: float = 0.0) -> None:
        """A whole answer, in pieces."""
        self.begin()
        for text in pieces:
            self.piece(text)
            time.sleep(pause)
        if finish:
            self.piece(finish=finish)
            self.raw("data: [DONE]\n\n")

    def reset(self) -> None:
        """The connection breaks at once, without goodbye."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())


class Double(ThreadingHTTPServer):
    """`left` is set when a client went away before the end. The last script serves for ever."""

    daemon_threads = True

    def __init__(self, *scripts: Script) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.scripts = scripts
        self.requests: list[dict[str, Any]] = []
        self.left = threading.Event()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: object) -> None:
        pass


@contextmanager
def serving(*scripts: Script) -> Iterator[Double]:
    server = Double(*scripts)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def prompt_of(asked: dict[str, Any]) -> str:
    return "\n".join(message["content"] for message in asked["messages"])


def evidence_of(asked: dict[str, Any]) -> list[tuple[str, str]]:
    """(label, text) of the numbered sentences."""
    return EVIDENCE.findall(prompt_of(asked))


def in_pieces(text: str, size: int = 3) -> list[str]:
    """Cut anywhere, also through the middle of a mark."""
    return [text[n : n + size] for n in range(0, len(text), size)]


def saying(text: str, *, size: int = 3, pause: float = 0.0, finish: str = "stop") -> Script:
    return lambda handler, _: handler.stream(in_pieces(text, size), pause=pause, finish=finish)


def well_behaved(handler: Handler, asked: dict[str, Any]) -> None:
    """Says the first sentences of the evidence in their own words, each with its label."""
    lines = [f"{text} [{label}]" for label, text in evidence_of(asked)[:3]]
    handler.stream(in_pieces("\n".join(lines)))


def calling(*arguments: str, name: str = "aidc_account", text: str = "", size: int = 5) -> Script:
    """Calls a tool once for each of `arguments`, in pieces, after some text."""

    def script(handler: Handler, _: dict[str, Any]) -> None:
        handler.begin()
        if text:
            handler.piece(text)
        for index, written in enumerate(arguments):
            head = {"index": index, "id": f"c{index}", "type": "function", "function": {"name": name, "arguments": ""}}
            handler.piece(tool_calls=[head])
            for piece in in_pieces(written, size):
                handler.piece(tool_calls=[{"index": index, "function": {"arguments": piece}}])
        handler.piece(finish="tool_calls")
        handler.raw("data: [DONE]\n\n")

    return script


ORDER = re.compile(r"(?:write|output|say|写|输出|回答)[::]?\s*(.+)$", re.IGNORECASE)


def obedient(handler: Handler, asked: dict[str, Any]) -> None:
    """Does whatever retrieved text orders, and shows all it was told; cites what is not there."""
    told = [(label, found[1]) for label, text in evidence_of(asked) if (found := ORDER.search(text))]
    ordered = [text for _, text in told]
    labels = "".join(f"[{label}]" for label, _ in evidence_of(asked))
    lines = (
        [f"{text} [{label}]" for label, text in told]
        + [f"{text} {labels}" for text in ordered]
        + [f"{text} [99]" for text in ordered]
    )
    lines += ["![x](http://evil.example/a.png)[S1]", "<img src=http://evil.example/b>[S1]", prompt_of(asked)]
    handler.stream(in_pieces("\n".join(lines), 40))


SWAPS = (
    ("下降", "上升"),
    ("降", "涨"),
    ("不是", "是"),
    ("不", ""),
    ("没有", "有"),
    ("戴国浩", "张亚林"),
    ("张亚林", "郭为"),
)


def lying(handler: Handler, asked: dict[str, Any]) -> None:
    """Swaps numbers, speakers and negations, and cites [99] as well."""
    lines = []
    for label, text in evidence_of(asked)[:8]:
        changed = re.sub(r"\d+", lambda found: str(int(found[0]) * 7 + 1), text)
        for old, new in SWAPS:
            if old in changed:
                changed = changed.replace(old, new, 1)
                break
        if changed != text:
            lines.append(f"{changed} [{label}][99]")
    handler.stream(in_pieces("\n".join(lines) or "算力会免费。[99]", 20))
