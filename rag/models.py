"""The table of servers and models: a name in, where it is asked, which variable holds its key and what it costs out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("models.toml")
CONTEXT = 8192  # tokens; of a model that says nothing: what small local models have at least


@dataclass(frozen=True, slots=True)
class Server:
    """`key`: the variable with the key, "" where none is asked for."""

    name: str
    base_url: str
    key: str


@dataclass(frozen=True, slots=True)
class Model:
    """One row: context in tokens, prices in US dollars for a million tokens, None when not known."""

    name: str
    context: int
    price_in: float | None
    price_out: float | None
    price_date: str
    server: str = ""


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def servers() -> dict[str, Server]:
    return {name: Server(name, row["base_url"], row["key"]) for name, row in _table()["servers"].items()}


def models() -> dict[str, Model]:
    return {name: model_row(name) for name in _table()["models"]}


def model_row(name: str) -> Model:
    """The row of a model, also as `server/model`; an unknown one gets a small context and no price."""
    row = _table()["models"].get(name) or _table()["models"].get(name.partition("/")[2], {})
    return Model(
        name,
        row.get("context", CONTEXT),
        row.get("input"),
        row.get("output"),
        row.get("date", ""),
        row.get("server", ""),
    )


def server_of(name: str) -> tuple[Server | None, str]:
    """Who is asked for a model, and by which name: `qwen-turbo`, or `ollama/qwen3:8b`; None for one that nobody knows.

    >>> server_of("ollama/qwen3:8b")[1], server_of("own-7b")
    ('qwen3:8b', (None, 'own-7b'))
    """
    first, slash, rest = name.partition("/")
    if slash and first in servers():
        return servers()[first], rest
    return servers().get(model_row(name).server), name
