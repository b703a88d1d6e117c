"""The economics tab alone beside a source panel, over a real index. `python -m tests.economics_page INDEX` prints the address."""

from __future__ import annotations

import sys
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI

from rag.factory import open_chat_engine
from rag.settings import Settings
from ui import app as page
from ui.economics_tab import economics_tab
from ui.economics_texts import economics_translations
from ui.guard import Guard
from ui.server import _address, _article_route, _listen, _Server
from ui.texts import translations


def web_app(index: Path) -> Guard:
    """The page's own style, script, policy and article route, so that what works here works there."""
    engine = open_chat_engine(Settings(index=index))
    own = economics_translations()
    i18n = gr.I18n(**{locale: {**texts, **own[locale]} for locale, texts in translations().items()})
    with gr.Blocks(analytics_enabled=False, fill_width=True) as blocks, gr.Row(elem_id="desk"):
        with gr.Column(elem_id="talk", scale=3), gr.Tabs():
            economics_tab(engine, i18n)
        with gr.Column(elem_id="panel", scale=2):
            gr.Markdown(page._panel_head(), elem_id="panel-head", container=False)
            gr.Markdown("", elem_id="cards", container=False)
            gr.Markdown('<div id="article"></div>', elem_id="reader", container=False)
    style = (Path(page.__file__).parent / "economics.css").read_text(encoding="utf-8")
    app = FastAPI(openapi_url=None)
    app.add_api_route("/article", _article_route(engine), methods=["GET"])
    head = f"{page.HEAD}<style>{style}</style>"
    gr.mount_gradio_app(
        app, blocks.queue(), path="/", head=head, theme=page.THEME, i18n=i18n, ssr_mode=False, pwa=False
    )
    return Guard(app)


if __name__ == "__main__":
    listening = _listen("127.0.0.1", 0)
    config = uvicorn.Config(web_app(Path(sys.argv[1])), log_level="warning", ws="none", timeout_graceful_shutdown=2)
    _Server(config, lambda: print(_address(listening), flush=True)).run(sockets=[listening])
