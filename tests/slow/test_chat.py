"""The chat in a real browser: asking, stopping, asking again, keeping, judging, and what happens when things go wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.browsing import Visit, address_of, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def state(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def url(fork, state) -> Iterator[str]:
    with served(fork, "tests.fakes", str(state)) as address:
        yield address


def answers(one: Visit) -> int:
    return one.page.locator("#chat .told").count()


@pytest.mark.parametrize("way", ["Enter", "click"])
def test_a_question_asked_before_the_page_is_ready_is_heard_once_it_is(visit, way):
    one, held = visit(), []
    one.page.route(
        "**/queue/join*", lambda route: held.append(route), times=1
    )  # the page's own, which names the conversation
    one.page.reload()
    while not held:
        one.page.wait_for_timeout(20)
    one.page.locator("#ask textarea").fill("Where is water?")
    for _ in range(2):  # who sees nothing happen tries again
        one.page.keyboard.press("Enter") if way == "Enter" else one.page.locator("#ask .submit-button").click()
    assert one.page.locator("#ask textarea").input_value() == "Where is water?"
    held[0].continue_()
    one.page.locator("#chat .told").wait_for()
    assert one.page.locator("#chat .asked").count() == 1
    assert one.page.locator("#ask textarea").input_value() == ""


def test_stop_ends_an_answer_and_keeps_what_was_said(visit):
    one = visit()
    # Where Stop waits for Gradio's own cancellation, what is asked meanwhile is lost (docs/decisions/016-own-stop.md).
    one.page.route("**/cancel", lambda route: None)
    one.type("slow power")
    one.page.locator("#chat a.cite").wait_for()
    assert one.page.locator("#chat .pending").inner_text() == "More is being written"
    one.page.get_by_role("button", name="Stop").click()
    one.page.get_by_text("Stopped.").wait_for()
    assert one.page.locator("#chat a.cite").count() == 1
    assert one.page.locator("#chat .pending").count() == 0
    one.ask("Where is water?")
    one.page.reload()
    one.ready()
    one.page.get_by_text("Stopped.").wait_for()


def test_escape_stops_too(visit):
    one = visit(locale="zh-CN")
    one.type("slow 电")
    one.page.locator("#chat a.cite").wait_for()
    one.page.keyboard.press("Escape")
    one.page.get_by_text("已停止。").wait_for()


@pytest.mark.parametrize(("locale", "suggestion"), [("en-US", "reservoirs?"), ("zh-CN", "水库?")])
def test_a_suggestion_asks_itself_and_new_chat_forgets(visit, locale, suggestion):
    one = visit(locale=locale)
    one.page.get_by_role("button", name=suggestion).click()
    one.page.locator("#chat .told").wait_for()
    one.page.locator("#cards .card").first.wait_for()
    one.page.locator("#new-chat").click()
    one.page.locator(".welcome .suggest").first.wait_for()
    assert one.page.locator("#chat .asked").count() == 0


def test_a_conversation_survives_reload_and_has_a_link_of_its_own(visit):
    one = visit()
    one.ask("Where is water?")
    one.page.wait_for_url("**/?c=*")
    link = one.page.url.removeprefix(one.url)
    one.page.reload()
    one.ready()
    one.page.locator("#chat a.cite").first.wait_for()
    other = one.open(link + "#cite-1-2")
    other.locator("#article mark#passage").wait_for()
    stranger = visit(link)
    stranger.page.locator(".welcome .suggest").first.wait_for()
    assert stranger.page.locator("#chat .asked").count() == 0


def test_an_answer_goes_on_while_the_page_is_away(visit):
    one = visit()
    one.type("soon power")
    one.page.wait_for_url("**/?c=*")
    one.page.reload()
    one.page.locator("#chat .told").wait_for()
    one.ask("Where is water?")


def test_history_lists_opens_exports_and_forgets(visit):
    one = visit()
    one.ask("Where is water?")
    one.page.locator("#new-chat").click()
    one.ready()
    one.ask("And power?")
    one.page.wait_for_url("**/?c=*")
    one.page.get_by_role("button", name="History").click()
    lines = one.page.locator("#history li a span")
    lines.nth(1).wait_for()
    assert lines.all_inner_texts() == ["And power?", "Where is water?"]
    with one.page.expect_download() as markdown:
        one.page.get_by_role("link", name="Export Markdown").click()
    assert "- [2] 李四光: “贵州的水电很充足。”" in Path(markdown.value.path()).read_text(encoding="utf-8")
    one.page.get_by_role("link", name="Where is water?").click()
    one.page.locator("#asked-1", has_text="Where is water?").wait_for()
    one.page.get_by_role("button", name="History").click()
    one.page.locator("#history .forget").nth(1).click()
    one.page.locator(".welcome .suggest").first.wait_for()


def test_retry_asks_again_and_edit_replaces_what_came_after(visit):
    one = visit()
    one.ask("Where is water?")
    one.ask("And power?")
    one.page.locator("#chat .again").last.click()
    one.page.locator("#after .suggest").first.wait_for()
    assert one.page.locator("#chat .asked").all_inner_texts() == ["Where is water?", "And power?"]
    one.page.locator("#chat .user-row").first.hover()
    one.page.locator("#chat .edit").first.click()
    assert one.page.locator("#ask textarea").input_value() == "Where is water?"
    one.page.locator("#ask textarea").fill("Where is the dam?")
    one.page.keyboard.press("Enter")
    one.page.locator("#asked-1", has_text="dam").wait_for()
    one.page.locator("#ask .submit-button").wait_for()
    assert one.page.locator("#chat .asked").all_inner_texts() == ["Where is the dam?"]


def test_two_clicks_on_send_ask_once(visit):
    one = visit()
    one.page.locator("#ask textarea").fill("Where is water?")
    one.page.locator("#ask .submit-button").dblclick()
    one.page.locator("#after .suggest").first.wait_for()
    assert one.page.locator("#chat .asked").count() == 1


def test_a_thumb_and_its_reason_are_kept(visit, state):
    one = visit()
    one.ask("Where is water?")
    one.page.locator("#chat .bad").click()
    one.page.get_by_label("incomplete").check()
    one.page.locator(".why textarea").fill("no river")
    one.page.locator(".why").get_by_role("button", name="Send").click()
    one.page.locator(".why.done", has_text="Thank you").wait_for()
    kept = json.loads((state / "feedback.jsonl").read_text(encoding="utf-8").splitlines()[-1])
    assert (kept["good"], kept["reasons"], kept["note"]) == (False, ["missing"], "no river")


def test_copy_takes_the_sources_along(visit):
    one = visit(permissions=["clipboard-read", "clipboard-write"])
    one.ask("Where is water?")
    one.page.locator("#chat .copy").click()
    one.page.get_by_text("Copied").wait_for()
    copied = one.page.evaluate("navigator.clipboard.readText()")
    assert "[2] 贵州的水 · 某报 · 2025-07" in copied


def test_a_refusal_and_a_long_question_are_friendly(visit):
    one = visit()
    one.ask("weather?")
    assert one.page.locator("#chat .refusal").inner_text() == "The interviews don't cover this"
    one.type("x" * 2001)
    one.page.get_by_text("2001 characters").wait_for()
    assert one.page.locator("#ask textarea").input_value() == "x" * 2001


def test_a_failure_says_its_number_and_can_be_tried_again(visit):
    one = visit()
    one.type("broken")
    one.page.get_by_text("incident").wait_for()
    one.page.locator("#chat .again").click()
    one.page.get_by_text("incident").wait_for()
    assert one.page.locator("#chat .asked").count() == 1


def test_enter_that_ends_a_chinese_word_does_not_send(visit):
    one = visit()
    one.page.locator("#ask textarea").fill("ni hao")
    one.page.locator("#ask textarea").dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    one.page.keyboard.press("Enter")
    one.page.locator("#chat .told").wait_for()
    assert one.page.locator("#chat .asked").count() == 1


def test_filter_language_and_model_reach_the_engine_and_the_mode_is_visible(visit):
    one = visit()
    assert "Offline" in one.page.locator("#top .mode").inner_text()
    one.page.get_by_text("Wang Xiaoming").click()
    assert one.page.get_by_role("checkbox", name="Wang Xiaoming").is_checked()
    one.page.locator("#language").get_by_text("中文").click()
    one.ask("Where is water?")
    assert one.page.locator("#chat .answer").get_attribute("lang") == "zh"
    one.page.get_by_role("combobox", name="Model").click()
    one.page.get_by_role("option", name="fake-model").click()
    one.ask("And power?")
    assert "fake-model" in one.page.locator("#chat .told").last.inner_text()


def test_the_keys_work(visit):
    one = visit()
    one.ask("Where is water?")
    one.page.locator("#chat a.cite").first.focus()
    one.page.keyboard.press("Alt+2")
    one.page.locator("#article mark#passage").wait_for()
    one.page.keyboard.press("Escape")
    one.page.locator("#cards .chosen").wait_for()
    one.page.locator("#chat a.cite").first.focus()
    one.page.keyboard.press("/")
    assert one.page.evaluate("document.activeElement.matches('#ask textarea')")
    one.page.keyboard.press("Alt+n")
    one.page.locator(".welcome .suggest").first.wait_for()


def test_a_restarted_server_still_knows_the_conversation(visitors, fork, tmp_path):
    first = fork("tests.fakes", str(tmp_path))
    url = address_of(first)
    one = Visit(visitors, url)
    one.ask("Where is water?")
    one.type("slow power")
    one.page.locator("#chat a.cite").nth(2).wait_for()
    one.page.wait_for_url("**/?c=*")
    first.kill()
    first.communicate()
    second = fork("tests.fakes", str(tmp_path), url.rsplit(":", 1)[1])
    try:
        assert address_of(second) == url
        one.page.reload()
        one.ready()
        one.page.get_by_text("The server stopped before the answer was complete.").wait_for()
        assert one.page.locator("#chat .asked").all_inner_texts() == ["Where is water?", "slow power"]
        one.ask("And power?")
    finally:
        one.context.close()
        second.kill()
        second.communicate()


def test_a_lost_network_loses_nothing(visit):
    one = visit()
    one.type("soon power")
    one.page.locator("#chat a.cite").wait_for()
    one.page.wait_for_url("**/?c=*")
    one.context.set_offline(True)
    one.page.wait_for_timeout(500)
    one.context.set_offline(False)
    one.page.reload()
    one.page.locator("#chat .told").wait_for()


def test_an_ended_server_finishes_answers_first(visitors, fork, tmp_path):
    process = fork("tests.fakes", str(tmp_path))
    one = Visit(visitors, address_of(process))
    one.type("soon power")
    one.page.locator("#chat a.cite").wait_for()
    process.terminate()
    one.page.locator("#chat .told").wait_for()
    one.context.close()
    process.communicate(timeout=30)
    assert process.returncode in (0, -15)


def test_no_history_without_the_cookie(url):
    assert "No conversations" in httpx.get(url + "/history?language=en").text
    assert httpx.get(url + "/export?c=x&as=json").status_code == 404
    assert httpx.post(url + "/feedback", json={"c": "x", "turn": 1}).status_code == 404
    assert httpx.post(url + "/feedback", content=b"[1, 2").status_code == 404
