"""F3–F5: damaged files, a full disk, a read-only one. Apart from the other faults of the index, to run beside them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from conftest import ROOT, child_env
from rig import documents, interview, with_dictionary
from test_index_faults import copied, lab

from rag.corpus import Corpus
from rag.embeddings import WORDS
from rag.ingest import ingest

__all__ = ["copied"]  # a fixture


def test_damage_is_found_by_the_doctor_and_never_answered_from(copied):
    trials = lab("damage", copied, 0)
    assert len(trials) >= 14
    assert [trial["trial"] for trial in trials if trial["doctor"] != 1] == []
    assert [(t["trial"], t["outcome"]) for t in trials if t["outcome"] not in ("refused", "words alone", "same")] == []
    assert not any(trial["crash"] for trial in trials)
    # The kinds that concern the vectors alone come first: they are done without.
    assert [trial["outcome"] for trial in trials[:5]] == ["words alone"] * 5


def test_a_full_disk_ends_an_ingest_and_nothing_else(index, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = 'mount -t tmpfs -o size=40m tmpfs "$0" && mkdir "$0/index" && cp "$1" "$0/index/" && shift && exec "$@"'
    before = ("unshare", "-rm", "sh", "-c", mount, str(disk), str(index / "dictionary.sqlite"))
    trials = lab("full", disk / "index", 6, before=before)
    *full, freed = trials
    for trial in full:
        assert (trial["status"], trial["left"], trial["same"]) == (1, [], True), trial
        assert "make room and run it again" in trial["err"]
    assert freed["status"] == 0, freed


def read_only(index: Path, tmp_path: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`sayso` over an index on a disk that nobody may write."""
    point = tmp_path / "mounted"
    point.mkdir()
    mount = 'mount --bind "$0" "$1" && mount -o remount,bind,ro "$1" && shift 1 && exec "$@"'
    sayso = [sys.executable, "-m", "rag", "--index", str(point), *arguments]
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"{mount}", str(index), str(point), *sayso],
        cwd=ROOT, env=child_env(**env), capture_output=True, text=True,
    )  # fmt: skip


def test_an_index_on_a_read_only_disk_answers(index, tmp_path):
    """tantivy and Chroma can't open there; they get a copy."""
    run = read_only(index, tmp_path, "ask", "张亚林提出了哪些挑战?")
    assert run.returncode == 0, run.stderr
    assert "[1] 张亚林" in run.stdout
    assert "只按词语检索" not in run.stdout


def test_an_index_without_vectors_on_a_read_only_disk_answers(index, tmp_path):
    at = with_dictionary(tmp_path / "index", index)
    ingest(Corpus([documents(tmp_path / "documents", power=interview("电费降低了40%。"))]), at, WORDS)
    run = read_only(at, tmp_path, "ask", "王小明说电费降低了多少?", SAYSO_EMBEDDING="words")
    assert run.returncode == 0, run.stderr
    assert "40%" in run.stdout
