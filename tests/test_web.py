"""The server as another program sees it, and the page in a real browser. The engine is a fake in a process of its own."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import warnings
from collections.abc import Iterator

import httpx
import pytest

from rag.errors import UsageError
from tests.conftest import ROOT, child_env
from tests.fakes import FAR, PLAIN, FakeEngine
from ui.guard import MOST_BYTES
from ui.server import serve


def started() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.fakes"]
    return subprocess.Popen(
        command, cwd=ROOT, env=child_env(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def address_of(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    line = process.stdout.readline().strip()
    assert line.startswith("http://127.0.0.1:"), process.communicate()
    return line


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    process = started()
    try:
        yield address_of(process)
    finally:
        process.kill()
        process.communicate()


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
    process = started()
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
            serve(FakeEngine(), host="127.0.0.1", port=port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])  # noqa: S104
def test_no_address_but_this_machines_own(host):
    with pytest.raises(UsageError, match="this machine"):
        serve(FakeEngine(), host=host, port=0)


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


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: CI must run the browser tests")
        pytest.skip("NO CHROMIUM: the page itself was NOT tested; install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visit:
    """A tab, with all that it asked for and complained of."""

    def __init__(self, browser, url: str, **options) -> None:
        self.url = url
        self.page = browser.new_page(**{"locale": "en-US", "viewport": {"width": 1300, "height": 800}, **options})
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.goto(url)
        self.page.locator("#ask textarea").wait_for()

    def ask(self, question: str) -> None:
        finished = self.page.locator("#chat .told").count()
        self.page.locator("#ask textarea").fill(question)
        self.page.keyboard.press("Enter")
        self.page.locator("#chat .told").nth(finished).wait_for()
        self.page.locator("#ask .submit-button").wait_for()

    @property
    def foreign(self) -> list[str]:
        return [asked for asked in self.requests if not asked.startswith((self.url + "/", "data:"))]


@pytest.fixture
def visit(browser, url):
    visits: list[Visit] = []

    def begin(**options) -> Visit:
        visits.append(Visit(browser, url, **options))
        return visits[-1]

    yield begin
    for one in visits:
        assert (one.foreign, one.complaints) == ([], [])
        one.page.close()


@pytest.mark.browser
def test_a_mark_opens_the_article_at_its_passage(visit):
    one = visit()
    one.ask("Where is water?")
    one.page.locator("#chat a.cite", has_text="2").click()
    passage = one.page.locator("#article mark#passage")
    passage.wait_for()
    one.page.wait_for_timeout(1000)  # the scrolling is smooth
    box, panel = passage.bounding_box(), one.page.locator("#reader").bounding_box()
    assert passage.inner_text() == FAR
    assert panel["y"] <= box["y"] <= panel["y"] + panel["height"]
    assert one.page.get_by_role("complementary", name="Sources").is_visible()
    assert "贵州的水" in one.page.locator("#article h2").inner_text()


@pytest.mark.browser
def test_marks_of_an_older_turn_still_open(visit):
    one = visit()
    one.ask("Where is water?")
    one.ask("And power?")
    one.page.locator("#chat a.cite").first.click()
    one.page.locator("#article mark#passage").wait_for()
    assert one.page.locator("#article mark").inner_text() == PLAIN
    one.page.locator("#panel .back").click()
    assert one.page.locator("#cards .chosen .asked").inner_text() == "Where is water?"


@pytest.mark.browser
def test_on_a_phone_the_sources_come_over_the_chat_and_go_again(visit):
    one = visit(viewport={"width": 390, "height": 844}, locale="zh-CN")
    assert one.page.get_by_role("button", name="新对话").is_visible()
    one.ask("电费?")
    one.page.locator("#chat a.cite").first.click()
    one.page.locator("#article mark#passage").wait_for()
    one.page.go_back()
    one.page.locator("#panel").wait_for(state="hidden")
    one.page.locator("#chat a.to-sources").click()
    one.page.locator("#cards .card").first.wait_for()
    one.page.get_by_role("button", name="关闭").click()
    one.page.locator("#panel").wait_for(state="hidden")
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_a_hostile_document_stays_text_wherever_it_shows(visit):
    one = visit()
    one.ask("hostile <img src=/canary onerror=fetch('/canary')> ![x](http://evil.example/q.png)")
    one.page.locator("#cards .card").first.wait_for()
    one.page.locator("#chat a.cite").first.click()
    one.page.locator("#article mark#passage").wait_for()
    one.page.wait_for_timeout(500)
    assert not [asked for asked in one.requests if "/canary" in asked and "article?" not in asked]
    assert (
        one.page.locator(
            "#chat :is(img, form, iframe, svg[onload], script), #panel :is(img, form, iframe, script)"
        ).count()
        == 0
    )
    assert one.page.locator("#chat a:not(.cite, .to-sources), #panel a:not(.card)").count() == 0


@pytest.mark.browser
def test_stop_ends_an_answer_and_keeps_what_was_said(visit):
    one = visit()
    # Where Stop waits for Gradio's own cancellation, what is asked meanwhile is lost (docs/decisions/012-own-stop.md).
    one.page.route("**/cancel", lambda route: None)
    one.page.locator("#ask textarea").fill("slow power")
    one.page.keyboard.press("Enter")
    one.page.locator("#chat a.cite").wait_for()
    one.page.get_by_role("button", name="Stop").click()
    one.page.get_by_text("Stopped.").wait_for()
    assert one.page.locator("#chat a.cite").count() == 1
    one.ask("Where is water?")


@pytest.mark.browser
def test_an_example_asks_itself_and_new_chat_forgets(visit):
    one = visit()
    one.page.get_by_text("10,000× cheaper").click()
    one.page.locator("#chat .told").wait_for()
    one.page.locator("#cards .card").first.wait_for()
    one.page.get_by_role("button", name="New chat").click()
    one.page.locator("#chat .welcome").wait_for()
    assert one.page.locator("#cards .card").count() == 0


@pytest.mark.browser
def test_a_refusal_and_a_long_question_are_friendly(visit):
    one = visit()
    one.ask("weather?")
    assert one.page.locator("#chat .refusal").inner_text() == "The interviews don't cover this"
    one.page.locator("#ask textarea").fill("x" * 2001)
    one.page.keyboard.press("Enter")
    one.page.get_by_text("2001 characters").wait_for()
    assert one.page.locator("#ask textarea").input_value() == "x" * 2001


@pytest.mark.browser
def test_enter_that_ends_a_chinese_word_does_not_send(visit):
    one = visit()
    one.page.locator("#ask textarea").fill("ni hao")
    one.page.locator("#ask textarea").dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    one.page.wait_for_timeout(500)
    assert one.page.locator("#chat .user-row").count() == 0


@pytest.mark.browser
def test_the_filter_reaches_the_engine_and_the_mode_is_visible(visit):
    one = visit()
    assert "Offline" in one.page.locator("#brand .mode").inner_text()
    one.page.get_by_text("王小明 Wang Xiaoming").click()
    assert one.page.get_by_role("checkbox", name="王小明").is_checked()
    one.ask("Where is water?")
