"""The offline embedding: the same unit vector on every machine, near for texts that share words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import embeddings
from rag.embeddings import SEMANTIC, HashingEmbedding, meant_together
from rag.factory import embeddings_for
from rag.settings import Settings

EMBEDDING = HashingEmbedding()


def near(one, two):
    return sum(a * b for a, b in zip(EMBEDDING.get_text_embedding(one), EMBEDDING.get_text_embedding(two), strict=True))


@given(st.text())
def test_every_vector_has_length_one(text):
    vector = EMBEDDING.get_text_embedding(text)
    assert len(vector) == 256
    assert math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-5)


def test_a_text_without_a_word_gets_the_first_unit_vector():
    assert EMBEDDING.get_text_embedding("……") == [1.0] + [0.0] * 255


def test_the_vector_is_the_same_on_every_machine():
    vector = EMBEDDING.get_text_embedding("xylophone quartz")
    assert {i: round(value, 4) for i, value in enumerate(vector) if value} == {58: -0.7071, 240: -0.7071}


def test_a_question_and_a_text_are_embedded_alike():
    assert EMBEDDING.get_query_embedding("算力成本") == EMBEDDING.get_text_embedding("算力成本")


@pytest.mark.parametrize(
    ("one", "like", "unlike"),
    [
        ("算力成本下降", "算力的成本在下降", "量子比特的阵列"),
        ("算力成本下降", "算力成本的下降幅度", "education in school"),
        ("算力成本", "compute cost", "量子比特"),
        ("算力便宜", "算力便宜嗎", "教書育人"),
        ("machine rooms", "a machine room", "quantum bits"),
    ],
)
def test_texts_that_share_words_are_nearer(one, like, unlike):
    assert near(one, like) > near(one, unlike) + 0.1


def test_script_and_width_change_nothing():
    assert EMBEDDING.get_text_embedding("算力貴ＡＩ") == EMBEDDING.get_text_embedding("算力贵ai")


def test_a_batch_is_embedded_as_each_text_alone():
    texts = ["算力", "cost"]
    assert EMBEDDING.get_text_embedding_batch(texts) == [EMBEDDING.get_text_embedding(text) for text in texts]


def test_a_name_that_is_not_ours_is_a_served_model(tmp_path):
    (served,) = embeddings_for(Settings(index=tmp_path, embedding="bge-m3"))
    assert served.model_name == "bge-m3"


def meant(one, two):
    vectors = SEMANTIC.encode([one, two])
    return float(vectors[0] @ vectors[1])


@pytest.mark.parametrize(
    ("one", "like", "unlike"),
    [
        ("怎样赚钱", "如何盈利", "芯片的架构"),
        ("how to make money", "如何盈利", "芯片的架构"),
        ("Who are your customers?", "我们的客户有哪些", "量子比特的阵列"),
    ],
)
def test_what_means_the_same_is_nearer_in_either_language(one, like, unlike):
    assert meant(one, like) > meant(one, unlike) + 0.1


def test_script_changes_no_meaning():
    assert meant("算力貴", "算力贵") == pytest.approx(1.0, abs=1e-5)


def test_several_texts_mean_together_what_they_mean_alone():
    texts = ["杯子多少钱?", "How much is a cup?", "杯子多少钱?"]
    together = meant_together(texts)
    assert len(together) == 2
    for text, vector in zip(texts, together, strict=False):
        assert vector == pytest.approx(SEMANTIC.encode([text])[0], abs=1e-5)
        assert embeddings.meant(text) is vector


def test_only_the_last_meanings_are_remembered(monkeypatch):
    monkeypatch.setattr(embeddings, "_REMEMBERED", 2)
    first = embeddings.meant("one")
    meant_together(["two", "three"])
    assert embeddings.meant("one") is not first
    assert len(embeddings._meant) == 2
