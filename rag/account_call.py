"""A question that may want the AIDC account in, the `Reckoning` that a model asks for out; the model only says what is what.

A request of its own, sent for hardly any question: so the prompt of all others stays small, and no document stands in
this one, whose orders could make a model call. Whatever is no usable call leaves the question to the usual answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag import prompts
from rag.account_form import BLANKS, TOOL
from rag.costs import baseline_usd, count_tokens, usage
from rag.errors import ModelError
from rag.generative import corpus_tokens
from rag.index.library import Library
from rag.model_stream import Call, Message, ModelServer
from rag.models import Model
from rag.reckoning import Reckoning, pointed_out
from rag.rewriting import EARLIER
from rag.types import Usage

TOKENS = 400  # every blank filled takes some 300


def called(
    server: ModelServer, model: Model, question: str, history: Sequence[str], library: Library
) -> tuple[Reckoning | None, Usage]:
    """None for the usual answer; and what asking cost."""
    history = history[-EARLIER:]
    messages = _messages(question, history)
    try:
        limits = replace(server.limits, total=server.limits.first)
        text, end = server.complete(messages, max_tokens=TOKENS, limits=limits, tools=[TOOL])
    except ModelError:  # among them a server that knows no tools
        return None, Usage()
    asked = "".join(message["content"] for message in messages) + json.dumps(TOOL)
    prompt = end.prompt_tokens or count_tokens(asked)
    answer = end.completion_tokens or count_tokens(text + "".join(call.arguments for call in end.calls))
    spent = usage(model, prompt, answer, baseline=baseline_usd(corpus_tokens(library), answer))
    for call in end.calls:  # of several the first that is one; what it leaves out is told as not used
        if given := _arguments(call):
            return pointed_out(question, history, given), spent
    return None, spent


def _messages(question: str, history: Sequence[str]) -> list[Message]:
    earlier = "\n".join(f"- {' '.join(before.split())}" for before in history)
    asked = prompts.EARLIER.format(earlier=earlier, question=question) if history else question
    return [{"role": "system", "content": prompts.ACCOUNT}, {"role": "user", "content": asked}]


def _arguments(call: Call) -> Mapping[str, str]:
    """Blank names to texts; empty for another tool, and for what is no JSON object."""
    if call.name != TOOL["function"]["name"]:
        return {}
    try:
        given = json.loads(call.arguments)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(given, dict):
        return {}
    texts = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in given.items()}
    return {name: str(text) for name, text in texts.items() if name in BLANKS and isinstance(text, (str, int, float))}
