"""Stored sources in, the lexical index and the vectors of the generation being built out, in step with the store."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.schema import BaseNode, TextNode

from rag.embeddings import OFFLINE, by_sentence, cheap, has_vectors
from rag.errors import SaysoError
from rag.index import generations
from rag.index.chroma_server import ChromaServer
from rag.index.lexical import LexicalIndex
from rag.index.placement import Place, tidy
from rag.index.store import Store, text_key
from rag.index.vectors import ChromaVectors, part
from rag.preparing import Prepared, texts_of
from rag.served_embedding import ServedEmbedding
from rag.types import Passage, Proposition, Sentence

_FLUSH = 2000  # vectors held before they go to Chroma


class SearchBuilder:
    """Search entries and vectors of sources, put and removed. With another embedding than the copied generation's, all
    vectors are made anew; on a server, and when they come back from one, all are put anew, as the store has them.
    """

    def __init__(
        self, building: Path, store: Store, embedding: BaseEmbedding | None, server: ChromaServer | None = None
    ) -> None:
        built = built_with(building)
        # Whoever only removes names no embedding; what is sooner made anew than kept needs one even so.
        self.embedding = embedding or next((offline for offline in OFFLINE if offline.model_name == built), None)
        self.store = store
        self.name = embedding.model_name if embedding else built
        self.probe = generations.facts(building).get("probe") if built and built == self.name else None
        held = has_vectors(str(self.name))
        self.place = Place.new(building, server) if server and held else None
        if built not in (None, self.name):
            store.forget_vectors()
        if self.place or built != self.name:
            shutil.rmtree(building / "chroma", ignore_errors=True)
        self.stale = set(store.known()) if held and not (building / "chroma").is_dir() else set()
        if isinstance(embedding, ServedEmbedding):
            embedding.expect(self.probe, str(building.parent))
            if self.probe:
                embedding.probe()  # before anything is embedded: vectors of two models would be mixed
        self.lexical = LexicalIndex(building / "lexical")
        if server and self.place:
            tidy(building.parent, server)
            self.vectors: ChromaVectors | None = ChromaVectors.create(server, self.place.name)
        else:
            self.vectors = ChromaVectors.open(building / "chroma") if held else None
        self._nodes: list[BaseNode] = []

    def put(self, prepared: Prepared, known: Mapping[bytes, np.ndarray], *, replaces: bool) -> None:
        """`known`: vectors that the source had before, by `text_key`. `replaces`: it is in the index already."""
        source = prepared.source.id
        if replaces:
            self.remove(source)
        self.stale.discard(source)
        for entry in prepared.entries:
            self.lexical.add(entry)
        known = {text_key(text): vector for text, vector in prepared.vectors.items()} or known
        self._embed(source, prepared.sentences, prepared.passages, prepared.claims, known)

    def remove(self, source: str) -> None:
        self.lexical.remove(source)
        if source in self.stale:
            self.stale.discard(source)
        elif self.vectors:
            self.vectors.delete(source)

    def finish(self) -> dict[str, object]:
        """Write what is held back and check that the parts agree. Gives the facts that a reader must know."""
        for source in sorted(self.stale):
            passages = self.store.passages_of(source)
            claims = self.store.propositions_of(source)
            self._embed(source, self.store.sentences(source), passages, claims, self.store.vectors(source))
        self._flush()
        self.lexical.commit()
        texts, found = expected_texts(self.store), self.lexical.count
        parts, vectors = expected_vectors(self.store, str(self.name)), self.vectors.count if self.vectors else 0
        self.close()
        if (found, vectors) != (texts, parts):
            raise SaysoError(
                f"the new index does not add up: {found} of {texts} texts, {vectors} of {parts} vectors; the old one stays"
            )
        there = {"chroma": asdict(self.place)} if self.place else {}
        return {"embedding": self.name, "vectors": parts} | there | self._probe()

    def _probe(self) -> dict[str, object]:
        """By what a served embedding is known again. Raises IndexProblem when the copied generation knew another."""
        if not isinstance(self.embedding, ServedEmbedding):
            return {"probe": self.probe} if self.probe else {}
        return {"probe": self.embedding.probe()}

    def close(self) -> None:
        if self.vectors:
            self.vectors.close()

    def _embed(
        self,
        source: str,
        sentences: Sequence[Sentence],
        passages: Sequence[Passage],
        claims: Sequence[Proposition],
        known: Mapping[bytes, np.ndarray],
    ) -> None:
        name = str(self.name)
        if not has_vectors(name):
            return
        whole = not by_sentence(name)
        parts: dict[str, str] = {}
        kinds: dict[str, str] = {}
        for kind, id_, texts in texts_of(sentences, passages, claims):
            for n, text in enumerate(["\n".join(texts)] if whole else texts):
                parts[part(id_, n)], kinds[part(id_, n)] = text, kind
        missing = [text for text in dict.fromkeys(parts.values()) if text_key(text) not in known]
        embedded = self.embedding.get_text_embedding_batch(missing) if self.embedding else []
        made = dict(zip(missing, embedded, strict=True))
        vectors = {text: made[text] if text in made else known[text_key(text)].tolist() for text in parts.values()}
        if not cheap(name):
            self.store.put_vectors(source, vectors)
        self._nodes += [
            TextNode(id_=id_, text="", embedding=vectors[text], metadata={"source": source, "kind": kinds[id_]})
            for id_, text in parts.items()
        ]
        if len(self._nodes) >= _FLUSH:
            self._flush()

    def _flush(self) -> None:
        if self.vectors:
            self.vectors.add(self._nodes)
        self._nodes = []


def built_with(building: Path) -> str | None:
    """The embedding of the generation that was copied; None when a new one begins."""
    return generations.facts(building)["embedding"] if generations.finished(building) else None


def displaced(building: Path, name: str, server: ChromaServer | None) -> bool:
    """Whether the vectors of the generation that was copied are not where they belong, or a server lost some."""
    if built_with(building) is None or not has_vectors(name):
        return False
    facts = generations.facts(building)
    place = Place.of(facts)
    if server is None or place is None or place.url != server.url:
        return (server, place) != (None, None)
    return server.count(place.name) != int(facts["vectors"])


def expected_texts(store: Store) -> int:
    """How many entries the lexical index holds: one a source, a passage and a proposition."""
    return sum(store.count(table) for table in ("sources", "passages", "propositions"))


def expected_vectors(store: Store, embedding: str) -> int:
    """How many vectors Chroma holds."""
    if not has_vectors(embedding):
        return 0
    return store.count_parts() if by_sentence(embedding) else store.count("passages") + store.count("propositions")
