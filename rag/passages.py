"""Retrieved passages in, the same passages best first out: what the whole document, the title and the best sentences say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.embeddings import by_sentence, cheap
from rag.features import plain_terms
from rag.index.library import Library
from rag.index.store import text_key
from rag.matching import Cover
from rag.question import Question
from rag.rarity import rarity_of
from rag.types import Passage

_DOCUMENTS = 60  # the best ones; any other counts as not found


class PassageFeatures(NamedTuple):
    """Each between 0 and 1, but for the last three, which are cosines."""

    document: float  # the whole document's BM25 over the best one's
    window: float  # share of the question's weight that two neighbouring sentences and the title cover
    whole: float  # the same for the whole passage and the title
    title: float  # the same for the title alone
    sentence: float  # share of the question's bigrams and stems, rare ones weighing more, in two neighbouring sentences
    passage: float  # the same for the whole passage
    nearest: float  # the nearest sentence in meaning
    near: float  # mean of the two nearest
    topic: float  # the sentences' mean vector: spoken answers go round what they are about in many small steps


# Softmax weights fitted by evals/fit_passages.py on the training questions of CMRC 2018 (Cui et al. 2019), and on nothing
# else.
WEIGHTS = PassageFeatures(
    document=2.52,
    window=2.96,
    whole=2.54,
    title=3.87,
    sentence=3.33,
    passage=2.98,
    nearest=2.67,
    near=2.70,
    topic=2.50,
)
# The same where no vector knows any meaning.
WORDS_ALONE = PassageFeatures(
    document=2.73,
    window=3.26,
    whole=2.93,
    title=4.14,
    sentence=4.02,
    passage=3.72,
    nearest=0.0,
    near=0.0,
    topic=0.0,
)


class PassageReranker(BaseNodePostprocessor):
    """`score` becomes the weighted sum of the passage's features; nodes that are no passages keep their place."""

    library: Callable[[], Any]

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if not isinstance(query_bundle, Question):
            raise TypeError(f"the reranker needs a Question, not {type(query_bundle).__name__}")
        library: Library = self.library()
        weights = WORDS_ALONE if cheap(library.embedding.model_name) or query_bundle.missed else WEIGHTS
        described = passage_features(query_bundle, [node.node.metadata["passage"] for node in nodes], library)
        scores = np.array(described).reshape(-1, len(weights)) @ np.array(weights) / sum(weights)
        ranked = sorted(zip(nodes, scores.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0].node_id))
        return [NodeWithScore(node=node.node, score=score) for node, score in ranked]


def passage_features(question: Question, passages: Sequence[Passage], library: Library) -> list[PassageFeatures]:
    """In the order of the passages."""
    if not passages:
        return []
    cover = Cover(question, plain_terms(question.query_str), rarity_of(library))
    documents = dict(
        library.lexical.search(question.weights, "document", _DOCUMENTS, alternatives=question.alternatives)
    )
    best = max(documents.values(), default=1.0)
    texts = library.passage_texts(passages)
    sources = [*dict.fromkeys(passage.source for passage in passages)]
    headings = library.headings(sources)
    titles = cover.held([headings[source][1] for source in sources])
    # Each sentence with the next one and the title; where a passage ends, the last sentence with itself.
    sizes = [len(sentences) for sentences in texts]
    starts = np.cumsum([0, *sizes[:-1]])
    held = cover.held([text for sentences in texts for text in sentences])
    last = starts + np.array(sizes) - 1
    following = np.arange(1, len(held) + 1)
    following[last] = np.where(np.array(sizes) > 1, last - 1, last)
    windows = held | held[following]
    owner = np.repeat([sources.index(passage.source) for passage in passages], sizes)
    words = np.logical_or.reduceat(held, starts)
    meaning = _meaning(question, library)
    near = [meaning(p.source, sentences) for p, sentences in zip(passages, texts, strict=True)]
    columns = (
        [documents.get(passage.source, 0.0) / best for passage in passages],
        np.maximum.reduceat(cover.share(windows | titles[owner]), starts),
        cover.share(words | titles[owner[starts]]),
        cover.share(titles)[owner[starts]],
        np.maximum.reduceat(cover.overlap(windows), starts),
        cover.overlap(words),
        *zip(*near, strict=True),
    )
    return [PassageFeatures(*map(float, row)) for row in zip(*columns, strict=True)]


def _meaning(asked: Question, library: Library) -> Callable[[str, Sequence[str]], tuple[float, float, float]]:
    """`nearest`, `near` and `topic` of a passage, by its sentences or as a whole, as the embedding goes."""
    if cheap(library.embedding.model_name) or asked.missed:
        return lambda source, sentences: (0.0, 0.0, 0.0)
    vector = np.array(library.embedding.get_query_embedding(library.canonical(asked.query_str)), np.float32)
    cut = by_sentence(library.embedding.model_name)

    def near(source: str, sentences: Sequence[str]) -> tuple[float, float, float]:
        known: Mapping[bytes, np.ndarray] = library.vectors_of(source)
        vectors = np.array([known[text_key(text)] for text in (sentences if cut else ["\n".join(sentences)])])
        best = np.sort(vectors @ vector)[::-1]
        mean = vectors.sum(axis=0)
        return float(best[0]), float(best[:2].mean()), float(mean @ vector / (np.linalg.norm(mean) or 1.0))

    return near
