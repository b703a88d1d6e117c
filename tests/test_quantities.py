"""Quantities: one value, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.quantities import stated, values


@pytest.mark.parametrize(
    "spelling", ["1万倍", "一万倍", "10,000×", "10000 times", "ten thousand times", "１０，０００倍", "10^4"]
)
def test_ten_thousand_is_ten_thousand(spelling):
    assert 10_000 in values(spelling)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7成", 70),
        ("七成", 70),
        ("70%", 70),
        ("seventy percent", 70),
        ("twenty-five", 25),
        ("两三年", 3),
        ("160亿元", 16_000_000_000),
        ("1.5 billion", 1_500_000_000),
        ("3.5亿", 350_000_000),
        ("三千五百万", 35_000_000),
        ("二〇二四年", 2024),
        ("10^14倍", 1e14),
        ("300P", 300),
        ("十五", 15),
        ("2~3个量级", 3),
    ],
)
def test_a_number_is_read_in_either_language(text, value):
    assert value in values(text)


def test_a_text_without_numbers_has_no_values():
    assert values("算力很便宜。Compute is cheap.") == frozenset()


def test_one_as_an_article_is_not_stated():
    assert stated("一个目标,第一步") == frozenset()


def test_the_scaled_value_is_what_is_stated():
    assert stated("降1万倍") == {10_000}


@given(st.integers(1, 9_999), st.sampled_from([("", 1), ("万", 10**4), ("亿", 10**8)]))
def test_digits_with_a_scale_state_their_product(number, scale):
    assert stated(f"共{number}{scale[0]}元") == {number * scale[1]}


@given(st.integers(0, 10**15))
def test_thousands_separators_change_nothing(number):
    assert stated(f"{number:,}") == stated(str(number)) == {float(number)}


@given(st.text(alphabet="0123456789.,零一二两十百千万亿成倍%元年 ^tenkmilion", max_size=30) | st.text())
def test_any_text_can_be_read_and_states_only_values_it_has(text):
    assert stated(text) <= values(text)


def test_an_absurd_number_is_no_crash():
    values("亿" * 50)
