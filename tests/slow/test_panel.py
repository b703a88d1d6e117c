"""Sources beside the chat, in a real browser: cards, articles at their passage, hostile documents, other looks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browsing import served
from tests.fakes import FAR, PLAIN

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(fork) -> Iterator[str]:
    with served(fork) as address:
        yield address


def test_a_mark_opens_the_article_at_its_passage(visit):
    one = visit()
    one.ask("Where is water?")
    one.page.locator("#chat a.cite", has_text="2").click()
    passage = one.page.locator("#article mark#passage")
    passage.wait_for()
    one.page.wait_for_function(
        """() => { const mark = document.querySelector("#passage").getBoundingClientRect(),
                         panel = document.querySelector("#reader").getBoundingClientRect();
                   return mark.top >= panel.top && mark.bottom <= panel.bottom }"""
    )
    assert passage.inner_text() == FAR
    assert one.page.get_by_role("complementary", name="Sources").is_visible()
    assert "贵州的水" in one.page.locator("#article h2").inner_text()
    one.page.get_by_role("link", name="Raw text").click()
    one.page.locator("#article .raw mark#passage").wait_for()
    assert one.page.locator("#article .raw .boilerplate").get_attribute("title") == "page noise removed"


def test_marks_of_an_older_turn_still_open(visit):
    one = visit()
    one.ask("Where is water?")
    one.ask("And power?")
    one.page.locator("#chat a.cite").first.click()
    one.page.locator("#article mark#passage").wait_for()
    assert one.page.locator("#article mark").inner_text() == PLAIN
    one.page.locator("#panel .back").click()
    assert one.page.locator("#cards .chosen .about").inner_text() == "Where is water?"


@pytest.mark.parametrize(("locale", "part"), [("en-US", "own words"), ("zh-CN", "本人原话")])
def test_a_mark_tells_by_mouse_and_by_keyboard_who_said_it(visit, locale, part):
    one = visit(locale=locale)
    one.ask("电?" if locale == "zh-CN" else "Where is water?")
    mark = one.page.locator("#chat a.cite").first
    mark.hover()
    tip = one.page.get_by_role("tooltip")
    tip.wait_for()
    assert part in tip.inner_text()
    assert PLAIN in tip.inner_text()
    assert "某报 · 2025-07" in tip.inner_text()
    one.page.mouse.move(5, 5)
    tip.wait_for(state="hidden")
    mark.focus()
    tip.wait_for()
    assert mark.get_attribute("aria-describedby") == "tip"


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


def test_a_comparison_has_the_whole_width_until_an_article_is_opened(visit):
    one = visit()
    panel = one.page.locator("#panel")
    assert panel.is_visible()
    one.page.get_by_role("tab", name="Compare").click()
    panel.wait_for(state="hidden")
    one.page.locator("#compare-ask textarea").fill("Where is water?")
    one.page.keyboard.press("Enter")
    one.page.locator("#columns a.cite").first.click()
    one.page.locator("#article mark#passage").wait_for()
    one.page.get_by_role("button", name="All sources").click()
    panel.wait_for(state="hidden")


# Each, read as markup, would ask the server for /canary, run, or break out of its place.
PAYLOADS = [
    "<script>fetch('/canary')</script>",
    "<img src=/canary onerror=fetch('/canary')>",
    "<svg onload=fetch('/canary')></svg>",
    "<svg><script>fetch('/canary')</script></svg>",
    "<iframe src=/canary></iframe>",
    "<object data=/canary></object>",
    "<embed src=/canary>",
    "<link rel=stylesheet href=/canary>",
    "<style>body{background:url(/canary)}</style>",
    "<meta http-equiv=refresh content='0;url=/canary'>",
    "<base href=http://evil.example/>",
    "<form action=/canary><button>Login again</button></form>",
    "<details open ontoggle=fetch('/canary')>x</details>",
    "<video src=/canary autoplay></video>",
    "<audio src=/canary autoplay></audio>",
    "<picture><source srcset=/canary><img srcset='/canary 2x'></picture>",
    "<p style='background:url(/canary)'>x</p>",
    "<a href=javascript:fetch('/canary')>click</a>",
    "![x](/canary)",
    "[click](javascript:fetch('/canary'))",
    "![ref][1]\n\n[1]: /canary",
    "```mermaid\ngraph TD; A[<img src=/canary>]\n```",
    "$$\\href{/canary}{x}\\includegraphics{/canary}$$ </div></section></article><h1>out</h1>",
]


def test_23_payloads_in_the_question_are_words(visit):
    one = visit()
    for n, payload in enumerate(PAYLOADS):
        one.ask(f"{n} {payload}")
    assert_inert(one)
    assert one.page.locator("#chat .asked").count() == len(PAYLOADS)
    one.page.reload()
    one.ready()
    one.page.locator("#chat .asked").nth(len(PAYLOADS) - 1).wait_for()
    one.page.get_by_role("button", name="History").click()
    one.page.locator("#history li").first.wait_for()
    assert_inert(one)


def test_a_hostile_document_stays_text_wherever_it_shows(visit):
    one = visit()
    one.ask("hostile <img src=/canary onerror=fetch('/canary')> ![x](http://evil.example/q.png)")
    one.hover(one.page.locator("#chat a.cite").first, one.page.get_by_role("tooltip"))
    one.page.locator("#chat a.cite").first.click()
    one.page.locator("#article mark#passage").wait_for()
    one.page.locator("#article .view").last.click()
    one.page.locator("#article .raw").wait_for()
    one.tab("Library")
    one.page.locator("#library .source").nth(2).wait_for()
    one.tab("Compare")
    one.page.locator("#compare-ask textarea").fill("hostile")
    one.page.keyboard.press("Enter")
    one.page.locator("#columns .card").first.wait_for()
    assert_inert(one)


def assert_inert(one) -> None:
    """After whatever was begun had its time: the page answers a round trip."""
    one.page.evaluate("fetch('healthz').then((answer) => answer.text())")
    assert not [asked for asked in one.requests if "/canary" in asked and "article?" not in asked]
    foreign = (
        ":is(img, form:not(.why), iframe, object, embed, link, style, meta, base, video, audio, script, svg[onload])"
    )
    for place in ("#chat [data-testid]", "#panel", "#history", "#library", "#columns", "#tip", "#after"):
        assert one.page.locator(f"{place} {foreign}").count() == 0
    allowed = ".cite, .to-sources, .card, .view, .read, #history a"
    assert one.page.locator(f"#chat a:not({allowed}), #panel a:not({allowed}), #library a:not({allowed})").count() == 0
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_light_dark_and_language_are_chosen_and_stay(visit):
    one = visit(color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    assert one.page.evaluate(paper) == "rgb(255, 255, 255)"
    one.page.get_by_role("button", name="Light or dark").click()
    assert one.page.evaluate(paper) == "rgb(25, 25, 25)"
    one.page.get_by_role("button", name="中文").click()
    one.page.get_by_role("tab", name="资料库").wait_for()
    one.ready()
    assert one.page.evaluate(paper) == "rgb(25, 25, 25)"
    assert one.page.locator("#ask textarea").get_attribute("placeholder") == "问问这些创始人怎么说…"


def test_the_page_is_usable_at_once(visit, url):
    one = visit()
    one.page.reload()
    one.ready()
    navigation = one.page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd")
    painted = one.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    assert navigation < 2000
    assert painted < 10_000  # a busy machine; what it is on a quiet one is in the README
