"""The page: an engine in, Gradio Blocks out. It lays out and wires; `conversation` decides what is said."""

from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Read by Gradio when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from gradio.events import api

from rag.types import Language
from ui.answering import Run
from ui.conversation import Conversation, Engine, answer_object, reply
from ui.escaping import escape
from ui.render import mode
from ui.texts import EXAMPLES, MAX_QUESTION, text, translations

HERE = Path(__file__).parent
# Not through Gradio's `css`: that adds a copy of every rule, scoped to the container, and rules about <body> lose to it.
STYLE, SCRIPT = ((HERE / name).read_text(encoding="utf-8") for name in ("style.css", "page.js"))
HEAD = f"<style>{STYLE}</style><script>{SCRIPT}</script>"
I18N = gr.I18n(**translations())
# The system's own: no font is fetched.
FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
THEME = gr.themes.Default(font=FONTS, font_mono=("ui-monospace", "monospace"), radius_size="md")
# A retrieval takes a core for a tenth of a second; more at once would only wait for each other.
AT_ONCE: dict[str, Any] = {"concurrency_limit": 4, "concurrency_id": "ask"}
WAITING = 32
# What page.js says, which knows no words of its own.
WORDS = ("loading", "unreachable", "send", "stop", "sources", "filter_help", "conversation")
# Names that only the page itself may call.
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


@dataclass(frozen=True)
class Parts:
    """What the events of the page read and write."""

    conversation: gr.State
    chat: gr.Chatbot
    speakers: gr.CheckboxGroup
    box: gr.Textbox
    cards: gr.Markdown
    fresh: gr.Button

    @property
    def shown(self) -> list[Any]:
        return [self.conversation, self.chat, self.cards, self.box]


def build(engine: Engine) -> Any:
    """Blocks: chat on the left, sources on the right; on a phone the sources come over the chat."""
    with gr.Blocks(title="Sayso", analytics_enabled=False, fill_width=True) as page:
        with gr.Row(elem_id="top"):
            _text(_brand(engine), "brand")
            fresh = gr.Button(I18N("new_chat"), elem_id="new-chat", size="sm", scale=0)
        with gr.Row(elem_id="desk", equal_height=True):
            with gr.Column(elem_id="talk", scale=3, min_width=0):
                chat = _chat()
                speakers = gr.CheckboxGroup(choices=_choices(engine), label=I18N("filter"), elem_id="speakers")
                box = _box()
            with gr.Column(elem_id="panel", scale=2, min_width=0):
                _text(_panel_head(), "panel-head")
                cards = _text("", "cards")
                _text('<div id="article"></div>', "reader")
        parts = Parts(gr.State(Conversation(), time_to_live=24 * 3600), chat, speakers, box, cards, fresh)
        _wire_chat(engine, parts)
        _wire_api(engine)
        page.load(lambda: gr.update(choices=_choices(engine)), None, speakers, queue=False, **PRIVATE)
    return page.queue(max_size=WAITING)


