"""Vectors in Chroma behind LlamaIndex's vector store interface: ids, vectors and two filter fields, never the text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings as ChromaSettings
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import BasePydanticVectorStore, VectorStoreQuery, VectorStoreQueryResult

_COLLECTION = "passages"
_BATCH = 2000  # Chroma's own limit is 5,461 a call


class ChromaVectors(BasePydanticVectorStore):
    """One generation's collection. Scores are cosine similarities."""

    stores_text: bool = False
    client_: Any
    collection: Any

    @classmethod
    def open(cls, path: Path) -> ChromaVectors:
        """Open or create the collection in a directory that this program alone writes."""
        client = chromadb.PersistentClient(str(path), settings=ChromaSettings(anonymized_telemetry=False))
        collection = client.get_or_create_collection(
            _COLLECTION,
            embedding_function=None,  # the default one downloads a model
            configuration={"hnsw": {"space": "cosine", "ef_search": 200}},
        )
        return cls(client_=client, collection=collection)

    @property
    def client(self) -> Any:
        return self.client_

    @property
    def count(self) -> int:
        return int(self.collection.count())

    def add(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[str]:
        """Nodes need an embedding and the metadata `source` and `kind`."""
        for start in range(0, len(nodes), _BATCH):
            batch = nodes[start : start + _BATCH]
            self.collection.add(
                ids=[node.node_id for node in batch],
                embeddings=[node.get_embedding() for node in batch],
                metadatas=[{"source": node.metadata["source"], "kind": node.metadata["kind"]} for node in batch],
            )
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **delete_kwargs: Any) -> None:
        """All vectors of one source."""
        self.collection.delete(where={"source": ref_doc_id})

    def query(self, query: VectorStoreQuery, **kwargs: Any) -> VectorStoreQueryResult:
        """The nearest nodes, best first; equal scores in the order of their ids. `kind` filters."""
        found = self.collection.query(
            query_embeddings=[query.query_embedding],
            n_results=max(1, min(query.similarity_top_k, self.count)),
            where={"kind": kwargs["kind"]} if "kind" in kwargs else None,
            include=["distances"],
        )
        pairs = sorted(zip(found["ids"][0], found["distances"][0], strict=True), key=lambda pair: (pair[1], pair[0]))
        return VectorStoreQueryResult(
            ids=[id_ for id_, _ in pairs], similarities=[1 - distance for _, distance in pairs]
        )

    def close(self) -> None:
        """Let go of the directory."""
        self.client_.close()
