"""Vectors in Chroma behind LlamaIndex's vector store interface: ids, vectors and the source, never the text."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, get_args

import chromadb
import numpy as np
from chromadb.config import Settings as ChromaSettings
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import BasePydanticVectorStore, VectorStoreQuery, VectorStoreQueryResult

from rag.embeddings import unit
from rag.errors import EmbeddingError

VectorKind = Literal["passage", "proposition"]
_BATCH = 2000  # Chroma's own limit is 5,461 a call
FEW = 10_000  # up to so many, all are compared in memory: exact, and a tenth of the time
# One collection a kind: a query that Chroma must filter takes ten times as long.
_CONFIGURATION: Any = {"hnsw": {"space": "cosine", "ef_search": 200, "ef_construction": 64, "max_neighbors": 12}}


def part(node: str, n: int) -> str:
    """The id of a node's n-th vector: a passage may have one for each of its sentences."""
    return f"{node}#{n}"


class ChromaVectors(BasePydanticVectorStore):
    """One generation's collections. Scores are cosine similarities."""

    stores_text: bool = False
    client_: Any
    collections: Mapping[str, Any]
    _few: dict[str, tuple[list[str], np.ndarray]] = PrivateAttr(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> ChromaVectors:
        """Open or create the collections in a directory that this program alone writes."""
        client = chromadb.PersistentClient(str(path), settings=ChromaSettings(anonymized_telemetry=False))
        collections = {
            kind: client.get_or_create_collection(
                f"{kind}s",
                embedding_function=None,  # the default one downloads a model
                configuration=_CONFIGURATION,
            )
            for kind in get_args(VectorKind)
        }
        return cls(client_=client, collections=collections)

    @classmethod
    def read(cls, path: Path) -> ChromaVectors:
        """All vectors of a directory, in memory. Nothing there is changed: Chroma, which saves its nearest-neighbour index at
        a moment of its own choice even for readers, gets a copy for as long as it takes.
        """
        with TemporaryDirectory(prefix="sayso-") as copy:
            opened = cls.open(Path(shutil.copytree(path, Path(copy) / "chroma")))
            try:
                few = {kind: _all(collection) for kind, collection in opened.collections.items()}
            finally:
                opened.close()
        vectors = cls(client_=None, collections={})
        vectors._few = few
        return vectors

    @property
    def client(self) -> Any:
        return self.client_

    @property
    def count(self) -> int:
        return sum(len(ids) for ids, _ in self._few.values()) + sum(
            int(collection.count()) for collection in self.collections.values()
        )

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Nodes need an embedding and the metadata `source` and `kind`."""
        for kind, collection in self.collections.items():
            mine = [node for node in nodes if node.metadata["kind"] == kind]
            for start in range(0, len(mine), _BATCH):
                batch = mine[start : start + _BATCH]
                collection.add(
                    ids=[node.node_id for node in batch],
                    embeddings=[node.get_embedding() for node in batch],
                    metadatas=[{"source": node.metadata["source"]} for node in batch],
                )
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """All vectors of one source."""
        for collection in self.collections.values():
            collection.delete(where={"source": ref_doc_id})

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """The nearest nodes of `kind`, best first, each as near as its nearest part; equal ones in the order of their
        ids. `similarity_top_k` counts parts.
        """
        nearest: dict[str, float] = {}
        for id_, near in self._nearest(kwargs["kind"], query.query_embedding or [], query.similarity_top_k):
            owner = id_.rpartition("#")[0]
            nearest[owner] = max(near, nearest.get(owner, -1.0))
        ids = sorted(nearest, key=lambda id_: (-nearest[id_], id_))
        return VectorStoreQueryResult(ids=ids, similarities=[nearest[id_] for id_ in ids])

    def _nearest(self, kind: str, vector: Sequence[float], limit: int) -> Iterator[tuple[str, float]]:
        """(id, cosine) of the nearest parts."""
        if kind not in self._few:
            found = self.collections[kind].query(query_embeddings=[vector], n_results=limit, include=["distances"])
            for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True):
                yield id_, 1 - distance
            return
        ids, units = self._few[kind]
        if ids and units.shape[1] != len(vector):
            raise EmbeddingError(f"the question's vector has {len(vector)} numbers, the index's have {units.shape[1]}")
        if ids:
            near = units @ unit(np.asarray(vector, np.float32))
            for n in np.argsort(-near, kind="stable")[:limit].tolist():
                yield ids[n], float(near[n])

    def close(self) -> None:
        """Let go of the directory."""
        if self.client_ is not None:
            self.client_.close()


def _all(collection: Any) -> tuple[list[str], np.ndarray]:
    """(ids, unit vectors), in the order of the ids."""
    stored = collection.get(include=["embeddings"])
    order = sorted(range(len(stored["ids"])), key=stored["ids"].__getitem__)
    ids = [stored["ids"][n] for n in order]
    return ids, unit(np.asarray(stored["embeddings"], np.float32)[order]) if ids else np.empty((0, 0), np.float32)
