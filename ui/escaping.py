"""The one escape: any text of a document, file name, question or model in, inert characters out."""

from __future__ import annotations

import re

# Every ASCII mark becomes an entity: those of HTML, and those that Markdown would read as a link, image, emphasis,
# list, autolink (`.`, `:`, `@`), formula or mermaid fence. An entity is a plain character to both.
_ACTIVE = re.compile(r"[!-/:-@\[-`{-~]")
# Controls, lone surrogates (no UTF-8 for them), and the bidirectional overrides that make a text look like another one (CVE-2021-42574).
_HIDDEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]"
)


def escape(text: str) -> str:
    """For element content and quoted attributes, in `gr.HTML` and inside the Markdown of a Chatbot alike.

    White space is folded to single spaces: a line break or an indent at a line's start is Markdown, too.
    `escape("<b>")` gives `'&#60;b&#62;'`.
    """
    visible = re.sub(r"\s+", " ", _HIDDEN.sub("", text))
    return _ACTIVE.sub(lambda mark: f"&#{ord(mark[0])};", visible)


def escape_lines(text: str) -> str:
    """The same, with line breaks kept as `<br>`."""
    return "<br>".join(escape(line) for line in text.strip().splitlines())
