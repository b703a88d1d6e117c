"""A large corpus: words alone, no vectors, and the same promises."""

from __future__ import annotations

import pytest

from rag.corpus import Corpus
from rag.embeddings import HASHING, SEMANTIC, WORDS
from rag.factory import MOST_SEMANTIC, embedding_to_build, open_chat_engine
from rag.index.generations import current
from rag.ingest import ingest, remove
from rag.settings import Settings

STEEL = "钢铁行业座谈纪要\n\n炼钢炉的温度由工人每小时记录一次。\n轧钢车间在去年夏天完成了翻修。\n"
PORT = "港口纪要\n\n码头的吊车在去年夏天完成了翻修。\n"


class OfSize(Corpus):
    """As large as it says."""

    def __init__(self, characters):
        super().__init__([])
        self._characters = characters

    @property
    def characters(self):
        return self._characters


@pytest.fixture
def settings(tmp_path):
    return Settings(index=tmp_path / "index", default_index=False)


@pytest.fixture
def built(folder, settings):
    ingest(Corpus([folder({"a.txt": STEEL, "b.txt": PORT})]), settings.index, WORDS)
    return settings


@pytest.mark.parametrize(("characters", "chosen"), [(MOST_SEMANTIC, SEMANTIC), (MOST_SEMANTIC + 1, WORDS)])
def test_the_size_of_a_new_index_decides(settings, characters, chosen):
    assert embedding_to_build(settings, OfSize(characters), rebuild=False) is chosen


def test_an_index_keeps_the_words_that_it_was_built_with(built):
    assert embedding_to_build(built, OfSize(10), rebuild=False) is WORDS


def test_an_index_keeps_the_hashed_vectors_that_it_was_built_with(folder, settings):
    ingest(Corpus([folder({"a.txt": STEEL})]), settings.index, HASHING)
    assert embedding_to_build(settings, OfSize(MOST_SEMANTIC + 1), rebuild=False) is HASHING


def test_there_are_no_vectors(built):
    assert not (current(built.index) / "chroma").exists()


def test_words_find(built):
    hits, _ = open_chat_engine(built).search("码头的吊车是什么时候翻修的?", top_k=1)
    assert hits[0].file == "b.txt"


def test_what_is_removed_is_found_no_more(built):
    remove(["b"], built.index)
    hits, _ = open_chat_engine(built).search("码头的吊车是什么时候翻修的?", top_k=5)
    assert {hit.file for hit in hits} == {"a.txt"}


def test_another_embedding_makes_vectors_anew(built, folder):
    ingest(Corpus([folder({"a.txt": STEEL})]), built.index, HASHING)
    assert open_chat_engine(built).library().vectors.count == 2
