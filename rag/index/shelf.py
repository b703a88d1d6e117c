"""An index directory in, the library of its served generation out, whichever that is when a question comes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.embeddings import OFFLINE
from rag.errors import IndexProblem
from rag.index import generations
from rag.index.chroma_server import ChromaServer
from rag.index.library import Library
from rag.memory import give_back

_LONGEST_ANSWER = 120.0  # seconds: a model may take 60 of them
Held = MutableMapping[int, Library]  # what each shelf gave first, by its id
_HELD: ContextVar[Held | None] = ContextVar("held", default=None)


@contextmanager
def one_library(held: Held | None = None) -> Iterator[None]:
    """Within it a shelf gives the library that it gave first, whatever is published meanwhile: what was found in one generation
    would be looked for in vain in the next, and an answer lack sentences. `held`: of an earlier step of the same work.
    """
    token = _HELD.set({} if held is None else held)
    try:
        yield
    finally:
        _HELD.reset(token)


class Shelf:
    """The served library of an index directory; a new generation is opened at the next question after its swap."""

    def __init__(
        self, index: Path, embeddings: Sequence[BaseEmbedding] = OFFLINE, server: ChromaServer | None = None
    ) -> None:
        """`embeddings`: those that it may have been built with; `server`: where its vectors may be."""
        self.index = index
        self.embeddings = embeddings
        self.server = server
        self._lock = threading.Lock()
        self._open: Library | None = None
        self._retired: list[tuple[float, Library]] = []  # with the time since when they serve no new question

    def library(self) -> Library:
        """Raises IndexProblem when nothing was ingested there or it can't be used."""
        held = _HELD.get()
        if held is None:
            return self._served()
        if id(self) not in held:
            held[id(self)] = self._served()
        return held[id(self)]

    def _served(self) -> Library:
        with self._lock:
            served = generations.current(self.index)
            if served is None:
                raise IndexProblem(f"{self.index}: no index there; run: sayso --index {self.index} ingest")
            if self._open is None or self._open.path != served:
                if self._open is not None:
                    self._retired.append((time.monotonic(), self._open))
                self._open = Library(served, self.embeddings, self.server)
            self._close_retired()
            return self._open

    def _close_retired(self) -> None:
        """Chroma keeps whatever is not closed, for ever. Not at once: another thread may still be reading."""
        while self._retired and time.monotonic() - self._retired[0][0] > _LONGEST_ANSWER:
            self._retired.pop(0)[1].close()
            give_back()
