"""What a newcomer builds: LlamaIndex's vector index over Chroma, with the hashed vectors that Sayso can have as well."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rag.embeddings import HASHING

_CHARACTERS = 256


def build(corpus: Path, index: Path) -> int:
    """Add the documents of a .jsonl file; how many passages the index holds then."""
    from llama_index.core import StorageContext, VectorStoreIndex
    from llama_index.core.schema import TextNode

    store = _store(index)
    nodes = [
        TextNode(id_=f"{document['id']}:{n}", text=text)
        for document in map(json.loads, corpus.read_text(encoding="utf-8").splitlines())
        for n, text in enumerate(_cut(document["text"]))
    ]
    context = StorageContext.from_defaults(vector_store=store)
    VectorStoreIndex(nodes, storage_context=context, embed_model=HASHING, insert_batch_size=2000)
    return int(store.client.count())


def open_index(index: Path) -> Callable[[str], Any]:
    """A function that searches."""
    from llama_index.core import VectorStoreIndex

    opened = VectorStoreIndex.from_vector_store(_store(index), embed_model=HASHING)
    return opened.as_retriever(similarity_top_k=10).retrieve


def _store(index: Path) -> Any:
    import chromadb
    from chromadb.config import Settings
    from llama_index.vector_stores.chroma import ChromaVectorStore

    client = chromadb.PersistentClient(str(index), settings=Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection(
        "passages", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    return ChromaVectorStore(chroma_collection=collection)


def _cut(text: str) -> list[str]:
    """About as many characters as Sayso's passages have. LlamaIndex's own splitter needs NLTK's data."""
    return [text[at : at + _CHARACTERS] for at in range(0, len(text), _CHARACTERS)]
