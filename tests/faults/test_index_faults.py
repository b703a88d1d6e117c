"""F1–F8: kills, two writers, foreign and altered files; the disk itself is in test_disk_faults. The old index or the new one, or a typed
refusal; never a wrong answer, a crash or a file left behind.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, child_env
from rig import SEED, Told, command, documents, interview, prints, with_dictionary

from rag.factory import open_chat_engine
from rag.index import generations
from rag.index.store import SCHEMA
from rag.settings import Settings

LAB = Path(__file__).with_name("lab.py")


@pytest.fixture
def sayso(capsys, monkeypatch) -> Callable[..., Told]:
    monkeypatch.setenv("SAYSO_EMBEDDING", "hashing")
    return command(capsys, monkeypatch)


@pytest.fixture
def copied(index, tmp_path) -> Path:
    """A copy of the seeds' index, to be spoilt."""
    shutil.copytree(index, tmp_path / "copied")
    return tmp_path / "copied"


def lab(*arguments: object, before: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    run = subprocess.run(
        [*before, sys.executable, str(LAB), *map(str, arguments), str(SEED)],
        cwd=ROOT, env=child_env(), capture_output=True, text=True, timeout=280,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_a_kill_at_any_moment_of_an_ingest_leaves_the_old_index_or_the_new_one(index, tmp_path):
    trials = lab("kills", with_dictionary(tmp_path / "index", index), 8)
    assert [trial for trial in trials if not trial["good"]] == []
    assert sum(trial["killed"] for trial in trials) >= 4


def test_a_file_too_large_for_the_system_ends_an_ingest_and_nothing_else(sayso, index, tmp_path):
    at = with_dictionary(tmp_path / "index", index)
    folder = documents(tmp_path / "documents", power=interview("电费降低了40%。"))
    assert sayso("--index", str(at), "ingest", str(folder)).status == 0
    before = prints(at)
    documents(folder, more="".join(interview(f"第{n}间机房在第{n * 7}层。") for n in range(1000)))
    script = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000)); from rag.cli import main; sys.exit(main())"
    run = subprocess.run(
        [sys.executable, "-c", script, "--index", str(at), "ingest", str(folder)],
        cwd=ROOT, env=child_env(SAYSO_EMBEDDING="hashing"), capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 1, run.stderr
    assert run.stderr.startswith("sayso: "), run.stderr
    assert "the disk is full" in run.stderr
    assert prints(at) == before
    assert not list(at.glob("*.tmp"))


def test_a_second_ingest_is_told_to_wait_and_changes_nothing(sayso, index, tmp_path):
    at = with_dictionary(tmp_path / "index", index)
    folder = documents(tmp_path / "documents", power=interview("电费降低了40%。"))
    with generations.writing(at):
        told = sayso("--index", str(at), "ingest", str(folder))
    assert told.status == 4
    assert "another process is ingesting" in told.err
    assert not (at / "CURRENT").exists()


def test_a_running_engine_answers_from_what_another_process_ingests(sayso, index, tmp_path):
    at = with_dictionary(tmp_path / "index", index)
    folder = documents(tmp_path / "documents", power=interview("电费降低了40%。"))
    assert sayso("--index", str(at), "ingest", str(folder)).status == 0
    engine = open_chat_engine(Settings(at, embedding="hashing"))
    assert engine.query("王小明说水价降低了多少?").refused
    documents(folder, water=interview("水价降低了30%。", question="水价怎么样?"))
    run = subprocess.run(
        [sys.executable, "-m", "rag", "--index", str(at), "ingest", str(folder)],
        cwd=ROOT, env=child_env(SAYSO_EMBEDDING="hashing"), capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "30%" in engine.query("王小明说水价降低了多少?").answer


@pytest.mark.parametrize("command_", [("ask", "AGI?"), ("search", "AGI"), ("sources",), ("serve", "--port", "0")])
def test_a_mistyped_index_is_an_error_and_makes_nothing(sayso, tmp_path, command_):
    told = sayso("--index", str(tmp_path / "nope"), *command_)
    assert (told.status, told.out) == (3, "")
    assert "no index there" in told.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("schema", [SCHEMA - 1, SCHEMA + 1, None, "x"])
def test_an_index_of_another_version_is_refused_with_the_command_that_helps(sayso, copied, schema):
    facts = generations.current(copied) / "generation.json"
    facts.write_text(json.dumps({**json.loads(facts.read_text(encoding="utf-8")), "schema": schema}), encoding="utf-8")
    told = sayso("--index", str(copied), "ask", "AGI?")
    assert (told.status, told.out) == (3, "")
    assert "another version of Sayso" in told.err
    assert "--rebuild" in told.err


def test_the_same_question_finds_the_same_every_time(engine):
    hits = [engine.search("算力成本为什么会下降?", top_k=20)[0] for _ in range(3)]
    assert hits[0] == hits[1] == hits[2]


def test_an_altered_byte_anywhere_in_the_words_is_refused(copied, sayso):
    served = generations.current(copied)
    path = max(served.glob("lexical/*.term"), key=lambda path: path.stat().st_size)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    told = sayso("--index", str(copied), "ask", "AGI?", SAYSO_EMBEDDING="semantic")
    assert (told.status, told.out) == (3, "")
    assert path.name in told.err
    assert os.path.exists(copied / "CURRENT")
