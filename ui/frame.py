"""The page's own standing words as safe HTML: head, welcome, panel, library frame. Both languages; CSS shows one."""

from __future__ import annotations

from collections.abc import Callable

from rag.types import Language
from ui.documents import MOST_BYTES
from ui.engines import OFFLINE, Engines
from ui.escaping import escape
from ui.feedback import REASONS
from ui.render import mode
from ui.texts import text

_LANGUAGES: tuple[Language, ...] = ("zh", "en")
# What the scripts say, which know no words of their own.
WORDS = (
    "loading", "unreachable", "export_md", "export_json", "send", "stop", "sources", "filter_help", "conversation", "history", "why_bad", "send_reason",
    "bad_done", "really", "uploading", "reading", "lost", "forget", "too_large", *(f"reason_{reason}" for reason in REASONS),
)  # fmt: skip


def brand(engines: Engines) -> str:
    """The head: name, mode, and the buttons that page.js answers."""
    badge = (
        f'<span class="mode" role="status">{_mode(None if engines.names[0] == OFFLINE else engines.names[0])}</span>'
    )
    buttons = "".join(
        f'<button id="{name}" type="button" class="quiet">{both(key)}</button>'
        for name, key in (
            ("open-history", "history"), ("new-chat", "new_chat"), ("theme", "light_dark"), ("other-language", "other_language")
        )
    )  # fmt: skip
    return f'<h1>Sayso</h1><p class="tagline">{both("tagline")}</p>{badge}<nav class="tools">{buttons}</nav>'


def _mode(model: str | None) -> str:
    """In both languages; what stands after the dot is left out on a phone."""
    told = {language: mode(model, language).partition(" · ") for language in _LANGUAGES}
    return "".join(
        f'<span class="in-{language}" lang="{language}">{escape(head)}<span class="rest">{escape(dot + rest)}</span></span>'
        for language, (head, dot, rest) in told.items()
    )


def welcome(suggested: str = "") -> str:
    """What stands where the first question will."""
    return (
        f'<div class="welcome"><h2>{both("tagline")}</h2><p>{both("welcome")}</p>{suggested}'
        f'<p class="keys">{both("keys")}</p></div>'
    )


def panel_head() -> str:
    words = "".join(f'<span id="word-{key}" class="word">{both(key, n=MOST_BYTES // 1024**2)}</span>' for key in WORDS)
    return (
        f'<div class="bar"><button class="back" type="button">← {both("back")}</button><h2>{both("sources")}</h2>'
        f'<button class="close" type="button">{both("close")}</button></div><p class="none">{both("empty_panel")}</p>'
        + words
    )


def library_frame() -> str:
    """page.js fills the two empty places."""
    return (
        f'<p class="help">{both("library_help")}</p><div class="drop"><button id="add-files" type="button">{both("add")}</button>'
        f'<span class="quietly">{both("drop_here")}</span></div><ul id="uploads" aria-live="polite"></ul>'
        '<div id="sources-list"></div>'
    )


def both(key: str, **values: object) -> str:
    """Words in both languages; style.css shows the one of the browser, which page.js writes into `<html lang>`."""
    return _each(lambda language: text(language, key, **values))


def _each(words: Callable[[Language], str]) -> str:
    return "".join(f'<span class="in-{one}" lang="{one}">{escape(words(one))}</span>' for one in _LANGUAGES)
