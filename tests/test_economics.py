"""The account, the ladder and the matrix: cases worked out by hand, and laws that every account obeys."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag.account_form import BLANKS, TOOL, fill
from rag.adaptation import Adaptation, own_matrix, priced
from rag.cost_ladder import Spent, builtin_tokens, measured, project
from rag.economics import (
    Centre,
    account,
    break_even_price,
    break_even_utilisation,
    monthly,
    sensitivity,
    zone,
)
from rag.errors import UsageError
from rag.money import cents

D = Decimal
PLAIN = {"servers": "1000", "price": "2万元/月", "capex": "5亿元", "opex": "3000万元"}


def centre(**texts: str) -> Centre:
    """The plain one, with other inputs; an empty text takes one away."""
    form = fill({**PLAIN, **texts})
    assert form.centre, form.missing
    return form.centre


def at(share: str, **texts: str):
    return account(centre(**texts), [D(share)])


# Ten cases by hand. Income 1000 × 0.75 × 240,000 × 5; cost 500,000,000 + 5 × 30,000,000.
def test_case_1_a_full_account():
    of = at("0.75")
    assert (of.income, of.centre.cost, of.spread) == (D(900_000_000), D(650_000_000), D(250_000_000))
    assert of.return_on_cost == D(250) / D(650)
    assert cents(of.payback) == D("3.33")  # 500 / 150
    assert cents(break_even_utilisation(of.centre) * 100) == D("54.17")  # 650 / 1200


def test_case_2_half_empty_loses_and_is_never_paid_back():
    of = at("0.5")
    assert (of.spread, of.payback) == (D(-50_000_000), None)


def test_case_3_subsidies_come_on_top_of_the_spread():
    of = at("0.75", aid="5000万元", vouchers="400万元")
    assert (of.spread, of.result) == (D(250_000_000), D(320_000_000))
    assert cents(of.payback) == D("2.92")  # 450 / 154
    assert cents(break_even_utilisation(of.centre) * 100) == D("48.33")  # 580 / 1200


def test_case_4_long_and_short_leases_are_weighed_by_let_time():
    of = at("0.8", servers="2000", price="1.8万元/月", short_price="2.5万元/月", short_share="30%", capex="8亿元", opex="5000万元")  # fmt: skip
    assert monthly(of.centre.mean_price) == D(20_100)  # 0.7 × 18,000 + 0.3 × 25,000
    assert (of.income, of.spread) == (D(1_929_600_000), D(879_600_000))


def test_case_5_dollars_to_the_cent():
    of = at("0.7", servers="10", price="$2800.50/month", capex="400000.25 USD", opex="20000.10 USD", years="3")
    assert (of.centre.currency, of.income, of.spread) == ("USD", D("705726.00"), D("245725.45"))


def test_case_6_crests_and_troughs_average_out():
    of = account(centre(), [D(share) for share in ("0.6", "0.8", "0.9", "0.8", "0.65")])
    assert of.cash_flow == tuple(D(m) * 10**6 for m in (-500, 114, 162, 186, 162, 126))
    assert (of.mean_utilisation, of.spread) == (D("0.75"), at("0.75").spread)
    assert cents(of.payback) == D("3.23")  # after three years 38 are left, of the fourth year's 162


def test_case_7_a_rent_by_the_hour():
    of = at("1", servers="1", price="30元/小时", capex="1000000元", opex="0")
    assert (of.income, of.spread) == (D(1_314_000), D(314_000))  # 30 × 8760 × 5


def test_case_8_present_value_and_rate_of_return():
    of = at("0.8", servers="1", price="1000元/年", capex="1000元", opex="200元", years="2")
    assert of.cash_flow == (D(-1000), D(600), D(600))
    assert cents(of.npv(D("0.10"))) == D("41.32")  # -1000 + 545.45 + 495.87
    assert of.irr == pytest.approx(0.130662, abs=1e-6)  # x² + x = 5/3 for x = 1 / 1.130662


def test_case_9_the_parts_add_up_to_the_sums():
    capex = {"infrastructure": "8000万元", "hardware": "4亿元", "software": "1500万元", "models": "500万元"}
    opex = {"operations": "500万元", "repair": "300万元", "utilities": "1200万元", "administration": "200万元", "staff": "800万元"}  # fmt: skip
    parts = at("0.75", capex="", opex="", **capex, **opex)
    assert (parts.centre.investment, parts.centre.yearly_opex) == (D(500_000_000), D(30_000_000))
    assert parts.spread == D(250_000_000)


def test_case_10_the_rent_that_breaks_even():
    price = break_even_price(centre(), D("0.75"))
    assert price is not None
    assert cents(monthly(price)) == D("14444.44")  # 650,000,000 / (1000 × 0.75 × 5 × 12)


amounts = st.decimals(0, 10**10, places=2)
shares = st.decimals(0, 1, places=4)
centres = st.builds(
    Centre,
    currency=st.sampled_from(["CNY", "USD"]),
    capex=st.fixed_dictionaries({"capex": st.decimals(1, 10**10, places=2)}),
    opex=st.fixed_dictionaries({"opex": amounts}),
    servers=st.integers(1, 10**5),
    price=st.decimals(1, 10**7, places=2),
    years=st.integers(1, 10),
    vouchers=st.decimals(0, 10**6, places=2),
    aid=st.decimals(0, 10**6, places=2),
)


@given(centres, shares, shares)
def test_fuller_never_earns_less(of: Centre, one: Decimal, other: Decimal):
    low, high = sensitivity(of, sorted({one, other, D(0)}))[0], sensitivity(of, [one, other])[-1]
    assert low.result <= high.result
    assert low.payback is None or (high.payback is not None and high.payback <= low.payback)


@given(centres)
def test_break_even_really_breaks_even(of: Centre):
    share = break_even_utilisation(of)
    assume(0 < share <= 1)
    assert cents(account(of, [share]).result) == 0


@given(centres, st.decimals("0.01", 1, places=2))
def test_the_break_even_rent_really_breaks_even(of: Centre, share: Decimal):
    price = break_even_price(of, share)
    assume(price)
    same = Centre(of.currency, of.capex, of.opex, of.servers, price, None, D(0), of.years, of.vouchers, of.aid)
    assert cents(account(same, [share]).result) == 0


@given(centres, shares)
def test_the_cash_flow_adds_up_to_the_result_which_is_its_value_undiscounted(of: Centre, share: Decimal):
    one = account(of, [share])
    assert sum(one.cash_flow) == one.result == one.npv(D(0))


@given(centres, shares)
def test_it_is_paid_back_in_the_period_exactly_when_it_earns(of: Centre, share: Decimal):
    one = account(of, [share])
    assume(one.cash_flow[0] < 0 <= one.cash_flow[1])
    assert (one.payback is not None) == (cents(one.result) >= 0)


@given(st.decimals(10**3, 10**9, places=2), st.decimals("0.05", 2, places=4), st.integers(1, 10))
def test_at_the_internal_rate_of_return_nothing_is_left(capex: Decimal, ratio: Decimal, years: int):
    one = account(Centre("CNY", {"capex": capex}, {"opex": D(0)}, 1, capex * ratio, years=years), [D(1)])
    assert one.irr is not None
    left = sum(float(flow) / (1 + one.irr) ** year for year, flow in enumerate(one.cash_flow))
    assert abs(left) < 1e-6 * float(capex)


def test_without_a_change_of_sign_there_is_no_rate_of_return():
    assert at("0").irr is None


@given(centres, st.lists(shares, min_size=10, max_size=10))
def test_only_the_average_utilisation_decides_the_result(of: Centre, each: list[Decimal]):
    one = account(of, each[: of.years])
    assert cents(one.result - account(of, [one.mean_utilisation]).result) == 0


@pytest.mark.parametrize(
    ("share", "name"),
    [("0.69", "below"), ("0.7", "conservative"), ("0.8", "conservative"), ("0.81", "upside"), ("0.91", "high")],
)
def test_a_utilisation_lies_in_his_ranges(share, name):
    assert zone(D(share)) == name


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ({"capex": "-5亿元"}, "negative"),
        ({"servers": "0"}, "whole number"),
        ({"servers": "1.5"}, "whole number"),
        ({"utilisation": "120%"}, "between 0% and 100%"),
        ({"utilisation": "75"}, "with its sign"),
        ({"utilisation": "70%,80%"}, "2 utilisations for 5 years"),
        ({"years": "0"}, "whole number from 1 to 50"),
        ({"capex": "5亿"}, "names no currency"),
        ({"capex": "5亿欧元"}, "not an amount"),
        ({"capex": "$5 million"}, "mixed currencies"),
        ({"price": "2万元"}, "names no period"),
        ({"price": "0元/月"}, "above zero"),
        ({"hardware": "1元"}, "beside hardware"),
        ({"colour": "red"}, "no input 'colour'"),
        ({"capex": "1" + "0" * 16 + "元"}, "too large"),
        ({"capex": "亿" * 5000 + "元"}, "not"),
    ],
)
def test_bad_input_says_what_is_wrong(texts: dict[str, str], reason: str):
    with pytest.raises(UsageError, match=reason):
        fill({**PLAIN, **texts})


def test_what_is_missing_is_asked_for_by_name_and_nothing_is_supposed():
    form = fill({"servers": "10", "hardware": "1亿元"})
    assert form.missing == ("price", "infrastructure", "software", "models", "opex")
    assert form.centre is None


def test_a_short_price_and_its_share_need_each_other():
    assert fill({**PLAIN, "short_price": "3万元/月"}).missing == ("short_share",)
    assert fill({**PLAIN, "short_share": "30%"}).missing == ("short_price",)


def test_only_the_five_years_are_supposed():
    form = fill(PLAIN)
    assert set(form.assumptions) == {"years", "utilisation", "one_price", "no_subsidies"}
    assert form.utilisation == ()


def test_the_tool_that_a_model_gets_has_every_blank():
    assert TOOL["function"]["parameters"]["properties"].keys() == BLANKS.keys()


def test_a_projection_reaches_the_goal():
    projection = project(fallen=2, pace=1, year=2025)
    assert projection.points == ((2025.0, 2.0), (2026.0, 3.0), (2027.0, 4.0))
    assert projection.reached == 2027


@given(st.floats(0, 6), st.floats(0.1, 3), st.integers(2000, 2100))
def test_a_projection_only_rises_and_ends_at_the_goal(fallen: float, pace: float, year: int):
    projection = project(fallen=fallen, pace=pace, year=year)
    orders = [order for _, order in projection.points]
    assert orders == sorted(orders)
    assert orders[-1] == pytest.approx(max(4.0, fallen))


@pytest.mark.parametrize("bad", [{"fallen": -1}, {"pace": 0}, {"year": 1}, {"goal": float("nan")}])
def test_a_projection_outside_of_bounds_is_refused(bad: dict[str, Any]):
    with pytest.raises(UsageError, match=next(iter(bad))):
        project(**{"fallen": 2, "pace": 1, "year": 2025, **bad})


def test_sayso_stands_on_the_same_ladder():
    # 10,000 tokens in and 500 out: 0.60 + 0.06 dollars at the launch price; 0.00066 is a thousandth.
    own = measured([Spent(0.00066, 500), Spent(None, 1)], 10_000)
    assert own is not None
    assert (own.answers, own.baseline) == (1, pytest.approx(0.66))
    assert own.orders == pytest.approx(3.0)


def test_an_answer_without_a_model_has_no_ratio_and_one_without_a_price_no_measure():
    free = measured([Spent(0.0, 100)], 10_000)
    assert free is not None
    assert free.orders is None
    assert measured([Spent(None, 100)], 10_000) is None


def test_the_baseline_is_the_whole_of_the_built_in_articles():
    assert 8_000 < builtin_tokens() < 32_000  # it fits into the window that gives GPT-4-32k its name


@given(st.integers(2, 1000), st.integers(2, 1000))
def test_a_layer_never_costs_more_adapters_once_both_sides_have_two(models: int, chips: int):
    work = Adaptation(models, chips)
    assert work.saved == work.one_by_one - work.through_layer == (models - 1) * (chips - 1) - 1 >= 0


def test_the_matrix_counts_what_is_saved():
    assert Adaptation(3, 3).matrix(3) == [[-1, -1, -1], [-1, 0, 1], [-1, 1, 3]]


def test_adapters_and_the_layer_have_their_price():
    work, currency = priced(10, 5, each="30万元", layer="500万元")
    assert (work.direct_cost, work.layer_cost, currency) == (D(15_000_000), D(9_500_000), "CNY")


@pytest.mark.parametrize("costs", [{"each": "30"}, {"each": "30元", "layer": "$5"}, {"each": "-3元"}])
def test_a_cost_without_currency_of_two_or_below_zero_is_refused(costs: dict[str, str]):
    with pytest.raises(UsageError):
        priced(2, 2, **{"each": None, "layer": None, **costs})


def test_sayso_counts_its_own_models_and_servers():
    own = own_matrix()
    assert (own.models >= 1, own.chips >= 1) == (True, True)
