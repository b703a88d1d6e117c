"""Which index is served: an index directory in, the current generation's path or a new one to build aside out.

    index/.lock            held by the one process that writes
    index/CURRENT          the name of the served generation
    index/gen-000007/      store.sqlite  lexical/  chroma/  generation.json

A writer copies the current generation to `*.tmp`, changes the copy, verifies it, renames it and swaps CURRENT. A kill at
any moment leaves the old generation or the new one; the served one is never written. Files that are written once and
never changed, the segments of the lexical index, are linked instead of copied.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from rag.errors import BusyError, IndexProblem
from rag.index.seal import seal
from rag.index.space import check_room, disk_full

_CURRENT = "CURRENT"
_NAME = re.compile(r"gen-\d{6}")
_FACTS = "generation.json"
# tantivy writes each such file once, under a new name, and puts the list of them in its place by renaming.
_SEGMENT = re.compile(r"[0-9a-f]{32}(?:\.\w+)+")


def current(index: Path) -> Path | None:
    """The served generation, or None when nothing was ever ingested there."""
    pointer = index / _CURRENT
    if not pointer.is_file():
        return None
    name = pointer.read_text(encoding="utf-8", errors="replace").strip()
    generation = index / name
    if not _NAME.fullmatch(name) or not generation.is_dir():
        raise IndexProblem(
            f"{index}: {_CURRENT} names {name[:40]!r}, which is missing; run: sayso --index {index} ingest --rebuild"
        )
    return generation


def finished(generation: Path) -> bool:
    """Whether a directory is, or was copied from, a generation that was published."""
    return (generation / _FACTS).is_file()


def facts(generation: Path) -> dict[str, Any]:
    """What a finished generation says of itself: schema, embedding, counts."""
    try:
        return dict(json.loads((generation / _FACTS).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise IndexProblem(
            f"{generation}: damaged ({error}); delete {generation.parent} and run: sayso ingest"
        ) from error


@contextmanager
def writing(index: Path, *, fresh: bool = False) -> Iterator[Path]:
    """Hold the lock and give a directory to build in: a copy of the current generation, or an empty one if `fresh`.

    The body must call `publish` to make it the served one; otherwise it is thrown away.
    """
    index.mkdir(parents=True, exist_ok=True)
    lock = FileLock(index / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BusyError(f"{index}: another process is ingesting; wait until it is done and try again") from error
    try:
        _sweep(index, fresh=fresh)
        served = _newest(index) if fresh else current(index)
        number = int(served.name.removeprefix("gen-")) + 1 if served else 1
        building = index / f"gen-{number:06d}.tmp"
        check_room(index, None if fresh else served)
        try:
            if served and not fresh:
                shutil.copytree(served, building, copy_function=_carry)
            else:
                building.mkdir()
            yield building
        except Exception as error:
            if full := disk_full(index, error):
                raise full from error
            raise
        finally:
            _drop(building)
    finally:
        lock.release()


def publish(building: Path, facts: dict[str, Any]) -> Path:
    """Write the facts, sync everything to disk, rename, swap the pointer, and drop the generations before the last."""
    facts = facts | {"files": seal(building)}
    (building / _FACTS).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    for path in building.rglob("*"):
        if path.is_file():
            _sync(path)
    generation = building.with_suffix("")
    os.replace(building, generation)
    pointer = generation.parent / f"{_CURRENT}.tmp"
    pointer.write_text(generation.name, encoding="ascii")
    _sync(pointer)
    os.replace(pointer, generation.parent / _CURRENT)
    _sync(generation.parent)
    for old in sorted(generation.parent.glob("gen-??????"))[:-2]:
        shutil.rmtree(old, ignore_errors=True)
    return generation


def _drop(building: Path) -> None:
    """After a failure the lexical writer's threads may still write, and would leave files behind a single removal."""
    for _ in range(100):
        shutil.rmtree(building, ignore_errors=True)
        if not building.exists():
            return
        time.sleep(0.02)


def _newest(index: Path) -> Path | None:
    return max(index.glob("gen-??????"), default=None)


def _sweep(index: Path, *, fresh: bool) -> None:
    """What an earlier writer left when it was killed."""
    for leftover in index.glob("gen-*.tmp"):
        shutil.rmtree(leftover, ignore_errors=True)
    if fresh:
        return  # a rebuild must work however damaged the pointer is
    served = current(index)
    for stray in index.glob("gen-??????"):
        if served is None or stray.name > served.name:
            shutil.rmtree(stray, ignore_errors=True)


def _carry(source: str, target: str) -> None:
    if _SEGMENT.fullmatch(os.path.basename(source)):
        with suppress(OSError):  # not every file system links
            os.link(source, target)
            return
    shutil.copy2(source, target)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
