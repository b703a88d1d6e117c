"""Accounts, rungs and matrices in, Plotly figures out. Gradio brings Plotly's script with it, so a figure asks no other host."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go

from rag.adaptation import Adaptation
from rag.cost_ladder import GOAL, RUNGS, Measured, Projection
from rag.economics import LOW, TOP, Account, break_even_utilisation, sensitivity
from rag.money import Currency
from rag.types import Language
from ui.economics_texts import words

_INK, _LINE = "#808085", "rgba(128,128,133,.25)"  # readable on light and on dark paper
_COLOURS = ("#2f6fd0", "#c8641c", "#1f8a5b", "#8e55c4")
_SHARES = [Decimal(share) / 100 for share in range(0, 101, 5)]


def utilisation_figure(chosen: Account, language: Language) -> go.Figure:
    """The result over utilisation, with Zhang Yalin's ranges, the break-even point and the chosen one."""
    centre = chosen.centre
    points = sensitivity(centre, _SHARES)
    scale, unit = unit_of([of.result for of in points], centre.currency, language)
    figure = _figure(words(language, "utilisation_percent"), f"{words(language, 'result_axis')} ({unit})")
    figure.add_vrect(x0=float(LOW) * 100, x1=float(TOP) * 100, fillcolor=_COLOURS[0], opacity=0.12, line_width=0)
    figure.add_vrect(x0=float(TOP) * 100, x1=100, fillcolor=_COLOURS[2], opacity=0.12, line_width=0)
    for side, key in (("right", "his_range"), ("left", "his_upside")):  # each on its own side of where the ranges meet
        figure.add_annotation(
            x=float(TOP) * 100, xanchor=side, xshift=-4 if side == "right" else 4, y=1.06, yref="paper",
            text=words(language, key), showarrow=False, font_size=11,
        )  # fmt: skip
    x, y = [float(of.mean_utilisation) * 100 for of in points], [float(of.result / scale) for of in points]
    figure.add_scatter(x=x, y=y, mode="lines", line_color=_COLOURS[0], name=words(language, "result_axis"))
    marked = [(chosen.mean_utilisation, float(chosen.result / scale), "chosen", _COLOURS[3])]
    if (even := break_even_utilisation(centre)) <= 1:
        marked.append((even, 0.0, "break_even", _COLOURS[1]))
    for share, result, key, colour in marked:
        name = f"{words(language, key)} {float(share):.1%}"
        figure.add_scatter(
            x=[float(share) * 100], y=[result], mode="markers", marker={"size": 11, "color": colour}, name=name
        )
    return figure


def cash_figure(chosen: Account, language: Language) -> go.Figure:
    """Each year's cash flow as a bar, and what it adds up to as a line."""
    scale, unit = unit_of(chosen.cash_flow, chosen.centre.currency, language)
    flows = [float(flow / scale) for flow in chosen.cash_flow]
    years = [*range(len(flows))]
    figure = _figure(words(language, "years"), unit)
    figure.add_bar(x=years, y=flows, marker_color=_COLOURS[0], opacity=0.6, name=words(language, "cash_flow"))
    total = [*accumulate(flows)]
    figure.add_scatter(
        x=years, y=total, mode="lines+markers", line_color=_COLOURS[1], name=words(language, "cumulated")
    )
    figure.update_xaxes(dtick=1)
    return figure


