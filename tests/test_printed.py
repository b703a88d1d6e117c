"""Printed pages: lines become paragraphs again, and what every page repeats is gone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.printed import unwrapped

FIRST = "算力会像自来水一样便宜。"


def test_a_hyphen_at_the_end_of_a_line_is_undone():
    assert unwrapped(["A good exam-\nple of it."]) == "A good example of it."


def test_a_hyphen_between_pages_is_undone():
    assert unwrapped(["A good exam-", "ple of it."]) == "A good example of it."


@pytest.mark.parametrize("after", ["Known name.", "2025 was good."])
def test_a_hyphen_before_a_capital_or_a_number_stays(after):
    assert "-" in unwrapped([f"A well-\n{after}"])


@pytest.mark.xfail(strict=True, reason="every hyphen before a small letter is undone, one of a compound as well")
def test_the_hyphen_of_a_compound_stays():
    assert unwrapped(["A state-\nof-the-art tool."]) == "A state-of-the-art tool."


def test_latin_lines_are_joined_by_a_space():
    assert unwrapped(["It is cheap because\nof the wind."]) == "It is cheap because of the wind."


def test_chinese_lines_are_joined_by_nothing():
    assert unwrapped(["算力会像自来水\n一样便宜。"]) == FIRST


def test_chinese_sentences_are_joined_by_nothing():
    assert unwrapped([f"{FIRST}\n{FIRST}"]) == FIRST + FIRST


def test_a_sentence_goes_over_the_page_break():
    assert unwrapped(["It is cheap because", "of the wind."]) == "It is cheap because of the wind."


def test_a_short_line_without_a_full_stop_is_a_heading():
    assert unwrapped(["Wind\nIt is cheap because nobody owns it."]) == "Wind\nIt is cheap because nobody owns it."


def test_a_short_last_line_ends_its_paragraph():
    page = "The first line goes to the margin of the\npage here.\nThe next paragraph is of the same width."
    assert unwrapped([page]).splitlines()[1] == "The next paragraph is of the same width."


def test_a_sentence_that_ends_at_the_margin_may_go_on():
    page = "A sentence that ends at the right margin.\nAnother of it that goes on over the line\nand on."
    assert len(unwrapped([page]).splitlines()) == 1


def test_a_label_after_a_full_stop_begins_a_line():
    page = "Host: Is it really as cheap as they say it is?\nAnna: It is cheap because of the wind we have.\nHost: Why?"
    assert unwrapped([page]) == page


def test_running_heads_are_dropped_whatever_their_page_number():
    assert "Weekly" not in unwrapped(["Weekly, page 1\nWind is cheap.", "Weekly, page 2\nSun is too."])


def test_what_most_pages_repeat_is_a_running_head():
    assert "Weekly" not in unwrapped(["Weekly\n甲。", "Weekly\n乙。", "丙。"])


def test_what_a_single_page_says_twice_is_no_running_head():
    assert unwrapped(["No.\nWhy not?\nNo.", "Yes."]).count("No.") == 2


def test_a_page_number_alone_is_dropped():
    assert unwrapped(["Wind is cheap.\n1"]) == "Wind is cheap."


@pytest.mark.parametrize("pages", [[], [""], ["\n \n", ""]])
def test_no_line_is_no_text(pages):
    assert unwrapped(pages) == ""


@given(st.lists(st.text(alphabet="ab算力。.:- \n", max_size=40), max_size=3))
def test_only_hyphens_blanks_and_whole_lines_are_ever_lost(pages):
    kept = [line.strip() for line in unwrapped(pages).splitlines()]
    letters = set("".join(pages)) - set("- \n")
    assert set("".join(kept)) <= letters | set("- ")
    assert all(kept)
