"""Which sentence answers: trees read as they are written, and sentences that share out their scores."""

from __future__ import annotations

import numpy as np
import pytest

from rag.candidates import Candidate
from rag.corpus import Corpus
from rag.embeddings import WORDS
from rag.factory import open_chat_engine
from rag.ingest import ingest
from rag.people import People
from rag.question import understand
from rag.sentence_features import FEATURES, Found, sentence_features
from rag.sentence_ranker import Trees, sentence_scores, sentences_ranked
from rag.settings import Settings

ARTICLE = "炼钢炉简介\n\n炼钢炉很大。\n炼钢炉建于1978年,由三百名工人建成。\n今天天气很好。\n"


@pytest.fixture
def library(folder, tmp_path):
    ingest(Corpus([folder({"a.txt": ARTICLE})]), tmp_path / "index", WORDS)
    return open_chat_engine(Settings(index=tmp_path / "index", default_index=False)).library()


def test_a_row_goes_left_up_to_the_threshold():
    one = Trees(np.array([[0]]), np.array([[0.5]]), np.array([[-1.0, 1.0]]))
    assert one(np.array([[0.5], [0.6]])).tolist() == [-1.0, 1.0]


def test_trees_add_up():
    two = Trees(np.array([[0], [1]]), np.array([[0.5], [0.5]]), np.array([[0.0, 1.0], [0.0, 10.0]]))
    assert two(np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])).tolist() == [1.0, 10.0, 11.0]


def test_a_node_without_a_split_sends_all_to_the_left(tmp_path):
    path = tmp_path / "trees.json"
    path.write_text('{"features": [[0]], "thresholds": [[null]], "values": [[3.0, 9.0]]}')
    assert Trees.load(path)(np.array([[1e9]])).tolist() == [3.0]


def test_every_column_has_a_name(library):
    found = [Found(sentence, 1.0) for sentence in library.sentences_of("a")]
    assert sentence_features(understand("炼钢炉建于哪年?", People()), found, library).shape == (
        len(found),
        len(FEATURES),
    )


def test_the_sentence_with_the_year_answers_when(library):
    sentences = library.sentences_of("a")
    scores = sentence_scores(understand("炼钢炉建于哪年?", People()), [Found(s, 1.0) for s in sentences], library)
    assert "1978" in sentences[int(np.argmax(scores))].text


def test_sentences_share_out_their_scores(library):
    sentences = library.sentences_of("a")
    candidates = [
        Candidate(s.id, "a", None, (), (s,), None, "", 1.0, score=score)
        for s, score in zip(sentences, (0.4, 0.3, 0.2, 0.1), strict=False)
    ]
    ranked = sentences_ranked(understand("炼钢炉建于哪年?", People()), candidates, library)
    assert [c.id for c in ranked] == [c.id for c in candidates]
    assert sorted(c.score for c in ranked) == sorted(c.score for c in candidates)
    assert "1978" in max(ranked, key=lambda c: c.score).evidence
