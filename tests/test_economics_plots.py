"""The plots count in units that their readers use."""

from __future__ import annotations

from decimal import Decimal

import pytest

from rag.account_form import fill
from rag.economics import account
from ui.economics_plots import cash_figure, utilisation_figure

PLAIN = {"servers": "1000", "price": "2万元/月", "capex": "5亿元", "opex": "3000万元"}
SMALL = {"servers": "1", "price": "$10/month", "capex": "$500", "opex": "$10"}


@pytest.mark.parametrize(
    ("given", "language", "unit", "first"),
    [
        (PLAIN, "zh", "亿元", -5.0),
        (PLAIN, "en", "million CNY", -500.0),
        (SMALL, "zh", "美元", -500.0),
        (SMALL, "en", "USD", -500.0),
    ],
)
def test_an_axis_names_its_unit(given, language, unit, first):
    form = fill(given)
    assert form.centre
    chosen = account(form.centre, [Decimal("0.75")])
    flow, over = cash_figure(chosen, language), utilisation_figure(chosen, language)
    assert flow.layout.yaxis.title.text == unit
    assert flow.data[0].y[0] == first
    assert over.layout.yaxis.title.text.endswith(f"({unit})")
    assert over.data[0].y[0] == pytest.approx(first * (6.5 / 5 if given is PLAIN else 1.1))
