"""Vectors in Chroma, here or on a server, behind LlamaIndex's vector store interface: ids, vectors and the source, never
the text.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
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
from rag.index.chroma_server import INGEST_SECONDS, QUESTION_SECONDS, ChromaServer

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
    _asked: Callable[[], AbstractContextManager[None]] = PrivateAttr(default=nullcontext)  # what a server does wrong
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
            return cls.open(Path(shutil.copytree(path, Path(copy) / "chroma"))).in_memory()

    @classmethod
    def create(cls, server: ChromaServer, name: str) -> ChromaVectors:
        """New collections on a server, whose names begin so."""
        with server.asked():
            connection = server.connect(INGEST_SECONDS)
            kinds = get_args(VectorKind)
            collections = {kind: connection.new_collection(f"{name}{kind}s", _CONFIGURATION) for kind in kinds}
        return cls._of(connection, collections, server)

    @classmethod
    def on(cls, server: ChromaServer, name: str) -> ChromaVectors:
        """Those that were made there. Raises EmbeddingError when there are none."""
        with server.asked():
            connection = server.connect(QUESTION_SECONDS)
            collections = {kind: connection.collection(f"{name}{kind}s") for kind in get_args(VectorKind)}
        return cls._of(connection, collections, server)

    @classmethod
    def _of(cls, connection: Any, collections: Mapping[str, Any], server: ChromaServer) -> ChromaVectors:
        vectors = cls(client_=connection, collections=collections)
        vectors._asked = server.asked
        return vectors

    def in_memory(self) -> ChromaVectors:
        """All of these few, compared without asking Chroma again, which is let go of."""
        vectors = ChromaVectors(client_=None, collections={})
        try:
            with self._asked():
                vectors._few = {kind: _all(collection) for kind, collection in self.collections.items()}
        finally:
            self.close()
        return vectors

    @property
    def client(self) -> Any:
        return self.client_

    @property
    def count(self) -> int:
        with self._asked():
            held = sum(int(collection.count()) for collection in self.collections.values())
        return held + sum(len(ids) for ids, _ in self._few.values())

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Nodes need an embedding and the metadata `source` and `kind`."""
        for kind, collection in self.collections.items():
            mine = [node for node in nodes if node.metadata["kind"] == kind]
            for start in range(0, len(mine), _BATCH):
                batch = mine[start : start + _BATCH]
                with self._asked():
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
            with self._asked():
                found = self.collections[kind].query(query_embeddings=[vector], n_results=limit, include=["distances"])
                nearest = zip(found["ids"][0], found["distances"][0], strict=True)
                yield from [(str(id_), 1 - float(distance)) for id_, distance in nearest]
            return
        ids, units = self._few[kind]
        if ids and units.shape[1] != len(vector):
            raise EmbeddingError(f"the question's vector has {len(vector)} numbers, the index's have {units.shape[1]}")
        if ids:
            near = units @ unit(np.asarray(vector, np.float32))
            for n in np.argsort(-near, kind="stable")[:limit].tolist():
                yield ids[n], float(near[n])

    def close(self) -> None:
        """Let go of the directory, or of the connection."""
        if self.client_ is not None:
            self.client_.close()


def _all(collection: Any) -> tuple[list[str], np.ndarray]:
    """(ids, unit vectors) of at most FEW, in the order of the ids; batch by batch, for a server limits what a reply holds."""
    stored: dict[str, Any] = {}
    for offset in range(0, FEW, _BATCH):
        batch = collection.get(include=["embeddings"], limit=_BATCH, offset=offset)
        stored |= zip(map(str, batch["ids"]), batch["embeddings"], strict=True)
        if len(batch["ids"]) < _BATCH:
            break
    ids = sorted(stored)
    vectors = np.asarray([stored[id_] for id_ in ids], np.float32)
    if ids and (vectors.ndim != 2 or not np.isfinite(vectors).all()):
        raise ValueError("what it holds are no vectors")
    return ids, unit(vectors) if ids else np.empty((0, 0), np.float32)
