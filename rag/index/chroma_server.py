"""A Chroma server's address in, its collections out: nothing waits long, and every fault is one typed error."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import chromadb
import httpx
from chromadb.api.fastapi import FastAPI
from chromadb.config import Settings as ChromaSettings
from chromadb.config import System
from chromadb.errors import NotFoundError

from rag.breaker import Breaker
from rag.errors import EmbeddingError
from rag.faults import redacted

# For each request: a batch of an ingest may take its time; somebody waits for a question.
INGEST_SECONDS, QUESTION_SECONDS, _CONNECT_SECONDS = 60.0, 5.0, 5.0


class ChromaServer:
    """Shared by all threads. After five failures in a minute it is left alone a while."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._breaker = Breaker()

    @contextmanager
    def asked(self) -> Iterator[None]:
        """Whatever goes wrong inside is an EmbeddingError: a page instead of JSON, a count that is a word, half a reply."""
        if not self._breaker.allows():
            raise EmbeddingError(f"the Chroma server {self.url} kept failing and is left alone for half a minute")
        try:
            yield
        except Exception as error:
            self._breaker.failed()
            what = redacted(f"{type(error).__name__}: {error}")
            lost = isinstance(error, NotFoundError)
            advice = "ingest again to put them there" if lost else "is it running, and is SAYSO_CHROMA_URL right?"
            raise EmbeddingError(f"the Chroma server {self.url} failed ({what}); {advice}") from error
        self._breaker.succeeded()

    def connect(self, seconds: float = INGEST_SECONDS) -> Connection:
        return Connection(self.url, seconds)

    def check(self) -> None:
        """Raises EmbeddingError unless a Chroma server answers."""
        with self.asked(), closing(self.connect(QUESTION_SECONDS)) as connection:
            connection.heartbeat()

    def count(self, name: str) -> int:
        """How many vectors the collections hold whose names begin so; one that was lost holds none."""
        with self.asked(), closing(self.connect()) as connection:
            return sum(collection.count() for collection in connection.named(name))

    def clear(self, name: str, *, but: Collection[str]) -> None:
        """Delete the collections whose names begin so, but none whose name begins as one of `but`."""
        with self.asked(), closing(self.connect()) as connection:
            for collection in connection.named(name):
                if not collection.name.startswith(tuple(but)):
                    connection.delete_collection(name=collection.name)


class Connection(FastAPI):
    """What stands inside `chromadb.HttpClient`, which itself can't be given a deadline: it would wait for ever."""

    def __init__(self, url: str, seconds: float) -> None:
        settings = ChromaSettings(
            anonymized_telemetry=False,
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=url,
            chroma_server_http_port=urlsplit(url).port or 80,  # asked for, and not used: the address has it
        )
        super().__init__(System(settings))
        self._session.timeout = httpx.Timeout(seconds, connect=_CONNECT_SECONDS)
        self._session.event_hooks = {"response": [partial(_limit, seconds)]}

    def collection(self, name: str) -> chromadb.Collection:
        return self._opened(self.get_collection(name=name))

    def new_collection(self, name: str, configuration: Any) -> chromadb.Collection:
        return self._opened(self.create_collection(name=name, configuration=configuration))

    def named(self, name: str) -> list[chromadb.Collection]:
        """Those whose names begin so."""
        return [self._opened(model) for model in self.list_collections() if model.name.startswith(name)]

    def _opened(self, model: Any) -> chromadb.Collection:
        return chromadb.Collection(client=self, model=model, embedding_function=None)

    def close(self) -> None:
        self._session.close()


def _limit(seconds: float, response: httpx.Response) -> None:
    """httpx limits the wait for the next bytes: a server that sends one at a time would hold us for ever."""
    response.stream = _Until(response.stream, time.monotonic() + seconds)


class _Until(httpx.SyncByteStream):
    def __init__(self, stream: Any, end: float) -> None:
        self._stream, self._end = stream, end

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if time.monotonic() > self._end:
                raise httpx.ReadTimeout("the reply does not end")
            yield piece

    def close(self) -> None:
        self._stream.close()
