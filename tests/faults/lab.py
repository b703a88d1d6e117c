"""Harm done to an index in processes of their own: kills, damaged bytes, a full disk. A line of JSON a trial comes out.

    python tests/faults/lab.py kills|damage|flips|full INDEX TRIALS SEED

The libraries are imported once and each trial is a fork, for a start costs seconds. INDEX is a copy to be spoilt.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import select
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parent.parent.parent), str(HERE.parent.parent / "offline")]

# Not needed here, but by every fork: imported there, they would cost it seconds, and a kill would seldom hit a write.

import rag.commands.ask  # noqa: E402
import rag.commands.doctor  # noqa: E402
import rag.commands.sources  # noqa: E402, F401
from rag.cli import main  # noqa: E402
from rag.conversation import in_context  # noqa: E402
from rag.embeddings import SEMANTIC  # noqa: E402
from rag.index.generations import current  # noqa: E402
from rag.people import People  # noqa: E402

GOLDEN = ("戴国浩为什么说算力成本下降1万倍不是梦想?", "张亚林提出了哪些挑战?", "What is M×N?")
KILLED = "王小明说电费降低了多少?"


def said(*arguments: str) -> dict[str, Any]:
    """What a command prints, and its status."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main([*arguments])
    return {"status": status, "out": out.getvalue(), "err": err.getvalue()}


def forked(work: Callable[[], dict[str, Any]], *, kill_after: float | None = None) -> dict[str, Any]:
    """What `work` gave in a child, or the signal it died of. `kill_after`: seconds until it is killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            told = json.dumps(work())
        except BaseException as error:
            told = json.dumps({"untyped": f"{type(error).__name__}: {error}"})
        with os.fdopen(writing, "w") as pipe:
            pipe.write(told)
        os._exit(0)
    os.close(writing)
    if kill_after is not None:
        select.select([reading], [], [], kill_after)
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    _, ended = os.waitpid(child, 0)
    died = {"signal": os.WTERMSIG(ended)} if os.WIFSIGNALED(ended) else {}
    return (json.loads(told) if told else {}) | died


def asked(index: Path, question: str) -> dict[str, Any]:
    told = said("--index", str(index), "ask", "--json", question)
    if told["status"] or not told["out"]:
        return told
    answer = json.loads(told["out"])
    return {"status": 0, "answer": answer["answer"], "notice": answer["notice"], "err": told["err"]}


def kills(index: Path, trials: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """An ingest of a changed document, killed at a random moment: the answer is the old one or the new one, and what
    was acknowledged stays. The next ingest needs no help.
    """
    os.environ["SAYSO_EMBEDDING"] = "hashing"
    folder = index.parent / "killed"
    folder.mkdir()
    people = {"documents": [], "people": [{"name": "王小明", "english": "Wang Xiaoming"}]}
    (folder / "manifest.json").write_text(json.dumps(people), encoding="utf-8")

    def write(number: int) -> None:
        filler = "\n".join(f"某报:第{n}个问题是什么?\n王小明:第{n}个机房用水电,很便宜,也很稳定。" for n in range(40))
        text = f"某报:电费怎么样?\n王小明:三年来我们把电费降低了{number}%。\n{filler}\n"
        (folder / "power.txt").write_text(text, encoding="utf-8")

    def ingest() -> dict[str, Any]:
        return said("--index", str(index), "ingest", str(folder))

    def state() -> dict[str, Any]:
        doctor = said("--index", str(index), "doctor")
        return asked(index, KILLED) | {"doctor": doctor["status"], "told": doctor["out"]}

    write(10)
    started = time.monotonic()
    forked(ingest)
    whole, old = time.monotonic() - started, 10
    for trial in range(trials):
        new = 11 + trial % 80
        write(new)
        started = time.monotonic()
        ingested = forked(ingest, kill_after=chance.uniform(0, 1.3 * whole))
        if "status" in ingested:  # it was faster: what else the machine does changes
            whole = (whole + time.monotonic() - started) / 2
        else:  # so that kills come late, too
            whole *= 1.03
        found = forked(state)
        shown = [number for number in dict.fromkeys((old, new)) if f"{number}%" in found.get("answer", "")]
        acknowledged = ingested.get("status") == 0
        good = found.get("doctor") == 0 and len(shown) == 1 and (shown == [new] or not acknowledged)
        yield {"trial": trial, "killed": "signal" in ingested, "good": good, "old": old, "new": new, "found": found}
        old = shown[0] if shown else old
    write(99)
    swept = forked(ingest) | forked(state)
    left = [path.name for path in index.glob("*.tmp")]
    yield {"trial": "last", "killed": False, "good": "99%" in swept.get("answer", "") and not left, "found": swept}


def _segment(index: Path) -> Path:
    served = current(index)
    assert served
    return max(served.glob("chroma/*/data_level0.bin"), key=lambda path: path.stat().st_size).parent


def _spoil(path: Path, where: float = 0.5, count: int = 1000) -> None:
    data = bytearray(path.read_bytes())
    start = int(where * len(data))
    data[start : start + count] = os.urandom(len(data[start : start + count]))
    path.write_bytes(data)


def _rows(index: Path, statement: str) -> None:
    connection = sqlite3.connect(f"{current(index)}/chroma/chroma.sqlite3")
    connection.execute(statement)
    connection.commit()
    connection.close()


def _largest(index: Path, pattern: str) -> Path:
    served = current(index)
    assert served
    return max(served.glob(pattern), key=lambda path: path.stat().st_size)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "pickle gone": lambda index: (_segment(index) / "index_metadata.pickle").unlink(),
    "segment gone": lambda index: shutil.rmtree(_segment(index)),
    "1,000 random bytes among the vectors": lambda index: _spoil(_segment(index) / "data_level0.bin"),
    "vectors cut off": lambda index: os.truncate(_segment(index) / "data_level0.bin", 1000),
    "an altered byte in the pickle": lambda index: _spoil(_segment(index) / "index_metadata.pickle", count=1),
    "random bytes in Chroma's SQLite": lambda index: _spoil(_largest(index, "chroma/chroma.sqlite3"), 0.0, 200),
    "rows gone from Chroma's SQLite": lambda index: _rows(index, "DELETE FROM embeddings WHERE id % 2"),
    "no Chroma": lambda index: shutil.rmtree(_largest(index, "chroma/chroma.sqlite3").parent),
    "random bytes in the texts": lambda index: _spoil(_largest(index, "store.sqlite")),
    "texts cut off": lambda index: os.truncate(_largest(index, "store.sqlite"), 50_000),
    "an altered byte in the word index": lambda index: _spoil(_largest(index, "lexical/*.idx"), count=1),
    "word index gone": lambda index: shutil.rmtree(_largest(index, "lexical/*.idx").parent),
    "facts gone": lambda index: _largest(index, "generation.json").unlink(),
    "pointer of random bytes": lambda index: (index / "CURRENT").write_bytes(os.urandom(40)),
}


def damage(index: Path, trials: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Every kind of damage once, each to a fresh copy: what the doctor and a question say of it."""
    for kind in [*DAMAGE][: trials or None]:
        yield {"trial": kind, **_judged(index, DAMAGE[kind])}


