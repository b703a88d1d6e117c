"""A real Chroma server on loopback, and a door before it that counts requests, lies, or is shut.

Only tests start that server: it has an open hole (docs/advisories.md), and nobody else reaches it here.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

Lie = Callable[["Porter"], None]


@contextmanager
def running(directory: Path) -> Iterator[str]:
    """The address of a server that keeps its files in `directory`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("chroma")
    arguments = ["run", "--path", directory, "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen([program, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            if _answers(url):
                break
            assert server.poll() is None, "chroma ended"
            time.sleep(0.1)
        yield url
    finally:
        server.kill()
        server.wait()


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/v2/heartbeat", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False


class Porter(BaseHTTPRequestHandler):
    """One request: handed on, unless the door lies about what it ends in."""

    server: Door

    def do_GET(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.requests.append(f"{self.command} {self.path}")
        address = self.path.partition("?")[0]
        lie = next((lie for ending, lie in self.server.lies.items() if address.endswith(ending)), None)
        with suppress(OSError):  # the client went away, as it should
            (lie or Porter.hand_on)(self)

    do_POST = do_DELETE = do_GET  # noqa: N815

    def hand_on(self) -> None:
        reply = self.fetched()
        self.send(reply.status_code, reply.text)

    def fetched(self) -> httpx.Response:
        """What the server behind the door says."""
        headers = {"Content-Type": "application/json"}
        return httpx.request(self.command, f"{self.server.behind}{self.path}", content=self.body, headers=headers)

    def send(self, status: int, body: str, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        pass


class Door(ThreadingHTTPServer):
    """`lies`: what is said instead, by how the address ends; "" is every address."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), Porter)
        self.behind = behind
        self.requests: list[str] = []
        self.lies: dict[str, Lie] = {}
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def shut(self) -> None:
        self.shutdown()
        self.server_close()


def saying(body: str, status: int = 200, kind: str = "application/json") -> Lie:
    return lambda porter: porter.send(status, body, kind)


def hanging(_: Porter) -> None:
    time.sleep(10)


def dripping(porter: Porter) -> None:
    """A reply that never ends, and never pauses for long."""
    porter.send_response(200)
    porter.send_header("Content-Length", "1000")
    porter.end_headers()
    for _ in range(100):
        porter.wfile.write(b" ")
        porter.wfile.flush()
        time.sleep(0.1)
