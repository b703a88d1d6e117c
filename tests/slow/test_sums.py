"""The economics tab in a real browser: it plots, asks no other host and opens its sources."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browsing import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(fork, index, tmp_path_factory) -> Iterator[str]:
    with served(fork, "tests.real_page", str(index), str(tmp_path_factory.mktemp("state"))) as address:
        yield address


@pytest.mark.parametrize(
    ("locale", "tab", "example"),
    [("zh-CN", "算账", "填入一组虚构的数字"), ("en-US", "Economics", "Fill in invented figures")],
)
def test_in_a_browser_it_plots_asks_no_other_host_and_opens_every_source(visit, locale, tab, example):
    one = visit(locale=locale)
    one.tab(tab)
    page = one.page
    page.get_by_role("button", name=example).click()
    page.locator("#economics .js-plotly-plot").nth(1).wait_for()
    shown = page.locator("#economics a.cite:visible")
    numbers = {shown.nth(n).get_attribute("href") for n in range(shown.count())}
    assert len(numbers) > 5
    for href in numbers:
        page.locator(f'#economics a.cite[href="{href}"]:visible').first.click()
        quote = page.locator(f"{href} .quote").inner_text()
        page.locator("#article mark#passage").wait_for()
        page.wait_for_function(
            "quote => document.querySelector('#article mark')?.textContent.includes(quote)", arg=quote[:20]
        )
    for inner in (1, 2):
        page.locator("#economics [role=tab]").nth(inner).click()
        page.locator("#economics .js-plotly-plot:visible").first.wait_for()
        page.locator("#economics a.cite:visible").first.wait_for()
