"""The one place that chooses concrete classes and creates clients: `Settings` in, engines out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.retrievers import BaseRetriever
from threadpoolctl import threadpool_limits

from rag.chat_engine import ChatEngine
from rag.corpus import Corpus
from rag.embeddings import OFFLINE, SEMANTIC, WORDS
from rag.extractive import ExtractiveSynthesizer
from rag.finding import Finder
from rag.index import generations
from rag.index.chroma_server import ChromaServer
from rag.index.library import Library
from rag.index.shelf import Shelf
from rag.ingest import IngestReport, Progress, ingest, remove
from rag.models import model_row, server_of
from rag.passages import PassageReranker
from rag.query_engine import AccountCall, QueryEngine, Synthesizer
from rag.rerankers import ClaimReranker
from rag.retrievers import AskRetriever, RerankedRetriever, SideBySide, Undistilled, fused, passage_pool
from rag.served_embedding import ServedEmbedding
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.model_stream import ModelServer

# How many of each kind the claim reranker reads: more costs time and finds nothing on the tuning set; and how many
# passages are read to find the best of them.
PROPOSITIONS, ASKED, PASSAGES, READ = 12, 24, 12, 48
# Characters of documents that the semantic embedding is used for, some 40,000 sentences: a minute on two cores.
MOST_SEMANTIC = 1_600_000


def embeddings_for(settings: Settings) -> tuple[BaseEmbedding, ...]:
    """Those that may have built the index: any offline one, or the one that is configured."""
    if settings.embedding == "auto":
        return OFFLINE
    offline = dict(zip(("semantic", "hashing", "words"), OFFLINE, strict=True))
    if settings.embedding in offline:
        return (offline[settings.embedding],)
    return (ServedEmbedding(settings.embedding, settings.embedding_url, settings.api_key),)


def embedding_to_build(settings: Settings, corpus: Corpus, *, rebuild: bool) -> BaseEmbedding:
    """The configured one; if it is left to us, the semantic one until the corpus outgrows it, then words alone and never
    back, for each change would make all vectors anew.
    """
    possible = embeddings_for(settings)
    served = None if rebuild else generations.current(settings.index)
    if len(possible) == 1:
        return possible[0]
    facts = generations.facts(served) if served else {}
    built = next((embedding for embedding in possible if embedding.model_name == facts.get("embedding")), None)
    if built not in (None, SEMANTIC):
        return built
    return SEMANTIC if int(facts.get("characters", 0)) + corpus.characters <= MOST_SEMANTIC else WORDS


def model_server_for(settings: Settings) -> ModelServer:
    """The configured model with its deadlines; the client itself retries nothing, or one failure would be many requests."""
    from openai import AsyncOpenAI

    from rag.model_stream import Limits, ModelServer

    key = settings.model_key or settings.api_key
    limits = Limits.of(settings.model_timeout)
    client = AsyncOpenAI(api_key=key, base_url=settings.base_url, max_retries=0, timeout=settings.model_timeout)
    return ModelServer(client, server_of(settings.model)[1], limits=limits, secret=key)


def synthesizer_for(settings: Settings, library: Callable[[], Library], server: ModelServer | None) -> Synthesizer:
    """The offline synthesizer, or one that asks the configured model and falls back to it."""
    offline = ExtractiveSynthesizer()
    if server is None:
        return offline
    from rag.generative import GenerativeSynthesizer
    from rag.judging import judge

    second = partial(judge, server) if settings.judge else None
    row = model_row(settings.model)
    return GenerativeSynthesizer(
        server, row, library, offline, show_unsupported=settings.unsupported == "show", judge=second
    )


def follow_ups_for(server: ModelServer | None) -> Callable[[str, Sequence[str]], str] | None:
    """With a model, follow-ups are spelt out by it."""
    if server is None:
        return None
    from rag.rewriting import rewritten

    return partial(rewritten, server)


def account_for(settings: Settings, server: ModelServer | None) -> AccountCall | None:
    """With a model, an account that the rules don't recognise is recognised by it."""
    if server is None:
        return None
    from rag.account_call import called

    return partial(called, server, model_row(settings.model))


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
    embedding = embedding_to_build(settings, corpus, rebuild=rebuild)
    server = chroma_server_for(settings)
    return ingest(corpus, settings.index, embedding, server=server, rebuild=rebuild, progress=progress)


def remove_sources(settings: Settings, sources: Sequence[str]) -> None:
    remove(sources, settings.index, chroma_server_for(settings))


def chroma_server_for(settings: Settings) -> ChromaServer | None:
    """Where the vectors live; None when that is the index directory."""
    return ChromaServer(settings.chroma_url) if settings.chroma_url else None


def has_index(settings: Settings) -> bool:
    return generations.current(settings.index) is not None


def shelf_for(settings: Settings) -> Shelf:
    return Shelf(settings.index, embeddings_for(settings), chroma_server_for(settings))


def open_chat_engine(settings: Settings, shelf: Shelf | None = None) -> ChatEngine:
    """The whole way from question to answer over the served index, which is followed when it changes. Engines of
    several models may share a `shelf`.

    Raises IndexProblem when there is none or it was built with another embedding.
    """
    shelf = shelf or shelf_for(settings)
    shelf.library()
    # A question's vectors are compared in a few milliseconds on one core. On two it takes twice the processor and, while
    # others ask, twice as long: threads wait for each other.
    threadpool_limits(limits=1, user_api="blas")
    propositions = fused(shelf.library, kind="proposition", limit=PROPOSITIONS)

    def passages(limit: int) -> BaseRetriever:
        pool = passage_pool(shelf.library, limit=max(READ, 2 * limit))
        return RerankedRetriever(pool, PassageReranker(library=shelf.library), limit=limit)

    server = None if settings.offline else model_server_for(settings)
    finder = Finder(
        shelf.library,
        SideBySide(
            propositions, AskRetriever(shelf.library, limit=ASKED), Undistilled(shelf.library, passages(PASSAGES))
        ),
        [ClaimReranker(library=shelf.library)],
        rewrite=follow_ups_for(server),
    )
    synthesizer = synthesizer_for(settings, shelf.library, server)
    engine = QueryEngine(settings, shelf.library, finder, synthesizer, account=account_for(settings, server))
    return ChatEngine(engine, passages)
