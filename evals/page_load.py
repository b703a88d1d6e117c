"""The page under load: `python -m evals.page_load` serves the index and prints how long 40 readers at once wait, and what
1,000 questions leave behind in memory.

Readers are browsers without a browser: each has a cookie and a conversation, and speaks Gradio's queue as the page does.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

# Enough to fill what is remembered of pages, at 20 questions a page.
READERS, QUESTIONS, WARM = 40, 1000, 1000
ASKED = Path(__file__).with_name("founders") / "tuning.jsonl"


class Reader:
    """One page of one browser."""

    def __init__(self, url: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=120)
        self.client.get("/")
        config = self.client.get("/config").json()
        names = {c["id"]: c["props"].get("elem_id") for c in config["components"]}
        self.event = next(
            d
            for d in config["dependencies"]
            if any(names.get(t[0]) == "ask" and t[1] == "submit" for t in d["targets"])
        )
        self.session = secrets.token_hex(6)

    def ask(self, question: str) -> tuple[float, str]:
        """(seconds to the whole answer, what the page then shows); a conversation of its own each time."""
        started = time.perf_counter()
        data = [question, secrets.token_urlsafe(16), [], "auto", "offline"]
        joined = {"data": data, "fn_index": self.event["id"], "session_hash": self.session, "trigger_id": None}
        self.client.post("/gradio_api/queue/join", json=joined).raise_for_status()
        seen = ""
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                message: dict[str, Any] = json.loads(line[5:]) if line.startswith("data:") else {}
                seen += json.dumps(message.get("output", ""))
                if message.get("msg") == "process_completed":
                    break
        return time.perf_counter() - started, seen


def at_once(url: str, questions: Sequence[str], readers: int = READERS) -> list[float]:
    """Seconds of each of `readers` who all ask in the same moment. Raises RuntimeError if one is not answered."""
    people = [Reader(url) for _ in range(readers)]
    together = threading.Barrier(readers)

    def ask(n: int) -> float:
        together.wait()
        seconds, seen = people[n].ask(questions[n % len(questions)])
        if "told" not in seen:
            raise RuntimeError(f"reader {n} got no answer: {seen[-300:]}")
        return seconds

    with ThreadPoolExecutor(readers) as pool:
        return sorted(pool.map(ask, range(readers)))


def memory_after(url: str, pid: int, questions: Sequence[str], counts: Sequence[int]) -> Iterator[float]:
    """Megabytes that the server holds after each count of questions; a new browser for every 20."""
    asked = 0
    for count in counts:
        while asked < count:
            if asked % 20 == 0:
                reader = Reader(url)
            reader.ask(f"{questions[asked % len(questions)]} {asked}")
            asked += 1
        yield resident_mb(pid)


def resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextmanager
def serving(*command: str) -> Iterator[tuple[str, int]]:
    server = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE, text=True)  # noqa: S603
    try:
        line = server.stdout.readline() if server.stdout else ""
        address = next((word for word in line.split() if "://" in word), "")
        if not address:
            raise RuntimeError(f"no server came of {' '.join(command)}; run it by hand to see why")
        yield address, server.pid
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    lines = map(json.loads, ASKED.read_text(encoding="utf-8").splitlines())
    questions = [line["question"] for line in lines if not line["history"]]
    with serving("-m", "rag", "serve", "--port", "0") as (url, pid):
        Reader(url).ask(questions[0])
        waits = at_once(url, questions)
        print(
            f"{len(waits)} at once: median {waits[len(waits) // 2]:.1f} s, p95 {waits[int(0.95 * len(waits))]:.1f} s, none failed"
        )
        before, after = memory_after(url, pid, questions, (WARM, WARM + QUESTIONS))
        print(f"{QUESTIONS} questions: {before:.0f} to {after:.0f} MB")


if __name__ == "__main__":
    main()
