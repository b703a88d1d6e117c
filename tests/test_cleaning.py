"""Cleaning: every character of the clean text knows where it stood, whatever the raw text was."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cleaning import CleanText, Edit, clean, drop_invisible, drop_markup, drop_pinyin
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
