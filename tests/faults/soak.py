"""An hour of trouble (`make soak MINUTES=60`): load with a failing provider while documents change, kills, races, damage.

Prints what was seen each minute and, at the end, figures; ends with 1 if a promise was broken.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
ROOT = HERE.parent.parent.parent
sys.path[:0] = [str(ROOT), str(HERE.parent.parent), str(HERE.parent.parent / "offline")]
SEED = os.environ.setdefault("FAULTS_SEED", str(random.randrange(1_000_000)))

import numpy as np  # noqa: E402
from double import Handler, saying, serving, well_behaved  # noqa: E402

from evals.load import asked, questions, started  # noqa: E402

MINUTES = float(os.environ.get("MINUTES", "60"))
KILLS = int(os.environ.get("KILLS", "200"))
WARM, SWAPS = 200, 3  # questions and changed documents after which memory is measured
CANARY = "王小明说电费降低了多少?"
TYPED = ("模型", "model", "只按词语")  # every notice that a fault may leave


def failing(handler: Handler, asked_: dict[str, Any], chance: random.Random = random.Random(SEED)) -> None:  # noqa: B008
    """Well, but for one request in twenty."""
    faults = (
        lambda: handler.send(500, "{}"),
        lambda: handler.send(200, "<html>", kind="text/html"),
        lambda: handler.reset(),
        lambda: handler.stream(["Hello wor"], finish=None),
        lambda: saying("算力会免费。[S99]")(handler, asked_),
    )
    if chance.random() < 0.05:
        chance.choice(faults)()
    else:
        well_behaved(handler, asked_)


class Load:
    """Four clients, and the server's memory and open files beside."""

    def __init__(self, address: str, process: subprocess.Popen[str]) -> None:
        self.address, self.process = address, process
        self.done, self.untyped, self.wrong, self.noticed, self.unanswered = 0, list[str](), list[str](), 0, 0
        self.samples: list[tuple[int, float, int, int]] = []  # questions, MB, open files, documents changed
        self.took: list[tuple[float, float]] = []
        self.numbers = [40]  # of the canary document; the last two may be answered
        self.lock, self.stop, self.pool = threading.Lock(), threading.Event(), questions()

    def client(self, number: int) -> None:
        chance = random.Random(f"{SEED} {number}")
        while not self.stop.is_set():
            question = CANARY if chance.random() < 0.05 else chance.choice(self.pool)
            allowed, begun = self.numbers[-2:], time.monotonic()
            reply = ""
            try:
                reply = asked(self.address, question, seconds=60)
                answer = json.loads(reply.split("event: complete\ndata: ", 1)[1].splitlines()[0])[0]
                self._judge(question, answer, [*allowed, *self.numbers[-2:]])
            except Exception as error:
                self.untyped.append(f"{type(error).__name__}: {error} {question} {reply[:200]!r}")
                time.sleep(0.5)
            with self.lock:
                self.done += 1
                self.took.append((begun, time.monotonic() - begun))

    def _judge(self, question: str, answer: dict[str, Any], numbers: list[int]) -> None:
        if "error" in answer:
            self.untyped.append(answer["error"])
            return
        marks = {citation["n"] for citation in answer["citations"]}
        if not all(f"[{n}]" in answer["answer"] for n in marks):
            self.wrong.append(f"{question}: {answer['answer'][:80]}")
        if notice := answer["notice"]:
            self.noticed += 1
            if not any(word in notice for word in TYPED):
                self.untyped.append(notice)
        if question == CANARY and not any(f"{number}%" in answer["answer"] for number in numbers):
            if answer["refused"]:
                self.unanswered += 1
            else:
                self.wrong.append(f"{answer['answer'][:80]} (one of {numbers})")

    def watch(self) -> None:
        while not self.stop.wait(2):
            status = Path(f"/proc/{self.process.pid}/status").read_text()
            rss = next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
            files = len(os.listdir(f"/proc/{self.process.pid}/fd"))
            self.samples.append((self.done, rss, files, len(self.numbers)))

    def figures(self) -> dict[str, Any]:
        # By then as many retired generations are kept open as ever, and what is remembered of questions is nearly full.
        warm = [sample for sample in self.samples if sample[0] >= WARM and sample[3] > SWAPS] or self.samples[-1:]
        questions_, megabytes, files = [list(column) for column in zip(*warm, strict=True)][:3]
        slope = float(np.polyfit(questions_, megabytes, 1)[0]) * 1000 if len(warm) > 2 else float("nan")
        tenth = max(1, len(self.took) // 10)
        early, late = (sorted(t for _, t in part) for part in (self.took[:tenth], self.took[-tenth:]))
        return {
            "questions": self.done, "untyped errors": len(self.untyped), "wrong answers": len(self.wrong),
            "told of a fault": self.noticed, "canary refused": self.unanswered,
            "warm from question": questions_[0], "RSS MB": [round(megabytes[0]), round(megabytes[-1])], "MB per 1,000 questions": round(slope, 1),
            "open files": [files[0], max(files), files[-1]],
            "p99 s, first and last tenth": [round(p[int(0.99 * len(p))], 2) for p in (early, late)],
            "seen": [*self.untyped[:3], *self.wrong[:3]],
        }  # fmt: skip


def sayso(index: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rag", "--index", str(index), *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True)


def canary(folder: Path, number: int) -> None:
    folder.mkdir(exist_ok=True)
    people = {"documents": [], "people": [{"name": "王小明", "english": "Wang Xiaoming"}]}
    (folder / "manifest.json").write_text(json.dumps(people), encoding="utf-8")
    text = f"某报:电费怎么样?\n王小明:三年来我们把电费降低了{number}%。\n"
    (folder / "canary.txt").write_text(text, encoding="utf-8")


def loaded(index: Path, folder: Path, seconds: float) -> dict[str, Any]:
    """Four clients for so long, a document changed every minute."""
    with serving(failing) as model:
        command = [sys.executable, "-m", "rag", "--index", str(index), "serve", "--port", "0", "--model", "gpt-4o-mini"]
        environment = {"SAYSO_MODEL": "gpt-4o-mini"}
        os.environ["SOAK_MODEL"] = model.address
        with started(["env", f"OPENAI_BASE_URL={model.address}", "OPENAI_API_KEY=k", *command], **environment) as up:
            load = Load(*up)
            threads = [threading.Thread(target=load.client, args=(n,)) for n in range(4)]
            threads.append(threading.Thread(target=load.watch))
            for thread in threads:
                thread.start()
            end, number = time.monotonic() + seconds, 40
            while time.monotonic() < end:
                load.stop.wait(min(60, max(1, end - time.monotonic())))
                number = 41 + (number - 40) % 50
                canary(folder, number)
                load.numbers.append(number)
                ingested = sayso(index, "ingest", str(folder))
                if ingested.returncode:
                    load.untyped.append(ingested.stderr)
                print(json.dumps(load.figures(), ensure_ascii=False), flush=True)
            load.stop.set()
            for thread in threads:
                thread.join()
            return load.figures() | {"requests to the model": len(model.requests)}


def lab(mode: str, index: Path, trials: int) -> list[dict[str, Any]]:
    command = [sys.executable, str(HERE.with_name("lab.py")), mode, str(index), str(trials), SEED]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


def killed_servers(index: Path, times: int) -> int:
    """How many of the kills of a server at a random moment left an index that the doctor finds wrong."""
    chance, bad = random.Random(f"{SEED} servers"), 0
    for _ in range(times):
        command = [sys.executable, "-m", "rag", "--index", str(index), "serve", "--port", "0"]
        server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, 12))
        server.send_signal(signal.SIGKILL)
        server.wait()
        bad += sayso(index, "doctor").returncode != 0
    return bad


