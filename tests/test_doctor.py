"""`sayso doctor`: one line a check, and for what is wrong the setting to look at."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from rag.commands import doctor
from rag.settings import Settings

KEY = "sk-secret-canary"


@pytest.fixture
def told(index, capsys) -> Callable[..., tuple[int, str]]:
    """Exit status and lines of the doctor in an environment, over the seeds unless told otherwise."""

    def run(at=index, **env: str) -> tuple[int, str]:
        return doctor.run(Settings.from_env(env, index=at)), capsys.readouterr().out

    return run


@pytest.fixture
def server():
    """Starts a model server on loopback that gives every request the one status; its address comes back."""
    started = []

    def answering(status: int) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        started.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=started[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{started[-1].server_port}/v1"

    yield answering
    for running in started:
        running.shutdown()
        running.server_close()


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


def wrong(lines: str) -> list[str]:
    return [line for line in lines.splitlines() if line.startswith("WRONG")]


def test_offline_over_a_good_index_nothing_is_wrong(told):
    status, lines = told()
    assert (status, wrong(lines)) == (0, [])
    assert "5 sources" in lines
    assert "offline" in lines


def test_no_index_is_wrong_and_the_command_that_makes_one_is_named(told, tmp_path):
    status, lines = told(at=tmp_path / "none")
    assert status == 1
    assert "sayso ingest" in wrong(lines)[0]


def test_an_index_of_no_use_is_wrong(told, tmp_path):
    (tmp_path / "CURRENT").write_text("nonsense")
    assert told(at=tmp_path)[0] == 1


def test_an_unknown_embedding_is_wrong(told):
    status, lines = told(SAYSO_EMBEDDING="magic")
    assert status == 1
    assert "not magic" in wrong(lines)[0]
    assert "--rebuild" in wrong(lines)[0]


def test_a_closed_port_names_the_base_url(told):
    status, lines = told(OPENAI_BASE_URL=closed_port())
    assert status == 1
    assert "OPENAI_BASE_URL" in wrong(lines)[0]


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_names_the_key_setting_and_never_the_key(told, server, status):
    code, lines = told(OPENAI_BASE_URL=server(status), OPENAI_API_KEY=KEY)
    assert code == 1
    assert "OPENAI_API_KEY" in wrong(lines)[0]
    assert KEY not in lines


def test_a_failing_server_is_wrong(told, server):
    assert told(OPENAI_BASE_URL=server(503))[0] == 1


def test_a_server_that_answers_is_fine(told, server):
    address = server(200)
    status, lines = told(OPENAI_BASE_URL=address, SAYSO_MODEL="m")
    assert (status, wrong(lines)) == (0, [])
    assert f"model m at {address}" in lines


def test_with_the_model_turned_off_no_server_is_asked(told):
    assert told(OPENAI_BASE_URL=closed_port(), SAYSO_OFFLINE="1")[0] == 0


def test_the_index_is_checked_although_the_server_is_wrong(told):
    assert "5 sources" in told(OPENAI_BASE_URL=closed_port())[1]


def test_a_server_that_knows_no_such_address_is_wrong(told, server):
    status, lines = told(OPENAI_BASE_URL=server(404))
    assert status == 1
    assert "OPENAI_BASE_URL" in wrong(lines)[0]


@pytest.mark.parametrize(
    "address",
    [
        "localhost:8000",
        "nonsense",
        "http://[::1",
        "http://127.0.0.1:port/v1",
    ],
)
def test_an_address_that_is_none_names_the_base_url(told, address):
    status, lines = told(OPENAI_BASE_URL=address)
    assert status == 1
    assert "OPENAI_BASE_URL" in wrong(lines)[0]


def test_a_key_that_no_header_can_carry_names_the_key_setting(told, server):
    status, lines = told(OPENAI_BASE_URL=server(200), OPENAI_API_KEY="密钥")
    assert status == 1
    assert "OPENAI_API_KEY" in wrong(lines)[0]


def test_a_server_of_the_table_is_sent_its_own_key():
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Authorization"])
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{running.server_port}/v1"
        doctor.run(Settings(Path("nowhere"), model="m", api_key="of another", base_url=address, model_key=KEY))
        running.shutdown()
    assert seen == [f"Bearer {KEY}"]
