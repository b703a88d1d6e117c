"""What the page's scripts say, in both languages, and the reader's own choice; the box after asking, whatever Gradio does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browsing import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(fork) -> Iterator[str]:
    with served(fork) as address:
        yield address


WORDS = {
    "zh-CN": ["导出 Markdown", "导出 JSON", "答错了", "不该拒答", "提交", "谢谢,已记下", "English"],
    "en-US": ["Export Markdown", "Export JSON", "wrong", "should have answered", "Send", "Thank you, noted", "中文"],
}


@pytest.mark.parametrize("locale", WORDS)
def test_the_scripts_speak_the_readers_language(visit, locale):
    markdown, json, wrong, refused, send, noted, other = WORDS[locale]
    one = visit(locale=locale)
    one.ask("Where is water?" if locale == "en-US" else "电费?")
    one.page.locator("#open-history").click()  # at once: before the address names the conversation
    assert one.page.locator("#history .exports a").all_inner_texts() == [markdown, json]
    one.page.locator("#history li a").first.wait_for()
    one.page.keyboard.press("Escape")
    one.page.locator("#chat .bad").click()
    told = one.page.locator(".why").inner_text()
    assert wrong in told
    assert refused in told
    one.page.locator(".why").get_by_role("button", name=send).click()
    one.page.locator(".why.done", has_text=noted).wait_for()
    one.page.get_by_role("button", name=other, exact=True).click()
    one.page.get_by_role("tab", name="Library" if locale == "zh-CN" else "资料库").wait_for()


def test_what_was_asked_leaves_the_box_even_if_all_of_the_answer_comes_at_once(visit):
    one = visit()
    # All messages in one piece, as a busy machine reads them.
    one.page.route("**/queue/data*", lambda route: route.fulfill(response=route.fetch()))
    one.ask("Where is water?")
    assert one.page.locator("#ask textarea").input_value() == ""
    assert one.page.locator("#ask .submit-button").is_visible()
    one.ask("And power?")
    assert one.page.locator("#chat .asked").all_inner_texts() == ["Where is water?", "And power?"]


def test_a_draft_that_was_written_meanwhile_stays(visit):
    one = visit()
    one.type("soon power")
    one.page.locator("#chat a.cite").wait_for()
    one.page.locator("#ask textarea").fill("And then?")
    one.page.locator("#chat .told").wait_for()
    one.page.locator("#ask .submit-button").wait_for()
    assert one.page.locator("#ask textarea").input_value() == "And then?"
