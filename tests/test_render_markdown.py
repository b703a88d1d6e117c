"""The renderer: statements as Markdown with their marks, and no foreign text that means anything in it."""

from __future__ import annotations

import re

import pytest
from builders import PEOPLE
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.render import escape, markdown, spoken_name
from rag.types import Statement

HTML = MarkdownIt("js-default")


def tags(text):
    return set(re.findall(r"<(\w+)", HTML.render(escape(text)))) - {"p"}


def stated(text, *marks, verdict="supported", speaker="王小明"):
    return Statement(text, marks, speaker, verdict)


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> <script>x()</script>",
        "![x](http://h/x.png)",
        "[x](javascript:x)",
        "<http://h>",
        "**a** __b__ `c` ~~d~~ *e*",
        "# heading",
        "- point",
        "+ point",
        "> quote",
        "```\ncode\n```",
        "\\<b>",
        "&lt;b&gt; &#60;b&#62;",
    ],
)
def test_no_markup_survives(text):
    assert tags(text) == set()


@pytest.mark.parametrize("text", ["1. point", "1) point", "---", "-", "#", "    code"])
def test_no_block_markup_survives_at_the_start(text):
    assert tags(text) == set()


@given(st.text(alphabet="ab <>[]()!*_`~\\&#;:/\"'|{}$算1.", max_size=30).map(lambda text: "算" + text))
def test_text_inside_a_line_never_becomes_markup(text):
    assert tags(" ".join(text.split())) == set()


@given(st.text(alphabet="ab<>[]()!*_`&#;算。,", max_size=30).map(lambda text: "算" + text))
def test_what_is_read_is_what_was_written(text):
    assert HTML.parseInline(escape(text))[0].children[0].content == text


def test_direction_marks_and_controls_vanish():
    assert escape("a\u202eb\x1b[2Jc\x00") == "ab\\[2Jc"


def test_one_statement_is_a_line_with_its_marks():
    assert markdown([stated("算力便宜。", 1, 2)], "zh", PEOPLE) == "算力便宜。[1][2]"


def test_the_first_statement_leads_and_the_others_are_listed():
    assert markdown([stated("甲", 1), stated("乙", 2), stated("丙", 1)], "zh", PEOPLE) == "甲[1]\n\n- 乙[2]\n- 丙[1]"


def test_the_sources_own_words_stand_in_quotation_marks_after_their_speaker():
    assert markdown([stated("会降。", 1, verdict="verbatim")], "zh", PEOPLE) == "王小明:“会降。”[1]"
    assert markdown([stated("会降。", 1, verdict="verbatim")], "en", PEOPLE) == "Wang Xiaoming: “会降。”[1]"


def test_a_narrators_own_words_stand_without_a_speaker():
    assert markdown([stated("会降。", 1, verdict="verbatim", speaker=None)], "zh", PEOPLE) == "“会降。”[1]"


def test_brackets_in_a_statement_are_no_marks():
    text = markdown([stated("见[9]", 1)], "zh", PEOPLE)
    assert re.findall(r"(?<!\\)\[(\d+)\]", text) == ["1"]


def test_an_unsupported_statement_is_never_silently_shown():
    supported, unsupported = (
        markdown([stated("会涨。", 1, verdict=v)], "zh", PEOPLE) for v in ("supported", "unsupported")
    )
    assert supported != unsupported


def test_a_name_is_spoken_in_the_language_of_the_reader():
    assert [spoken_name("王小明", language, PEOPLE) for language in ("zh", "en")] == ["王小明", "Wang Xiaoming"]


def test_nothing_stated_is_nothing_shown():
    assert markdown([], "zh", PEOPLE) == ""
