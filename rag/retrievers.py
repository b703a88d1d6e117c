"""A `Question` in, passages and propositions out, best first: words lead, vectors help, weights fuse."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from chromadb.errors import ChromaError
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from llama_index.core.vector_stores.types import VectorStoreQuery

from rag.embeddings import has_vectors
from rag.errors import EmbeddingError
from rag.events import EVENTS
from rag.index.lexical import Kind
from rag.index.library import Library
from rag.likeness import likeness_of
from rag.question import Question
from rag.terms import index_terms
from rag.types import Passage, Proposition

# The lexical score leads: on Chinese questions a hashed vector of equal weight loses more than it finds.
LEXICAL_WEIGHT, VECTOR_WEIGHT = 1.0, 0.6
OpenLibrary = Callable[[], Library]


class LexicalRetriever(BaseRetriever):
    """BM25 over words, bigrams and concepts of one kind of node."""

    def __init__(self, library: OpenLibrary, *, kind: Kind, limit: int) -> None:
        super().__init__(EVENTS)
        self.library, self.kind, self.limit = library, kind, limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        library = self.library()  # once: a new generation may take over between two calls
        if isinstance(query_bundle, Question):
            weights, alternatives = query_bundle.weights, query_bundle.alternatives
        else:
            weights, alternatives = _plain(query_bundle.query_str), []
        found = library.lexical.search(weights, self.kind, self.limit, alternatives=alternatives)
        return _nodes(library, self.kind, found)


class VectorRetriever(BaseRetriever):
    """Cosine similarity in Chroma of one kind of node."""

    def __init__(self, library: OpenLibrary, *, kind: Kind, limit: int) -> None:
        super().__init__(EVENTS)
        self.library, self.kind, self.limit = library, kind, limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        library = self.library()
        if not has_vectors(library.embedding.model_name):
            return []
        asked = query_bundle if isinstance(query_bundle, Question) else None
        missed = asked.missed if asked else []
        if missed:
            return []
        try:
            text = library.canonical(asked.spelt_out if asked else query_bundle.query_str)
            vector = library.embedding.get_query_embedding(text)
            query = VectorStoreQuery(query_embedding=vector, similarity_top_k=self.limit)
            found = library.vectors.query(query, kind=self.kind)
        except (EmbeddingError, ChromaError) as error:  # words alone find most; the answer says that it did without
            missed.append(str(error))
            return []
        scored = zip(found.ids or (), found.similarities or (), strict=True)
        return _nodes(library, self.kind, list(scored))


class FusionRetriever(BaseRetriever):
    """Weighted sum of the retrievers' scores, each scaled to its best; a node keeps the score it got from each."""

    def __init__(self, weighted: Sequence[tuple[BaseRetriever, float]], *, limit: int) -> None:
        super().__init__(EVENTS)
        self.weighted, self.limit = weighted, limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        scores: dict[str, float] = {}
        nodes: dict[str, NodeWithScore] = {}
        for retriever, weight in self.weighted:
            found = _found_by(retriever, query_bundle)
            best = max((node.score or 0.0 for node in found), default=0.0)
            for node in found:
                nodes.setdefault(node.node_id, node)
                scores[node.node_id] = scores.get(node.node_id, 0.0) + weight * (node.score or 0.0) / (best or 1.0)
        ranked = sorted(scores, key=lambda id_: (-scores[id_], id_))[: self.limit]
        return [NodeWithScore(node=nodes[id_].node, score=scores[id_]) for id_ in ranked]


class AskRetriever(BaseRetriever):
    """Propositions by the questions that they answer, best first. Scores are 0: how like those questions are is a feature
    of its own to the reranker.
    """

    def __init__(self, library: OpenLibrary, *, limit: int) -> None:
        super().__init__(EVENTS)
        self.library, self.limit = library, limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        library = self.library()
        best = likeness_of(query_bundle, library).best(library.asked_for, self.limit)
        found = _nodes(library, "proposition", [(id_, 1.0) for id_ in best])
        return [NodeWithScore(node=scored.node, score=0.0) for scored in found]


