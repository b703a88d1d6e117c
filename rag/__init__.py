"""Sayso: answers from interviews, with who said so. `open_chat_engine(Settings.from_env()).query("…") -> Answer`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.chat_engine import ChatEngine
    from rag.factory import open_chat_engine
    from rag.settings import Settings
    from rag.types import Answer

__all__ = ["Answer", "ChatEngine", "Settings", "open_chat_engine"]
__version__ = "0.1.0"
_HOMES = {"Answer": "types", "ChatEngine": "chat_engine", "Settings": "settings", "open_chat_engine": "factory"}


def __getattr__(name: str) -> Any:
    """Import on first use: `import rag` alone costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    return getattr(import_module(f"rag.{_HOMES[name]}"), name)
