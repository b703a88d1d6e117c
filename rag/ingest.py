"""A corpus in, a new generation of the index out; unchanged documents cost nothing, a changed one replaces itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.corpus import Corpus, Loaded
from rag.dictionary import DICTIONARY, place_dictionary
from rag.embeddings import HashingEmbedding
from rag.errors import DocumentError, EmbeddingError, UsageError
from rag.folding import squeeze
from rag.glossary import glossary
from rag.index import generations
from rag.index.asks import FILE as ASKS
from rag.index.asks import write_asks
from rag.index.builder import SearchBuilder, built_with, displaced
from rag.index.chroma_server import ChromaServer
from rag.index.library import check_schema
from rag.index.placement import servers_of, tidy
from rag.index.store import SCHEMA, Store
from rag.people import People
from rag.preparing import MANY, Job, Prepared, claims_path, prepare_all, worker
from rag.reading import VERSION
from rag.types import Person

Progress = Callable[[str], None]


@dataclass
class IngestReport:
    """What happened to each document, by id; `refused` holds the reasons."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[DocumentError] = field(default_factory=list)


def ingest(
    corpus: Corpus,
    index: Path,
    embedding: BaseEmbedding,
    *,
    server: ChromaServer | None = None,
    rebuild: bool = False,
    progress: Progress = lambda _: None,
) -> IngestReport:
    """Raises BusyError when another process is ingesting, EmbeddingError when the embedding's server or `server`, where the
    vectors are to be, fails. `progress` is called with each document's id.
    """
    report = IngestReport()
    with generations.writing(index, fresh=rebuild) as building:
        if rebuild or not (index / DICTIONARY).is_file():
            place_dictionary(index / DICTIONARY)
        writer = _Writer(building, corpus, embedding, server)
        work = worker(writer.people, writer.glosses, embedding if isinstance(embedding, HashingEmbedding) else None)
        jobs = _changed(corpus, writer, report, progress)
        for prepared in prepare_all(jobs, work, many=corpus.characters >= MANY):
            source = prepared.loaded.source.id
            if writer.put(prepared):
                (report.changed if source in writer.known else report.added).append(source)
            progress(source)
        report.refused += [*corpus.refused, *writer.refused]
        if not writer.changed:
            writer.abandon()
            return report
        _publish(building, writer)
    return report


def remove(sources: Sequence[str], index: Path, server: ChromaServer | None = None) -> None:
    """Delete sources and all that came from them, in one new generation. Raises UsageError for an unknown id."""
    with generations.writing(index) as building:
        writer = _Writer(building, Corpus([]), None, server)
        if missing := [source for source in sources if source not in writer.known]:
            writer.abandon()
            raise UsageError(f"no source {missing[0]} in the index; `sayso sources` lists them")
        for source in sources:
            writer.remove(source)
        _publish(building, writer)


def _publish(building: Path, writer: _Writer) -> None:
    """Serve what was built; what it leaves behind on servers is deleted now if they answer, else by a later ingest."""
    index = building.parent
    urls = servers_of(index)  # before: the generation that is dropped may be the last that names its server
    generations.publish(building, writer.finish())
    for url in urls:
        with suppress(EmbeddingError):
            tidy(index, ChromaServer(url))


def _changed(corpus: Corpus, writer: _Writer, report: IngestReport, progress: Progress) -> Iterator[Job]:
    """Documents that must be read again; the others are told of in the report."""
    for loaded in corpus:
        source = loaded.source
        if writer.origin_of(source.id) not in (None, loaded.origin):
            # Another file of the same name: both stay, told apart by where they come from.
            suffix = hashlib.sha1(loaded.origin.encode()).hexdigest()[:6]
            source = replace(source, id=f"{source.id}-{suffix}")
            loaded = Loaded(source, loaded.origin)
        if source.id in writer.taken:
            report.refused.append(DocumentError(loaded.origin, f"id {source.id} comes a second time; ids must differ"))
            continue
        writer.taken[source.id] = loaded.origin
        digest = writer.digest(loaded)
        if source.id in writer.known and writer.known[source.id][1] == digest:
            report.unchanged.append(source.id)
            progress(source.id)
        else:
            yield loaded, digest


