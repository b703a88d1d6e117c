"""Cleaning: every character of the clean text knows where it stood, whatever the raw text was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cleaning import (
    CleanText,
    Edit,
    Note,
    clean,
    drop_invisible,
    drop_markdown,
    drop_markup,
    drop_pinyin,
    drop_timestamps,
)
from rag.reading import STEPS

# Characters that mean something to a step, so that hypothesis meets them often.
NOISY = st.text(
    alphabet=st.sampled_from("算力成本(（)）lìhǎoa?&#;<>/pbr\u200b\u00a0\u3000\r\n\t \ufeff€纳"), max_size=60
)


def cleaned(raw: str) -> str:
    return clean(raw, STEPS).text


@given(st.text() | NOISY)
def test_every_kept_character_comes_from_its_raw_offset(raw):
    text = clean(raw, (drop_invisible, drop_pinyin))
    odd = {" ", "\n", "□"}  # what an odd space, a line end or a lost character becomes
    assert all(
        character in odd or raw[start:end] == character
        for character, start, end in zip(text.text, text.starts, text.ends, strict=True)
    )


@given(st.text() | NOISY)
def test_both_maps_ascend_inside_the_raw_text(raw):
    text = clean(raw, STEPS)
    assert np.all(np.diff(text.starts) >= 0)
    assert np.all(np.diff(text.ends) >= 0)
    assert np.all(text.starts < text.ends)
    assert not len(text.text) or (text.starts[0] >= 0 and text.ends[-1] <= len(raw))


@given(st.text() | NOISY)
def test_dropping_the_invisible_twice_changes_nothing_more(raw):
    once = clean(raw, [drop_invisible]).text
    assert clean(once, [drop_invisible]).text == once


@given(st.text(alphabet=st.characters(exclude_characters="&<(（?€", exclude_categories=["Cs", "Co"])))
def test_text_without_markup_and_brackets_is_clean_after_one_pass(raw):
    once = cleaned(raw)
    assert cleaned(once) == once


@given(st.text(max_size=20), st.data())
def test_an_edited_text_is_the_text_around_its_edits(raw, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(raw)), max_size=6)))
    edits = [Edit(a, b, "新", "test") for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    expected, cursor = "", 0
    for edit in edits:
        expected += raw[cursor : edit.start] + "新"
        cursor = edit.end
    assert CleanText.of(raw).edit(edits).text == expected + raw[cursor:]


def test_a_replacement_maps_to_all_that_it_replaces():
    text = CleanText.of("abcdef").edit([Edit(1, 4, "X", "test")])
    assert text.span(1, 2) == (1, 4)


def test_an_edit_of_an_edit_still_maps_to_the_raw_text():
    text = CleanText.of("abcdef").edit([Edit(1, 4, "XY", "test")]).edit([Edit(2, 4, "Z", "test")])
    assert (text.text, text.span(2, 3)) == ("aXZf", (1, 5))


@pytest.mark.parametrize("edits", [[Edit(0, 2, "", "a"), Edit(1, 3, "", "b")], [Edit(1, 1, "x", "a")]])
def test_overlapping_and_empty_edits_are_refused(edits):
    with pytest.raises(ValueError, match="empty or overlaps"):
        CleanText.of("abc").edit(edits)


def test_the_report_counts_edits_by_kind():
    assert clean("算(suàn)力(lì)\u200b", STEPS).report == {"pinyin": 2, "invisible": 1}


def test_the_report_of_a_text_that_needs_no_edit_is_empty():
    assert clean("算力很贵。", STEPS).report == {}


@pytest.mark.parametrize(
    ("step", "raw", "report"),
    [
        (drop_invisible, "算\u00a0力", {"space": 1}),
        (drop_markup, "<b>算</b>", {"markup": 2}),
        (drop_markup, "算?/p>", {"markup": 1}),
        (drop_markup, "A&amp;B", {"entity": 1}),
        (drop_pinyin, "请?jiǎn)", {"damaged": 1}),
        (drop_timestamps, "[00:12] 贵。", {"timestamp": 1}),
        (drop_timestamps, "贵。[laughter]", {"stage direction": 1}),
        (drop_markdown, "---\ntitle: 算力\n---\n贵。", {"front matter": 1}),
        (drop_markdown, "![图](a.png)贵。", {"image": 1}),
        (drop_markdown, "# 算力", {"markdown": 1}),
        (drop_markdown, "[算力](a.html)", {"markdown": 2}),
    ],
)
def test_every_step_names_the_kind_of_its_edits(step, raw, report):
    assert clean(raw, [step]).report == report


@pytest.mark.parametrize("kind", ["repaired", "damaged", "boilerplate"])
def test_a_change_of_what_is_read_is_noted_at_its_raw_place(kind):
    text = CleanText.of("ab四cde").edit([Edit(0, 2, "", "markup")]).edit([Edit(1, 3, "X", kind)])
    assert text.notes == (Note(kind, 3, 5, "X"),)


def test_a_change_of_form_only_is_not_noted():
    assert CleanText.of("<b>贵").edit([Edit(0, 3, "", "markup")]).notes == ()


def test_a_later_edit_keeps_the_notes_of_the_one_before():
    text = CleanText.of("abcd").edit([Edit(0, 1, "X", "repaired")]).edit([Edit(2, 3, "Y", "damaged")])
    assert text.notes == (Note("repaired", 0, 1, "X"), Note("damaged", 2, 3, "Y"))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("計(jì)算機(jī)視覺", "計算機視覺"),
        ("问题(wèn tí)很大", "问题很大"),
        ("計算機視覺(CV)", "計算機視覺(CV)"),
        ("AIDC(智算中心)", "AIDC(智算中心)"),
        ("上海(Beijing)和他(a)", "上海(Beijing)和他(a)"),
        ("A&amp;B &#60;b&#62; &copy;", "A&B <b> ©"),
        ("<p>一</p>二<br>三", "一二三"),
        ("a<b且c>d", "a<b且c>d"),
        ("算\u200b力\ufeff\u202e", "算力"),
        ("算\u00a0力\u3000贵", "算 力 贵"),
        ("一\r\n二\r三\u2028四", "一\n二\n三\n四"),
    ],
)
def test_noise_goes_and_words_stay(raw, expected):
    assert cleaned(raw) == expected


def test_a_word_with_pinyin_in_it_spans_the_pinyin_too():
    assert clean("算(suàn)力(lì)贵", STEPS).span(0, 2) == (0, 8)


def test_a_bare_syllable_goes_only_where_the_page_is_full_of_pinyin():
    page = "力(lì)" * 20
    assert clean(page + "子(zi)", [drop_pinyin]).text == "力" * 20 + "子"


@pytest.mark.parametrize("entity", ["&#8203;", "&zwnj;", "&#x202e;"])
def test_an_entity_for_something_invisible_vanishes(entity):
    assert cleaned(f"算{entity}力") == "算力"


def test_a_tag_is_dropped_once_and_its_text_stays():
    assert clean("<b>便宜</b>", [drop_markup]).text == "便宜"


def test_what_is_left_of_a_tag_after_a_lost_character_goes():
    assert clean("贵?/p>好", [drop_markup]).text == "贵?好"


@pytest.mark.parametrize(("raw", "expected"), [("<b><i>贵</i></b>", "贵"), ("&lt;&gt;", "<>"), ("<b>&amp;</b>", "&")])
def test_tags_and_entities_that_touch_are_each_edited(raw, expected):
    assert clean(raw, [drop_markup]).text == expected


@pytest.mark.parametrize("raw", ["若a<b,则c>d", "x<i, y>z"])
def test_a_comparison_is_no_tag(raw):
    assert clean(raw, [drop_markup]).text == raw


def test_two_entities_in_a_tag_go_with_the_tag():
    assert clean('<a href="x?a=1&amp;b=2&amp;c=3">报告</a>', [drop_markup]).text == "报告"


@pytest.mark.parametrize("ends", ["\f", "\v", "\x85", "\u2028", "\r\n"])
def test_whatever_ends_a_line_or_page_is_a_line_end(ends):
    assert clean(f"第一页{ends}第二页", [drop_invisible]).text == "第一页\n第二页"


def test_an_entity_in_a_tag_goes_with_the_tag():
    assert clean('<a href="x?a=1&amp;b=2">贵</a>', [drop_markup]).text == "贵"


def test_a_character_that_lost_its_edge_is_marked_and_noted():
    text = clean("邀?qǐng)他(tā)来", [drop_pinyin])
    assert (text.text, text.notes) == ("邀□他来", (Note("damaged", 1, 7, "□"),))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("[00:12] 贵。\n[1:02:03]会降。", "贵。\n会降。"),
        ("  [00:12]  贵。", "贵。"),
        ("贵。[laughter] 会降。[Music]", "贵。会降。"),
        ("贵。[applause]\n[00:15] 会降。", "贵。\n会降。"),
        ("[00:12] [laughs] 贵。", "贵。"),
        ("定在[09:30]开会。", "定在[09:30]开会。"),
        ("[2024] 贵。", "[2024] 贵。"),
        ("贵[注1]。", "贵[注1]。"),
    ],
)
def test_time_stamps_that_begin_a_line_and_stage_directions_go(raw, expected):
    assert clean(raw, [drop_timestamps]).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("---\ntitle: 算力\n---\n贵。", "贵。"),
        ("贵。\n---\n会降。\n---\n", "贵。\n---\n会降。\n---\n"),
        ("前![图](a.png)后", "前后"),
        ("见[报告](a.html)和[附录](b.html)。", "见报告和附录。"),
        ("**王小明**:__很__贵,**真的**。", "王小明:很贵,真的。"),
        ("**[报告](a.html)**", "报告"),
        ("# 算力\n### 电费", "算力\n电费"),
        ("> 贵。\n>会降。", "贵。\n会降。"),
        ("- 一\n* 二\n+ 三", "一\n二\n三"),
        ("-5%\n#1\n+3", "-5%\n#1\n+3"),
        ("3 - 1 = 2,2 ** 3 ** 4", "3 - 1 = 2,2 ** 3 ** 4"),
        ("贵[注1](见下文", "贵[注1](见下文"),
    ],
)
def test_of_markdown_the_marks_go_and_the_words_stay(raw, expected):
    assert clean(raw, [drop_markdown]).text == expected


@pytest.mark.parametrize(
    ("raw", "word"),
    [("见[报告](a.html)。", "报告"), ("很**便宜**。", "便宜"), ("# 算力", "算力"), ("![图](a)贵", "贵")],
)
def test_a_word_between_markdown_marks_maps_to_itself(raw, word):
    text = clean(raw, [drop_markdown])
    at = text.text.index(word)
    start, end = text.span(at, at + len(word))
    assert raw[start:end] == word
