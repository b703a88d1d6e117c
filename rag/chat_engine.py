"""The public face: one question or a conversation in, answers (growing, if streamed) out; and retrieval alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore

from rag.conversation import in_context
from rag.index.library import Library
from rag.index.shelf import one_library
from rag.query_engine import QueryEngine, streamed
from rag.question import Question, clean_question
from rag.rerankers import read_claims
from rag.settings import Settings
from rag.translation import translated
from rag.types import Answer, Language


@dataclass(frozen=True, slots=True)
class Hit:
    """A retrieved passage; `file` as in a citation, `speaker` None when several speak or the narrator does."""

    file: str
    start: int
    end: int
    score: float
    speaker: str | None
    text: str


class ChatEngine:
    """Keeps no session: the earlier questions are passed in with each call."""

    def __init__(self, engine: QueryEngine, passages: Callable[[int], BaseRetriever]) -> None:
        self._engine = engine
        self._passages = passages

    @property
    def settings(self) -> Settings:
        return self._engine.settings

    def library(self) -> Library:
        """The library that serves right now."""
        return self._engine.library()

    def query(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        language: Language | None = None,
    ) -> Answer:
        return self._engine.query(question, history=history, speakers=speakers, language=language)

    def warm(self) -> None:
        """Read what the first questions would, before somebody asks them. Takes a second or two."""
        read_claims(self.library())

    def candidates(self, asked: Question) -> list[NodeWithScore]:
        """What retrieval alone brings for a question that is already understood; for fitting and ablation."""
        return self._engine.finder.retriever.retrieve(asked)

    def understood(self, message: str, history: Sequence[str] = ()) -> Question | None:
        """The first question of a message as it is looked for; for fitting and ablation."""
        return self._engine.finder.understood(message, history)

    def stream_chat(
        self,
        message: str,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        *,
        language: Language | None = None,
    ) -> Iterator[Answer]:
        """Answers that grow; the last is the whole one. Closing the iterator stops a model that is writing."""
        people = self.library().people
        with closing(self._engine.stream(message, history=history, speakers=speakers, language=language)) as answers:
            for answer in answers:
                if answer.mode == "generative":
                    yield answer
                else:
                    yield from streamed(answer, people)

    def passages(self, question: str, *, top_k: int = 10) -> list[NodeWithScore]:
        """Passages as nodes, best first; `search` tells what people want to know of them."""
        library = self.library()
        return self._passages(top_k).retrieve(
            translated(in_context(clean_question(question), (), library.people), library)
        )

    def search(self, question: str, *, top_k: int = 10) -> tuple[list[Hit], float]:
        """Passages, best first, and the milliseconds it took. Raises UsageError for an empty question."""
        with one_library():
            return self._search(question, top_k)

    def _search(self, question: str, top_k: int) -> tuple[list[Hit], float]:
        started = time.perf_counter()
        library = self.library()
        hits = []
        found = self.passages(question, top_k=top_k)
        headings = library.headings({node.metadata["passage"].source for node in found})
        for node in found:
            sentences = library.passage_sentences(node.metadata["passage"])
            speakers = {sentence.speaker for sentence in sentences}
            end = max(sentence.span.end for sentence in sentences)
            text = " ".join(sentence.text for sentence in sentences)
            file = headings[node.metadata["passage"].source][0]
            speaker = speakers.pop() if len(speakers) == 1 else None
            hits.append(Hit(file, sentences[0].span.start, end, round(node.score or 0.0, 4), speaker, text))
        return hits, round((time.perf_counter() - started) * 1000, 2)
