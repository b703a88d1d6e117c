"""A2, A3, I2 in a real browser: every payload in every place stays text, and another site reaches nothing."""

from __future__ import annotations

import ast
import os
import shutil
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import ROOT
from test_server_faults import running

from tests.faults.hostile_app import PAYLOADS

EVIL = """<!doctype html><title>evil</title><iframe src="{app}/"></iframe><script>
const told = [];
const tried = (name, promise) => promise.then(
  async answer => told.push([name, "read " + answer.type + " " + answer.status]), () => told.push([name, "blocked"]));
const body = JSON.stringify({{data: ["canary question", [], []]}});
Promise.all([
  tried("read", fetch("{app}/config")),
  tried("ask", fetch("{app}/gradio_api/call/ask", {{method: "POST", body, headers: {{"Content-Type": "application/json"}}}})),
  tried("ask with cookies", fetch("{app}/gradio_api/call/ask", {{method: "POST", body, credentials: "include"}})),
  tried("rebound", fetch("http://my.example:{port}/config")),
]).then(() => window.told = told);
</script>"""


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Iterator[str]:
    with running(tmp_path_factory.mktemp("server") / "log") as (one,):
        yield one.address


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: CI must run the browser block")
        pytest.skip("NO CHROMIUM: the browser block was NOT run; install chromium")
    from playwright.sync_api import sync_playwright

    rules = "--host-resolver-rules=MAP evil.example 127.0.0.1, MAP my.example 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", rules])
        yield browser
        browser.close()


def test_only_one_way_leads_from_text_to_the_page():
    """No `gr.HTML`, and no component whose sanitiser is turned off."""
    for path in [*(ROOT / "ui").rglob("*.py"), *(ROOT / "rag").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "gr":
                assert node.attr not in ("HTML", "File", "Files", "Image", "FileExplorer"), path
            if isinstance(node, ast.keyword) and node.arg == "sanitize_html":
                assert isinstance(node.value, ast.Constant), path
                assert node.value.value is not False, path


@pytest.mark.browser
def test_every_payload_stays_text_in_answer_cards_article_question_and_error(browser, app):
    page = browser.new_page(locale="en-US", viewport={"width": 1300, "height": 900})
    requests: list[str] = []
    complaints: list[str] = []

    def left(url: str) -> None:
        if url.split("?c=")[0].rstrip("/") != app:  # the conversation's own link
            complaints.append(url)

    page.on("request", lambda request: requests.append(request.url))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("framenavigated", lambda frame: left(frame.url))
    page.goto(app)
    page.wait_for_function(
        "() => document.querySelector('#conversation :is(input, textarea)')?.value"
    )  # a question would be heard from then on
    box = page.locator("#ask textarea")
    for turn, question in enumerate(("payload", "".join(PAYLOADS)[:1990], f"broken {PAYLOADS[1]} {PAYLOADS[11]}")):
        box.fill(question)
        page.keyboard.press("Enter")
        page.locator("#chat .answer").nth(turn).wait_for()
        page.locator("#ask .submit-button").wait_for()
    page.locator("#chat .answer.notice").wait_for()  # the last one is there and draws nothing anew under the click
    page.locator("#cards .card").first.wait_for(state="attached")
    for _ in range(5):  # a click that meets a page still being drawn, or a server that is busy, is made again
        page.locator("#chat a.cite").first.click()
        page.wait_for_timeout(4000)
        if page.locator("#article mark").count():
            break
    page.locator("#article mark").first.wait_for()
    page.wait_for_timeout(800)
    sent = [url for url in requests if not url.startswith((app + "/", "data:"))]
    assert sent == []
    assert [url for url in requests if url.split("?")[0].endswith("/canary") or "file=" in url] == []
    assert [told for told in complaints if "#" not in told] == []
    active = ":is(script, iframe, object, embed, form, link, style, meta, base, img, video, audio, picture, [onload], [onerror], [ontoggle], [onfocus])"
    assert (
        page.locator(
            f"#chat .message {active}:not(.avatar-container *, button *), #article {active}, #cards {active}"
        ).count()
        == 0
    )
    assert page.locator("#chat a:not(.cite, .to-sources), #article a:not(.view), #cards a:not(.card)").count() == 0
    ours = page.locator("#chat a, #article a, #cards a").evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    assert [link for link in ours if not link.startswith(("article?", "#cite-", "#sources-"))] == []
    assert "/canary" in page.locator("#article").inner_text()
    page.close()


@pytest.mark.browser
def test_another_site_can_neither_read_nor_ask_nor_frame(browser, app):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = EVIL.format(app=app, port=app.rsplit(":", 1)[1]).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as evil:
        threading.Thread(target=evil.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://evil.example:{evil.server_port}/")
        page.wait_for_function("window.told", timeout=30_000)
        assert dict(page.evaluate("window.told")) == dict.fromkeys(
            ("read", "ask", "ask with cookies", "rebound"), "blocked"
        )
        framed = next(frame for frame in page.frames if frame != page.main_frame)
        assert framed.locator("#ask").count() == 0
        page.close()
        evil.shutdown()


def test_nothing_of_the_page_comes_from_elsewhere():
    """No hub and no CDN at run time: every address in what the browser gets is ours or is never fetched."""
    for path in (ROOT / "ui").glob("*.*"):
        if path.suffix in (".js", ".css", ".html"):
            text = Path(path).read_text(encoding="utf-8")
            assert "http://" not in text.replace("http://www.w3.org", ""), path
            assert "https://" not in text, path
            assert "@import" not in text, path
