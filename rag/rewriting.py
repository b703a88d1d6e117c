"""A follow-up and the questions before it in, a question that stands alone out; written by the model, checked by code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag import prompts
from rag.errors import ModelError
from rag.folding import language_of
from rag.model_stream import ModelServer
from rag.quantities import stated

EARLIER = 4  # questions that are told; older ones hardly matter
TOKENS = 120
_LONGEST = 300  # characters


def rewritten(server: ModelServer, text: str, history: Sequence[str]) -> str:
    """The question as it stands when the model fails, answers in another language, or invents a number."""
    earlier = "\n".join(f"- {' '.join(question.split())}" for question in history[-EARLIER:])
    messages = [
        {"role": "system", "content": prompts.REWRITE},
        {"role": "user", "content": prompts.EARLIER.format(earlier=earlier, question=text)},
    ]
    try:
        told, _ = server.complete(messages, max_tokens=TOKENS, limits=replace(server.limits, total=server.limits.first))
    except ModelError:
        return text
    alone = " ".join(told.split()).strip("“”\"'")
    known = stated(text) | stated(earlier)
    if not 0 < len(alone) <= _LONGEST or language_of(alone) != language_of(text) or stated(alone) - known:
        return text
    return alone
