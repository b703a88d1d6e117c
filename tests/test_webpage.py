"""Web pages: the readable lines, the turns that only type or a table shows, and no navigation."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.webpage import page_text

TURNS = "<p><b>Why?</b></p><p>Wind.</p><p><b>When?</b></p><p>Soon.</p><p><b>Where?</b></p><p>Here.</p><p>There.</p>"


def lines(html: str) -> list[str]:
    return page_text(html.encode()).text.splitlines()


@pytest.mark.parametrize(
    "html",
    [
        "<p>a</p><p>b</p>",
        "<p>a<br>b</p>",
        "<ul><li>a</li><li>b</li></ul>",
        "<h2>a</h2><div>b</div>",
        "<table><tr><td>a</td><td>b</td></tr></table>",
        "<blockquote>a</blockquote><figure><figcaption>b</figcaption></figure>",
    ],
)
def test_a_block_is_a_line(html):
    assert lines(html) == ["a", "b"]


@pytest.mark.parametrize(
    "html", ["<p>a\nb</p>", "<p>a <em>b</em></p>", "<p> a&nbsp;&emsp;b </p>", "<p>a <!-- c -->b</p>"]
)
def test_wraps_marks_and_comments_break_no_line(html):
    assert lines(html) == ["a b"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a<p>b", ["a", "b"]),
        ("<ul><li>a<li>b</ul>", ["a", "b"]),
        ("<div>a<div>b</div>c</div>", ["a", "b", "c"]),
        ("<header>a</header><p>b</p>", ["a", "b"]),
    ],
    ids=["p left open", "li left open", "text before a block", "header"],
)
def test_the_words_of_two_blocks_are_never_glued(html, expected):
    assert lines(html) == expected


def test_a_title_without_a_head_is_not_glued_to_the_text():
    assert lines("<title>T</title><p>a</p>") == ["a"]


@pytest.mark.parametrize("tag", ["script", "style", "nav", "footer", "aside", "form", "button", "template", "noscript"])
def test_what_is_not_read_is_dropped_by_its_tag(tag):
    assert lines(f"<p>text</p><{tag}>other</{tag}>") == ["text"]


@pytest.mark.parametrize(
    "name",
    [
        "nav",
        "top-nav",
        "share",
        "Share",
        "related",
        "comments",
        "cookie-banner",
        "newsletter-box",
        "ad",
        "footer",
        "hot",
    ],
)
@pytest.mark.parametrize("attribute", ["class", "id"])
def test_navigation_is_dropped_by_its_name(name, attribute):
    assert lines(f'<p>text</p><div {attribute}="{name}">other</div>') == ["text"]


@pytest.mark.parametrize("name", ["headline", "download", "shared-story", "readable", "adverb", "hotel", "navigator"])
def test_a_name_that_only_contains_such_a_word_stays(name):
    assert lines(f'<div class="{name}">text</div>') == ["text"]


@pytest.mark.parametrize("tag", ["body", "main", "article"])
def test_the_article_itself_stays_whatever_its_class(tag):
    assert lines(f'<{tag} class="has-sidebar comments"><p>text</p></{tag}>') == ["text"]


@pytest.mark.parametrize("name", ["page has-sidebar", "content no-comments", "wrapper with-banner"])
def test_a_wrapper_of_the_article_stays(name):
    assert lines(f'<div class="{name}"><h1>Title</h1><p>text</p></div>') == ["Title", "text"]


def test_navigation_within_navigation_is_dropped_once():
    assert lines('<p>text</p><div class="nav"><div class="ad">other</div></div>') == ["text"]


def test_cells_are_labelled_by_their_tables_heading():
    table = "<table><tr><th>某报</th><th>王小明</th></tr><tr><td>贵吗?</td><td>很贵。</td></tr></table>"
    assert lines(table) == ["某报: 贵吗?", "王小明: 很贵。"]


def test_the_first_paragraph_of_a_cell_carries_the_label():
    table = "<table><thead><tr><th>Q</th><th>A</th></tr></thead><tr><td>Why?</td><td><p>Wind.</p><p>Sun.</p></td></tr></table>"
    assert lines(table) == ["Q: Why?", "A: Wind.", "Sun."]


@pytest.mark.parametrize(
    "heading",
    ["<th>Years</th>", "<td>Year</td><td>Price</td>", "<th>Year</th><th></th>", f"<th>{'x' * 41}</th><th>b</th>"],
)
def test_a_table_without_two_short_headings_gets_no_label(heading):
    assert lines(f"<table><tr>{heading}</tr><tr><td>2024</td><td>3</td></tr></table>")[-2:] == ["2024", "3"]


def test_bold_questions_and_plain_answers_are_turns():
    assert lines(TURNS) == ["Q: Why?", "A: Wind.", "Q: When?", "A: Soon.", "Q: Where?", "A: Here.", "There."]


def test_headings_that_ask_are_turns():
    assert lines("<h3>Why?</h3><p>Wind.</p>" * 3) == ["Q: Why?", "A: Wind."] * 3


def test_terms_that_ask_and_their_definitions_are_turns():
    assert lines(f"<dl>{'<dt>Why?</dt><dd>Wind.</dd>' * 3}</dl>") == ["Q: Why?", "A: Wind."] * 3


def test_a_glossary_has_no_turns():
    assert lines(f"<dl>{'<dt>Volt</dt><dd>A unit.</dd>' * 3}</dl>") == ["Volt", "A unit."] * 3


def test_two_bold_questions_are_no_interview():
    assert lines("<p><b>Why?</b></p><p>Wind.</p>" * 2) == ["Why?", "Wind."] * 2


def test_a_question_with_one_bold_word_is_no_turn():
    assert lines("<p>Why <b>now?</b></p><p>Wind.</p>" * 3) == ["Why now?", "Wind."] * 3


def test_a_bold_question_keeps_the_label_it_has():
    assert lines("<p><b>某报:贵吗?</b></p><p>很贵。</p>" * 3) == ["某报:贵吗?", "A: 很贵。"] * 3


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<head><title>T</title></head><p>a</p>", "T"),
        ("<title>T</title><h1>H <em>x</em></h1>", "H x"),
        ("<p>a</p>", ""),
    ],
)
def test_the_title_is_the_first_heading_else_the_pages(html, title):
    assert page_text(html.encode()).title == title


def test_the_metadata_tell_day_and_outlet():
    page = page_text(
        b'<meta property="article:published_time" content="2025-04-14T08:00Z"><meta property="og:site_name" content="Weekly">'
    )
    assert (page.date, page.outlet) == ("2025-04-14", "Weekly")


@pytest.mark.parametrize(
    ("window", "outlet"), [("H | Weekly", "Weekly"), ("H", ""), ("Weekly", ""), ("H and more", "")]
)
def test_the_window_title_tells_the_outlet_after_the_heading(window, outlet):
    assert page_text(f"<head><title>{window}</title></head><h1>H</h1>".encode()).outlet == outlet


@pytest.mark.parametrize("content", ["April 14", "", "14.04.2025"])
def test_a_day_of_another_form_is_no_day(content):
    assert page_text(f'<meta name="date" content="{content}">'.encode()).date == ""


@pytest.mark.parametrize("encoding", ["gbk", "big5", "utf-8"])
def test_the_page_is_read_in_the_encoding_it_names(encoding):
    page = page_text(f'<meta charset="{encoding}"><p>中文</p>'.encode(encoding))
    assert (page.text, page.encoding) == ("中文", encoding)


def test_an_empty_page_has_no_text():
    assert page_text(b"").text == ""


@given(st.text(alphabet="<>/ptdhrb1?ab =\"'", max_size=60))
def test_broken_markup_is_read_somehow(html):
    page_text(html.encode())