class WholeDocumentRetriever(BaseRetriever):
    """All passages of the document that as a whole has most of the question's words, if it is a short one. Its passages leave
    out what the document is about, and so are not found alone: "It lives near reefs" is no match for the name of the fish.
    """

    def __init__(self, library: OpenLibrary, *, limit: int) -> None:
        """`limit`: passages; a longer document is left to what finds passages."""
        super().__init__(EVENTS)
        self.library, self.limit = library, limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        if not isinstance(query_bundle, Question):
            raise TypeError(f"whole documents are found by a Question, not {type(query_bundle).__name__}")
        library = self.library()
        asked = query_bundle
        best = library.lexical.search(asked.weights, "document", 1, alternatives=asked.alternatives)
        passages = library.passages_of(best[0][0], self.limit + 1) if best else []
        if len(passages) > self.limit:
            return []
        return [_node(passage, "passage", 0.0) for passage in passages]


class Undistilled(BaseRetriever):
    """What another retriever finds, unless every source has propositions, which then speak for its passages."""

    def __init__(self, library: OpenLibrary, retriever: BaseRetriever) -> None:
        super().__init__(EVENTS)
        self.library, self.retriever = library, retriever

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        library = self.library()
        return [] if library.all_distilled else _found_by(self.retriever, query_bundle)


class SideBySide(BaseRetriever):
    """What several retrievers find, each ranked among its own; a node that two find keeps the score of the first."""

    def __init__(self, *retrievers: BaseRetriever) -> None:
        super().__init__(EVENTS)
        self.retrievers = retrievers

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found: dict[str, NodeWithScore] = {}
        for retriever in self.retrievers:
            for node in _found_by(retriever, query_bundle):
                found.setdefault(node.node_id, node)
        return [*found.values()]


class RerankedRetriever(BaseRetriever):
    """What another retriever finds, in a reranker's order, the best of it."""

    def __init__(self, retriever: BaseRetriever, reranker: BaseNodePostprocessor, *, limit: int) -> None:
        super().__init__(EVENTS)
        self.retriever, self.reranker, self.limit = retriever, reranker, limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = _found_by(self.retriever, query_bundle)
        return self.reranker.postprocess_nodes(found, query_bundle=query_bundle)[: self.limit]


def fused(library: OpenLibrary, *, kind: Kind, limit: int) -> FusionRetriever:
    """The lexical and the vector retriever of one kind, fused with the set weights."""
    lexical = LexicalRetriever(library, kind=kind, limit=2 * limit)
    vector = VectorRetriever(library, kind=kind, limit=limit)
    return FusionRetriever([(lexical, LEXICAL_WEIGHT), (vector, VECTOR_WEIGHT)], limit=limit)


def passage_pool(library: OpenLibrary, *, limit: int) -> SideBySide:
    """What the passage reranker chooses from."""
    return SideBySide(fused(library, kind="passage", limit=limit), WholeDocumentRetriever(library, limit=limit))


def _found_by(retriever: BaseRetriever, query_bundle: QueryBundle) -> list[NodeWithScore]:
    """By one inside another: LlamaIndex tells its listeners of the outermost alone, for that takes it longer than most find."""
    return retriever._retrieve(query_bundle)


def _nodes(library: Library, kind: Kind, scored: Sequence[tuple[str, float]]) -> list[NodeWithScore]:
    ids = [id_ for id_, score in scored if score > 0]
    stored: Mapping[str, Passage | Proposition] = {
        item.id: item for item in (library.passages(ids) if kind == "passage" else library.propositions(ids))
    }
    return [_node(stored[id_], kind, score) for id_, score in scored if id_ in stored and score > 0]


def _node(item: Passage | Proposition, kind: Kind, score: float) -> NodeWithScore:
    return NodeWithScore(node=TextNode(id_=item.id, text="", metadata={kind: item}), score=score)


def _plain(text: str) -> dict[str, float]:
    return dict.fromkeys(index_terms(text), 1.0)
