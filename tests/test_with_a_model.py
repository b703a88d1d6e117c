"""The factory's own engine with the real client against the double: faults, Stop, follow-ups, and the matrix."""

from __future__ import annotations

import json
import time
from contextlib import closing

import pytest
from double import Handler, prompt_of, saying, serving, well_behaved

from evals.run import asked
from evals.tasks import matrix
from evals.tasks.context import Context
from rag.factory import open_chat_engine
from rag.settings import Settings

QUESTION = "戴国浩为什么说算力成本下降1万倍不是梦想?"


def settings(index, address: str, **options) -> Settings:
    return Settings(index, model="gpt-4o-mini", api_key="sk-canary-1234567890", base_url=address, **options)


def test_a_growing_answer_ends_with_its_tokens_its_price_and_the_ratio(seeds):
    with serving(well_behaved) as server:
        *growing, last = open_chat_engine(settings(seeds.index, server.address), seeds).stream_chat(QUESTION)
    assert any(answer.pending for answer in growing)
    assert last.mode == "generative"
    assert last.usage.prompt_tokens > 100
    assert last.usage.times_cheaper > 5000


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (lambda handler, _: handler.send(401, "{}"), "密钥"),
        (lambda handler, _: handler.send(503, "{}"), "出错"),
        (lambda handler, _: time.sleep(2), "没有开始回答"),
        (saying("算力会免费。[S99]"), "没有一句"),
    ],
    ids=["key", "server", "hang", "unsupported"],
)
def test_a_fault_ends_in_the_offline_answer_that_says_what_to_do(seeds, engine, script, told):
    with serving(script) as server:
        answer = open_chat_engine(settings(seeds.index, server.address, model_timeout=3.0), seeds).query(QUESTION)
    assert answer.statements == engine.query(QUESTION).statements
    assert told in answer.notice
    assert "canary" not in json.dumps(answer.to_dict())


def test_too_long_a_prompt_is_sent_once_more_and_shorter(seeds):
    def refusing(handler: Handler, _: object) -> None:
        handler.send(400, json.dumps({"error": {"message": "maximum context length is 600 tokens"}}))

    with serving(refusing, well_behaved) as server:
        answer = open_chat_engine(settings(seeds.index, server.address), seeds).query("张亚林提出了哪些挑战?")
        long, short = (len(prompt_of(asked)) for asked in server.requests[:2])
    assert answer.mode == "generative"
    assert short < long


def test_stop_closes_the_request_and_the_next_question_is_answered(seeds):
    def slow(handler: Handler, _: object) -> None:
        handler.stream("x" * 200, pause=0.05)

    with serving(slow, well_behaved) as server:
        engine = open_chat_engine(settings(seeds.index, server.address), seeds)
        with closing(engine.stream_chat(QUESTION)) as answers:
            next(answers)
        assert server.left.wait(2)
        assert engine.query(QUESTION).mode == "generative"


def test_a_follow_up_is_spelt_out_by_the_model(seeds):
    with serving(saying("戴国浩为什么说算力成本下降1万倍不是梦想?"), well_behaved) as server:
        answer = open_chat_engine(settings(seeds.index, server.address), seeds).query(
            "为什么?", history=["戴国浩怎么看算力成本下降1万倍?"]
        )
        assert "不是梦想" in prompt_of(server.requests[1])
    assert (answer.question, answer.mode) == ("为什么?", "generative")


def test_the_matrix_has_a_cell_for_each_model_and_retrieval(index, tmp_path, monkeypatch):
    with serving(well_behaved) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.address)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-1234567890")
        line = {"id": "q", "lang": "zh", "type": "why", "question": QUESTION, "answerable": True}
        line |= {key: [] for key in ("history", "speakers", "evidence", "facts", "forbidden")}
        (tmp_path / "one.jsonl").write_text(json.dumps(line), encoding="utf-8")
        context = Context(Settings(index), tmp_path, set=tmp_path / "one.jsonl", models=("offline", "gpt-4o-mini"))
        measure = matrix.build(context)
        rows = [asked(item, measure) for item in measure.items]
        scores = [measure.score(item, row) for item, row in zip(measure.items, rows, strict=True)]
    cells = [item.groups["cell"] for item in measure.items]
    assert cells == [(f"{model} · {kind}",) for model in ("offline", "gpt-4o-mini") for kind in matrix.RETRIEVAL]
    assert scores[0]["tokens"] == scores[0]["usd"] == 0 < scores[3]["tokens"]
    assert scores[3]["usd"] > 0
    assert (scores[0]["fell_back"], scores[3]["fell_back"]) == (None, 0.0)


def test_while_it_grows_an_answer_is_no_refusal(seeds):
    with serving(saying("[S1] 没有依据的第一句。[S99]\n" + "据" * 30)) as server:
        *growing, _ = open_chat_engine(settings(seeds.index, server.address), seeds).stream_chat(QUESTION)
    assert len([answer for answer in growing if answer.mode == "generative"]) > 10
    assert not any(answer.refused for answer in growing)
