"""An opened generation: ids in, sources, sentences and nodes out."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Hashable, Iterable, Sequence
from contextlib import closing
from functools import cached_property, lru_cache
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.dictionary import DICTIONARY, Dictionary
from rag.embeddings import has_vectors
from rag.errors import EmbeddingError, IndexProblem
from rag.folding import fold
from rag.glossary import glossary
from rag.index import generations
from rag.index.asks import FILE as ASKS
from rag.index.asks import AskIndex
from rag.index.chroma_server import ChromaServer
from rag.index.lexical import LexicalIndex
from rag.index.placement import Place
from rag.index.seal import broken
from rag.index.store import SCHEMA, Store
from rag.index.vectors import FEW, ChromaVectors
from rag.names import finder_of
from rag.people import People
from rag.served_embedding import ServedEmbedding
from rag.spelling import Speller
from rag.types import Gap, Organisation, Passage, Person, Proposition, Sentence, Source

_MOST_PROPOSITIONS = 5000  # remembered
_MOST_UNANSWERED = 500  # each is compared with every question asked
_ASKS: WeakValueDictionary[Hashable, AskIndex] = WeakValueDictionary()  # by what they were opened from


class Library:
    """Read-only view of one generation. Opening reads no document and rebuilds nothing."""

    def __init__(
        self, generation: Path, embeddings: Sequence[BaseEmbedding], server: ChromaServer | None = None
    ) -> None:
        """Raises IndexProblem when none of `embeddings` built it, its vectors are on another server than `server`, or a part
        is missing or damaged.
        """
        self.path = generation
        facts = generations.facts(generation)
        self.embedding = _check(facts, embeddings, generation.parent)
        self.place, self.server = Place.of(facts), server
        _check_place(self.place, server, generation.parent)
        if isinstance(self.embedding, ServedEmbedding):
            self.embedding.expect(facts.get("probe"), str(generation.parent))
        here = has_vectors(self.embedding.model_name) and not self.place
        vectors = ("chroma/chroma.sqlite3",) if here else ()
        for part in ("store.sqlite", "lexical/meta.json", *vectors):
            if not (generation / part).is_file():
                raise IndexProblem(f"{generation.parent}: damaged, {part} is missing; {_fix(generation.parent)}")
        self._seal = facts.get("files", {})
        self._vectors = facts.get("vectors")
        # tantivy locks and Chroma takes notes where they read: on a read-only disk they get a copy.
        self._copy = None if os.access(generation, os.W_OK) else tempfile.TemporaryDirectory(prefix="sayso-")
        self._files = generation if self._copy is None else Path(self._copy.name)
        if self._copy is not None:
            for part in ("lexical", "chroma") if here else ("lexical",):
                shutil.copytree(generation / part, self._files / part)
        if (name := broken(generation, self._seal, part="lexical/")) or (
            name := broken(generation, self._seal, part="store.sqlite")
        ):
            raise IndexProblem(
                f"{generation.parent}: damaged, {name} is not as it was written; {_fix(generation.parent)}"
            )
        try:
            self.store = Store.readonly(generation / "store.sqlite")
            self.lexical = LexicalIndex(self._files / "lexical")
            self.people = People(*self.store.people())
        except (sqlite3.DatabaseError, ValueError) as error:
            raise IndexProblem(f"{generation.parent}: damaged ({error}); {_fix(generation.parent)}") from error
        self._propositions: dict[str, Proposition] = {}
        self.source = lru_cache(maxsize=512)(self._source)
        self.sentences_of = lru_cache(maxsize=64)(self._sentences_of)
        self.vectors_of = lru_cache(maxsize=512)(self.store.vectors)

    @cached_property
    def vectors(self) -> ChromaVectors:
        """Raises EmbeddingError when they are damaged, for Chroma would crash on them, or find too little in silence; or when
        the server fails.
        """
        index = self.path.parent
        fix = f"run: sayso --index {index} ingest, which puts them there again" if self.place else _fix(index)
        if name := broken(self.path, self._seal, part="chroma/"):
            raise EmbeddingError(f"{index}: damaged, {name} is not as it was written; {fix}")
        try:
            opened = self._opened_vectors(few=self._vectors is not None and self._vectors <= FEW)
            held = opened.count
        except EmbeddingError:
            raise
        except Exception as error:  # Chroma's and SQLite's own are of many kinds
            raise EmbeddingError(f"{index}: its vectors can't be opened ({error}); {fix}") from error
        if self._vectors not in (None, held):  # None: an index of before this was written down
            raise EmbeddingError(f"{index}: damaged, it holds {held} of {self._vectors} vectors; {fix}")
        return opened

    def _opened_vectors(self, *, few: bool) -> ChromaVectors:
        if self.place and self.server:
            there = ChromaVectors.on(self.server, self.place.name)
            return there.in_memory() if few else there
        return (ChromaVectors.read if few else ChromaVectors.open)(self._files / "chroma")

    @cached_property
    def asks(self) -> AskIndex:
        """Raises IndexProblem when they are damaged."""
        if name := broken(self.path, self._seal, part=ASKS):
            raise IndexProblem(
                f"{self.path.parent}: damaged, {name} is not as it was written; {_fix(self.path.parent)}"
            )
        # A document without claims changes no ask: generations then share what takes a second and 50 MB to open.
        same = (*self._seal.get(ASKS, ()), tuple(self.people.people), tuple(self.people.organisations))
        asks = _ASKS.get(same) if ASKS in self._seal else None
        if asks is None:
            asks = _ASKS[same] = AskIndex(self.path / ASKS, self.people)
        return asks

    @cached_property
    def gaps(self) -> dict[str, Gap]:
        """What the corpus is known to leave open, by id."""
        return {gap.id: gap for gap in sorted(self.store.gaps(), key=lambda gap: gap.id)}

    @cached_property
    def asked_for(self) -> tuple[str, ...]:
        """Ids of the claims that have asks, in order."""
        return tuple(sorted(owner for owner, gap in zip(self.asks.owners, self.is_gap, strict=True) if not gap))

    @cached_property
    def open_terms(self) -> frozenset[str]:
        """Terms with which people ask for what is left open, and for nothing that is told."""
        return self.asks.only_of(self.gaps)

    @cached_property
    def is_gap(self) -> np.ndarray:
        """Whether each owner of asks is a gap."""
        return np.array([owner in self.gaps for owner in self.asks.owners], bool)

    @cached_property
    def named_in_gaps(self) -> dict[str, frozenset[str]]:
        """The people and organisations that each gap names."""
        return {id_: self._named_in(gap.zh) for id_, gap in self.gaps.items()}

    @cached_property
    def spoken_of(self) -> dict[str, frozenset[str]]:
        """By speaker, the people and organisations that their claims name."""
        found: dict[str, set[str]] = {}
        for claim in self.store.propositions():
            if claim.speaker:
                found.setdefault(claim.speaker, set()).update(self._named_in(claim.zh))
        return {speaker: frozenset(names - {speaker}) for speaker, names in found.items()}

    def _named_in(self, text: str) -> frozenset[str]:
        folded = fold(text)
        return frozenset(name for name, spellings in self._spelt.items() if any(s in folded for s in spellings))

    @cached_property
    def _spelt(self) -> dict[str, list[str]]:
        entities: list[Person | Organisation] = [*self.people.people, *self.people.organisations]
        return {
            entity.name: [fold(name) for name in (entity.name, *entity.aliases) if len(name) > 1] for entity in entities
        }

    def canonical(self, text: str) -> str:
        """Folded, with names in their first spelling: the text by whose meaning things are found."""
        return finder_of(self.people).canonical(text)

    @cached_property
    def dictionary(self) -> Dictionary:
        return Dictionary(self.path.parent / DICTIONARY)

    @cached_property
    def speller(self) -> Speller:
        return Speller(self.asks.vocabulary, lambda word: bool(self.dictionary.chinese(word)))

    @cached_property
    def distilled(self) -> frozenset[str]:
        """Sources that have propositions, which then speak for their sentences."""
        return self.store.distilled()

    @cached_property
    def all_distilled(self) -> bool:
        return len(self.distilled) == self.store.count("sources")

    @cached_property
    def unanswered(self) -> tuple[Sentence, ...]:
        """Interviewers' questions that nobody answers."""
        return tuple(self.sentences(self.store.unanswered(_MOST_UNANSWERED)).values())

    @cached_property
    def speakers(self) -> frozenset[str]:
        """Everybody whose own words may answer."""
        return self.store.speakers()

    @cached_property
    def interviewers(self) -> frozenset[str]:
        """Everybody who only asks."""
        return self.store.interviewers()

    def _source(self, id_: str) -> Source:
        found = self.store.source(id_)
        if found is None:
            raise IndexProblem(f"{self.path.parent}: source {id_} is missing from the index; run: sayso ingest")
        return found

    def _sentences_of(self, source: str) -> tuple[Sentence, ...]:
        return tuple(self.store.sentences(source))

    def passage_sentences(self, passage: Passage) -> list[Sentence]:
        return self.store.sentences(passage.source, passage.first, passage.last)

    def passage_texts(self, passages: Sequence[Passage]) -> list[list[str]]:
        """What is searched of each, sentence by sentence."""
        texts = self.store.passage_texts([passage.id for passage in passages])
        return [texts[passage.id] for passage in passages]

    def headings(self, sources: Iterable[str]) -> dict[str, tuple[str, str]]:
        """(file, title) of sources."""
        return self.store.headings(sources)

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        return self.store.passages(ids)

    def passages_of(self, source: str, limit: int) -> list[Passage]:
        """The first `limit` of a source."""
        return self.store.passages_of(source, limit)

    def propositions(self, ids: Sequence[str]) -> list[Proposition]:
        """Those that were asked for before are remembered."""
        missing = [id_ for id_ in ids if id_ not in self._propositions]
        if len(self._propositions) > _MOST_PROPOSITIONS:
            self._propositions = {}
            missing = [*ids]
        if missing:
            self._propositions |= {claim.id: claim for claim in self.store.propositions(missing)}
        return [self._propositions[id_] for id_ in ids if id_ in self._propositions]

    def sentences(self, ids: Iterable[str]) -> dict[str, Sentence]:
        return self.store.sentences_by_id(ids)

    def close(self) -> None:
        if "vectors" in self.__dict__:
            self.vectors.close()
        self.store.close()
        if self._copy is not None:
            self._copy.cleanup()