class _Writer:
    """Changes the three parts of the generation being built, in step."""

    def __init__(
        self, building: Path, corpus: Corpus, embedding: BaseEmbedding | None, server: ChromaServer | None
    ) -> None:
        if generations.finished(building):
            check_schema(generations.facts(building), building.parent)
        path = building / "store.sqlite"
        self.store = Store.writable(path) if path.exists() else Store.create(path)
        self.people, self.glosses = _merged(self.store, corpus.people), corpus.glosses
        self.met: dict[str, Person] = {}  # people whom only the documents of this run make known, by squeezed name
        self.refused: list[DocumentError] = []
        self.building, self.embedding, self.server = building, embedding, server
        # Another embedding changes the index even if no document does, and so does another place for the vectors.
        self.changed = embedding is not None and (
            built_with(building) not in (None, embedding.model_name)
            or displaced(building, embedding.model_name, server)
        )
        # What folders say of their documents as a whole: by name, by folder.
        self.beside: dict[str, dict[str, Any]] = {name: self.store.recall(name, {}) for name in ("gaps", "together")}
        for name, folders in (("gaps", corpus.gaps), ("together", corpus.together)):
            told = json.loads(json.dumps({folder: [*map(asdict, items)] for folder, items in folders.items()}))
            self.changed |= told != {folder: self.beside[name].get(folder) for folder in told}
            self.beside[name] |= told
        # What other documents made known stays out, or each of them would make all the others look changed.
        self.rest = hashlib.sha256(repr((VERSION, corpus.people.people, self.glosses)).encode()).hexdigest()
        self.taken: dict[str, str] = {}
        self.known = self.store.known()

    @cached_property
    def search(self) -> SearchBuilder:
        return SearchBuilder(self.building, self.store, self.embedding, self.server)

    def origin_of(self, source: str) -> str | None:
        """Where the document of this id comes from, in the index or earlier in this run."""
        return self.taken.get(source) or (self.known[source][0] if source in self.known else None)

    def digest(self, loaded: Loaded) -> str:
        """Of everything that decides what is indexed of a document."""
        claims = claims_path(loaded)
        parts = (
            repr(loaded.source),
            self.rest,
            claims.read_text(encoding="utf-8", errors="replace") if claims.is_file() else "",
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def put(self, prepared: Prepared) -> bool:
        """False when nothing of the document is left to index."""
        self.refused += prepared.refused
        if not prepared.passages:
            origin = prepared.loaded.origin
            self.refused.append(DocumentError(origin, "nothing to index once boilerplate is gone"))
            return False
        source, search = prepared.source, self.search  # first of all: it forgets the vectors of another embedding
        known = self.store.vectors(source.id) if source.id in self.known else {}
        self.store.put(
            source,
            origin=prepared.loaded.origin,
            digest=prepared.digest,
            report=prepared.report,
            sentences=prepared.sentences,
            passages=prepared.passages,
            propositions=prepared.claims,
        )
        for name in source.speakers:
            if self.people.named(name) is None:
                self.met.setdefault(squeeze(name), Person(name))
        self.changed = True
        search.put(prepared, known, replaces=source.id in self.known)
        return True

    def remove(self, source: str) -> None:
        self.search.remove(source)
        self.store.delete(source)

    def finish(self) -> dict[str, object]:
        """Write all that was collected, verify that the parts agree, and give the generation's facts."""
        self.store.remember("people", [asdict(person) for person in (*self.people.people, *self.met.values())])
        self.store.remember("organisations", [asdict(organisation) for organisation in self.people.organisations])
        lived_in = {Path(origin).parent for origin, _ in self.store.known().values()}
        for name, told in self.beside.items():
            self.store.remember(name, {folder: items for folder, items in told.items() if Path(folder) in lived_in})
        write_asks(self.building / ASKS, self.store, self.people)
        facts = self.search.finish()
        counts = {table: self.store.count(table) for table in ("sources", "sentences", "passages", "propositions")}
        facts |= {"schema": SCHEMA, "glossary": glossary().digest, "characters": self.store.characters()}
        self.store.commit()
        self.store.close()
        return facts | counts

    def abandon(self) -> None:
        self.store.close()


def _merged(store: Store, people: People) -> People:
    """Those that the index knows, replaced and joined by those of the corpus."""
    known, organisations = store.people()
    merged = {person.name: person for person in (*known, *people.people)}
    places = {organisation.name: organisation for organisation in (*organisations, *people.organisations)}
    return People(merged.values(), places.values())
