"""Documents of the user's own: taken, marked, answered from, replaced, removed; refused ones leave nothing behind."""

from __future__ import annotations

import shutil

import pytest

from rag.factory import open_chat_engine
from rag.settings import Settings
from tests.builders import INTERVIEW
from ui.documents import MOST_BYTES, Documents, fit_name
from ui.library_view import library_html


@pytest.fixture
def documents(index, tmp_path):
    shutil.copytree(index, tmp_path / "index")
    return Documents(open_chat_engine(Settings(index=tmp_path / "index", state=tmp_path / "state")))


def test_a_document_is_answered_from_until_it_is_removed(documents):
    engine = documents.engine
    taken = documents.add("访谈.txt", INTERVIEW.encode(), "zh")
    assert (taken.taken, taken.told) == (True, "已加入")
    answer = engine.query("王小明的机房把电费降低了多少?")
    assert [citation.file for citation in answer.citations] == ["访谈.txt"]
    page = library_html(engine.library(), "zh")
    assert page.count("您的文件") == 1
    assert page.count("自带文章") == 5
    assert documents.add("访谈.txt", INTERVIEW.encode(), "zh").told == "没有变化"
    assert documents.add("访谈.txt", INTERVIEW.replace("40", "50").encode(), "zh").told == "已更新"
    assert documents.remove(answer.citations[0].source, "zh").taken
    assert engine.query("王小明的机房把电费降低了多少?").refused
    assert not [*documents.folder.iterdir()]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"\x00\x01\x02" * 200, "no text in it"),
        ("empty.txt", b"", "empty"),
        ("broken.pdf", b"%PDF-1.4 nothing", "broken PDF"),
        ("archive.zip", b"PK\x03\x04", ".zip"),
        ("large.txt", b"x" * (MOST_BYTES + 1), "10 MB"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason_and_leaves_nothing(documents, name, content, reason):
    refused = documents.add(name, content, "en")
    assert not refused.taken
    assert reason in refused.told
    assert name not in refused.told  # which stands beside it
    assert str(documents.folder) not in refused.told
    assert not documents.folder.exists() or not [*documents.folder.iterdir()]


def test_the_built_in_articles_stay(documents):
    assert not documents.remove("003_3772bafaed6e6384", "en").taken
    assert not documents.remove("nowhere", "en").taken


@pytest.mark.parametrize(
    "name", ["../../x.txt", "..\\..\\x.txt", "/etc/x.txt", "a\x00b.txt", ".hidden.txt", "\u202etxt.exe", "", "...", "x" * 300 + ".txt", "<img src=x onerror=alert(1)>.txt"],
)  # fmt: skip
def test_a_file_name_leads_nowhere(name):
    fit = fit_name(name)
    assert 0 < len(fit) <= 90
    assert not set(fit) & set('/\\<>:"|?*\x00\u202e')
    assert not fit.startswith(".")
