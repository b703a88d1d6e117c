"""The comparison: one question, a column for each founder. It lays out and wires; `comparing` says what is shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from ui.comparing import compared
from ui.engines import Engines

_EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "trigger_mode": "always_last"}


def compare_tab(engines: Engines, i18n: gr.I18n, language: gr.Radio) -> None:
    """Builds the inside of the tab. Quotes are compared, so the engine is the one that only quotes."""
    box = gr.Textbox(
        elem_id="compare-ask",
        label=i18n("compare_help"),
        placeholder=i18n("compare_ask"),
        lines=1,
        max_lines=4,
        submit_btn=True,
    )
    columns = gr.Markdown("", elem_id="columns", latex_delimiters=[], container=False)

    def compare(question: str, wanted: str) -> Iterator[str]:
        yield from compared(engines.quoting, question, wanted if wanted in ("zh", "en") else None)  # type: ignore[arg-type]

    box.submit(compare, [box, language], columns, concurrency_limit=2, **_EVENT)
