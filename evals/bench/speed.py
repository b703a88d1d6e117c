"""A number of passages in, how long it takes to ingest, open, search and add to, and what it weighs out.

    python -m evals.bench.speed WAY PASSAGES      one way in this process, as JSON; the benchmark starts one for each

Each way runs in a process of its own, so that memory is its own as well. Both hold the same documents.
"""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.bench import synthetic
from rag.settings import Settings

WAYS = ("Sayso", "Sayso with hashed vectors", "LlamaIndex + Chroma, hashed vectors")
QUESTIONS, WARM_UP = 120, 20
_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Speed:
    """`passages` as each way cuts them. Search and adding in the process; memory at its highest, in MB."""

    way: str
    wanted: int
    passages: int
    ingest_seconds: float
    open_seconds: float
    p50_ms: float
    p95_ms: float
    add_seconds: float
    ingest_mb: float
    search_mb: float
    disk_mb: float

    @property
    def passages_a_second(self) -> float:
        return self.passages / self.ingest_seconds


def measure(sizes: Sequence[int], ways: Sequence[str] = WAYS) -> list[Speed]:
    return [_in_a_process(way, size) for size in sizes for way in ways]


def _in_a_process(way: str, size: int) -> Speed:
    """Ingest in one process and the rest in another: what ingest leaves in memory is no part of searching."""
    with tempfile.TemporaryDirectory() as scratch:
        told: dict[str, float] = {}
        for step in ("ingest", "search"):
            command = [sys.executable, "-m", "evals.bench.speed", way, str(size), step, scratch]
            run = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_SECONDS)  # noqa: S603
            told |= json.loads(run.stdout.splitlines()[-1])
    return Speed(way=way, wanted=size, **told)  # type: ignore[arg-type]


def _ingested(way: str, size: int, scratch: Path) -> dict[str, float]:
    synthetic.write(corpus := scratch / "corpus.jsonl", size)
    started = time.perf_counter()
    passages = _build(way, corpus, scratch / "index")
    return {
        "passages": passages,
        "ingest_seconds": time.perf_counter() - started,
        "disk_mb": sum(f.stat().st_size for f in (scratch / "index").rglob("*") if f.is_file()) / 1e6,
        "ingest_mb": _memory() + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
    }


def _searched(way: str, size: int, scratch: Path) -> dict[str, float]:
    started = time.perf_counter()
    search = _open(way, scratch / "index")
    opened = time.perf_counter() - started
    milliseconds = []
    for question in synthetic.questions(size, QUESTIONS):
        started = time.perf_counter()
        search(question)
        milliseconds.append((time.perf_counter() - started) * 1000)
    timed = sorted(milliseconds[WARM_UP:])
    memory = _memory()
    synthetic.write(one := scratch / "one.jsonl", 1, first=size)
    started = time.perf_counter()
    _build(way, one, scratch / "index")
    return {
        "open_seconds": opened,
        "p50_ms": timed[len(timed) // 2],
        "p95_ms": timed[int(len(timed) * 0.95)],
        "search_mb": memory,
        "add_seconds": time.perf_counter() - started,
    }


def _build(way: str, corpus: Path, index: Path) -> int:
    """Ingest into the index; how many passages it holds then."""
    if way.startswith("LlamaIndex"):
        from evals.bench import plain

        return plain.build(corpus, index)
    from rag.factory import build_index
    from rag.index import generations

    build_index(_settings(way, index), [corpus])
    served = generations.current(index)
    return int(generations.facts(served)["passages"]) if served else 0


def _open(way: str, index: Path) -> Callable[[str], object]:
    if way.startswith("LlamaIndex"):
        from evals.bench import plain

        return plain.open_index(index)
    from rag.factory import open_chat_engine

    engine = open_chat_engine(_settings(way, index))
    engine.library()
    return lambda question: engine.search(question, top_k=10)


def _settings(way: str, index: Path) -> Settings:
    return Settings(index=index, default_index=False, embedding="hashing" if "hashed" in way else "auto")


def _memory() -> float:
    """The highest so far of this process, in MB. `ru_maxrss` would not do: it begins at that of who started the process."""
    told = Path("/proc/self/status")
    if told.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", told.read_text())[1]) / 1024  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    way, size, step, scratch = sys.argv[1:]
    measured = (_ingested if step == "ingest" else _searched)(way, int(size), Path(scratch))
    print(json.dumps(measured))
