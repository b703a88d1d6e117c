"""Text in, unit vectors from an OpenAI-compatible server out."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from openai import OpenAI, OpenAIError
from pydantic import PrivateAttr

from rag.errors import SaysoError

_BATCH = 64  # the least that a known server takes in one request
_SECONDS = 30.0


class ServedEmbedding(BaseEmbedding):
    """`model_name` at `url`. Two retries by the client, none on top; raises SaysoError saying what the server said."""

    _url: str = PrivateAttr()
    _key: str = PrivateAttr()

    def __init__(self, model_name: str, url: str, key: str, **kwargs: Any) -> None:
        super().__init__(model_name=model_name, embed_batch_size=_BATCH, **kwargs)
        self._url, self._key = url, key

    @cached_property
    def _client(self) -> OpenAI:
        return OpenAI(base_url=self._url, api_key=self._key, max_retries=2, timeout=_SECONDS)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        try:
            reply = self._client.embeddings.create(model=self.model_name, input=texts)
        except OpenAIError as error:
            said = str(error).replace(self._key, "…")[:200]
            raise SaysoError(
                f"the embedding server {self._url} failed ({said}); look at SAYSO_EMBEDDING and SAYSO_EMBEDDING_URL"
            ) from error
        vectors = np.array([item.embedding for item in sorted(reply.data, key=lambda item: item.index)], np.float32)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise SaysoError(
                f"the embedding server {self._url} sent {len(vectors)} usable vectors for {len(texts)} texts"
            )
        unit: list[list[float]] = (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)).tolist()
        return unit

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)
