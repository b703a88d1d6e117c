"""What page.js fetches beside Gradio's own events: paths and the functions that answer them."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from anyio import to_thread
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from rag.errors import SaysoError
from rag.types import Language, Span
from ui.chats import Chats
from ui.documents import Documents
from ui.engines import Engine
from ui.escaping import escape
from ui.exporting import as_json, as_markdown
from ui.feedback import Feedback
from ui.library_view import library_html
from ui.raw_panel import raw_html
from ui.sources_panel import article_html, reading_html
from ui.texts import text
from ui.visitors import owner
from ui.voices import known

_FRESH = {"Cache-Control": "no-store"}


class Routes:
    """`add` puts them into an app; each is a method."""

    def __init__(self, engine: Engine, chats: Chats, documents: Documents, feedback: Feedback) -> None:
        self.engine = engine
        self.chats = chats
        self.documents = documents
        self.feedback = feedback

    def add(self, app: FastAPI) -> None:
        app.add_route("/healthz", lambda _: PlainTextResponse("ok"), methods=["GET"])
        for path, answer, method in (
            ("/article", self.article, "GET"),
            ("/history", self.history, "GET"),
            ("/history/forget", self.forget, "POST"),
            ("/export", self.export, "GET"),
            ("/feedback", self.judge, "POST"),
            ("/library", self.library, "GET"),
            ("/library/add", self.add_document, "POST"),
            ("/library/remove", self.remove_document, "POST"),
        ):
            app.add_route(path, answer, methods=[method])

    def article(self, request: Request) -> Response:
        """The whole article as a fragment with [start, end) marked; page.js puts it into the panel."""
        asked, language = request.query_params, _language(request)
        library = self.engine.library()
        try:
            source = library.source(asked.get("source", ""))
            passage = Span(source.id, int(asked.get("start", 0)), int(asked.get("end", 0)))
        except (SaysoError, ValueError):
            return HTMLResponse(f'<p class="none">{escape(text(language, "no_article"))}</p>', 404)
        sentences, report = library.sentences_of(source.id), library.store.report(source.id)
        raw = asked.get("view") == "raw"
        body = (
            raw_html(source, sentences, passage, report=report, language=language)
            if raw
            else article_html(
                source, sentences, passage, language=language, voices=known(library).voices, report=report
            )
        )
        return HTMLResponse(reading_html(source, body, passage, raw=raw, language=language), headers=_FRESH)

    def history(self, request: Request) -> Response:
        language, entries = _language(request), self.chats.history.entries(owner(request.cookies))
        if not entries:
            return HTMLResponse(f'<p class="none">{escape(text(language, "no_history"))}</p>', headers=_FRESH)
        forget = escape(text(language, "forget"))
        lines = "".join(
            f'<li><a href="?c={escape(entry.id)}"><span>{escape(entry.title)}</span>'
            f"<time>{time.strftime('%Y-%m-%d', time.localtime(entry.touched))}</time></a>"
            f'<button class="forget" type="button" value="{escape(entry.id)}" aria-label="{forget}" title="{forget}">×</button></li>'
            for entry in entries
        )
        return HTMLResponse(f"<ul>{lines}</ul>", headers=_FRESH)

    async def forget(self, request: Request) -> Response:
        self.chats.forget(owner(request.cookies), str((await _sent(request)).get("c", "")))
        return JSONResponse({"ok": True})

    def export(self, request: Request) -> Response:
        asked = request.query_params
        conversation = self.chats.conversation(owner(request.cookies), asked.get("c", ""))
        if not conversation.turns:
            return PlainTextResponse("Nothing here.", 404)
        json_ = asked.get("as") == "json"
        name = f"sayso-{conversation.id[:8]}.{'json' if json_ else 'md'}"
        kind = "application/json" if json_ else "text/markdown"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', **_FRESH}
        body = as_json(conversation) if json_ else as_markdown(conversation)
        return Response(body.encode("utf-8", "replace"), media_type=f"{kind}; charset=utf-8", headers=headers)

    async def judge(self, request: Request) -> Response:
        sent = await _sent(request)
        conversation = self.chats.conversation(owner(request.cookies), str(sent.get("c", "")))
        turn, reasons = sent.get("turn"), sent.get("reasons")
        kept = isinstance(turn, int) and self.feedback.keep(
            conversation,
            turn,
            good=sent.get("good") is True,
            reasons=[str(one) for one in reasons] if isinstance(reasons, list) else [],
            note=str(sent.get("note") or ""),
        )
        return JSONResponse({"ok": kept}, 200 if kept else 404)

    def library(self, request: Request) -> Response:
        return HTMLResponse(library_html(self.engine.library(), _language(request)), headers=_FRESH)

    async def add_document(self, request: Request) -> Response:
        content, name = await request.body(), request.query_params.get("name", "")
        taken = await to_thread.run_sync(self.documents.add, name, content, _language(request))
        return JSONResponse({"ok": taken.taken, "told": taken.told})

    async def remove_document(self, request: Request) -> Response:
        source = str((await _sent(request)).get("source", ""))
        taken = await to_thread.run_sync(self.documents.remove, source, _language(request))
        return JSONResponse({"ok": taken.taken, "told": taken.told})


def _language(request: Request) -> Language:
    return "en" if request.query_params.get("language") == "en" else "zh"


async def _sent(request: Request) -> Mapping[str, Any]:
    """The JSON object of a request; an empty one for anything else."""
    try:
        sent = json.loads(await request.body())
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}
