"""Whether a failure means that the disk is full, whichever library met it, and what to tell."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from rag.errors import SaysoError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# SQLite's, Chroma's and tantivy's own words for it.
_SAID = ("no space left", "disk is full", "file too large", "disk i/o error", "os error 28", "os error 27")
_LEAST = 20_000_000  # bytes: an index of next to nothing


def check_room(index: Path, served: Path | None) -> None:
    """Raises SaysoError when a copy of the served generation will hardly fit."""
    files = (path for path in served.rglob("*") if path.is_file()) if served else ()
    needed, free = _LEAST + sum(path.stat().st_size for path in files), shutil.disk_usage(index).free
    if free < needed:
        raise SaysoError(
            f"{index}: {free // 10**6} MB free, {needed // 10**6} MB needed; make room and run it again, nothing changed"
        )


def disk_full(index: Path, error: Exception) -> SaysoError | None:
    """The error to raise instead, if that is what happened."""
    told = str(error).lower()
    if getattr(error, "errno", None) in _FULL or any(said in told for said in _SAID):
        return SaysoError(f"{index}: the disk is full; make room and run it again, the old index stays")
    return None
