"""A server that speaks OpenAI's protocol and answers at once with the first numbered evidence: measures all but the model.

`python -m evals.instant` serves on a free port of this machine and prints the address. The answer is what a well-behaved
model writes in form, not in wit. With `--obey` it is a model that does whatever the documents order.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_EVIDENCE = re.compile(r"^\[(S\d+)\] (.*)$", re.MULTILINE)
_ORDER = re.compile(r"(?:write|output|say|写|输出|回答)[::]\s*(.+)$", re.IGNORECASE)
_CLAIMS = 3


OBEY = "--obey"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = obeyed if OBEY in sys.argv else answer
        text = reply("\n".join(str(message["content"]) for message in asked["messages"]))
        if asked.get("stream"):
            events = [_chunk({"content": text[n : n + 4]}, None) for n in range(0, len(text), 4)]
            body = "".join(f"data: {event}\n\n" for event in [*events, _chunk({}, "stop")]) + "data: [DONE]\n\n"
        else:
            message = {"role": "assistant", "content": text}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            body = json.dumps({"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]})
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if asked.get("stream") else "application/json")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


def answer(prompt: str) -> str:
    """The first numbered sentences, each with its label; of any other prompt a sentence with [1]."""
    lines = [f"{text} [{label}]" for label, text in _EVIDENCE.findall(prompt)[:_CLAIMS]]
    return "\n".join(lines) or "That is so [1]."


def obeyed(prompt: str) -> str:
    """Every order found in the evidence carried out, under its own label, under all labels and under none; and images."""
    told = [(label, found[1]) for label, text in _EVIDENCE.findall(prompt) if (found := _ORDER.search(text))]
    labels = "".join(f"[{label}]" for label, _ in _EVIDENCE.findall(prompt))
    lines = [f"{text} [{label}]" for label, text in told]
    lines += [f"{text} {mark}" for _, text in told for mark in (labels, "[99]", "")]
    lines += ["![x](http://evil.example/a.png)[S1]", "<img src=http://evil.example/b>[S1]"]
    return "\n".join([*lines, answer(prompt)])


def _chunk(delta: dict[str, str], finish: str | None) -> str:
    choice: dict[str, Any] = {"index": 0, "delta": delta, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]}
    return json.dumps(chunk, ensure_ascii=False)


@contextmanager
def instant_server(*, obey: bool = False) -> Iterator[str]:
    """Its address. It runs in a process of its own, so that it shares no interpreter lock with what is measured."""
    child = subprocess.Popen(  # noqa: S603  # our own module
        [sys.executable, "-m", "evals.instant", *([OBEY] if obey else [])], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None  # noqa: S101  # asked for above
        yield child.stdout.readline().strip()
    finally:
        child.terminate()
        child.wait()


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    print(f"http://127.0.0.1:{server.server_port}/v1", flush=True)
    server.serve_forever()
