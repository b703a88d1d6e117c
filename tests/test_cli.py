"""The command line: results on standard output, trouble as a line on standard error and an exit status."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from builders import INTERVIEW
from conftest import ROOT, child_env

from rag.cli import main
from rag.index.generations import current, writing

SEED = "003_3772bafaed6e6384"
QUESTION = "戴国浩怎么看算力成本?"


@dataclass(frozen=True)
class Run:
    """What one command left."""

    status: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def cli(index, capsys) -> Callable[..., Run]:
    """A command over the seeds, or over another `at`."""

    def run(*arguments: object, at: Path | None = None) -> Run:
        status = main(["--index", str(at or index), *map(str, arguments)])
        return Run(status, *capsys.readouterr())

    return run


@pytest.fixture
def copy(index, tmp_path) -> Path:
    """The seeds' index, to be changed."""
    return Path(shutil.copytree(index, tmp_path / "copy"))


def test_ask_json_has_every_field_of_the_contract(cli):
    answer = cli("ask", QUESTION, "--json").json
    assert answer.keys() >= {
        *("id", "question", "language", "mode", "model", "refused", "refusal_reason", "answer", "statements"),
        *("citations", "usage", "timings"),
    }
    assert answer["statements"][0].keys() >= {"text", "citations", "speaker", "verdict"}
    assert answer["citations"][0].keys() >= {
        *("n", "source", "file", "start", "end", "quote", "raw", "speaker", "role", "title", "outlet", "date"),
    }
    assert answer["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "cost_usd": 0.0, "times_cheaper": None}
    assert answer["timings"].keys() >= {"retrieve_ms", "answer_ms", "total_ms"}


def test_ask_prints_numbered_quotes_for_people(cli):
    run = cli("ask", QUESTION)
    assert run.status == 0
    assert "[1] 戴国浩" in run.out
    assert ".txt:" in run.out


def test_ask_keeps_to_the_speaker_it_is_given(cli):
    answer = cli("ask", "怎么看算力成本?", "--speaker", "dai guohao", "--json").json
    assert {citation["speaker"] for citation in answer["citations"]} <= {"戴国浩"}


def test_search_finds_passages_with_their_place(cli):
    found = cli("search", "智算中心的使用率", "--top-k", 3, "--json").json
    assert len(found["hits"]) == 3
    assert found["hits"][0].keys() == {"file", "start", "end", "score", "speaker", "text"}
    assert "retrieve_ms" in found["timings"]


def test_sources_lists_what_is_in_the_index(cli):
    listed = cli("sources", "--json").json
    assert [source["id"][:3] for source in listed] == ["000", "001", "002", "003", "004"]
    assert listed[3].keys() >= {"id", "title", "speakers", "date", "outlet", "sentences", "characters"}


def test_the_sentences_of_a_source_come_in_order(cli):
    rows = cli("sources", SEED, "--sentences", "--json").json
    assert rows[0].keys() == {"id", "start", "end", "speaker", "role", "turn", "text"}
    assert [row["start"] for row in rows] == sorted(row["start"] for row in rows)


def test_a_removed_source_is_listed_and_cited_no_more(cli, folder, tmp_path, monkeypatch):
    monkeypatch.setenv("SAYSO_EMBEDDING", "hashing")
    at, question = tmp_path / "index", "王小明的机房为什么建在贵州?"
    cli("ingest", folder({"a.txt": INTERVIEW, "b.txt": INTERVIEW.replace("三分之一", "四分之一")}), at=at)
    assert {citation["source"] for citation in cli("ask", question, "--json", at=at).json["citations"]} == {"a", "b"}
    assert cli("remove", "a", at=at).status == 0
    assert [source["id"] for source in cli("sources", "--json", at=at).json] == ["b"]
    assert {citation["source"] for citation in cli("ask", question, "--json", at=at).json["citations"]} == {"b"}


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (2, []),
        (2, ["nope"]),
        (2, ["ask"]),
        (2, ["ask", ""]),
        (2, ["ask", "?!"]),
        (2, ["ask", "算力" * 1001]),
        (2, ["ask", QUESTION, "--speaker", "马斯克"]),
        (2, ["ask", "--batch", "in.jsonl"]),
        (2, ["ask", "--batch", "/nowhere.jsonl", "--out", "/nowhere.out"]),
        (2, ["search", QUESTION, "--top-k", "0"]),
        (2, ["search", QUESTION, "--top-k", "x"]),
        (2, ["sources", "nope"]),
        (2, ["sources", "--sentences"]),
        (2, ["remove", "nope"]),
        (2, ["ingest", "/nowhere"]),
        (3, ["--index", "/nowhere", "sources"]),
    ],
)
def test_trouble_is_one_or_two_lines_and_a_status(cli, status, arguments):
    run = cli(*arguments)
    assert (run.status, run.out) == (status, "")
    assert all(line.startswith("sayso: ") for line in run.err.splitlines()[:1])
    assert 1 <= len(run.err.splitlines()) <= 2
    assert "Traceback" not in run.err