def _fix(index: Path) -> str:
    return f"run: sayso --index {index} ingest --rebuild"


def check_schema(facts: dict[str, object], index: Path) -> None:
    """Raises IndexProblem for an index whose tables are those of another version."""
    if facts.get("schema") != SCHEMA:
        raise IndexProblem(
            f"{index}: made by another version of Sayso (schema {facts.get('schema')}, not {SCHEMA}); {_fix(index)}"
        )


def outdated_seeds(index: Path) -> bool:
    """Whether an index of another version holds the built-in articles alone: nothing is lost if they are read anew."""
    served = generations.current(index)
    facts = generations.facts(served) if served else {}
    if not served or (facts.get("schema"), facts.get("glossary")) == (SCHEMA, glossary().digest):
        return False
    try:
        with closing(Store.readonly(served / "store.sqlite")) as store:
            return store.holds_seeds_alone()
    except sqlite3.Error:  # so old that it can't be told
        return False


def _check(facts: dict[str, object], embeddings: Sequence[BaseEmbedding], index: Path) -> BaseEmbedding:
    fix = _fix(index)
    check_schema(facts, index)
    if facts.get("glossary") != glossary().digest:
        raise IndexProblem(f"{index}: built with another glossary; {fix}")
    for embedding in embeddings:
        if embedding.model_name == facts.get("embedding"):
            return embedding
    names = " or ".join(embedding.model_name for embedding in embeddings)
    raise IndexProblem(f"{index}: built with the embedding {facts.get('embedding')}, not {names}; {fix}")


def _check_place(place: Place | None, server: ChromaServer | None, index: Path) -> None:
    if place and (server is None or server.url != place.url):
        other = f", not on {server.url}" if server else ""
        raise IndexProblem(
            f"{index}: its vectors are on the Chroma server {place.url}{other}; set SAYSO_CHROMA_URL={place.url}, "
            f"or run: sayso --index {index} ingest, which moves them"
        )
