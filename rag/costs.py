"""Tokens of a text, and what a model's tokens cost: counts in, US dollars and the ratio to a stated baseline out.

The baseline is what one would have paid at the start: the whole corpus in the prompt of GPT-4-32k at its launch price.
"""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rag.folding import HAN
from rag.models import Model, model_row
from rag.types import Usage

__all__ = ["BASELINE", "Model", "baseline_usd", "count_tokens", "model_row", "together", "usage"]

# GPT-4-32k as OpenAI launched it in March 2023: US dollars for a million tokens of prompt and of answer.
BASELINE = Model("gpt-4-32k", 32768, 60.0, 120.0, "2023-03")
# What tiktoken calls the encodings' files: the SHA-1 of their addresses.
_FILES = {
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
}


def usage(model: Model, prompt_tokens: int, completion_tokens: int, *, baseline: float | None = None) -> Usage:
    """`cost_usd` is None when the price isn't known. `baseline`: dollars; how many times cheaper is then told."""
    cost = _dollars(model, prompt_tokens, completion_tokens)
    times = round(baseline / cost, 1) if baseline and cost else None
    return Usage(prompt_tokens, completion_tokens, cost if cost is None else round(cost, 8), times)


def together(one: Usage, other: Usage) -> Usage:
    """Two requests of one answer; the ratio to the baseline falls accordingly."""
    if other == Usage():
        return one
    cost = None if one.cost_usd is None or other.cost_usd is None else round(one.cost_usd + other.cost_usd, 8)
    times = round(one.times_cheaper * one.cost_usd / cost, 1) if cost and one.times_cheaper and one.cost_usd else None
    return Usage(one.prompt_tokens + other.prompt_tokens, one.completion_tokens + other.completion_tokens, cost, times)


def baseline_usd(corpus_tokens: int, completion_tokens: int) -> float:
    """The whole corpus asked for one answer, at GPT-4-32k's price; that it may not fit into 32k is passed over."""
    return _dollars(BASELINE, corpus_tokens, completion_tokens) or 0.0


def _dollars(model: Model, prompt_tokens: int, completion_tokens: int) -> float | None:
    if model.price_in is None or model.price_out is None:
        return None
    return (prompt_tokens * model.price_in + completion_tokens * model.price_out) / 1e6


def count_tokens(text: str, encoding: str = "o200k_base") -> int:
    """Tokens, or an estimate without the encoding's file; `<|endoftext|>` in a document is text like any other.

    >>> count_tokens("<|endoftext|>") > 1
    True
    """
    try:
        return len(_encoding(encoding).encode_ordinary(text))
    except (OSError, ValueError):  # the encoding's file is not at hand, as with a TIKTOKEN_CACHE_DIR of one's own
        han = len(HAN.findall(text))
        return han + (len(text) - han) // 4 + 1


@lru_cache(maxsize=2)
def _encoding(name: str) -> Any:
    # llama-index ships the encodings' files; without them tiktoken would ask the network.
    found = find_spec("llama_index")
    if found and found.submodule_search_locations:
        shipped = Path(next(iter(found.submodule_search_locations))) / "core" / "_static" / "tiktoken_cache"
        if not (Path(os.environ.get("TIKTOKEN_CACHE_DIR", "")) / _FILES[name]).is_file():
            os.environ["TIKTOKEN_CACHE_DIR"] = str(shipped)
    import tiktoken

    return tiktoken.get_encoding(name)
