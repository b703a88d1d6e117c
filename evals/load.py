"""Two web servers in, a table of questions a second and p99 at 1, 4, 16 and 64 clients out: Sayso, and a plain app.

    python -m evals.load [--seconds 15]

Both are started here, offline, and asked over Gradio's HTTP API, the same questions in the same order, one after the other.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

CLIENTS = (1, 4, 16, 64)
_HERE = Path(__file__).resolve().parent
SERVERS = {
    "sayso": [sys.executable, "-m", "rag", "serve", "--port", "0"],
    "plain": [sys.executable, "-m", "evals.plain_app"],
}


class Measured(NamedTuple):
    """Of one server at one number of clients; `failed` counts what was refused or broke."""

    server: str
    clients: int
    answered: int
    failed: int
    per_second: float
    p50: float
    p99: float


@contextmanager
def started(command: Sequence[str], **env: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address that the program prints, and its process."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    process = subprocess.Popen(  # noqa: S603
        command, cwd=_HERE.parent, env={**kept, **env}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout  # noqa: S101 - it is a pipe
        line = process.stdout.readline()
        address = next((word.strip("(),") for word in line.split() if word.startswith("http")), "")
        if not address:
            raise RuntimeError(f"{' '.join(command)} did not start: {line!r}")
        yield address, process
    finally:
        process.kill()
        process.communicate()


def questions() -> list[str]:
    lines = (_HERE / "founders" / "tuning.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


def asked(address: str, question: str, *, seconds: float = 120.0) -> str:
    """The event stream of one call with the three inputs of Sayso; the plain app has the same. Raises an httpx error when it isn't answered."""
    import httpx

    with httpx.Client(timeout=seconds) as client:
        joined = client.post(f"{address}/gradio_api/call/ask", json={"data": [question, [], []]})
        joined.raise_for_status()
        reply = client.get(f"{address}/gradio_api/call/ask/{joined.json()['event_id']}")
        reply.raise_for_status()
        return reply.text


def measured(name: str, address: str, clients: int, *, seconds: float) -> Measured:
    import httpx

    waiting = itertools.cycle(questions())
    lock, took, failures = threading.Lock(), list[float](), list[str]()
    end = time.monotonic() + seconds

    def client() -> None:
        while time.monotonic() < end:
            with lock:
                question = next(waiting)
            begun = time.monotonic()
            try:
                good = "event: complete" in asked(address, question)
            except httpx.HTTPError:
                good = False
            with lock:
                (took.append(time.monotonic() - begun) if good else failures.append(question))
            if not good:
                time.sleep(0.05)

    started_at = time.monotonic()
    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.monotonic() - started_at
    ordered = sorted(took) or [float("nan")]
    p50, p99 = (ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.99))
    return Measured(name, clients, len(took), len(failures), len(took) / spent, p50, p99)


def table(rows: Sequence[Measured]) -> str:
    lines = ["server  clients  answered  failed     q/s   p50 s   p99 s"]
    lines += [
        f"{row.server:6} {row.clients:8} {row.answered:9} {row.failed:7} {row.per_second:7.1f} {row.p50:7.3f} {row.p99:7.3f}"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description="questions a second and p99 over the API, beside a plain app")
    parser.add_argument("--seconds", type=float, default=15.0, help="for each number of clients")
    seconds = parser.parse_args().seconds
    rows = []
    for name, command in SERVERS.items():
        with started(command, SAYSO_OFFLINE="1", PYTHONWARNINGS="ignore") as (address, _):
            measured(name, address, 1, seconds=3)  # the first questions load models
            rows += [measured(name, address, clients, seconds=seconds) for clients in CLIENTS]
    print(table(rows), end="")


if __name__ == "__main__":
    main()
