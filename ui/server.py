"""An engine and an address in, the web chat running there until it is interrupted."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from rag.errors import UsageError
from rag.memory import few_arenas
from ui.answering import PACE
from ui.chats import Chats
from ui.documents import Documents
from ui.engines import Engines
from ui.feedback import Feedback
from ui.first_script import FirstScript
from ui.guard import LOOPBACK, Guard
from ui.history import History
from ui.routes import Routes
from ui.visitors import Visitors

# Seconds that answers under way are given when the server is told to end.
FINISHING = 10.0


def serve(
    engines: Engines, *, host: str = "127.0.0.1", port: int = 7860, ready: Callable[[str], None] = lambda _: None
) -> None:
    """Blocks. `ready` is called with the address once it answers; port 0 is any free one.

    Raises UsageError for an address that isn't this machine's own, or a port that is taken.
    """
    few_arenas()
    listening = _listen(host, port)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: uvicorn raises it again when all is done
    chats = Chats(engines, History(engines.first.settings.state_directory / "conversations.sqlite"))
    try:
        # Gradio makes folders for uploads while it is built; the guard lets none in, so they can go at once.
        with tempfile.TemporaryDirectory(prefix="sayso-") as scratch:
            os.environ["GRADIO_TEMP_DIR"] = scratch
            config = _config(web_app(engines, chats))
        _Server(config, lambda: ready(_address(listening)), chats).run(sockets=[listening])
    except KeyboardInterrupt:
        pass  # how a person ends it
    finally:
        listening.close()
        chats.history.close()


def _config(app: Guard) -> uvicorn.Config:
    # An answer that is being given may end; a page that is open is told good-bye by the guard.
    return uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, ws="none", timeout_graceful_shutdown=10
    )


def web_app(engines: Engines, chats: Chats) -> Guard:
    """The page at `/` and what it fetches, all behind the guard."""
    import gradio as gr

    from ui import app as page

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    state = engines.first.settings.state_directory
    Routes(engines.first, chats, Documents(engines.first), Feedback(state / "feedback.jsonl")).add(app)
    gr.mount_gradio_app(
        app, page.build(engines, chats), path="/", head=page.HEAD, theme=page.THEME, i18n=page.I18N, footer_links=[],
        run_history=False, enable_monitoring=False, show_error=False, ssr_mode=False, pwa=False, mcp_server=False,
        max_file_size=1, app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
    )  # fmt: skip
    return Guard(Visitors(FirstScript(app)))


class _Server(uvicorn.Server):
    """uvicorn has no callback for "the port answers", and would cut answers that are under way."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], chats: Chats) -> None:
        """`started` is called once the port answers."""
        super().__init__(config)
        self._when_started = started
        self._chats = chats

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._when_started()
            threading.Thread(target=self._chats.engines.warm, name="warming", daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Whoever asked before gets the end of the answer, if it comes soon."""
        waited = 0.0
        while not self._chats.idle() and waited < FINISHING and not self.force_exit:
            await asyncio.sleep(0.1)
            waited += 0.1
        await asyncio.sleep(2 * PACE)  # the last look of those who follow
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