def raced(index: Path, folder: Path, times: int, ways: int = 5) -> dict[str, int]:
    """Ingests at once: one may write, the others are told to wait."""
    seen = {"done": 0, "told to wait": 0, "other": 0}
    for n in range(times):
        canary(folder, 10 + n)
        command = [sys.executable, "-m", "rag", "--index", str(index), "ingest", str(folder)]
        running = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for _ in range(ways)
        ]
        for status in (process.wait() for process in running):
            seen[{0: "done", 4: "told to wait"}.get(status, "other")] += 1
    return seen | {"doctor": sayso(index, "doctor").returncode}


def main() -> int:
    print(f"random choices: FAULTS_SEED={SEED}; {MINUTES:g} minutes, {KILLS} kills", flush=True)
    with tempfile.TemporaryDirectory(prefix="sayso-soak-") as name:
        base = Path(name)
        index, folder = base / "index", base / "documents"
        assert sayso(index, "ingest").returncode == 0
        canary(folder, 40)
        assert sayso(index, "ingest", str(folder)).returncode == 0
        spoilt = base / "lab" / "index"
        shutil.copytree(index, spoilt)
        shutil.copytree(index, base / "flips" / "index")
        kills: list[dict[str, Any]] = []
        (base / "kills" / "index").mkdir(parents=True)
        shutil.copyfile(index / "dictionary.sqlite", base / "kills" / "index" / "dictionary.sqlite")
        killing = threading.Thread(target=lambda: kills.extend(lab("kills", base / "kills" / "index", KILLS)))
        killing.start()
        report: dict[str, Any] = {"load": loaded(index, folder, MINUTES * 60 * 0.7)}
        killing.join()
        report["ingest kills"] = {
            "trials": len(kills), "killed": sum(trial["killed"] for trial in kills),
            "lost or wrong": [trial for trial in kills if not trial["good"]],
        }  # fmt: skip
        short = max(2, int(MINUTES / 5))
        report["races"] = raced(spoilt, folder, short)
        report["server kills"] = {"trials": 2 * short, "bad": killed_servers(spoilt, 2 * short)}
        damage = lab("flips", base / "flips" / "index", int(MINUTES * 2))
        outcomes = [trial["outcome"] for trial in damage]
        report["damage"] = {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}
        report["damage"]["worst"] = [t for t in damage if t["crash"] or t["outcome"] in ("wrong", "untyped", "crash", "empty")][:3]  # fmt: skip
    print(json.dumps(report, ensure_ascii=False, indent=1))
    load = report["load"]
    good = (
        not load["untyped errors"]
        and not load["wrong answers"]
        and load["MB per 1,000 questions"] <= 5
        and load["open files"][2] <= load["open files"][0] + 20
        and not report["ingest kills"]["lost or wrong"]
        and report["ingest kills"]["trials"] == KILLS + 1
        and not report["races"]["other"]
        and not report["server kills"]["bad"]
        and not report["damage"]["worst"]
    )
    print("soak: all promises kept" if good else "soak: FAILED, see above")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
