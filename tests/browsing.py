"""Servers and tabs for tests of the page: a command in, its address out; an address in, a watched tab out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator
from playwright.sync_api import TimeoutError as TooLong

from tests.forks import Fork


def address_of(process: Any) -> str:
    """What a server prints once it answers."""
    line = process.stdout.readline().strip()
    assert line.startswith("http://127.0.0.1:"), process.communicate()
    return line


@contextmanager
def served(fork: Callable[..., Fork], module: str = "tests.fakes", *arguments: str) -> Iterator[str]:
    process = fork(module, *arguments)
    try:
        yield address_of(process)
    finally:
        process.kill()
        process.communicate()


class Visitors:
    """Contexts of a browser, each somebody else's. One that is left is emptied and taken again: what has once read the
    page's scripts opens it for half of what that costs; the last tab stays open, for with it goes what was read.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._free: dict[str, list[Any]] = {}

    def come(self, **options: Any) -> Any:
        free = self._free.get(repr(options))
        return free.pop() if free else self._browser.new_context(**options)

    def leave(self, context: Any, url: str, **options: Any) -> None:
        context.set_offline(False)
        one, *others = context.pages
        for other in others:
            other.close()
        one.unroute_all(behavior="ignoreErrors")
        one.goto(f"{url}/healthz")  # no script of the page runs there, and writes again what is cleared
        told = {"origin": url, "storageTypes": "cookies,local_storage,indexeddb,cache_storage,service_workers"}
        context.new_cdp_session(one).send("Storage.clearDataForOrigin", told)
        context.clear_cookies()
        self._free.setdefault(repr(options), []).append(context)


class Visit:
    """A tab of somebody's own browser, with all that it asked for and complained of."""

    def __init__(self, visitors: Visitors, url: str, path: str = "/", **options: Any) -> None:
        self.url, self._visitors = url, visitors
        self._options = {"locale": "en-US", "viewport": {"width": 1300, "height": 800}, **options}
        self.context = visitors.come(**self._options)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page = self.open(path)

    def open(self, path: str = "/") -> Any:
        """One more tab of the same browser."""
        page = self.context.new_page()
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        page.goto(self.url + path)
        self.ready(page)
        return page

    def leave(self) -> None:
        self._visitors.leave(self.context, self.url, **self._options)

    def ready(self, page: Any = None) -> None:
        """Until a question would be heard: the server has told the page its conversation."""
        (page or self.page).wait_for_function(
            "() => document.querySelector('#conversation :is(input, textarea)')?.value"
        )
        (page or self.page).locator("#ask textarea").wait_for()

    def type(self, question: str) -> None:
        self.page.locator("#ask textarea").fill(question)
        self.page.keyboard.press("Enter")

    def ask(self, question: str) -> None:
        finished = self.page.locator("#chat .told").count()
        self.type(question)
        self.page.locator("#chat .told").nth(finished).wait_for()
        self.page.locator("#ask .submit-button").wait_for()

    def hover(self, place: Locator, shown: Locator) -> None:
        """On a busy machine the page may still scroll under the mouse, as it does for people: who sees nothing moves it again."""
        for _ in range(4):
            place.hover()
            try:
                shown.wait_for(timeout=5000)
            except TooLong:
                self.page.mouse.move(0, 0)
            else:
                return
        place.hover()
        shown.wait_for()

    def tab(self, name: str) -> None:
        self.page.get_by_role("tab", name=name, exact=True).click()

    @property
    def foreign(self) -> list[str]:
        return [asked for asked in self.requests if not asked.startswith((self.url + "/", "data:", "blob:"))]
