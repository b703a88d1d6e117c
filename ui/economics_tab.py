"""The economics tab: inputs, plots and cited formulas for the account, the cost ladder and M×N. It lays out and wires;
`economics_views` says what is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from rag.account_form import BLANKS, CAPEX, EXAMPLES, OPEX
from rag.cost_ladder import GOAL
from ui.economics_views import account_view, ladder_view, measured_view, middle_view
from ui.engines import Engine
from ui.visitors import reader_language

# Figures of nobody's: shown when a button asks for them, and the button says that they are invented.
INVENTED = {"servers": "1000", "price": "2万元/月", "capex": "5亿元", "opex": "3000万元"}
_MORE = ("short_price", "short_share", "vouchers", "aid", "discount")
_EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "trigger_mode": "always_last"}


def economics_tab(engine: Engine, i18n: gr.I18n) -> None:
    """Builds the tab inside of `gr.Tabs`. `i18n` must hold `economics_translations()` too; the page needs economics.css."""
    with gr.Tab(i18n("economics_economics"), elem_id="economics"), gr.Tabs():
        with gr.Tab(i18n("economics_account")):
            _account(engine, i18n)
        with gr.Tab(i18n("economics_ladder")) as tab:
            _ladder(engine, i18n, tab)
        with gr.Tab(i18n("economics_middle")) as tab:
            _middle(engine, i18n, tab)


def _account(engine: Engine, i18n: gr.I18n) -> None:
    with gr.Row(elem_classes="economics"):
        with gr.Column(scale=2, min_width=280):
            boxes = {name: _box(name, i18n) for name in ("servers", "price", "capex", "opex")}
            utilisation = gr.Slider(0, 100, 75, step=1, label=i18n("economics_utilisation_percent"))
            years = gr.Slider(1, 15, 5, step=1, label=i18n("economics_years"))
            with gr.Accordion(i18n("economics_by_parts"), open=False):
                boxes |= {blank.name: _box(blank.name, i18n) for blank in (*CAPEX, *OPEX)}
            with gr.Accordion(i18n("economics_more"), open=False):
                boxes |= {name: _box(name, i18n) for name in _MORE}
            with gr.Row():
                example = gr.Button(i18n("economics_example"), size="sm")
                clear = gr.Button(i18n("economics_clear"), size="sm")
        with gr.Column(scale=3, min_width=320):
            told, over, flow = _text(), gr.Plot(show_label=False), gr.Plot(show_label=False)
            details, cards = _text(), _text()
    names = (*boxes, "utilisation", "years")

    def reckon(request: gr.Request, *values: Any) -> tuple[Any, ...]:
        given = {name: "" if value is None else str(value) for name, value in zip(names, values, strict=True)}
        given |= {"utilisation": f"{given['utilisation']}%", "years": given["years"].removesuffix(".0")}
        return account_view(given, engine, reader_language(request))

    # Without triggers: whenever an input changes, and when the page opens.
    gr.on(None, reckon, [*boxes.values(), utilisation, years], [told, over, flow, details, cards], **_EVENT)
    for button, texts in ((example, INVENTED), (clear, {})):
        button.click(lambda texts=texts: [texts.get(name, "") for name in boxes], None, [*boxes.values()], **_EVENT)


def _ladder(engine: Engine, i18n: gr.I18n, tab: gr.Tab) -> None:
    with gr.Row(elem_classes="economics"):
        with gr.Column(scale=2, min_width=280):
            fallen = gr.Slider(0, 6, 2, step=0.5, label=i18n("economics_fallen"))
            pace = gr.Slider(0.1, 3, 1, step=0.1, label=i18n("economics_pace"))
            year = gr.Slider(2020, 2040, 2025, step=1, label=i18n("economics_year"))
            goal = gr.Slider(1, 8, GOAL, step=0.5, label=i18n("economics_goal"))
            question = gr.Textbox(label=i18n("economics_measure_question"), max_length=2000)
            measure = gr.Button(i18n("economics_measure"), size="sm")
            own = gr.State(None)
            cost = _text()
        with gr.Column(scale=3, min_width=320):
            told, plot, cards = _text(), gr.Plot(show_label=False), _text()

    def show(request: gr.Request, *values: Any) -> tuple[Any, ...]:
        return ladder_view(values, engine, reader_language(request))

    def spend(asked: str, request: gr.Request) -> tuple[Any, str]:
        return measured_view(asked, engine, reader_language(request))

    inputs = [fallen, pace, year, goal, own]
    _on(tab, show, inputs, [told, plot, cards])
    measure.click(spend, question, [own, cost], concurrency_limit=1, **_EVENT)


def _middle(engine: Engine, i18n: gr.I18n, tab: gr.Tab) -> None:
    with gr.Row(elem_classes="economics"):
        with gr.Column(scale=2, min_width=280):
            models = gr.Slider(1, 100, 10, step=1, label=i18n("economics_models"))
            chips = gr.Slider(1, 100, 5, step=1, label=i18n("economics_chips"))
            each = gr.Textbox(label=i18n("economics_each"), placeholder="30万元", max_length=60)
            layer = gr.Textbox(label=i18n("economics_layer"), placeholder="500万元", max_length=60)
        with gr.Column(scale=3, min_width=320):
            told, plot, cards = _text(), gr.Plot(show_label=False), _text()

    def show(request: gr.Request, *values: Any) -> tuple[Any, ...]:
        return middle_view(values, engine, reader_language(request))

    _on(tab, show, [models, chips, each, layer], [told, plot, cards])


def _on(tab: gr.Tab, show: Callable[..., tuple[Any, ...]], inputs: list[Any], outputs: list[Any]) -> None:
    """When the tab is opened or an input changes; not when the page opens, which has no need of it."""
    gr.on([tab.select, *(one.change for one in inputs)], show, inputs, outputs, **_EVENT)


def _box(name: str, i18n: gr.I18n) -> gr.Textbox:
    example = EXAMPLES[BLANKS[name].kind]
    return gr.Textbox(label=i18n(f"economics_blank_{name}"), placeholder=example, max_length=60, lines=1)


def _text() -> gr.Markdown:
    """Not `gr.HTML`, which filters nothing (docs/decisions/008-gradio-under-fastapi.md)."""
    return gr.Markdown("", latex_delimiters=[], container=False)
