"""Passages are found by their own words, and by those of the short document that they belong to."""

from __future__ import annotations

import pytest
from llama_index.core.schema import QueryBundle

from rag.corpus import Corpus
from rag.embeddings import WORDS
from rag.index.shelf import Shelf
from rag.ingest import ingest
from rag.question import understand
from rag.retrievers import LexicalRetriever, WholeDocumentRetriever

FISH = (
    "糙头细银汉鱼\n\n糙头细银汉鱼分布于西太平洋。\n" + "糙头细银汉鱼与同属的物种相近。" * 80 + "\n通体雪亮,近乎透明。\n"
)
PORT = "港口纪要\n\n码头的吊车在去年夏天完成了翻修。\n"
QUESTION = "糙头细银汉鱼是什么颜色的?"


@pytest.fixture
def shelf(folder, tmp_path):
    ingest(Corpus([folder({"a.txt": FISH, "b.txt": PORT})]), tmp_path / "index", WORDS)
    return Shelf(tmp_path / "index", [WORDS])


def texts(shelf, retriever, question=QUESTION):
    found = retriever.retrieve(understand(question, shelf.library().people))
    passages = [node.node.metadata["passage"] for node in found]
    return ["".join(text) for text in shelf.library().passage_texts(passages)]


def test_a_passage_that_leaves_out_what_the_document_is_about_is_not_among_the_best_alone(shelf):
    words = LexicalRetriever(shelf.library, kind="passage", limit=2)
    assert not any("雪亮" in text for text in texts(shelf, words))


def test_a_short_document_that_is_found_as_a_whole_brings_all_its_passages(shelf):
    found = texts(shelf, WholeDocumentRetriever(shelf.library, limit=10))
    assert any("雪亮" in text for text in found)
    assert not any("吊车" in text for text in found)


def test_a_long_document_is_left_to_its_passages(shelf):
    assert texts(shelf, WholeDocumentRetriever(shelf.library, limit=1)) == []


def test_a_question_that_nothing_holds_brings_no_document(shelf):
    assert texts(shelf, WholeDocumentRetriever(shelf.library, limit=10), "chess opening theory") == []


def test_it_needs_to_know_the_question_s_words(shelf):
    with pytest.raises(TypeError, match="Question"):
        WholeDocumentRetriever(shelf.library, limit=10).retrieve(QueryBundle(QUESTION))
