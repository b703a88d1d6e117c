"""Generations: one writer, and a kill at any moment leaves the old index or the new one."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from conftest import ROOT, child_env

from rag.errors import BusyError, IndexProblem
from rag.index import generations
from rag.index.generations import current, facts, publish, writing

# Writes "new" as the next generation and kills itself with SIGKILL at the event named on the command line.
KILLED = """
import os, signal, sys
from pathlib import Path
from rag.index.generations import publish, writing

index, moment, renames = Path(sys.argv[1]), sys.argv[2], 0

def die(event, arguments):
    global renames
    if event == "os.rename":
        renames += 1
        if moment == f"rename {renames}":
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(die)
with writing(index) as building:
    (building / "text").write_text("new")
    if moment == "building":
        os.kill(os.getpid(), signal.SIGKILL)
    publish(building, {})
if moment == "after":
    os.kill(os.getpid(), signal.SIGKILL)
"""


def write(index, text):
    with writing(index) as building:
        (building / "text").write_text(text)
        return publish(building, {"said": text})


def served(index):
    return (current(index) / "text").read_text()


def names(index):
    return sorted(path.name for path in index.glob("gen-*"))


def test_nothing_is_served_before_the_first_ingest(tmp_path):
    assert current(tmp_path) is None


def test_what_was_published_is_served_with_its_facts(tmp_path):
    write(tmp_path, "one")
    assert (served(tmp_path), facts(current(tmp_path))["said"]) == ("one", "one")


def test_a_writer_begins_with_a_copy_and_leaves_the_served_one_alone(tmp_path):
    write(tmp_path, "one")
    with writing(tmp_path) as building:
        assert (building / "text").read_text() == "one"
        (building / "text").write_text("two")
    assert served(tmp_path) == "one"


def test_a_fresh_writer_begins_with_nothing(tmp_path):
    write(tmp_path, "one")
    with writing(tmp_path, fresh=True) as building:
        assert list(building.iterdir()) == []


def test_a_writer_that_fails_leaves_nothing_behind(tmp_path):
    write(tmp_path, "one")
    with pytest.raises(RuntimeError, match="oops"), writing(tmp_path):
        raise RuntimeError("oops")
    assert (served(tmp_path), names(tmp_path)) == ("one", ["gen-000001"])


def test_a_second_writer_is_told_to_wait(tmp_path):
    with writing(tmp_path), pytest.raises(BusyError, match="another process is ingesting"), writing(tmp_path):
        pass


def test_a_writer_in_another_process_is_told_to_wait(tmp_path):
    script = "import sys; from pathlib import Path; from rag.index.generations import writing\nwith writing(Path(sys.argv[1])): pass"
    with writing(tmp_path):
        run = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, env=child_env(), capture_output=True, text=True
        )
    assert "BusyError" in run.stderr


def test_the_lock_is_free_after_a_writer(tmp_path):
    write(tmp_path, "one")
    write(tmp_path, "two")
    assert served(tmp_path) == "two"


def test_only_the_last_two_generations_are_kept(tmp_path):
    for text in ("one", "two", "three", "four"):
        write(tmp_path, text)
    assert (names(tmp_path), served(tmp_path)) == (["gen-000003", "gen-000004"], "four")


@pytest.mark.parametrize(
    ("moment", "text"), [("building", "old"), ("rename 1", "old"), ("rename 2", "old"), ("after", "new")]
)
def test_a_kill_leaves_the_old_one_or_the_new_one(tmp_path, moment, text):
    write(tmp_path, "old")
    run = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), moment], cwd=ROOT, env=child_env())
    assert run.returncode == -signal.SIGKILL
    assert served(tmp_path) == text
    write(tmp_path, "next")
    assert served(tmp_path) == "next"


def test_the_next_writer_sweeps_what_a_killed_one_left(tmp_path):
    write(tmp_path, "one")
    (tmp_path / "gen-000002.tmp").mkdir()
    (tmp_path / "gen-000007").mkdir()
    write(tmp_path, "two")
    assert names(tmp_path) == ["gen-000001", "gen-000002"]


def test_a_missing_generation_is_an_index_problem(tmp_path):
    (tmp_path / "CURRENT").write_text("gen-000009")
    with pytest.raises(IndexProblem, match="names 'gen-000009', which is missing"):
        current(tmp_path)


@pytest.mark.parametrize("text", [None, "", "{", "[]x"])
def test_damaged_facts_are_an_index_problem(tmp_path, text):
    generation = write(tmp_path, "one")
    (generation / "generation.json").unlink()
    if text is not None:
        (generation / "generation.json").write_text(text)
    with pytest.raises(IndexProblem, match="damaged"):
        facts(generation)


@pytest.mark.parametrize("pointer", ["gen-000009", ""])
def test_a_fresh_ingest_mends_a_broken_pointer(tmp_path, pointer):
    write(tmp_path, "one")
    (tmp_path / generations._CURRENT).write_text(pointer)
    with writing(tmp_path, fresh=True) as building:
        (building / "text").write_text("mended")
        publish(building, {})
    assert served(tmp_path) == "mended"


def test_segments_are_linked_and_everything_else_is_copied(tmp_path):
    segment = f"{'0' * 31}f.idx"
    with writing(tmp_path) as building:
        (building / "lexical").mkdir()
        (building / "lexical" / segment).write_text("written once")
        (building / "lexical" / "meta.json").write_text("rewritten")
        publish(building, {})
    with writing(tmp_path) as building:
        links = {path.name: path.stat().st_nlink for path in (building / "lexical").iterdir()}
    assert links == {segment: 2, "meta.json": 1}


def test_adding_a_document_writes_no_file_of_the_served_generation(tmp_path, folder, take):
    take(folder({"a.txt": "钢铁行业座谈纪要\n\n炼钢炉的温度由工人每小时记录一次。\n"}))
    served_one = current(tmp_path / "index")
    before = {path: path.read_bytes() for path in served_one.rglob("*") if path.is_file()}
    take(folder({"b.txt": "港口纪要\n\n码头的吊车在去年夏天完成了翻修。\n"}))
    assert current(tmp_path / "index") != served_one
    assert {path: path.read_bytes() for path in served_one.rglob("*") if path.is_file()} == before
