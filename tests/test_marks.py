"""Marks: every form that models write, cut anywhere, and never half of one shown."""

from __future__ import annotations

import re

import pytest
from double import in_pieces
from hypothesis import given
from hypothesis import strategies as st

from rag.marks import LineReader

KNOWN = ("S1", "S2", "S3")


def read(text: str, size: int = 1):
    reader = LineReader(KNOWN)
    lines = [line for piece in in_pieces(text, size) for line in reader.feed(piece)]
    return [*lines, *reader.flush()]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(
    "marks",
    ["[S1][S2]", "[S1, S2]", "[S1、S2]", "【S1】【S2】", "[1, 2]", "【1】[2]", "[^1][^2]", "(S1)(S2)", "[source 1; 2]",
     "(来源 1)[S2]", "［S1，S2］", "[s1,s2]", "[S1-S2]"],
)  # fmt: skip
def test_every_usual_form_of_a_mark_is_read_wherever_it_is_cut(marks, size):
    (line,) = read(f"Costs fell.{marks}", size)
    assert (line.text, line.labels, line.unknown) == ("Costs fell.", ("S1", "S2"), 0)


def test_labels_of_nothing_are_dropped_and_counted():
    (line,) = read("Costs fell. [S99][0][S2][7, 8]")
    assert (line.labels, line.unknown) == (("S2",), 4)


@pytest.mark.parametrize("text", ["In 2024 (2024)", "the third (3) way", "a list [of things]"])
def test_what_only_looks_like_a_mark_stays(text):
    (line,) = read(f"{text}. [S1]")
    assert line.text == f"{text}."


def test_bullets_and_numbers_of_a_list_are_no_part_of_the_claim():
    assert [line.text for line in read("- one [S1]\n2. two [S2]\n\n• three [S3]")] == ["one", "two", "three"]


@pytest.mark.parametrize("text", ["Costs fell. [S", "Costs fell. 【", "Costs fell. (sour", "Costs fell. [S1, S"])
def test_half_a_mark_is_held_back(text):
    reader = LineReader(KNOWN)
    list(reader.feed(text))
    assert reader.pending == "Costs fell."


@given(st.text(alphabet="aS1293[]【】()（）,、^ \n源来", max_size=60), st.integers(1, 7))
def test_labels_are_known_ones_and_the_cut_changes_nothing(text, size):
    lines = read(text, size)
    assert all(set(line.labels) <= set(KNOWN) for line in lines)
    assert lines == read(text, 1000)
    assert not any(re.search(r"\[S\d+\]|【\d+】", line.text) for line in lines)
