"""Tokens of a text, and what a model's tokens cost: counts in, US dollars out."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from rag.folding import HAN
from rag.types import Usage

_O200K = "fb374d419588a4632f3f557e76b4b70aebbca790"  # what tiktoken calls the file: SHA-1 of its address
_TABLE = Path(__file__).with_name("models.json")


@dataclass(frozen=True, slots=True)
class Model:
    """One row of models.json: context in tokens, prices in US dollars for a million tokens, None when not known."""

    name: str
    context: int
    price_in: float | None
    price_out: float | None
    price_date: str


def model_row(name: str) -> Model:
    """The row of a model; an unknown one gets a small context and no price."""
    rows = json.loads(_TABLE.read_text(encoding="utf-8"))
    row = rows.get(name)
    return Model(name, **row) if row else Model(name, 8192, None, None, "")


def usage(model: Model, prompt_tokens: int, completion_tokens: int) -> Usage:
    """`cost_usd` is None when the price isn't known."""
    if model.price_in is None or model.price_out is None:
        return Usage(prompt_tokens, completion_tokens, None)
    cost = (prompt_tokens * model.price_in + completion_tokens * model.price_out) / 1e6
    return Usage(prompt_tokens, completion_tokens, round(cost, 8))


def count_tokens(text: str) -> int:
    """Tokens by o200k_base, or an estimate without its file; `<|endoftext|>` in a document is text like any other.

    >>> count_tokens("<|endoftext|>") > 1
    True
    """
    try:
        return len(_encoding().encode_ordinary(text))
    except (OSError, ValueError):  # the encoding's file is not at hand, as with a TIKTOKEN_CACHE_DIR of one's own
        han = len(HAN.findall(text))
        return han + (len(text) - han) // 4 + 1


@lru_cache(maxsize=1)
def _encoding() -> Any:
    # llama-index ships the encoding's file; without it tiktoken would ask the network.
    found = find_spec("llama_index")
    if found and found.submodule_search_locations:
        shipped = Path(next(iter(found.submodule_search_locations))) / "core" / "_static" / "tiktoken_cache"
        if not (Path(os.environ.get("TIKTOKEN_CACHE_DIR", "")) / _O200K).is_file():
            os.environ["TIKTOKEN_CACHE_DIR"] = str(shipped)
    import tiktoken

    return tiktoken.get_encoding("o200k_base")
