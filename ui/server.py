"""An engine and an address in, the web chat running there until it is interrupted."""

from __future__ import annotations

import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse

from rag.errors import SaysoError, UsageError
from rag.types import Language, Span
from ui.conversation import Engine
from ui.escaping import escape
from ui.guard import LOOPBACK, Guard
from ui.sources_panel import article_html
from ui.texts import text
from ui.voices import Voices

# Pages whose state is kept, the last used ones. Each call of the API is one, too: with Gradio's 10,000 a thousand questions take 40 MB.
SESSIONS = 250


def serve(
    engine: Engine, *, host: str = "127.0.0.1", port: int = 7860, ready: Callable[[str], None] = lambda _: None
) -> None:
    """Blocks. `ready` is called with the address once it answers; port 0 is any free one.

    Raises UsageError for an address that isn't this machine's own, or a port that is taken.
    """
    listening = _listen(host, port)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: uvicorn raises it again when all is done
    try:
        # Gradio makes folders for uploads while it is built; the guard lets none in, so they can go at once.
        with tempfile.TemporaryDirectory(prefix="sayso-") as scratch:
            os.environ["GRADIO_TEMP_DIR"] = scratch
            config = _config(web_app(engine))
        _Server(config, lambda: ready(_address(listening))).run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # how a person ends it
    finally:
        listening.close()


def _config(app: Guard) -> uvicorn.Config:
    # An answer that is being given may end; a page that is open is told good-bye by the guard.
    return uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, ws="none", timeout_graceful_shutdown=10
    )


def web_app(engine: Engine) -> Guard:
    """The page at `/`, an article at `/article`, both behind the guard."""
    import gradio as gr

    from ui import app as page

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.add_api_route("/healthz", lambda: PlainTextResponse("ok"), methods=["GET"])
    app.add_api_route("/article", _article_route(engine), methods=["GET"])
    blocks = page.build(engine)
    blocks.state_session_capacity = SESSIONS
    gr.mount_gradio_app(
        app, blocks, path="/", head=page.HEAD, theme=page.THEME, i18n=page.I18N, footer_links=[],
        run_history=False, enable_monitoring=False, show_error=False, ssr_mode=False, pwa=False, mcp_server=False,
        max_file_size=1, app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
    )  # fmt: skip
    return Guard(app)


def _article_route(engine: Engine) -> Callable[..., HTMLResponse]:
    def article(source: str, start: int, end: int, language: Language = "zh") -> HTMLResponse:
        """The whole article as a fragment with [start, end) marked; page.js puts it into the panel."""
        library = engine.library()
        try:
            document, passage = library.source(source), Span(source, start, end)
        except (SaysoError, ValueError):
            return HTMLResponse(f'<p class="none">{escape(text(language, "no_article"))}</p>', 404)
        voices = Voices.of(library.people.people)
        html = article_html(document, library.sentences_of(source), passage, language=language, voices=voices)
        return HTMLResponse(html, headers={"Cache-Control": "no-store"})

    article.__annotations__ = {"source": str, "start": int, "end": int, "language": Language}
    return article


class _Server(uvicorn.Server):
    """uvicorn has no callback for "the port answers"."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._when_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.config.app.ending.set()  # type: ignore[union-attr]
        await super().shutdown(sockets=sockets)


def _listen(host: str, port: int) -> socket.socket:
    if host not in LOOPBACK:
        raise UsageError(
            f"--host {host}: Sayso has no login, so it answers to this machine only; use 127.0.0.1, localhost or ::1, "
            "and reach it from elsewhere through an SSH tunnel"
        )
    listening = socket.socket(socket.AF_INET6 if host == "::1" else socket.AF_INET, socket.SOCK_STREAM)
    # A server stopped a moment ago leaves its port waiting; this takes it over, but never from one that listens.
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1" if host == "localhost" else host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        raise UsageError(
            f"port {port} can't be used ({reason}); choose another with --port, or --port 0 for any free one"
        ) from error
    return listening


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
