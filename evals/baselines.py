"""What others would find with their defaults, over the same raw files: a question in, stretches of the files out.

Context for our figures, in the same run and by the same scorers. None of them refuses, knows speakers or reads a history.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding

from evals.measure import Item, Row
from evals.sources import Sources
from rag.types import Span

Search = Callable[[str, int], list[Span]]
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*")


@dataclass(frozen=True, slots=True)
class Baseline:
    """`shown`: how many hits it gives as its answer; LlamaIndex's default is two."""

    name: str
    search: Search
    shown: int
    sources: Sources


def baselines(sources: Sources, embedding: BaseEmbedding) -> list[Baseline]:
    """LlamaIndex's BM25 and vector index over its default chunks, and BM25 over jieba's words of single sentences."""
    nodes = _chunks(sources)
    return [
        Baseline("LlamaIndex BM25", _bm25(nodes), 2, sources),
        Baseline("LlamaIndex vectors", _vectors(nodes, embedding), 2, sources),
        Baseline("jieba BM25", _sentences(sources), 3, sources),
    ]


def as_answer(baseline: Baseline, item: Item) -> Row:
    """Its hits as an answer object, so that the scorers read it as ours: the text is what was found."""
    citations: list[dict[str, Any]] = []
    for n, span in enumerate(baseline.search(item.asked, baseline.shown), 1):
        raw = baseline.sources[span.source][span.start : span.end]
        place = {"n": n, "file": span.source, "start": span.start, "end": span.end, "raw": raw, "quote": raw}
        citations.append({**place, "speaker": None, "role": "narrator"})
    return {
        "answer": "\n".join(citation["raw"] for citation in citations),
        "citations": citations,
        "statements": [],
        "refused": not citations,
        "language": item.subject.lang,
    }


def _chunks(sources: Sources) -> list[Any]:
    """1,024 tokens with 200 of overlap, as by default; but lines for sentences, whose splitter would download its data."""
    from llama_index.core import Document
    from llama_index.core.node_parser import SentenceSplitter

    splitter = SentenceSplitter(chunking_tokenizer_fn=lambda text: text.splitlines(keepends=True))
    return list(splitter.get_nodes_from_documents([Document(text=text, id_=name) for name, text in sources.items()]))


def _spans(found: Sequence[Any]) -> list[Span]:
    return [Span(hit.node.ref_doc_id, hit.node.start_char_idx, hit.node.end_char_idx) for hit in found]


def _bm25(nodes: Sequence[Any]) -> Search:
    from llama_index.retrievers.bm25 import BM25Retriever

    retriever = BM25Retriever.from_defaults(nodes=list(nodes), similarity_top_k=min(10, len(nodes)))
    return lambda question, top_k: _spans(retriever.retrieve(question)[:top_k])


def _vectors(nodes: Sequence[Any], embedding: BaseEmbedding) -> Search:
    from llama_index.core import VectorStoreIndex

    index = VectorStoreIndex(list(nodes), embed_model=embedding)
    return lambda question, top_k: _spans(index.as_retriever(similarity_top_k=top_k).retrieve(question))


def _sentences(sources: Sources) -> Search:
    """bm25s with its defaults over rjieba's words; a sentence ends at 。！？ or a line's end."""
    import bm25s
    import rjieba

    spans = [
        Span(name, found.start(), found.end())
        for name, text in sources.items()
        for found in _SENTENCE.finditer(text)
        if found[0].strip()
    ]

    def words(text: str) -> list[str]:
        return [word for word in rjieba.cut(text.lower()) if word.strip()]

    index = bm25s.BM25()
    index.index([words(sources[span.source][span.start : span.end]) for span in spans], show_progress=False)

    def search(question: str, top_k: int) -> list[Span]:
        asked = [word for word in words(question) if word in index.vocab_dict]
        if not asked:
            return []
        found, scores = index.retrieve([asked], k=min(top_k, len(spans)), show_progress=False)
        return [spans[n] for n, score in zip(found[0], scores[0], strict=True) if score > 0]

    return search
