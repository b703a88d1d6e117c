"""An index directory in, where its generations keep their vectors out: in a directory of their own, or on a server.

On a server each generation has collections of its own, filled before it is served and never changed after. Their names
begin with an id of the index, by which those are known that nothing needs any more.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any

from rag.errors import IndexProblem
from rag.index import generations
from rag.index.chroma_server import ChromaServer

_SECRET = "chroma-id"  # noqa: S105 - a file of the index directory


@dataclass(frozen=True, slots=True)
class Place:
    """A server's address, and how the names of a generation's collections there begin."""

    url: str
    name: str

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Place | None:
        """None when the generation has them itself."""
        return cls(**facts["chroma"]) if facts.get("chroma") else None

    @classmethod
    def new(cls, building: Path, server: ChromaServer) -> Place:
        """A name that no generation had before, not even one of this number that was given up."""
        return cls(server.url, f"{prefix_of(building.parent)}{building.stem}-{token_hex(4)}-")


def servers_of(index: Path) -> set[str]:
    """Addresses that the generations on disk name."""
    return {place.url for place in _places(index)}


def tidy(index: Path, server: ChromaServer) -> None:
    """Delete this index's collections on a server that no generation on disk names: swept, failed or killed ones'."""
    server.clear(prefix_of(index), but={place.name for place in _places(index)})


def _places(index: Path) -> Iterator[Place]:
    for generation in index.glob("gen-??????"):
        with suppress(IndexProblem):  # damaged, so never served again
            if place := Place.of(generations.facts(generation)):
                yield place


def prefix_of(index: Path) -> str:
    """How the names of all its collections begin: by a random number and where it is, for a copy of the index elsewhere must
    not clear the collections of the first.
    """
    secret = index / _SECRET
    if not secret.is_file():
        fresh = secret.with_suffix(".tmp")
        fresh.write_text(token_hex(16), encoding="ascii")
        os.replace(fresh, secret)
    told = f"{secret.read_text(encoding='ascii')} {index.resolve()}"
    return f"sayso-{hashlib.sha256(told.encode()).hexdigest()[:12]}-"
