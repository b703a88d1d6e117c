"""Retrieved passages in, the same passages best first out: what the whole document, the title and the best sentences say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.embeddings import HashingEmbedding, by_sentence
from rag.features import plain_terms, share
from rag.index.library import Library
from rag.index.store import text_key
from rag.matching import Matcher
from rag.question import Question
from rag.rarity import rarity_of
from rag.types import Passage, Sentence

_DOCUMENTS = 60  # the best ones; any other counts as not found


class PassageFeatures(NamedTuple):
    """Each between 0 and 1, but for the last two, which are cosines."""

    document: float  # the whole document's BM25 over the best one's
    window: float  # share of the question's weight that two neighbouring sentences and the title cover
    title: float  # the same for the title alone
    sentence: float  # share of the question's bigrams and stems, rare ones weighing more, in two neighbouring sentences
    passage: float  # the same for the whole passage
    nearest: float  # the nearest sentence in meaning
    near: float  # mean of the two nearest


# Softmax weights fitted on the training questions of CMRC 2018 (Cui et al. 2019), and on nothing else.
WEIGHTS = PassageFeatures(document=2.79, window=4.61, title=3.72, sentence=3.49, passage=3.11, nearest=3.32, near=3.01)
# The same where no vector knows any meaning: set by hand.
WORDS_ALONE = PassageFeatures(document=3.2, window=5.2, title=3.7, sentence=3.9, passage=3.6, nearest=0.0, near=0.0)


class PassageReranker(BaseNodePostprocessor):
    """`score` becomes the weighted sum of the passage's features; nodes that are no passages keep their place."""

    library: Callable[[], Any]

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if not isinstance(query_bundle, Question):
            raise TypeError(f"the reranker needs a Question, not {type(query_bundle).__name__}")
        library: Library = self.library()
        weights = WORDS_ALONE if isinstance(library.embedding, HashingEmbedding) or query_bundle.missed else WEIGHTS
        described = passage_features(query_bundle, [node.node.metadata["passage"] for node in nodes], library)
        scores = np.array(described).reshape(-1, len(weights)) @ np.array(weights) / sum(weights)
        ranked = sorted(zip(nodes, scores.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0].node_id))
        return [NodeWithScore(node=node.node, score=score) for node, score in ranked]


def passage_features(question: Question, passages: Sequence[Passage], library: Library) -> list[PassageFeatures]:
    """In the order of the passages."""
    rarity = rarity_of(library)
    weights = rarity.of(question)
    plain = plain_terms(question.query_str)
    held = Matcher({*plain, *(form for term in question.terms for form in (*term.forms, *term.alike))})
    documents = dict(
        library.lexical.search(question.weights, "document", _DOCUMENTS, alternatives=question.alternatives)
    )
    best = max(documents.values(), default=1.0)
    meaning = _meaning(question, library)
    titles = lru_cache(maxsize=None)(lambda source: held(library.source(source).title))
    found = []
    for passage in passages:
        sentences = library.passage_sentences(passage)
        holds = [held(sentence.searchable) for sentence in sentences]
        windows = [one | other for one, other in pairwise(holds)] or holds
        title = titles(passage.source)
        near = sorted(meaning(passage.source, sentences), reverse=True)[:2]
        found.append(
            PassageFeatures(
                document=documents.get(passage.source, 0.0) / best,
                window=max(share(question.terms, weights, window | title) for window in windows),
                title=share(question.terms, weights, title),
                sentence=max(rarity.overlap(plain, window) for window in windows),
                passage=rarity.overlap(plain, frozenset().union(*holds)),
                nearest=near[0],
                near=sum(near) / len(near),
            )
        )
    return found


def _meaning(asked: Question, library: Library) -> Callable[[str, Sequence[Sentence]], list[float]]:
    """How near each sentence of a passage is in meaning, or the whole passage, as the embedding goes."""
    if isinstance(library.embedding, HashingEmbedding) or asked.missed:
        return lambda source, sentences: [0.0]
    vector = np.array(library.embedding.get_query_embedding(asked.query_str), np.float32)
    cut = by_sentence(library.embedding.model_name)

    def near(source: str, sentences: Sequence[Sentence]) -> list[float]:
        texts = [sentence.searchable for sentence in sentences]
        known: Mapping[bytes, np.ndarray] = library.vectors_of(source)
        return [float(known[text_key(text)] @ vector) for text in (texts if cut else ["\n".join(texts)])]

    return near
