"""A generation's files in, their hashes out, to tell later whether one of them was damaged or exchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

MOST_HASHED = 100_000_000  # bytes that a start may read through, a tenth of a second; above it sizes are compared
# Chroma writes while it only reads: notes in its SQLite file, memory that was never set, and all of an index that is
# still too small to be kept. Of a kept one these stay as they are.
_KEPT = frozenset({"data_level0.bin", "link_lists.bin", "header.bin", "index_metadata.pickle"})

Seal = dict[str, tuple[int, str]]


def seal(generation: Path) -> Seal:
    """Size and SHA-256 of each file that no reader changes."""
    return {
        path.relative_to(generation).as_posix(): (path.stat().st_size, _hash(path))
        for path in sorted(generation.rglob("*"))
        if _sealed(path)
    }


def broken(generation: Path, written: Mapping[str, tuple[int, str]], *, part: str = "", whole: bool = False) -> str:
    """The first file, of those below `part`, that is missing, too much or not as it was written; '' when all are well.

    `whole`: read all of them, however large.
    """
    if not written:
        return ""  # a generation of an earlier version
    there = {path.relative_to(generation).as_posix(): path for path in generation.rglob("*") if _sealed(path)}
    mine = {name for name in {*there, *written} if name.startswith(part)}
    if lacking := sorted(name for name in mine if name not in there or name not in written):
        return lacking[0]
    hashed = whole or sum(written[name][0] for name in mine) <= MOST_HASHED
    for name in sorted(mine):
        size, digest = written[name]
        if there[name].stat().st_size != size or (hashed and _hash(there[name]) != digest):
            return name
    return ""


def _sealed(path: Path) -> bool:
    if "chroma" in path.parts:
        return path.name in _KEPT and (path.parent / "index_metadata.pickle").is_file()
    return path.is_file() and path.name != "generation.json" and not path.name.endswith(".lock")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
