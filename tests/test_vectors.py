"""Vectors in Chroma: the nearest come first, and the text never goes in."""

from __future__ import annotations

import numpy as np
import pytest
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores.types import VectorStoreQuery

from rag.errors import EmbeddingError
from rag.index.vectors import ChromaVectors, part


def node(id_, vector, source="a", kind="passage"):
    return TextNode(id_=part(id_, 0), text="never stored", embedding=vector, metadata={"source": source, "kind": kind})


@pytest.fixture
def vectors(tmp_path):
    vectors = ChromaVectors.open(tmp_path / "chroma")
    vectors.add(
        [node("east", [1.0, 0.0]), node("north", [0.0, 1.0], "b"), node("claim", [1.0, 0.1], "b", "proposition")]
    )
    yield vectors
    vectors.close()


def nearest(vectors, vector, top_k=10, kind="passage"):
    found = vectors.query(VectorStoreQuery(query_embedding=vector, similarity_top_k=top_k), kind=kind)
    return dict(zip(found.ids, found.similarities, strict=True))


def test_the_nearest_comes_first_with_its_cosine(vectors):
    found = nearest(vectors, [1.0, 0.0])
    assert list(found) == ["east", "north"]
    assert found["east"] == pytest.approx(1.0, abs=1e-5)
    assert found["north"] == pytest.approx(0.0, abs=1e-5)


def test_equal_scores_come_in_the_order_of_ids(tmp_path):
    vectors = ChromaVectors.open(tmp_path / "equal")
    vectors.add([node(id_, [1.0, 0.0]) for id_ in "cab"])
    assert list(nearest(vectors, [1.0, 0.0])) == ["a", "b", "c"]
    vectors.close()


def test_only_the_kind_asked_for_is_found(vectors):
    assert list(nearest(vectors, [1.0, 0.0], kind="proposition")) == ["claim"]


def test_a_source_goes_with_all_its_vectors(vectors):
    vectors.delete("b")
    assert (vectors.count, list(nearest(vectors, [0.0, 1.0]))) == (1, ["east"])


def test_an_empty_collection_finds_nothing(tmp_path):
    vectors = ChromaVectors.open(tmp_path / "empty")
    assert nearest(vectors, [1.0, 0.0]) == {}
    vectors.close()


def test_ids_and_filters_are_all_that_chroma_holds(vectors):
    held = [collection.get(include=["documents", "metadatas"]) for collection in vectors.collections.values()]
    assert all(part["documents"] in (None, [None] * len(part["ids"])) for part in held)
    assert {key for part in held for metadata in part["metadatas"] for key in metadata} == {"source"}


def test_a_node_is_as_near_as_its_nearest_part(tmp_path):
    vectors = ChromaVectors.open(tmp_path / "parts")
    metadata = {"source": "a", "kind": "passage"}
    vectors.add(
        [
            TextNode(id_=part("p", n), text="", embedding=v, metadata=metadata)
            for n, v in enumerate(([1.0, 0.0], [0.0, 1.0]))
        ]
    )
    assert nearest(vectors, [0.0, 1.0]) == {"p": pytest.approx(1.0, abs=1e-5)}
    vectors.close()


def test_a_collection_opened_again_finds_the_same(vectors, tmp_path):
    before = nearest(vectors, [1.0, 0.0])
    vectors.close()
    again = ChromaVectors.open(tmp_path / "chroma")
    assert nearest(again, [1.0, 0.0]) == before
    again.close()


def test_few_vectors_are_compared_in_memory_with_the_result_that_chroma_gives(tmp_path):
    vectors = ChromaVectors.open(tmp_path / "many")
    random = np.random.default_rng(7)
    vectors.add([node(f"n{n}", row.tolist()) for n, row in enumerate(random.normal(size=(60, 8)))])
    asked = random.normal(size=8).tolist()
    by_chroma = nearest(vectors, asked, top_k=5)
    vectors.close()
    in_memory = ChromaVectors.read(tmp_path / "many")
    found = nearest(in_memory, asked, top_k=5)
    assert (list(found), in_memory.count) == (list(by_chroma), 60)
    assert found == pytest.approx(by_chroma, abs=1e-5)
    assert nearest(in_memory, asked, kind="proposition") == {}


def test_reading_them_changes_no_file(vectors, tmp_path):
    vectors.close()
    files = [path for path in sorted((tmp_path / "chroma").rglob("*")) if path.is_file()]
    before = [(path, path.read_bytes()) for path in files]
    ChromaVectors.read(tmp_path / "chroma")
    assert [(path, path.read_bytes()) for path in sorted((tmp_path / "chroma").rglob("*")) if path.is_file()] == before


def test_a_vector_of_another_length_is_told(vectors, tmp_path):
    vectors.close()
    with pytest.raises(EmbeddingError, match="has 3 numbers, the index's have 2"):
        nearest(ChromaVectors.read(tmp_path / "chroma"), [1.0, 0.0, 0.0])
