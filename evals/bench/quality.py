"""Public sets in, how often each way of searching finds the passage and the sentence that answer out."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.bench.baselines import Ranking, jieba_bm25, llamaindex_bm25, vectors_alone
from evals.bench.public import SETS, Asked, PublicSet
from rag.chat_engine import ChatEngine
from rag.conversation import in_context
from rag.corpus import Corpus
from rag.embeddings import SEMANTIC
from rag.factory import open_chat_engine
from rag.features import plain_terms
from rag.index.library import Library
from rag.ingest import ingest
from rag.matching import Cover
from rag.question import Question, clean_question
from rag.rarity import rarity_of
from rag.sentence_features import Found
from rag.sentence_ranker import sentence_scores
from rag.settings import Settings
from rag.translation import translated
from rag.types import Passage, Span

PASSAGES = 5  # whose sentences are ranked, and that count as found


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares of the questions of a set for which the first, or one of the first few, holds a whole answer."""

    set: str
    way: str
    what: str  # passage or sentence
    questions: int
    first: float
    few: float  # five passages, three sentences


def measure(folder: Path, *, limit: int | None = None) -> list[Quality]:
    """Every set that the folder has, each ingested once; `limit` questions of each, evenly spread."""
    figures = []
    for name, field in SETS:
        if (folder / f"{name}.corpus.jsonl").is_file():
            figures += _measured(PublicSet.load(folder, name, field=field), limit)
    return figures


def understood(engine: ChatEngine, question: str) -> Question:
    """As `search` understands it."""
    library = engine.library()
    return translated(in_context(clean_question(question), (), library.people), library)


def found_sentences(engine: ChatEngine, question: str) -> list[Found]:
    """The sentences of the best passages, in the order in which they were found."""
    return [
        Found(sentence, node.score or 0.0)
        for node in engine.passages(question, top_k=PASSAGES)
        for sentence in engine.library().passage_sentences(node.metadata["passage"])
    ]


def span_of(library: Library, passage: Passage) -> Span:
    sentences = library.passage_sentences(passage)
    return Span(passage.source, sentences[0].span.start, max(sentence.span.end for sentence in sentences))


def _measured(public: PublicSet, limit: int | None) -> list[Quality]:
    questions = public.questions[:: max(1, len(public.questions) // limit)][:limit] if limit else public.questions
    with tempfile.TemporaryDirectory() as scratch:
        public.write(corpus := Path(scratch) / "corpus.jsonl")
        index = Path(scratch) / "index"
        ingest(Corpus([corpus]), index, SEMANTIC)
        engine = open_chat_engine(Settings(index=index, default_index=False))
        library = engine.library()
        passages = library.store.passages()
        spans = [span_of(library, passage) for passage in passages]
        texts = [" ".join(s.searchable for s in library.passage_sentences(p)) for p in passages]
        ways: dict[str, Ranking] = {
            "LlamaIndex BM25 retriever, defaults": llamaindex_bm25(texts),
            "jieba words, BM25": jieba_bm25(texts),
            "vectors alone": vectors_alone(engine, passages),
        }
        found = [_passages(public.name, way, questions, spans, rank) for way, rank in ways.items()]
        return [*found, _ours(public.name, questions, engine), *_sentences(public.name, questions, engine)]


def _passages(name: str, way: str, questions: Sequence[Asked], spans: Sequence[Span], rank: Ranking) -> Quality:
    right = [[asked.answered_by(spans[n]) for n in rank(asked.question, PASSAGES)] for asked in questions]
    return _quality(name, way, "passage", right, PASSAGES)


def _ours(name: str, questions: Sequence[Asked], engine: ChatEngine) -> Quality:
    found = [engine.search(asked.question, top_k=PASSAGES)[0] for asked in questions]
    right = [
        [asked.answered_by(Span(hit.file, hit.start, hit.end)) for hit in hits]
        for asked, hits in zip(questions, found, strict=True)
    ]
    return _quality(name, "Sayso", "passage", right, PASSAGES)


def _sentences(name: str, questions: Sequence[Asked], engine: ChatEngine) -> list[Quality]:
    """By the share of the question's weight that a sentence covers, and by the ranker."""
    ways = {"share of IDF covered": _covered, "Sayso": sentence_scores}
    right: dict[str, list[list[bool]]] = {way: [] for way in ways}
    for asked in questions:
        question, found = understood(engine, asked.question), found_sentences(engine, asked.question)
        for way, score in ways.items():
            order = np.argsort(-np.array(score(question, found, engine.library())), kind="stable")
            right[way].append([asked.answered_by(found[n].sentence.span) for n in order])
    return [_quality(name, way, "sentence", rows, 3) for way, rows in right.items()]


def _covered(question: Question, found: Sequence[Found], library: Library) -> list[float]:
    cover = Cover(question, plain_terms(question.query_str), rarity_of(library))
    return [float(share) for share in cover.share(cover.held([one.sentence.searchable for one in found]))]


def _quality(name: str, way: str, what: str, right: Sequence[Sequence[bool]], few: int) -> Quality:
    first = sum(any(row[:1]) for row in right) / len(right)
    return Quality(name, way, what, len(right), first, sum(any(row[:few]) for row in right) / len(right))