def _wire_chat(engine: Engine, parts: Parts) -> None:
    running: dict[str, Run[Conversation]] = {}
    gate = threading.Semaphore(AT_ONCE["concurrency_limit"])

    async def respond(
        question: str, so_far: Conversation, only: list[str], request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        page = str(request.session_hash)
        before = running.get(page)
        if not question.strip() or (before and not before.ended):
            yield (gr.skip(),) * 4
            return
        # A question that is too long goes back into the box, to be shortened.
        kept = question if len(question) > MAX_QUESTION else ""
        yield gr.skip(), gr.skip(), gr.skip(), gr.Textbox(kept, submit_btn=False, stop_btn=True)
        run = running[page] = Run(so_far.asking(question[:MAX_QUESTION]), reply(engine, so_far, question, only))
        run.start(gate)
        async for grown, ended in run.follow():
            # In one message: who reads "stopped" may ask at once.
            yield *_shown(grown), gr.Textbox(submit_btn=True, stop_btn=False) if ended else gr.skip()

    def stop(request: gr.Request) -> None:
        if run := running.get(str(request.session_hash)):
            run.stop(Conversation.stopped)

    def begin(request: gr.Request) -> tuple[Any, ...]:
        if run := running.get(str(request.session_hash)):
            run.stop()
        return *_shown(Conversation()), gr.Textbox("", submit_btn=True, stop_btn=False)

    def example(chosen: gr.SelectData) -> str:
        return str(chosen.value["text"])

    asking: dict[str, Any] = {
        "inputs": [parts.box, parts.conversation, parts.speakers],
        "outputs": parts.shown,
        # The default, "once", silently drops what is asked while the browser still waits for the end of the last answer.
        "trigger_mode": "multiple",
        # No more than a look at a run ten times a second; `gate` bounds the work.
        "concurrency_limit": None,
        **PRIVATE,
    }
    parts.box.submit(respond, **asking)
    parts.chat.example_select(example, None, parts.box, queue=False, **PRIVATE).then(respond, **asking)
    parts.box.stop(stop, None, None, queue=False, **PRIVATE)
    parts.fresh.click(begin, None, parts.shown, queue=False, **PRIVATE)


def _shown(conversation: Conversation) -> tuple[Any, ...]:
    return conversation, [*conversation.messages], "".join(conversation.cards)


def _wire_api(engine: Engine) -> None:
    def ask(question: str, history: list[str] | None = None, speakers: list[str] | None = None) -> dict[str, Any]:
        """The answer object. `history`: earlier user questions, oldest first. `speakers`: only their words may answer."""
        # Gradio checks no types here: a number or null arrives as it was sent.
        return answer_object(engine, str(question or ""), [*map(str, history or ())], [*map(str, speakers or ())])

    api(ask, api_name="ask", **AT_ONCE)


def _chat() -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label=I18N("conversation"),
        show_label=False,
        container=False,
        height=None,
        layout="panel",
        buttons=[],
        latex_delimiters=[],
        allow_file_downloads=False,
        group_consecutive_messages=False,
        placeholder=f'<div class="welcome"><h2>{_both("tagline")}</h2><p>{_both("welcome")}</p></div>',
        examples=[{"text": question} for _, question in EXAMPLES],
    )


def _box() -> gr.Textbox:
    return gr.Textbox(
        elem_id="ask",
        label=I18N("question"),
        placeholder=I18N("ask"),
        show_label=False,
        container=False,
        lines=1,
        max_lines=8,
        submit_btn=True,
        autofocus=True,
    )


def _text(html: str, name: str) -> gr.Markdown:
    """Not `gr.HTML`: that needs 'unsafe-eval' in the page's policy and filters nothing; this has Gradio's sanitiser, too."""
    return gr.Markdown(html, elem_id=name, latex_delimiters=[], container=False)


def _choices(engine: Engine) -> list[tuple[str, str]]:
    """Those who speak in some article, by both names; the value is the manifest's spelling."""
    library = engine.library()
    heard = {name for source in library.store.sources() for name in source.speakers}
    people = [person for person in library.people.people if person.name in heard]
    return [(f"{person.name} {person.english}".strip(), person.name) for person in people]


def _brand(engine: Engine) -> str:
    model = engine.settings.model or None
    return (
        f'<h1>Sayso</h1><p class="tagline">{_both("tagline")}</p>'
        f'<span class="mode" role="status">{_each(lambda language: mode(model, language))}</span>'
    )


def _panel_head() -> str:
    return (
        f'<div class="bar"><button class="back" type="button">← {_both("back")}</button><h2>{_both("sources")}</h2>'
        f'<button class="close" type="button">{_both("close")}</button></div><p class="none">{_both("empty_panel")}</p>'
        + "".join(f'<span id="word-{key}" class="word">{_both(key)}</span>' for key in WORDS)
    )


def _both(key: str) -> str:
    """Words in both languages; style.css shows the one of the browser, which page.js writes into `<html lang>`."""
    return _each(lambda language: text(language, key))


def _each(words: Callable[[Language], str]) -> str:
    languages: tuple[Language, ...] = ("zh", "en")
    return "".join(f'<span class="in-{one}" lang="{one}">{escape(words(one))}</span>' for one in languages)
