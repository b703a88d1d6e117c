"""The page's pictures: `make screenshots` asks the built-in articles in a headless Chromium and writes docs/screenshots/*.png."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "docs" / "screenshots"
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def ask(page: Page, question: str) -> None:
    page.locator("#ask textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator("#chat :is(.told, .notice .again)").first.wait_for()
    page.locator("#ask .submit-button").wait_for()


def answer_zh(page: Page) -> None:
    ask(page, "张亚林怎么算智算中心的账?")
    page.locator("#after .suggest").first.wait_for()


def article_en(page: Page) -> None:
    ask(page, "Why does Dai Guohao believe compute can become 10,000 times cheaper?")
    page.locator("#after .suggest").first.wait_for()
    page.locator("#chat a.cite").first.click()
    page.locator("#article mark#passage").wait_for()


def raw_text(page: Page) -> None:
    answer_zh(page)
    page.locator("#chat a.cite").first.click()
    page.locator("#article .view").last.click()
    page.locator("#article .raw mark").first.wait_for()


def refusal(page: Page) -> None:
    ask(page, "What is the price of Enflame's card?")


def error(page: Page) -> None:
    ask(page, "x" * 2001)


def compare(page: Page) -> None:
    page.get_by_role("tab").nth(1).click()
    page.locator("#compare-ask textarea").fill("国产算力面临哪些挑战?")
    page.keyboard.press("Enter")
    page.locator("#columns .founder").first.wait_for()
    page.wait_for_function(
        "() => ![...document.querySelectorAll('#columns .none')].some((e) => e.textContent.includes('…'))"
    )


def library(page: Page) -> None:
    page.get_by_role("tab").nth(2).click()
    page.locator("#library .source").nth(4).wait_for()
    page.locator("#library details summary").nth(3).click()


def economics(page: Page) -> None:
    page.get_by_role("tab").nth(3).click()
    page.locator("#economics button").filter(has_text="虚构").click()
    page.locator("#economics .js-plotly-plot").nth(1).wait_for()


def history(page: Page) -> None:
    ask(page, "戴国浩说的M×N中间层是什么?")
    page.locator("#open-history").click()
    page.locator("#history li").first.wait_for()


def nothing(page: Page) -> None:
    page.locator(".welcome .suggest").first.wait_for()


PICTURES: tuple[tuple[str, Callable[[Page], None], dict[str, Any]], ...] = (
    ("welcome", nothing, {"locale": "zh-CN"}),
    ("welcome-narrow", nothing, {"locale": "en-US", "viewport": NARROW}),
    ("answer", answer_zh, {"locale": "zh-CN"}),
    ("article", article_en, {"locale": "en-US"}),
    ("article-dark", article_en, {"locale": "en-US", "color_scheme": "dark"}),
    ("raw", raw_text, {"locale": "zh-CN"}),
    ("answer-narrow", answer_zh, {"locale": "zh-CN", "viewport": NARROW}),
    ("article-narrow-dark", article_en, {"locale": "en-US", "viewport": NARROW, "color_scheme": "dark"}),
    ("compare", compare, {"locale": "zh-CN"}),
    ("compare-dark", compare, {"locale": "en-US", "color_scheme": "dark"}),
    ("library", library, {"locale": "en-US"}),
    ("economics", economics, {"locale": "zh-CN"}),
    ("history", history, {"locale": "zh-CN", "color_scheme": "dark"}),
    ("refusal", refusal, {"locale": "en-US"}),
    ("error", error, {"locale": "en-US", "viewport": NARROW}),
)  # fmt: skip


def main(wanted: list[str]) -> None:
    OUT.mkdir(exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as index:
        env = {"SAYSO_INDEX": index, **os.environ, "SAYSO_STATE": f"{index}/state"}
        command = [sys.executable, "-m", "rag", "serve", "--port", "0"]
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)  # noqa: S603
        try:
            url = next(word for word in str(server.stdout and server.stdout.readline()).split() if "://" in word)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                for name, prepare, options in PICTURES:
                    if not wanted or name in wanted:
                        page = browser.new_page(**{"viewport": WIDE, "color_scheme": "light", **options})
                        page.goto(url)
                        page.wait_for_function("() => document.querySelector('#conversation textarea')?.value")
                        prepare(page)
                        page.wait_for_timeout(900)  # smooth scrolling comes to rest
                        page.screenshot(path=OUT / f"{name}.png")
                        page.close()
        finally:
            server.terminate()


if __name__ == "__main__":
    main(sys.argv[1:])