def flips(index: Path, trials: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """One to 100 random bytes of a random file, or its end cut off. `length.bin` is never read, Chroma rewrites it."""
    for trial in range(trials):
        files = [p for p in sorted(index.rglob("*")) if p.is_file() and p.stat().st_size and p.name != "length.bin"]
        chosen = chance.choice(files).relative_to(index)
        where, count, cut = chance.random(), chance.choice((1, 1, 10, 100)), chance.random() < 0.3

        def spoil(copy: Path, chosen: Path = chosen, where: float = where, count: int = count, cut: bool = cut) -> None:
            path = copy / chosen
            if cut:
                os.truncate(path, int(where * path.stat().st_size))
            else:
                _spoil(path, where, count)

        yield {"trial": trial, "file": str(chosen), "cut": cut, **_judged(index, spoil)}


_golden: list[dict[str, Any]] = []


def _judged(index: Path, spoil: Callable[[Path], object]) -> dict[str, Any]:
    if not _golden:
        _golden.extend(forked(lambda question=question: asked(index, question)) for question in GOLDEN)  # type: ignore[misc]
    copy = index.parent / "spoilt"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(index, copy)
    spoil(copy)
    doctor = forked(lambda: said("--index", str(copy), "doctor"))
    answers = forked(lambda: {"answers": [asked(copy, question) for question in GOLDEN]})
    told = answers.get("answers", [])
    outcome = "crash" if not told else "same"
    for answer, golden in zip(told, _golden, strict=False):
        typed = answer["status"] == 3 and answer["err"].startswith("sayso: ") and "unexpectedly" not in answer["err"]
        if answer["status"]:
            outcome = "refused" if typed else "untyped"
        elif answer["notice"]:
            outcome = "words alone" if answer["answer"] else "empty"
        elif answer["answer"] != golden["answer"]:
            outcome = "wrong"
    rebuilt = "signal" in doctor or "signal" in answers
    return {"doctor": doctor.get("status"), "outcome": outcome, "crash": rebuilt, "told": doctor, "answers": told}


def full(index: Path, trials: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """INDEX lies on a small disk that is filled up to a few bytes before each ingest."""
    from rag.index import space

    os.environ["SAYSO_EMBEDDING"] = "hashing"
    folder = index.parent / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("某报:电费怎么样?\n王小明:电费降低了40%。\n" * 50, encoding="utf-8")
    forked(lambda: said("--index", str(index), "ingest", str(folder)))
    before = forked(lambda: asked(index, "电费降低了多少?"))
    for trial in range(trials):
        room = 0 if trial == 0 else int(2 ** chance.uniform(10, 19))
        (folder / f"new{trial}.txt").write_text("某报:水呢?\n王小明:水很多。\n" * 400, encoding="utf-8")
        filler = index.parent / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        os.truncate(filler, max(0, filler.stat().st_size - room))

        def ingest(trial: int = trial) -> dict[str, Any]:
            space._LEAST = 20_000_000 if trial % 2 else -(10**12)  # odd: told beforehand; even: met on the way
            return said("--index", str(index), "ingest", str(folder))

        told = forked(ingest)
        while_full = forked(lambda: asked(index, "电费降低了多少?"))
        left = [path.name for path in index.glob("*.tmp")]
        filler.unlink()
        after = forked(lambda: asked(index, "电费降低了多少?"))
        same = before.get("answer") == after.get("answer") == while_full.get("answer")
        yield {"trial": trial, "room": room, "status": told.get("status"), "err": told.get("err"), "left": left, "same": same, "full": while_full, "before": before}  # fmt: skip
    last = forked(lambda: said("--index", str(index), "ingest", str(folder)))
    yield {"trial": "freed", "status": last.get("status"), "err": last.get("err"), "same": True, "left": []}


if __name__ == "__main__":
    mode, where, many, seed = sys.argv[1:]
    SEMANTIC.encode(["warm"])  # what a question loads, once and not in each fork
    in_context(GOLDEN[0], (), People([]))
    trial_of = {"kills": kills, "damage": damage, "flips": flips, "full": full}[mode]
    for result in trial_of(Path(where), int(many), random.Random(f"{seed} {mode}")):
        print(json.dumps(result, ensure_ascii=False), flush=True)
