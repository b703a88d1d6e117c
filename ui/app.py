"""The page: engines and chats in, Gradio Blocks out. It lays out and wires; `chats` decides what becomes of a question."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Read by Gradio when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "256"  # remembered on this machine; its default is 10,000

import gradio as gr
from anyio import to_thread
from gradio.events import api
from gradio.utils import LRUCache

from rag.types import Language
from ui.answering import Run
from ui.chats import AT_ONCE, Chats
from ui.compare_tab import compare_tab
from ui.conversation import Asked, Conversation
from ui.economics_tab import economics_tab
from ui.economics_texts import economics_translations
from ui.engines import OFFLINE, Engines, answer_object
from ui.frame import brand, library_frame, panel_head, welcome
from ui.shown import shown, suggestions
from ui.suggesting import Suggesting
from ui.texts import translations
from ui.visitors import owner, reader_language
from ui.voices import known

PAGE = Path(__file__).parent / "page"
SCRIPTS = ("shared.js", "panel.js", "chat.js", "tips.js", "history.js", "library.js")
STYLES = ("style.css", "talk.css", "library.css", "economics.css")
# Not through Gradio's `css`: that adds a copy of every rule, scoped to the container, and rules about <body> lose to it.
HEAD = "".join(f"<style>{(PAGE / name).read_text(encoding='utf-8')}</style>" for name in STYLES) + "".join(
    f"<script>{(PAGE / name).read_text(encoding='utf-8')}</script>" for name in SCRIPTS
)
_ECONOMICS = economics_translations()
I18N = gr.I18n(**{locale: {**texts, **_ECONOMICS[locale]} for locale, texts in translations().items()})
# The system's own: no font is fetched.
FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif")
THEME = gr.themes.Default(primary_hue="neutral", font=FONTS, font_mono=("ui-monospace", "monospace"), radius_size="md")
# Events that wait or are followed; the chat's own limits are in `chats`.
QUEUE = 256
# Pages that Gradio remembers something of, 1.4 MB each (its default is 10,000 of them). A forgotten one loses nothing that
# matters: conversations are in `chats`.
SESSIONS = 48
# Callers of the API, each call one: Gradio keeps the messages of 2,000 and the ids of all for ever, 5 kB each. More than can
# be waiting at once.
CALLERS = 2 * QUEUE
# Names that only the page itself may call.
PRIVATE: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
# "once", the default, silently drops what is asked while the browser still waits for the end of the last answer.
FOLLOWED: dict[str, Any] = {"trigger_mode": "multiple", "concurrency_limit": None, **PRIVATE}
# The box while an answer is under way, and after. All updates of one event name the same properties: Gradio's client takes
# a property that the next update lacks out of one that it has not shown yet. So the page empties the box itself (chat.js).
_STOPPABLE: dict[str, Any] = gr.update(submit_btn=False, stop_btn=True)
_READY: dict[str, Any] = gr.update(submit_btn=True, stop_btn=False)


@dataclass(frozen=True)
class Parts:
    """What the events of the page read and write. `id` and `command` are hidden; page.js writes into `command`."""

    id: gr.Textbox
    command: gr.Textbox
    welcome: gr.Markdown
    chat: gr.Chatbot
    after: gr.Markdown
    speakers: gr.CheckboxGroup
    language: gr.Radio
    model: gr.Dropdown
    box: gr.Textbox
    cards: gr.Markdown

    @property
    def shown(self) -> list[Any]:
        return [self.chat, self.cards, self.box, self.after]

    @property
    def wishes(self) -> list[Any]:
        return [self.id, self.speakers, self.language, self.model]


def build(engines: Engines, chats: Chats) -> Any:
    """Blocks: tabs on the left, sources on the right; on a phone the sources come over the tabs."""
    with gr.Blocks(title="Sayso", analytics_enabled=False, fill_width=True) as page:
        text_(brand(engines), "top")
        with gr.Row(elem_id="desk", equal_height=True):
            with gr.Column(elem_id="main", scale=3, min_width=0), gr.Tabs(elem_id="tabs"):
                with gr.Tab(I18N("chat"), elem_id="talk"):
                    made = _talk(engines)
                with gr.Tab(I18N("compare"), elem_id="compare"):
                    compare_tab(engines, I18N, made["language"])
                with gr.Tab(I18N("library"), elem_id="library"):
                    text_(library_frame(), "library-frame")
                economics_tab(engines.first, I18N)
            with gr.Column(elem_id="panel", scale=2, min_width=0):
                text_(panel_head(), "panel-head")
                cards = text_("", "cards")
                text_('<div id="article"></div>', "reader")
        parts = Parts(**made, cards=cards)
        _wire_chat(chats, parts)
        _wire_load(page, chats, parts)
        _wire_api(engines)
    page.state_session_capacity = SESSIONS
    page.queue(max_size=QUEUE)
    page._queue.pending_messages_per_session = LRUCache(CALLERS)
    page._queue.pending_event_ids_session = LRUCache(CALLERS)
    return page


def _talk(engines: Engines) -> dict[str, Any]:
    hidden: dict[str, Any] = {"elem_classes": "word", "container": False, "show_label": False}
    made: dict[str, Any] = {
        "id": gr.Textbox(elem_id="conversation", label="id", **hidden),
        "command": gr.Textbox(elem_id="command", label="command", **hidden),
        "welcome": text_(welcome(), "welcome"),
        "chat": _chat(),
        "after": text_("", "after"),
    }
    with gr.Row(elem_id="wishes"):
        made["speakers"] = gr.CheckboxGroup(choices=_people(engines), label=I18N("filter"), elem_id="speakers")
        languages: list[Any] = [(I18N("auto"), "auto"), ("中文", "zh"), ("English", "en")]
        made["language"] = gr.Radio(languages, value="auto", label=I18N("answer_in"), elem_id="language")
        names: list[Any] = [(I18N("quoting") if name == OFFLINE else name, name) for name in engines.names]
        several = len(names) > 1
        made["model"] = gr.Dropdown(
            names, value=engines.names[0], label=I18N("model"), elem_id="model", visible=several, filterable=False
        )
    made["box"] = _box()
    return made


def _wire_chat(chats: Chats, parts: Parts) -> None:
    suggesting = Suggesting(chats.engines.quoting)

    async def typed(
        question: str, id_: str, only: list[str], language: str, model: str, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        async for out in begun(owner(request.cookies), id_, _asked(question, only, language), model, 0):
            yield out

    async def commanded(
        command: str, id_: str, only: list[str], language: str, model: str, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        wanted = json.loads(command or "{}")
        asked = _asked(str(wanted.get("ask", "")), only, language)
        async for out in begun(owner(request.cookies), id_, asked, model, int(wanted.get("turn", 0))):
            yield out

    async def begun(who: str, id_: str, asked: Asked, model: str, turn: int) -> AsyncIterator[tuple[Any, ...]]:
        run = chats.ask(who, id_, asked, model=model, turn=turn) if asked.question.strip() and id_ else None
        if run is None:
            yield (gr.skip(),) * 4
            return
        yield *_shown(run.latest, chats), _STOPPABLE, ""
        async for out in followed(run, chats, suggesting):
            yield out

    def stop(id_: str, request: gr.Request) -> None:
        chats.stop(owner(request.cookies), id_)

    parts.box.submit(typed, [parts.box, *parts.wishes], parts.shown, **FOLLOWED)
    parts.command.change(commanded, [parts.command, *parts.wishes], parts.shown, **FOLLOWED)
    parts.box.stop(stop, parts.id, None, queue=False, **PRIVATE)


async def followed(run: Run[Conversation], chats: Chats, suggesting: Suggesting) -> AsyncIterator[tuple[Any, ...]]:
    """What the page shows while an answer grows, and what could be asked next once it is there."""
    async for grown, ended in run.follow():
        # In one message: who reads "stopped" may ask at once.
        yield *_shown(grown, chats), _READY if ended else _STOPPABLE, gr.skip()
    if run.latest.turns[-1].ending == "done" and not chats.crowded():
        questions = await to_thread.run_sync(suggesting.after, run.latest)
        last = run.latest.turns[-1]
        heading = "instead" if last.answer and last.answer.refused else "go_on"
        yield gr.skip(), gr.skip(), _READY, suggestions(questions, last.language, heading)


def _asked(question: str, only: list[str], language: str) -> Asked:
    wanted: dict[str, Language] = {"zh": "zh", "en": "en"}
    return Asked(question, tuple(only), wanted.get(language))


def _wire_load(page: Any, chats: Chats, parts: Parts) -> None:
    """The conversation of the address, or a new one; an answer still under way is followed."""
    suggesting = Suggesting(chats.engines.quoting)

    async def load(request: gr.Request) -> AsyncIterator[tuple[Any, ...]]:
        who, language = owner(request.cookies), reader_language(request)
        id_ = str(request.query_params.get("c", ""))[:64] or secrets.token_urlsafe(16)
        conversation = chats.conversation(who, id_)
        if not conversation.turns:
            id_ = secrets.token_urlsafe(16)
        run = chats.run_of(who, id_)
        people = gr.update(choices=_people(chats.engines, language))
        yield *_shown(conversation, chats), _STOPPABLE if run else gr.skip(), "", id_, people, gr.skip()
        if run:
            async for out in followed(run, chats, suggesting):
                yield *out, gr.skip(), people, gr.skip()
        if not conversation.turns:
            questions = await to_thread.run_sync(suggesting.openers, language)
            yield *(gr.skip(),) * 5, people, welcome(suggestions(questions, language, "try_these"))

    page.load(load, None, [*parts.shown, parts.id, parts.speakers, parts.welcome], **FOLLOWED)


def _shown(conversation: Conversation, chats: Chats) -> tuple[Any, ...]:
    said = shown(conversation, chats.engines.first.library())
    return said.messages, said.cards


def _wire_api(engines: Engines) -> None:
    def ask(question: str, history: list[str] | None = None, speakers: list[str] | None = None) -> dict[str, Any]:
        """The answer object. `history`: earlier user questions, oldest first. `speakers`: only their words may answer."""
        # Gradio checks no types here: a number or null arrives as it was sent.
        return answer_object(
            engines.first, str(question or ""), [*map(str, history or ())], [*map(str, speakers or ())]
        )

    api(ask, api_name="ask", concurrency_limit=AT_ONCE, concurrency_id="ask")


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
        placeholder=" ",
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


def text_(html: str, name: str) -> gr.Markdown:
    """Not `gr.HTML`: that needs 'unsafe-eval' in the page's policy and filters nothing; this has Gradio's sanitiser, too."""
    return gr.Markdown(html, elem_id=name, latex_delimiters=[], container=False)


def _people(engines: Engines, language: Language = "zh") -> list[tuple[str, str]]:
    """Those who speak in some article, as the reader writes them; the value is the manifest's spelling."""
    found = known(engines.first.library())
    return [(found.voices.name(person.name, language), person.name) for person in found.heard]
