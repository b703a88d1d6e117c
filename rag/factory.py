"""The one place that chooses concrete classes and creates clients: `Settings` in, engines out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.chat_engine import ChatEngine
from rag.corpus import Corpus
from rag.embeddings import HashingEmbedding
from rag.errors import UsageError
from rag.extractive import ExtractiveSynthesizer
from rag.index import generations
from rag.index.library import Shelf
from rag.ingest import IngestReport, Progress, ingest
from rag.query_engine import QueryEngine
from rag.rerankers import ClaimReranker
from rag.retrievers import BothKinds, fused
from rag.settings import Settings

# How many of each kind the reranker reads: more costs time and finds nothing on the tuning set.
PROPOSITIONS, PASSAGES = 40, 12


def embedding_for(settings: Settings) -> BaseEmbedding:
    """The offline embedding, unless another is configured."""
    if settings.embedding == "hashing":
        return HashingEmbedding()
    raise UsageError(f"SAYSO_EMBEDDING is {settings.embedding!r}; this version knows: hashing")


def build_index(
    settings: Settings,
    paths: Sequence[Path] = (),
    *,
    rebuild: bool = False,
    progress: Progress = lambda _: None,
    started: Callable[[int], None] = lambda _: None,
) -> IngestReport:
    """Ingest the paths, or the built-in articles when there are none. `started` is told how many files there are."""
    corpus = Corpus(paths) if paths else Corpus.seeds()
    started(len(corpus.files))
    return ingest(corpus, settings.index, embedding_for(settings), rebuild=rebuild, progress=progress)


def has_index(settings: Settings) -> bool:
    return generations.current(settings.index) is not None


def open_chat_engine(settings: Settings) -> ChatEngine:
    """The whole way from question to answer over the served index, which is followed when it changes.

    Raises IndexProblem when there is none or it was built with another embedding.
    """
    embedding = embedding_for(settings)
    shelf = Shelf(settings.index, embedding=embedding.model_name)
    shelf.library()
    propositions = fused(shelf.library, embedding, kind="proposition", limit=PROPOSITIONS)
    passages = fused(shelf.library, embedding, kind="passage", limit=PASSAGES)
    engine = QueryEngine(
        settings,
        shelf.library,
        BothKinds(passages, propositions),
        [ClaimReranker(library=shelf.library)],
        ExtractiveSynthesizer(),
    )
    return ChatEngine(engine, passages)
