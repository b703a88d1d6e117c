"""Numbers and amounts in every spelling, and the ones that are none."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UsageError
from rag.money import Money, cents, fraction_of, money_of, number_of, percent, written, yearly_of

D = Decimal


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,000", 1000), ("5 亿", 5 * 10**8), ("1亿5000万", 15 * 10**7), ("一亿零五万", 100_050_000), ("两千五", 2500),
     ("1万5", 15_000), ("一千零五", 1005), ("二十五", 25), ("2.5 million", 2_500_000), ("20k", 20_000)],
)  # fmt: skip
def test_numbers(text, value):
    assert number_of(text) == value


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [("5亿元", 5 * 10**8, "CNY"), ("3000万人民币", 3 * 10**7, "CNY"), ("CNY 500 million", 5 * 10**8, "CNY"),
     ("20,000 yuan", 20_000, "CNY"), ("$2m", 2 * 10**6, "USD"), ("US$2.5bn", 2_500_000_000, "USD"),
     ("500万美元", 5 * 10**6, "USD"), ("７０００元", 7000, "CNY"), ("5亿", 5 * 10**8, None)],
)  # fmt: skip
def test_amounts(text, amount, currency):
    assert money_of(text) == Money(D(amount), currency)


@pytest.mark.parametrize(
    ("text", "yearly"),
    [("2万元/月", 240_000), ("20,000 yuan a month", 240_000), ("30元/小时", 262_800), ("每年3000万元", 30_000_000), ("10 USD per day", 3650)],
)  # fmt: skip
def test_amounts_with_a_period_are_told_by_the_year(text, yearly):
    assert yearly_of(text).amount == yearly


@pytest.mark.parametrize(
    ("text", "share"), [("75%", "0.75"), ("七成", "0.7"), ("七成半", "0.75"), ("百分之八十", "0.8")]
)
def test_shares(text, share):
    assert fraction_of(text) == D(share)


@pytest.mark.parametrize("text", ["", "元", "five", "5欧元", "$5元", "5 5元", "<b>", "1万2三元", "inf元", "nan"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(UsageError):
        money_of(text)


@given(st.text(alphabet="0123456789.,-亿万千百十一二五零点元美$k m%/月年", max_size=60))
def test_any_text_is_an_amount_or_a_usage_error(text):
    for read in (number_of, money_of, yearly_of, fraction_of):
        try:
            read(text)
        except UsageError:
            continue


@given(st.decimals(0, 10**12, places=2))
def test_an_amount_written_plainly_is_read_back_exactly(amount):
    assert money_of(f"{amount:,}元").amount == amount


def test_amounts_are_written_for_their_readers():
    assert written(D("125000000"), "CNY", "zh") == "1.25亿元"
    assert written(D("-30000000"), "USD", "zh") == "-3,000万美元"
    assert written(D("980.5"), "CNY", "en") == "CNY 980.50"
    assert (written(D("-0.001"), "CNY", "en"), str(cents(D("0.005"))), percent(D("0.625049"))) == (
        "CNY 0",
        "0.01",
        "62.50%",
    )
