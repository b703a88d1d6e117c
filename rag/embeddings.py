"""Text in, unit vectors out: an offline embedding behind LlamaIndex's `BaseEmbedding`, and the choice of another."""

from __future__ import annotations

import math
import zlib
from collections import Counter
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.terms import index_terms

DIMENSIONS = 512


class HashingEmbedding(BaseEmbedding):
    """Signed feature hashing of words, stems and Han bigrams (Weinberger et al. 2009), 1 + ln(tf), length 1.

    Needs no download and no fit, and gives the same vector on every machine. A text without a letter or digit gets the
    first unit vector, for Chroma refuses nothing but answers nonsense for a zero vector.
    """

    model_name: str = f"hashing-{DIMENSIONS}-v1"

    def _get_text_embedding(self, text: str) -> list[float]:
        vector = [0.0] * DIMENSIONS
        for term, count in Counter(index_terms(text)).items():
            digest = zlib.crc32(term.encode())
            weight = (1 + math.log(count)) * (0.3 if len(term) == 1 else 1.0)
            vector[digest % DIMENSIONS] += weight if digest & 0x80000000 else -weight
        norm = math.sqrt(sum(value * value for value in vector))
        if norm == 0:
            vector[0] = norm = 1.0
        return [value / norm for value in vector]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"embed_batch_size": 256, **kwargs})
