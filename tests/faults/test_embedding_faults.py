"""E1–E4: an embedding server that is gone, lies or is another one. An ingest leaves the old index, a question is answered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from double import Double, Handler, Script, serving
from rig import Told, command, documents, embedder, interview, prints, send_vectors, with_dictionary

from rag.embeddings import HASHING
from rag.errors import EmbeddingError
from rag.index.vectors import ChromaVectors
from rag.served_embedding import ServedEmbedding

KEY = "sk-canary-embedding-1"
ASKED = "王小明说电费降低了多少?"


@pytest.fixture
def sayso(capsys, monkeypatch, tmp_path) -> Callable[..., Told]:
    run = command(capsys, monkeypatch)

    def at(server: Double, *arguments: str, model: str = "e", **env: str) -> Told:
        index = tmp_path / "index"
        env = {"SAYSO_EMBEDDING": model, "SAYSO_EMBEDDING_URL": server.address, "SAYSO_OFFLINE": "1", **env}
        return run("--index", str(index), *arguments, OPENAI_API_KEY=KEY, **env)

    return at


@pytest.fixture
def folder(tmp_path) -> Path:
    return documents(tmp_path / "documents", power=interview("我们的机房三年来把电费降低了40%。", "水电很便宜。"))


@pytest.fixture
def built(sayso, folder, index, tmp_path) -> None:
    with_dictionary(tmp_path / "index", index)
    with serving(embedder()) as server:
        assert sayso(server, "ingest", str(folder)).status == 0
        assert "40%" in sayso(server, "ask", ASKED).out


def answered_by_words(told: Told) -> None:
    assert told.status == 0, told
    assert "40%" in told.out
    assert "只按词语检索" in told.out
    assert KEY not in told.out + told.err


# -- E1: another model


def test_another_model_by_name_is_refused_and_both_are_named(built, sayso):
    with serving(embedder()) as server:
        told = sayso(server, "ask", ASKED, model="f")
        assert (told.status, told.out, server.requests) == (3, "", [])
        assert "built with the embedding e, not f" in told.err
        assert "--rebuild" in told.err


@pytest.mark.parametrize("other", [embedder(shift=5), embedder(numbers=300)], ids=["same length", "other length"])
def test_another_model_behind_the_same_name_never_answers(built, sayso, folder, tmp_path, other):
    before = prints(tmp_path / "index")
    with serving(other) as server:
        told = sayso(server, "ask", ASKED)
        assert (told.status, told.out) == (3, "")
        assert "is another model than the e that built it" in told.err
        assert "--rebuild" in told.err
        assert len(server.requests) == 1
        (folder / "new.txt").write_text(interview("新的话。"), encoding="utf-8")
        assert sayso(server, "ingest", str(folder)).status == 3
        assert prints(tmp_path / "index") == before
        assert sayso(server, "ingest", "--rebuild", str(folder)).status == 0
        assert "40%" in sayso(server, "ask", ASKED).out


# -- E2: nonsense instead of vectors


def spoilt(change: Callable[[list[list[float]]], list[list[float]]]) -> Script:
    return lambda handler, asked: send_vectors(handler, change(HASHING.encode(asked["input"]).tolist()))


def raw(body: str, status: int = 200) -> Script:
    return lambda handler, _: handler.send(status, body)


def indexed_twice(handler: Handler, asked: dict) -> None:
    items = [{"object": "embedding", "index": 0, "embedding": [1.0, 0.0]} for _ in asked["input"]]
    handler.send(200, json.dumps({"object": "list", "data": items, "model": "e"}))


def hanging(handler: Handler, _: object) -> None:
    time.sleep(3)


NAN, INFINITE = float("nan"), float("inf")
FAULTS: list[tuple[str, Script, int]] = [
    ("NaN", spoilt(lambda vectors: [[NAN, *vectors[0][1:]], *vectors[1:]]), 1),
    ("infinite", spoilt(lambda vectors: [[INFINITE, *vectors[0][1:]], *vectors[1:]]), 1),
    ("zero", spoilt(lambda vectors: [[0.0] * 256, *vectors[1:]]), 1),
    ("one too few", spoilt(lambda vectors: vectors[:-1]), 1),
    ("one too many", spoilt(lambda vectors: [*vectors, vectors[0]]), 1),
    ("none", spoilt(lambda vectors: []), 1),
    ("of different lengths", spoilt(lambda vectors: [vectors[0][:5], *vectors[1:]]), 1),
    ("empty vectors", spoilt(lambda vectors: [[] for _ in vectors]), 1),
    ("the same index twice", indexed_twice, 1),
    ("a page with 200", lambda h, _: h.send(200, "<html>", kind="text/html"), 1),
    ("half JSON", raw('{"data": [{"ind'), 1),
    ("null", raw("null"), 1),
    ("data is null", raw('{"data": null}'), 1),
    ("401", raw(json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}}), 401), 1),
    ("404", raw("{}", 404), 1),
    ("500", raw("{}", 500), 2),
    ("503", raw("{}", 503), 2),
    ("reset", lambda handler, _: handler.reset(), 2),
]


@pytest.mark.parametrize(("script", "requests"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS])
def test_every_fault_is_one_typed_error_after_so_many_requests(script, requests):
    with serving(script) as server:
        embedding = ServedEmbedding("e", server.address, KEY)
        with pytest.raises(EmbeddingError, match="look at SAYSO_EMBEDDING") as raised:
            embedding.get_text_embedding_batch(["one", "two", "three"])
        assert KEY not in str(raised.value)
        assert len(server.requests) == requests


def test_vectors_in_another_order_find_their_texts():
    texts = ["电费", "water", "算力"]
    with serving(embedder(order=-1)) as server:
        vectors = ServedEmbedding("e", server.address, KEY).get_text_embedding_batch(texts)
    assert vectors == [pytest.approx(row, abs=1e-6) for row in HASHING.encode(texts).tolist()]


# -- E3: no server


@pytest.mark.parametrize("fault", ["NaN", "one too few", "null", "401", "500", "reset"])
def test_a_fault_during_an_ingest_leaves_the_old_index(built, sayso, folder, tmp_path, fault):
    script = next(row[1] for row in FAULTS if row[0] == fault)
    before = prints(tmp_path / "index")
    (folder / "new.txt").write_text(interview("新的话。"), encoding="utf-8")
    with serving(embedder(), script) as server:  # the probe first, which is well
        told = sayso(server, "ingest", str(folder))
    assert (told.status, told.out) == (1, "")
    assert "SAYSO_EMBEDDING_URL" in told.err
    assert KEY not in told.err
    assert prints(tmp_path / "index") == before
    assert not list((tmp_path / "index").glob("*.tmp"))


@pytest.mark.parametrize("fault", ["NaN", "one too few", "null", "401", "500", "reset"])
def test_a_fault_at_a_question_is_answered_by_words_alone_after_one_request(built, sayso, fault):
    script = next(row[1] for row in FAULTS if row[0] == fault)
    with serving(script) as server:
        answered_by_words(sayso(server, "ask", ASKED))
        assert len(server.requests) == 1


def test_nobody_at_the_address_is_answered_by_words_alone(built, sayso):
    with serving(embedder()) as server:
        pass
    answered_by_words(sayso(server, "ask", ASKED))


def test_a_hanging_server_holds_a_question_no_longer_than_its_deadline(built, sayso, monkeypatch):
    monkeypatch.setattr("rag.served_embedding._QUESTION_SECONDS", 0.3)
    with serving(hanging) as server:
        started = time.monotonic()
        answered_by_words(sayso(server, "ask", ASKED))
        assert len(server.requests) == 1
    assert time.monotonic() - started < 2.9


def test_a_server_that_keeps_failing_is_left_alone():
    with serving(raw("{}", 500)) as server:
        embedding = ServedEmbedding("e", server.address, KEY)
        for n in range(7):
            with pytest.raises(EmbeddingError):
                embedding.get_query_embedding(f"question {n}")
        assert len(server.requests) == 5


def test_one_question_is_one_request(built, sayso):
    with serving(embedder()) as server:
        told = sayso(server, "ask", ASKED)
        assert len(server.requests) == 1
    assert "只按词语检索" not in told.out


# -- E4: more than Chroma takes at once


def test_six_thousand_vectors_go_in(tmp_path):
    from llama_index.core.schema import TextNode

    vectors = ChromaVectors.open(tmp_path / "chroma")
    nodes = [
        TextNode(id_=f"{n}#0", text="", embedding=[1.0, n / 6000], metadata={"source": "s", "kind": "passage"})
        for n in range(6000)
    ]
    vectors.add(nodes)
    assert vectors.count == 6000
    vectors.close()