def test_an_index_built_with_another_embedding_is_status_3(cli, copy):
    facts = current(copy) / "generation.json"
    facts.write_text(facts.read_text().replace('"embedding": "', '"embedding": "other-'))
    run = cli("ask", QUESTION, at=copy)
    assert (run.status, "ingest --rebuild" in run.err) == (3, True)


@pytest.mark.parametrize("part", ["generation.json", "store.sqlite", "lexical", "chroma"])
def test_a_damaged_index_is_status_3(cli, copy, part):
    path = current(copy) / part
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.write_bytes(b"damaged" * 999)
    assert cli("ask", QUESTION, at=copy).status == 3


def test_while_another_ingests_the_status_is_4(cli, copy):
    with writing(copy):
        assert cli("ingest", at=copy).status == 4
        assert cli("remove", SEED, at=copy).status == 4


def test_ingest_of_refused_files_alone_is_status_2_and_says_why(cli, folder, tmp_path):
    run = cli("ingest", folder({"a.pdf": b"broken"}), at=tmp_path / "index")
    assert run.status == 2
    assert run.err.startswith("sayso: refused ")
    assert "broken PDF" in run.err


def test_ingest_tells_what_happened(cli, folder, tmp_path):
    root = folder({"a.txt": INTERVIEW})
    assert cli("ingest", root, at=tmp_path / "index").out.startswith("1 added, 0 changed, 0 unchanged, 0 refused")


def test_doctor_is_content_with_a_good_index_and_not_with_none(cli, tmp_path):
    assert cli("doctor").status == 0
    assert cli("doctor", at=tmp_path / "none").status == 1


@pytest.mark.parametrize("flags", [[], ["--json"]])
def test_no_escape_sequence_of_a_question_reaches_the_terminal(cli, flags):
    run = cli("ask", "\x1b[31m算力\x9b2J\x07\u202e成本?", *flags)
    assert not set(run.out + run.err) & set("\x1b\x9b\x07\u202e")


@pytest.mark.parametrize("control", ["\x9b", "\x7f"])
def test_json_stays_json_whatever_the_question_holds(cli, control):
    assert cli("ask", f"算力{control}成本?", "--json").json["question"] == f"算力{control}成本?"


def test_a_missing_default_index_is_built_in_the_users_data_directory(sayso, tmp_path):
    run = sayso("ask", QUESTION, "--json", XDG_DATA_HOME=str(tmp_path), HOME=str(tmp_path), SAYSO_EMBEDDING="words")
    assert run.returncode == 0
    assert json.loads(run.stdout)["citations"]
    assert [path.name for path in tmp_path.iterdir()] == ["sayso"]


@pytest.fixture
def outdated(folder, tmp_path, monkeypatch) -> Path:
    """The default index, of an earlier version, with two small built-in articles."""
    monkeypatch.setenv("SAYSO_EMBEDDING", "hashing")
    root = folder(
        {
            "a.txt": INTERVIEW,
            "b.txt": INTERVIEW,
            "manifest.json": '{"documents": [{"file": "a.txt"}, {"file": "b.txt"}]}',
        }
    )
    monkeypatch.setattr("rag.corpus.SEEDS", root)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    assert main(["ingest"]) == 0
    at = tmp_path / "home" / "sayso" / "index"
    facts = current(at) / "generation.json"
    facts.write_text(facts.read_text().replace('"schema": ', '"schema": -'))
    return at


def answered(capsys, *arguments: str) -> Run:
    capsys.readouterr()
    return Run(main([*arguments]), *capsys.readouterr())


@pytest.mark.parametrize("arguments", [("ingest",), ("ask", "机房为什么建在贵州?")])
def test_built_in_articles_of_an_earlier_version_are_read_anew(outdated, capsys, arguments):
    run = answered(capsys, *arguments)
    assert (run.status, len(run.err.splitlines())) == (0, 1)
    assert "another version of Sayso; reading the built-in articles anew" in run.err
    assert answered(capsys, "ask", "机房为什么建在贵州?").err == ""


@pytest.mark.parametrize("arguments", [("ingest",), ("ask", "机房为什么建在贵州?")])
def test_documents_of_ones_own_in_an_index_of_an_earlier_version_stay(outdated, capsys, arguments):
    store = sqlite3.connect(current(outdated) / "store.sqlite")
    with store:
        store.execute("UPDATE sources SET builtin = 0 WHERE id = 'a'")
    store.close()
    before = current(outdated)
    run = answered(capsys, *arguments)
    assert (run.status, run.out, current(outdated)) == (3, "", before)
    assert "ingest --rebuild" in run.err


def test_trouble_in_another_process_is_no_traceback():
    command = [sys.executable, "-m", "rag", "nope"]
    run = subprocess.run(command, cwd=ROOT, env=child_env(), capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr.startswith("sayso: ")
    assert "Traceback" not in run.stderr
