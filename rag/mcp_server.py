"""Sayso for other programs' assistants: an engine in, an MCP server with four tools out. `sayso mcp` speaks it on stdio.

The SDK comes with `pip install sayso[mcp]`. Gradio's own `mcp` extra is not used: it forces pydantic down.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Literal

from rag.account_form import TOOL
from rag.chat_engine import ChatEngine
from rag.errors import SaysoError, UsageError
from rag.reckoning import tool_call

_ASK = "Answer a question about the interviews. Every statement of the answer has a speaker and citations; a question that the interviews don't answer is refused."
_SEARCH = "Find passages of the interviews, best first, with file, character offsets and speaker."
_SOURCES = "List the interviews: id, file, title, outlet, date, speakers."


def mcp_server(engine: ChatEngine) -> Any:
    """Raises UsageError where the SDK is not installed."""
    try:
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
    except ImportError as error:
        raise UsageError("the MCP SDK is not installed; run: pip install 'sayso[mcp]'") from error
    server = MCPServer("sayso", instructions="Cited answers from interviews with founders of AI-compute companies.")

    @contextmanager
    def told() -> Iterator[None]:
        """Our own errors say what to do, so the assistant gets them as they are."""
        try:
            yield
        except SaysoError as error:
            raise ToolError(str(error)) from error

    @server.tool(description=_ASK)
    def ask(question: str, history: list[str] | None = None, speakers: list[str] | None = None) -> dict[str, Any]:
        with told():
            return engine.query(question, history=history or [], speakers=speakers or []).to_dict()

    @server.tool(description=_SEARCH)
    def search(question: str, top_k: int = 8) -> dict[str, Any]:
        with told():
            hits, took = engine.search(question, top_k=max(1, min(top_k, 50)))
        return {"hits": [asdict(hit) for hit in hits], "took_ms": took}

    @server.tool(description=_SOURCES)
    def sources() -> dict[str, Any]:
        names = ("id", "file", "title", "outlet", "date", "speakers")
        listed = [{name: getattr(source, name) for name in names} for source in engine.library().store.sources()]
        return {"sources": listed}

    @server.tool(name=TOOL["function"]["name"], description=f"{TOOL['function']['description']} Inputs: {_inputs()}.")
    def aidc_account(figures: dict[str, str], language: Literal["zh", "en"] = "en") -> dict[str, Any]:
        return tool_call(figures, engine.library(), language)

    return server


def _inputs() -> str:
    return "; ".join(
        f"{name} ({one['description']})" for name, one in TOOL["function"]["parameters"]["properties"].items()
    )
