"""The one place that chooses concrete classes and creates clients: `Settings` in, engines out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.chat_engine import ChatEngine
from rag.corpus import Corpus
from rag.costs import model_row
from rag.embeddings import HashingEmbedding
from rag.errors import UsageError
from rag.extractive import ExtractiveSynthesizer
from rag.index import generations
from rag.index.library import Library, Shelf
from rag.ingest import IngestReport, Progress, ingest
from rag.query_engine import QueryEngine, Synthesizer
from rag.rerankers import ClaimReranker
from rag.retrievers import BothKinds, fused
from rag.settings import Settings

# How many of each kind the reranker reads: more costs time and finds nothing on the tuning set.
PROPOSITIONS, PASSAGES = 40, 12
MODEL_TOKENS = 800  # five cited claims need some 300


def embedding_for(settings: Settings) -> BaseEmbedding:
    """The offline embedding, unless another is configured."""
    if settings.embedding == "hashing":
        return HashingEmbedding()
    raise UsageError(f"SAYSO_EMBEDDING is {settings.embedding!r}; this version knows: hashing")


def synthesizer_for(settings: Settings, library: Callable[[], Library]) -> Synthesizer:
    """The offline synthesizer, or one that asks the configured model and falls back to it."""
    offline = ExtractiveSynthesizer()
    if settings.offline:
        return offline
    from llama_index.llms.openai_like import OpenAILike

    from rag.generative import GenerativeSynthesizer

    llm = OpenAILike(
        model=settings.model,
        api_base=settings.base_url,
        api_key=settings.api_key,
        is_chat_model=True,
        context_window=model_row(settings.model).context,
        max_tokens=MODEL_TOKENS,
        temperature=0.0,
        timeout=settings.model_timeout,
        max_retries=0,  # llama-index would retry on top of the client's own retries: 12 requests for one failure
    )
    return GenerativeSynthesizer(
        llm, settings.model, library, offline, seconds=settings.model_timeout, secret=settings.api_key
    )


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
        synthesizer_for(settings, shelf.library),
    )
    return ChatEngine(engine, passages)