def ladder_figure(dates: Sequence[str], projection: Projection, own: Measured | None, language: Language) -> go.Figure:
    """A bar from the lowest to the highest order for each rung, Sayso's own, and below them the projection by year."""
    figure = go.Figure().set_subplots(rows=2, cols=1, vertical_spacing=0.16, row_heights=[0.55, 0.45])
    labels = [f"{words(language, f'kind_{rung.kind}')}<br>({date})" for rung, date in zip(RUNGS, dates, strict=True)]
    bars = [(label, rung.low, rung.high) for label, rung in zip(labels, RUNGS, strict=True)]
    if own and own.orders is not None:
        bars.append((words(language, "own_bar"), 0.0, own.orders))
    wide = [max(high - low, 0.06) for _, low, high in bars]  # a goal is one order and would be no bar
    figure.add_bar(
        y=[label for label, _, _ in bars], x=wide, base=[low for _, low, _ in bars], orientation="h", row=1, col=1,
        marker_color=[_COLOURS[("fallen", "ahead", "goal").index(rung.kind)] for rung in RUNGS] + [_COLOURS[3]] * (len(bars) - len(RUNGS)),
        hovertext=[f"10^{low:g} – 10^{high:.3g}" for _, low, high in bars], hoverinfo="text", showlegend=False,
    )  # fmt: skip
    years, orders = zip(*projection.points, strict=True)
    figure.add_scatter(
        x=years,
        y=orders,
        mode="lines+markers",
        line_color=_COLOURS[1],
        name=words(language, "projection"),
        row=2,
        col=1,
    )
    figure.add_hline(
        y=GOAL, line_dash="dot", line_color=_COLOURS[2], row=2, col=1, annotation_text=words(language, "goal_line")
    )
    figure.update_xaxes(
        title_text=words(language, "orders_axis"),
        range=[0, max(5.0, max(low + w for (_, low, _), w in zip(bars, wide, strict=True)) + 0.5)],
        row=1,
        col=1,
    )
    figure.update_yaxes(autorange="reversed", automargin=True, row=1, col=1)
    figure.update_yaxes(title_text=words(language, "orders_axis"), row=2, col=1)
    figure.update_xaxes(tickformat="d", dtick=1 if len(years) < 12 else None, row=2, col=1)
    return _styled(figure, height=560)


def matrix_figure(work: Adaptation, language: Language) -> go.Figure:
    """Adapters saved for every small number of models and chips; the chosen pair is marked where it lies inside."""
    matrix = work.matrix()
    sides = [*range(1, len(matrix) + 1)]
    figure = _figure(words(language, "chips"), words(language, "models"))
    figure.add_heatmap(
        x=sides, y=sides, z=matrix, colorscale="Blues", zmin=-1, colorbar_title=words(language, "saved"),
        texttemplate="%{z}", hovertemplate="M=%{y}, N=%{x}: %{z}<extra></extra>",
    )  # fmt: skip
    if work.models in sides and work.chips in sides:
        figure.add_scatter(
            x=[work.chips], y=[work.models], mode="markers", showlegend=False, hoverinfo="skip",
            marker={"symbol": "square-open", "size": 24, "color": _COLOURS[1], "line": {"width": 3}},
        )  # fmt: skip
    figure.update_xaxes(dtick=1)
    figure.update_yaxes(dtick=1)
    return figure


def unit_of(amounts: Sequence[Decimal], currency: Currency, language: Language) -> tuple[Decimal, str]:
    """What an axis counts in, by the largest amount: (its size, its name).

    >>> unit_of([Decimal(-500_000_000)], "CNY", "zh")
    (Decimal('100000000'), '亿元')
    """
    yuan = "元" if currency == "CNY" else "美元"
    steps = ((8, f"亿{yuan}"), (4, f"万{yuan}"), (0, yuan)) if language == "zh" else ((6, f"million {currency}"), (3, f"thousand {currency}"), (0, currency))  # fmt: skip
    most = max(map(abs, amounts), default=Decimal(0))
    return next(((Decimal(10**power), name) for power, name in steps if most >= 10**power), (Decimal(1), steps[-1][1]))


def _figure(x: str, y: str) -> go.Figure:
    figure = go.Figure()
    figure.update_xaxes(title_text=x)
    figure.update_yaxes(title_text=y)
    return _styled(figure)


def _styled(figure: go.Figure, height: int = 360) -> go.Figure:
    clear = "rgba(0,0,0,0)"
    legend: dict[str, Any] = {"orientation": "h", "y": -0.22}
    margin = {"l": 60, "r": 20, "t": 30, "b": 50}
    figure.update_layout(
        template="none",
        paper_bgcolor=clear,
        plot_bgcolor=clear,
        font_color=_INK,
        height=height,
        legend=legend,
        margin=margin,
    )
    figure.update_xaxes(gridcolor=_LINE, zerolinecolor=_LINE, automargin=True)
    return figure.update_yaxes(gridcolor=_LINE, zerolinecolor=_INK, automargin=True)
