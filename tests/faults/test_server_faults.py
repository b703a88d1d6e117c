"""G1–G6, H2, I1–I3: many clients, half-open sockets, an end in the middle of an answer, foreign addresses."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
from conftest import ROOT, child_env


class Running(NamedTuple):
    """`log`: where all that the servers say goes. `parent` tells of each that has ended."""

    address: str
    number: int
    log: Path
    parent: subprocess.Popen[str]

    def status(self, seconds: float) -> int:
        """With which it ends."""
        assert self.parent.stdout
        assert select.select([self.parent.stdout], [], [], seconds)[0], "it does not end"
        number, status = map(int, self.parent.stdout.readline().split())
        assert number == self.number
        return status


@contextmanager
def running(log: Path, servers: int = 1, **env: str) -> Iterator[list[Running]]:
    """Servers of one process, which are gone at the end."""
    up: list[Running] = []
    with log.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.hostile_app", str(servers)],
            cwd=ROOT, env=child_env(**env), stdout=subprocess.PIPE, stderr=file, text=True, bufsize=1,
        )  # fmt: skip
        try:
            assert process.stdout
            for _ in range(servers):
                address, number = process.stdout.readline().split()
                up.append(Running(address, int(number), log, process))
            yield up
        finally:
            for one in up:
                with suppress(ProcessLookupError):
                    os.kill(one.number, signal.SIGKILL)
            process.kill()
            process.communicate()


@pytest.fixture(scope="module")
def servers(tmp_path_factory) -> Iterator[list[Running]]:
    """Three, with all that the environment could say to open them to others: one stays, two are to be ended."""
    env = {"GRADIO_SHARE": "1", "GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_ROOT_PATH": "/x", "HOST": "0.0.0.0"}  # noqa: S104
    with running(tmp_path_factory.mktemp("servers") / "log", 3, **env) as up:
        yield up


@pytest.fixture(scope="module")
def url(servers) -> str:
    return servers[0].address


def asked(url: str, question: object, *more: object) -> tuple[int, str]:
    """Status and event stream of one call of the API."""
    with httpx.Client(timeout=60) as client:
        joined = client.post(f"{url}/gradio_api/call/ask", json={"data": [question, *more]})
        if joined.status_code != 200:
            return joined.status_code, joined.text
        told = client.get(f"{url}/gradio_api/call/ask/{joined.json()['event_id']}")
        return told.status_code, told.text


def test_many_clients_at_once_are_all_answered(url):
    started = time.monotonic()
    with ThreadPoolExecutor(32) as pool:
        replies = [*pool.map(lambda _: asked(url, "wait 0.3"), range(32))]
    assert [reply for reply in replies if "event: complete" not in reply[1]] == []
    assert time.monotonic() - started < 30


def test_more_than_can_wait_are_told_so_and_the_next_one_is_answered(url):
    with ThreadPoolExecutor(100) as pool:
        replies = [*pool.map(lambda _: asked(url, "wait 0.3"), range(100))]
    answered = [reply for reply in replies if "event: complete" in reply[1]]
    refused = [reply for reply in replies if reply[0] == 503]
    assert len(answered) >= 32
    assert len(answered) + len(refused) == 100, [r for r in replies if r not in answered and r not in refused][:3]
    started = time.monotonic()
    assert "event: complete" in asked(url, "water?")[1]
    assert time.monotonic() - started < 20


def test_half_open_sockets_keep_nobody_out(url):
    host, port = url.removeprefix("http://").split(":")
    half = []
    try:
        for _ in range(100):
            half.append(socket.create_connection((host, int(port))))
            half[-1].sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        started = time.monotonic()
        assert httpx.get(f"{url}/healthz", timeout=20).text == "ok"
        assert time.monotonic() - started < 5
    finally:
        for one in half:
            one.close()


def test_a_body_that_never_ends_is_given_up(url, monkeypatch):
    from ui import guard

    assert guard.SECONDS_TO_SEND <= 30


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b'{"data": 5}', b'{"data": []}', b'{"data": [1]}', b'{"data": ["x", "y"]}', b'{"data": ["x", [], [], []]}', b'{"a":' * 50_000, b"\xff\xfe", b'{"data": [null, null, null]}'],
)  # fmt: skip
def test_a_call_that_is_none_is_refused_before_it_is_logged(url, body):
    reply = httpx.post(f"{url}/gradio_api/call/ask", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 422
    assert "data" in reply.text


def test_a_call_needs_nothing_but_the_question(url):
    assert '"language": "en"' in asked(url, "Where is water?")[1]


def test_an_answer_is_finished_before_the_server_ends(servers):
    url = servers[1].address
    with httpx.Client(timeout=60) as client:
        joined = client.post(f"{url}/gradio_api/call/ask", json={"data": ["wait 3"]}).json()
        with client.stream("GET", f"{url}/gradio_api/call/ask/{joined['event_id']}") as told:
            started = time.monotonic()
            os.kill(servers[1].number, signal.SIGTERM)
            assert "event: complete" in "\n".join(told.iter_lines())
        assert servers[1].status(20) == 0
        assert time.monotonic() - started < 11


def test_an_open_page_does_not_hold_up_the_end(servers):
    with httpx.stream("GET", f"{servers[2].address}/gradio_api/heartbeat/abc", timeout=60) as beat:
        beats = beat.iter_raw()
        next(beats)
        started = time.monotonic()
        os.kill(servers[2].number, signal.SIGTERM)
        with suppress(httpx.HTTPError):
            list(beats)
        assert servers[2].status(20) == 0
        assert time.monotonic() - started < 8


def listening() -> set[str]:
    """Addresses, in hexadecimal, that something listens on."""
    tables = [Path(f"/proc/net/{name}").read_text(encoding="ascii").splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table]
    return {row[1] for row in rows if row[3] == "0A"}


def test_the_environment_cannot_open_it_to_others(url):
    port = int(url.rsplit(":", 1)[1])
    assert {address for address in listening() if int(address.split(":")[1], 16) == port} == {f"0100007F:{port:04X}"}


def test_no_question_is_logged_whatever_becomes_of_it(servers, url):
    canary = "canary-question-7391"
    assert "event: complete" in asked(url, canary)[1]
    assert "incident" in asked(url, f"broken {canary}")[1]
    asked(url, [canary])
    told = servers[0].log.read_text(encoding="utf-8")
    assert "incident" in told  # what is logged is there
    assert canary not in told


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.1", "example.org"])  # noqa: S104
def test_the_command_line_opens_it_to_nobody_else(capsys, monkeypatch, index, host):
    from rig import command

    told = command(capsys, monkeypatch)("--index", str(index), "serve", "--host", host, "--port", "0")
    assert (told.status, told.out) == (2, "")
    assert "SSH tunnel" in told.err
