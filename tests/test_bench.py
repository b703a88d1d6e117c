"""The benchmark: the same invented text everywhere, answers counted only when whole, tables that show every figure."""

from __future__ import annotations

import json

import pytest

from evals.bench import synthetic
from evals.bench.public import PublicSet
from evals.bench.quality import Quality
from evals.bench.report import table, write
from evals.bench.speed import Speed
from rag.types import Span


@pytest.fixture
def public(tmp_path):
    document = {"doc_id": "d", "title": "钢铁", "text": "炼钢炉建于1978年。它很大。"}
    question = {"qid": "q", "question": "哪年建的?", "doc_id": "d", "answers": ["1978年"], "answer_starts": [4]}
    rows = [question | {"answerable": True}, question | {"qid": "none", "answerable": False}]
    (tmp_path / "tiny.corpus.jsonl").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "tiny.questions.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return PublicSet.load(tmp_path, "tiny")


def speed(way, seconds):
    return Speed(way, 1000, 1200, seconds, 0.1, 5.0, 9.0, 1.0, 300.0, 200.0, 40.0)


def test_the_same_number_gives_the_same_document():
    assert next(synthetic.documents(4, first=7)) == next(synthetic.documents(4, first=7))


def test_another_number_gives_another_document():
    assert next(synthetic.documents(4, first=7))["text"] != next(synthetic.documents(4, first=8))["text"]


def test_a_question_asks_for_words_of_some_document():
    asked = synthetic.questions(8, 1)[0].removesuffix("是什么?")
    assert any(asked in document["text"] for document in synthetic.documents(8))


def test_questions_without_an_answer_are_left_out(public):
    assert [asked.id for asked in public.questions] == ["q"]


@pytest.mark.parametrize(("start", "end", "right"), [(0, 10, True), (4, 9, True), (5, 9, False), (0, 8, False)])
def test_only_a_whole_answer_counts(public, start, end, right):
    assert public.questions[0].answered_by(Span("d", start, end)) == right


def test_a_place_in_another_document_does_not_count(public):
    assert not public.questions[0].answered_by(Span("other", 0, 10))


def test_costs_are_shown_as_ratios_to_the_last_way():
    shown = table([], [speed("ours", 2.0), speed("theirs", 8.0)])
    assert "2.00 (×0.25)" in shown


def test_the_files_hold_every_figure(tmp_path):
    write(tmp_path, [Quality("tiny", "ours", "passage", 1, 1.0, 1.0)], [speed("ours", 2.0)])
    told = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert (told["quality"][0]["first"], told["speed"][0]["ingest_seconds"]) == (1.0, 2.0)
    assert "plotly" in (tmp_path / "bench.html").read_text(encoding="utf-8")
