"""A claim and the sentences it cites in, a model's reason against it out: a second opinion, never the first.

It may refuse what the checks found proved, and can prove nothing. A judge that fails or mumbles says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag import prompts
from rag.errors import ModelError
from rag.evidence import fenced, one_line, shown_text
from rag.model_stream import ModelServer
from rag.types import Sentence


def judge(server: ModelServer, claim: str, cited: Sequence[Sentence]) -> str | None:
    """One request for each claim."""
    evidence = "\n".join(f"({sentence.speaker or sentence.role}) {shown_text(sentence)}" for sentence in cited)
    content = prompts.JUDGE.format(fence=fenced(), evidence=evidence, claim=one_line(claim))
    try:
        told, _ = server.complete([{"role": "user", "content": content}], max_tokens=4)
    except ModelError:
        return None
    return "the second judge finds it unproved" if told.strip().lower().startswith("no") else None
