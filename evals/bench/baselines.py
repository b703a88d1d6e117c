"""Passages in, other ways of ranking them out: what a newcomer would take, and what is usual for Chinese."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import bm25s
import numpy as np
import rjieba

from rag.chat_engine import ChatEngine
from rag.retrievers import VectorRetriever
from rag.types import Passage

Ranking = Callable[[str, int], list[int]]  # a question and how many to which passages, best first


def llamaindex_bm25(texts: Sequence[str]) -> Ranking:
    """LlamaIndex's BM25 retriever as it comes: an English stemmer and its pattern for words."""
    from llama_index.core.schema import BaseNode, TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes: list[BaseNode] = [TextNode(id_=str(n), text=text) for n, text in enumerate(texts)]
    retriever = BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=min(10, len(nodes)))

    def rank(question: str, k: int) -> list[int]:
        return [int(found.node.node_id) for found in retriever.retrieve(question)[:k] if found.score]

    return rank


def jieba_bm25(texts: Sequence[str]) -> Ranking:
    """BM25 over the words that jieba cuts."""
    index = bm25s.BM25()
    index.index([_words(text) for text in texts], show_progress=False)

    def rank(question: str, k: int) -> list[int]:
        known = [word for word in _words(question) if word in index.vocab_dict]
        if not known:
            return []
        scores = index.get_scores(known)
        return [int(n) for n in np.argsort(-scores, kind="stable")[:k] if scores[n] > 0]

    return rank


def vectors_alone(engine: ChatEngine, passages: Sequence[Passage]) -> Ranking:
    """The index's own vectors without a word: each passage as near as its nearest sentence."""
    order = {passage.id: n for n, passage in enumerate(passages)}

    def rank(question: str, k: int) -> list[int]:
        found = VectorRetriever(engine.library, kind="passage", limit=8 * k).retrieve(question)
        return [order[node.node_id] for node in found[:k]]

    return rank


def _words(text: str) -> list[str]:
    return [word for word in rjieba.cut(text.lower()) if word.strip()]
