"""Text in, unit vectors from an OpenAI-compatible server out; whatever the server does wrong is one typed error."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from rag.breaker import Breaker
from rag.errors import EmbeddingError, IndexProblem
from rag.events import EVENTS
from rag.faults import redacted

if TYPE_CHECKING:
    from openai import OpenAI

_BATCH = 64  # the least that a known server takes in one request
_SECONDS, _QUESTION_SECONDS = 30.0, 5.0  # a batch of an ingest may take its time; somebody waits for a question
_REMEMBERED = 64  # questions: one is looked for three times while it is answered
PROBE = "算力的成本会下降 the cost of compute will fall"
# Of the probe's vectors then and now. Servers differ in the fourth digit from call to call; other models are far off.
_SAME = 0.98


class ServedEmbedding(BaseEmbedding):
    """`model_name` at `url`. Raises EmbeddingError saying what the server did.

    An ingest tries a batch twice. A question is tried once, and after five failures the server rests a while. With every
    question the probe is embedded, too: another model behind the same name would answer nonsense without a word.
    """

    _url: str = PrivateAttr()
    _key: str = PrivateAttr()
    _expected: np.ndarray | None = PrivateAttr(default=None)
    _index: str = PrivateAttr(default="")
    _breaker: Breaker = PrivateAttr(default_factory=Breaker)
    _known: OrderedDict[str, list[float]] = PrivateAttr(default_factory=OrderedDict)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    def __init__(self, model_name: str, url: str, key: str, **kwargs: Any) -> None:
        super().__init__(model_name=model_name, embed_batch_size=_BATCH, callback_manager=EVENTS, **kwargs)
        self._url, self._key = url, key

    def expect(self, probe: Sequence[float] | None, index: str) -> None:
        """What the probe's vector was when the index was built; None when that was not written down."""
        self._expected, self._index = (np.array(probe, np.float32) if probe else None), index

    def probe(self) -> list[float]:
        """The probe's vector now. Raises IndexProblem when the index was built with another model of this name."""
        vector = self._asked([PROBE], retries=1, seconds=_SECONDS)[0]
        self._check(vector)
        return [round(float(number), 5) for number in vector]

    @cached_property
    def _client(self) -> OpenAI:
        from openai import OpenAI  # a second's import, which most indexes never need

        return OpenAI(base_url=self._url, api_key=self._key, max_retries=0, timeout=_SECONDS)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._asked(texts, retries=1, seconds=_SECONDS).tolist()
        return vectors

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        with self._lock:
            if query in self._known:
                return self._known[query]
        if not self._breaker.allows():
            raise EmbeddingError(f"the embedding server {self._url} kept failing and is left alone for half a minute")
        try:
            asked, probe = self._asked([query, PROBE], retries=0, seconds=_QUESTION_SECONDS)
        except EmbeddingError:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        self._check(probe)
        with self._lock:
            self._known[query] = asked.tolist()
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return asked.tolist()  # type: ignore[no-any-return]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _asked(self, texts: list[str], *, retries: int, seconds: float) -> np.ndarray:
        from openai import OpenAIError

        try:
            client = self._client.with_options(max_retries=retries, timeout=seconds)
            reply = client.embeddings.create(model=self.model_name, input=texts)
            items = sorted(reply.data, key=lambda item: item.index)
            vectors = np.array([item.embedding for item in items], np.float32)
        except OpenAIError as error:
            raise self._failed(redacted(f"{type(error).__name__}: {error}", self._key)) from error
        except Exception as error:  # a page with 200, null, half JSON: the client's own errors are of many kinds
            raise self._failed(f"what it sent is no list of vectors ({type(error).__name__})") from error
        if [item.index for item in items] != list(range(len(texts))) or vectors.ndim != 2:
            raise self._failed(f"it sent {len(items)} usable vectors for {len(texts)} texts")
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(norms).all() or not (norms > 0).all():
            raise self._failed("it sent a vector that is zero or not finite")
        return np.asarray(vectors / norms, np.float32)

    def _check(self, probe: np.ndarray) -> None:
        expected = self._expected
        if expected is None or (len(expected) == len(probe) and float(expected @ probe) >= _SAME):
            return
        raise IndexProblem(
            f"{self._index}: {self.model_name} at {self._url} ({len(probe)} numbers) is another model than the "
            f"{self.model_name} that built it ({len(expected)} numbers); run: sayso --index {self._index} ingest --rebuild"
        )

    def _failed(self, what: str) -> EmbeddingError:
        return EmbeddingError(
            f"the embedding server {self._url} failed ({what}); look at SAYSO_EMBEDDING and SAYSO_EMBEDDING_URL"
        )
