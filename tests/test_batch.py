"""Batches: a result for every line, in order, whatever one line holds; and resumable."""

from __future__ import annotations

import json

import pytest

from rag.cli import main


@pytest.fixture
def batch(index, tmp_path):
    """Runs `ask --batch` over lines; gives the status and the results."""

    def run(*lines, command="ask", flags=()):
        given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        given.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
        status = main(["--index", str(index), command, "--batch", str(given), "--out", str(out), *flags])
        return status, [json.loads(line) for line in out.read_text(encoding="utf-8").split("\n") if line]

    return run


def asked(id_, question="算力成本下降了多少?", **more):
    return {"id": id_, "question": question, **more}


def test_every_line_is_answered_in_order(batch):
    status, results = batch(asked("b"), asked("a"), asked("c", "What is AGI?"))
    assert (status, [result["id"] for result in results]) == (0, ["b", "a", "c"])
    assert all("answer" in result for result in results)


def test_a_failed_line_has_an_error_and_the_others_an_answer(batch):
    lines = [asked("a"), "{", {"id": "c"}, asked("d", speakers=["马斯克"]), asked("e", history="no list"), asked("f")]
    status, results = batch(*lines)
    assert status == 1
    assert [("error" in result, "answer" in result) for result in results] == [
        *((False, True), (True, False), (True, False), (True, False), (True, False), (False, True)),
    ]


def test_a_bad_question_is_a_refusal(batch):
    _, (result,) = batch(asked("a", "?"))
    assert (result["refused"], result["refusal_reason"]) == (True, "bad_question")


def test_history_is_taken_into_account(batch):
    _, (alone, after) = batch(asked("a", "他呢?"), asked("b", "他呢?", history=["郭为怎么看大模型?"]))
    assert alone["citations"] != after["citations"]


def test_resume_keeps_what_is_there_and_goes_on_in_order(batch, tmp_path):
    (tmp_path / "out.jsonl").write_text('{"id": "a", "answer": "kept"}\n{"id": "b", "ans')
    _, results = batch(asked("a"), asked("b"), asked("c"), flags=["--resume"])
    assert [result["id"] for result in results] == ["a", "b", "c"]
    assert results[0] == {"id": "a", "answer": "kept"}


def test_without_resume_the_old_results_go(batch, tmp_path):
    (tmp_path / "out.jsonl").write_text('{"id": "z"}\n')
    assert [result["id"] for result in batch(asked("a"))[1]] == ["a"]


def test_search_gives_hits_a_line(batch):
    _, (result,) = batch(asked("a"), command="search", flags=["--top-k", "2"])
    assert result.keys() >= {"id", "hits", "timings"}
    assert len(result["hits"]) == 2


def test_other_fields_are_ignored(batch):
    status, (result,) = batch(asked("a", problem="mine", error="mine", answer="mine"))
    assert (status, "error" in result) == (0, False)


def test_half_a_surrogate_pair_does_not_end_the_batch(batch):
    _, results = batch(asked("a", "算力\ud800成本?"), asked("b"))
    assert [result["id"] for result in results] == ["a", "b"]


def test_an_id_of_any_kind_does_not_end_the_batch(batch):
    _, results = batch(asked([1]), asked("b"))
    assert results[-1]["id"] == "b"


def test_a_line_separator_in_a_question_does_not_stop_a_resume(batch):
    batch(asked("a", "算力\u2028成本?"))
    status, results = batch(asked("a", "算力\u2028成本?"), asked("b"), flags=["--resume"])
    assert (status, [result["id"] for result in results]) == (0, ["a", "b"])


def test_a_huge_number_does_not_end_the_batch(batch):
    _, results = batch(asked("a", "亿" * 99 + "元?"), asked("b"))
    assert [result["id"] for result in results] == ["a", "b"]
