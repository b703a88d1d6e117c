"""The user's own files in a real browser: a good one, bad ones, a hostile name; told one by one, marked, removed again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from tests.browsing import Visit, served
from tests.builders import INTERVIEW

pytestmark = pytest.mark.browser

ASKED = "王小明的机房把电费降低了多少?"
HOSTILE = "<img src=canary onerror=fetch('canary')>&lt;b&gt;\u202egpj.txt"


@pytest.fixture(scope="module")
def url(fork, index, tmp_path_factory) -> Iterator[str]:
    own = tmp_path_factory.mktemp("own")
    shutil.copytree(index, own / "index")
    with served(fork, "tests.real_page", str(own / "index"), str(own / "state")) as address:
        yield address


def add(one: Visit, **files: bytes) -> None:
    """Chooses files, whose names may be any, and waits until each has its result."""
    before = one.page.locator("#uploads li").count()
    with one.page.expect_file_chooser() as chooser:
        one.page.locator("#add-files").click()
    chosen = [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in files.items()]
    chooser.value.set_files(chosen)
    one.page.locator("#uploads li:is(.taken, .refused)").nth(before + len(files) - 1).wait_for()


def library(one: Visit, name: str) -> None:
    one.tab(name)
    one.page.locator("#library .source").nth(4).wait_for()


@pytest.mark.parametrize(
    ("locale", "tab", "added", "yours", "really", "remove"),
    [
        ("zh-CN", "资料库", "已加入", "您的文件", "确定移除?", "移除"),
        ("en-US", "Library", "added", "your document", "Really remove?", "Remove"),
    ],
)
def test_a_good_file_is_answered_from_marked_and_removed(visit, locale, tab, added, yours, really, remove):
    one = visit(locale=locale)
    library(one, tab)
    add(one, **{f"访谈-{locale}.txt": INTERVIEW.encode()})
    assert one.page.locator("#uploads li.taken").inner_text().endswith(added)
    mine = one.page.locator("#library .source.yours")
    mine.wait_for()
    assert yours in mine.inner_text()
    one.page.locator("#tabs").get_by_role("tab").first.click()
    one.ask(ASKED)
    assert one.page.locator("#cards .card .badge").inner_text() == "您的文件"  # in the question's language
    library(one, tab)
    mine.get_by_role("button", name=remove).click()
    mine.get_by_role("button", name=really).click()
    mine.wait_for(state="detached")
    assert one.page.locator("#library .source").count() == 5


def test_bad_files_say_why_and_the_good_one_among_them_is_taken(visit):
    one = visit()
    library(one, "Library")
    add(
        one,
        **{
            "noise.txt": b"\x00\x01\x02" * 200,
            "broken.pdf": b"%PDF-1.4 nothing",
            "archive.zip": b"PK\x03\x04",
            "large.txt": b"x" * (10 * 1024 * 1024 + 1),
            "good.txt": INTERVIEW.encode(),
        },
    )
    refused = one.page.locator("#uploads li.refused").all_inner_texts()
    assert [line.split("\n")[0] for line in refused] == ["noise.txt", "broken.pdf", "archive.zip", "large.txt"]
    assert all(len(line.splitlines()[-1]) > 20 for line in refused)
    assert "10 MB" in refused[3]
    assert one.page.locator("#uploads li.taken").count() == 1
    one.page.locator("#library .source.yours").wait_for()  # one, or it fails
    remove_all(one)


def test_a_hostile_file_name_is_only_a_name(visit):
    one = visit()
    library(one, "Library")
    add(one, **{HOSTILE: INTERVIEW.encode(), "../../../etc/passwd.txt": INTERVIEW.replace("40", "50").encode()})
    assert one.page.locator("#uploads li.taken").count() == 2
    one.page.locator("#library .source.yours").nth(1).wait_for()
    one.page.locator("#tabs").get_by_role("tab").first.click()
    one.ask(ASKED)
    one.hover(one.page.locator("#chat a.cite").first, one.page.get_by_role("tooltip"))
    one.page.locator("#chat a.cite").first.click()
    one.page.locator("#article mark#passage").wait_for()
    assert not [asked for asked in one.requests if "canary" in asked and "?" not in asked]
    assert one.page.locator(":is(#uploads, #library, #panel, #tip, #chat [data-testid]) img").count() == 0
    library(one, "Library")
    remove_all(one)


def test_a_lost_connection_is_told_and_the_next_try_is_taken(visit):
    one = visit()
    library(one, "Library")
    one.context.set_offline(True)
    add(one, **{"lost.txt": INTERVIEW.encode()})
    assert "lost" in one.page.locator("#uploads li.refused").inner_text()
    one.context.set_offline(False)
    add(one, **{"lost.txt": INTERVIEW.encode()})
    assert one.page.locator("#uploads li.taken").count() == 1
    one.page.locator("#library .source.yours").wait_for()
    remove_all(one)


def remove_all(one: Visit) -> None:
    mine = one.page.locator("#library .source.yours")
    for left in range(mine.count(), 0, -1):
        mine.first.locator(".remove").click()
        mine.first.locator(".remove.sure").click()
        mine.nth(left - 1).wait_for(state="detached")
