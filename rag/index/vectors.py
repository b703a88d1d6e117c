"""Vectors in Chroma behind LlamaIndex's vector store interface: ids, vectors and the source, never the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import chromadb
from chromadb.config import Settings as ChromaSettings
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import BasePydanticVectorStore, VectorStoreQuery, VectorStoreQueryResult

VectorKind = Literal["passage", "proposition"]
_BATCH = 2000  # Chroma's own limit is 5,461 a call
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

    @property
    def client(self) -> Any:
        return self.client_

    @property
    def count(self) -> int:
        return sum(int(collection.count()) for collection in self.collections.values())

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
        collection = self.collections[kwargs["kind"]]
        found = collection.query(
            query_embeddings=[query.query_embedding],
            n_results=query.similarity_top_k,
            include=["distances"],
        )
        nearest: dict[str, float] = {}
        for id_, distance in zip(found["ids"][0], found["distances"][0], strict=True):
            owner = id_.rpartition("#")[0]
            nearest[owner] = max(1 - distance, nearest.get(owner, -1.0))
        ids = sorted(nearest, key=lambda id_: (-nearest[id_], id_))
        return VectorStoreQueryResult(ids=ids, similarities=[nearest[id_] for id_ in ids])

    def close(self) -> None:
        """Let go of the directory."""
        self.client_.close()
