"""The server as another program sees it. The engine is a fake in a process of its own."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator

import httpx
import pytest
from conftest import ROOT, child_env

from rag.errors import UsageError
from tests.browsing import address_of, served
from tests.fakes import FAR, PLAIN, FakeEngine
from ui.engines import Engines
from ui.guard import MOST_BYTES
from ui.server import serve


@pytest.fixture(scope="module")
def url(fork) -> Iterator[str]:
    with served(fork) as address:
        yield address


@pytest.fixture(scope="module")
def client(url):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import huggingface_hub.constants
        from gradio_client import Client

        # Else the client asks huggingface.co which program it runs in.
        huggingface_hub.constants.HF_HUB_DISABLE_TELEMETRY = True
        client = Client(url, verbose=False, analytics_enabled=False)
    yield client
    client.close()


def test_it_serves_until_it_is_interrupted():
    command = [sys.executable, "-m", "tests.fakes"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=child_env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert httpx.get(address_of(process) + "/healthz").text == "ok"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_taken_port_says_what_to_do():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port} .*--port"):
            serve(Engines(FakeEngine()), host="127.0.0.1", port=port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])  # noqa: S104
def test_no_address_but_this_machines_own(host):
    with pytest.raises(UsageError, match="this machine"):
        serve(Engines(FakeEngine()), host=host, port=0)


def test_ask_gives_the_answer_object(client):
    answer = client.predict("Where is water?", api_name="/ask")
    assert (answer["language"], answer["mode"], answer["refused"]) == ("en", "extractive", False)
    assert [citation["n"] for citation in answer["citations"]] == [1, 2]
    assert answer["citations"][1]["quote"] == FAR


def test_ask_takes_history_and_speakers_by_name(client):
    answer = client.predict(question="电?", history=["earlier"], speakers=["王小明"], api_name="/ask")
    assert answer["language"] == "zh"


def test_ask_tells_a_failure_by_its_number_alone(client):
    answer = client.predict("broken", api_name="/ask")
    assert "incident" in answer["error"]
    assert "secret-canary" not in str(answer)


def test_ask_refuses_a_question_that_is_too_long(client):
    assert "2001" in client.predict("x" * 2001, api_name="/ask")["error"]


def test_only_ask_is_open_to_programs(client):
    assert list(client.view_api(return_format="dict", print_info=False)["named_endpoints"]) == ["/ask"]


def test_every_answer_has_the_safe_headers(url):
    for path in ("/", "/article?source=power&start=0&end=5", "/nowhere", "/config"):
        headers = httpx.get(url + path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:7860", "", "[::1"])
def test_a_foreign_host_name_is_refused(url, host):
    assert httpx.get(url, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9999", "LOCALHOST:1"])
def test_every_loopback_name_is_answered(url, host):
    assert httpx.get(url + "/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
def test_a_foreign_origin_is_refused(url, origin):
    response = httpx.post(url + "/gradio_api/queue/join", headers={"Origin": origin}, json={})
    assert response.status_code == 403


def test_its_own_origin_is_answered(url):
    assert httpx.get(url + "/healthz", headers={"Origin": url}).status_code == 200


def test_a_large_body_is_refused_even_when_it_hides_its_size(url):
    large = b"x" * (MOST_BYTES + 1)
    assert httpx.post(url + "/gradio_api/queue/join", content=large).status_code == 413
    assert httpx.post(url + "/gradio_api/queue/join", content=iter([large])).status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=http://evil.example/x",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://evil.example",
        "/gradio_api/call/respond",
        "/gradio_api/runs",
        "/gradio_api/openapi.json",
        "/openapi.json",
        "/docs",
        "/monitoring",
        "/login",
    ],
)
def test_what_the_page_does_not_need_is_not_there(url, path):
    assert httpx.get(url + path).status_code == 404
    assert httpx.post(url + path).status_code == 404


def test_other_methods_are_refused(url):
    assert httpx.put(url + "/healthz").status_code == 405


def test_an_article_has_its_passage_marked(url):
    page = httpx.get(url + "/article", params={"source": "power", "start": 0, "end": 5, "language": "zh"})
    assert PLAIN[:5] in re.search(r"<mark[^>]*>(.*?)</mark>", page.text)[1]


def test_an_article_that_is_gone_says_so(url):
    page = httpx.get(url + "/article", params={"source": "gone", "start": 0, "end": 5, "language": "en"})
    assert page.status_code == 404
    assert "no longer" in page.text
