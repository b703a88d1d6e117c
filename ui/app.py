"""The page: an engine in, Gradio Blocks out. It lays out and wires; `conversation` decides what is said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Read by Gradio when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr  # noqa: E402

from rag.types import Language  # noqa: E402
from ui.conversation import Conversation, Engine, answer_object, reply  # noqa: E402
from ui.render import mode  # noqa: E402
from ui.escaping import escape  # noqa: E402
from ui.texts import EXAMPLES, MAX_QUESTION, text, translations  # noqa: E402
from ui.voices import Voices  # noqa: E402

HERE = Path(__file__).parent
# Not through Gradio's `css`: that adds a copy of every rule, scoped to the container, and rules about <body> lose to it.
HEAD = "<style>{}</style><script>{}</script>".format(*((HERE / name).read_text(encoding="utf-8") for name in ("style.css", "page.js")))
I18N = gr.I18n(**translations())
SYSTEM_FONTS = ("system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
THEME = gr.themes.Default(font=SYSTEM_FONTS, font_mono=("ui-monospace", "monospace"), radius_size="md")
# A retrieval takes a core for a tenth of a second; more at once would only wait for each other.
AT_ONCE = 4
WAITING = 32


def build(engine: Engine) -> gr.Blocks:
    """Chat on the left, sources on the right; on a phone the sources come over the chat."""
    with gr.Blocks(title="Sayso", analytics_enabled=False, fill_width=True) as page:
        conversation = gr.State(Conversation(), time_to_live=24 * 3600)
        with gr.Row(elem_id="top"):
            _text(_brand(engine), "brand")
            fresh = gr.Button(I18N("new_chat"), elem_id="new-chat", size="sm", scale=0)
        with gr.Row(elem_id="desk", equal_height=True):
            with gr.Column(elem_id="talk", scale=3, min_width=0):
                chat = gr.Chatbot(
                    elem_id="chat", label=I18N("conversation"), show_label=False, container=False, height=None, layout="panel",
                    buttons=[], latex_delimiters=[], allow_file_downloads=False, group_consecutive_messages=False,
                    placeholder=_welcome(), examples=[{"text": question} for _, question in EXAMPLES],
                )  # fmt: skip
                speakers = gr.CheckboxGroup(
                    choices=_choices(engine), label=I18N("filter"), elem_id="speakers", container=False, type="value"
                )
                box = gr.Textbox(
                    elem_id="ask", placeholder=I18N("ask"), label=I18N("question"), show_label=False, container=False,
                    lines=1, max_lines=8, submit_btn=True, stop_btn=False, autofocus=True,
                )  # fmt: skip
            with gr.Column(elem_id="panel", scale=2, min_width=0):
                _text(_panel_head(), "panel-head")
                cards = _text("", "cards")
                _text('<div id="article"></div>', "reader")
        _wire(engine, page, conversation, chat, speakers, box, cards, fresh)
    return page


def _wire(engine, page, conversation, chat, speakers, box, cards, fresh) -> None:  # type: ignore[no-untyped-def]
    shown = [conversation, chat, cards, box]

    def ask(question: str, so_far: Conversation, only: list[str]) -> Iterator[tuple[Any, ...]]:
        if not question.strip():
            yield so_far, gr.skip(), gr.skip(), gr.skip()
            return
        # A question that is too long goes back into the box, to be shortened.
        kept = question if len(question) > MAX_QUESTION else ""
        yield gr.skip(), gr.skip(), gr.skip(), gr.Textbox(kept, submit_btn=False, stop_btn=True)
        for grown in reply(engine, so_far, question, only):
            yield grown, [*grown.messages], "".join(grown.cards), gr.skip()
        yield gr.skip(), gr.skip(), gr.skip(), gr.Textbox(submit_btn=True, stop_btn=False)

    def stop(so_far: Conversation) -> tuple[Any, ...]:
        ended = so_far.stopped()
        return ended, [*ended.messages], "".join(ended.cards), gr.Textbox(submit_btn=True, stop_btn=False)

    def begin() -> tuple[Any, ...]:
        return Conversation(), [], "", gr.Textbox("", submit_btn=True, stop_btn=False)

    def example(chosen: gr.SelectData) -> str:
        return str(chosen.value["text"])

    private = {"api_visibility": "private", "show_progress": "hidden"}
    asking = {"inputs": [box, conversation, speakers], "outputs": shown, "concurrency_limit": AT_ONCE, "concurrency_id": "ask"}
    typed = box.submit(ask, **asking, **private)
    picked = chat.example_select(example, None, box, queue=False, **private).then(ask, **asking, **private)
    box.stop(stop, conversation, shown, cancels=[typed, picked], queue=False, **private)
    fresh.click(begin, None, shown, cancels=[typed, picked], queue=False, **private)
    page.load(lambda: gr.CheckboxGroup(choices=_choices(engine)), None, speakers, queue=False, **private)

    def answer(question: str, history: list[str] | None = None, speakers: list[str] | None = None) -> dict[str, Any]:
        """The answer object. `history`: earlier user questions, oldest first. `speakers`: only their words may answer."""
        return answer_object(engine, question, history or [], speakers or [])

    # Gradio reads the hints themselves, not their text.
    answer.__annotations__ = {"question": str, "history": list[str] | None, "speakers": list[str] | None, "return": dict}
    gr.api(answer, api_name="ask", concurrency_limit=AT_ONCE, concurrency_id="ask")
    page.queue(max_size=WAITING)


def _text(html: str, name: str) -> gr.Markdown:
    """Not `gr.HTML`: that needs 'unsafe-eval' in the page's policy and filters nothing; this has Gradio's sanitiser, too."""
    return gr.Markdown(html, elem_id=name, latex_delimiters=[], container=False)


def _choices(engine: Engine) -> list[tuple[str, str]]:
    """Those who speak in some article, by both names; the value is the manifest's spelling."""
    library = engine.library()
    heard = dict.fromkeys(name for source in library.store.sources() for name in source.speakers)
    voices = Voices.of(library.people.people)
    return [(" ".join(dict.fromkeys((name, voices.name(name, "en")))), name) for name in heard]


def _brand(engine: Engine) -> str:
    model = engine.settings.model or None
    return (
        f'<h1>Sayso</h1><p class="tagline">{_both("tagline")}</p>'
        f'<span class="mode" role="status">{_each(lambda language: mode(model, language))}</span>'
    )


def _welcome() -> str:
    return f'<div class="welcome"><h2>Sayso</h2><p>{_both("welcome")}</p></div>'


def _panel_head() -> str:
    return (
        f'<div class="bar"><button class="back" type="button">← {_both("back")}</button><h2>{_both("sources")}</h2>'
        f'<button class="close" type="button">{_both("close")}</button></div><p class="none">{_both("empty_panel")}</p>'
        + "".join(f'<span id="word-{key}" class="word">{_both(key)}</span>' for key in ("loading", "unreachable"))
    )


def _both(key: str) -> str:
    """Words in both languages; style.css shows the one of the browser, which page.js writes into `<html lang>`."""
    return _each(lambda language: text(language, key))


def _each(words) -> str:  # type: ignore[no-untyped-def]
    languages: tuple[Language, ...] = ("zh", "en")
    return "".join(f'<span class="in-{language}" lang="{language}">{escape(words(language))}</span>' for language in languages)
