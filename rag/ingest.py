"""A corpus in, a new generation of the index out; unchanged documents cost nothing, a changed one replaces itself."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, TextNode

from rag.corpus import Corpus, Loaded
from rag.errors import DocumentError, SaysoError, UsageError
from rag.glossary import glossary
from rag.index import generations
from rag.index.lexical import Entry, LexicalIndex
from rag.index.store import SCHEMA, Store
from rag.index.vectors import ChromaVectors
from rag.nodes import PassageWindow, TurnParser, document_of, proposition_node
from rag.people import People
from rag.propositions import load_propositions
from rag.readers import PROPOSITIONS
from rag.reading import VERSION, Reading
from rag.types import Passage, Person, Proposition, Sentence

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
    rebuild: bool = False,
    progress: Progress = lambda _: None,
) -> IngestReport:
    """Raises BusyError when another process is ingesting. `progress` is called with each document's id."""
    report = IngestReport()
    with generations.writing(index, fresh=rebuild) as building:
        writer = _Writer(building, corpus, embedding)
        for loaded in corpus:
            _take(loaded, writer, report)
            progress(loaded.source.id)
        report.refused += [*corpus.refused, *writer.refused]
        if not writer.changed:
            writer.abandon()
            return report
        generations.publish(building, writer.finish())
    return report


def remove(sources: Sequence[str], index: Path) -> None:
    """Delete sources and all that came from them, in one new generation. Raises UsageError for an unknown id."""
    with generations.writing(index) as building:
        writer = _Writer(building, Corpus([]), None)
        if missing := [source for source in sources if source not in writer.known]:
            writer.abandon()
            raise UsageError(f"no source {missing[0]} in the index; `sayso sources` lists them")
        for source in sources:
            writer.remove(source)
        generations.publish(building, writer.finish())


def _take(loaded: Loaded, writer: _Writer, report: IngestReport) -> None:
    source = loaded.source
    if writer.origin_of(source.id) not in (None, loaded.origin):
        # Another file of the same name: both stay, told apart by where they come from.
        suffix = hashlib.sha1(loaded.origin.encode()).hexdigest()[:6]
        source = replace(source, id=f"{source.id}-{suffix}")
        loaded = Loaded(source, loaded.origin)
    if source.id in writer.taken:
        report.refused.append(DocumentError(loaded.origin, f"id {source.id} comes a second time; ids must differ"))
        return
    writer.taken[source.id] = loaded.origin
    digest = writer.digest(loaded)
    if source.id in writer.known and writer.known[source.id][1] == digest:
        report.unchanged.append(source.id)
        return
    if writer.put(loaded, digest):
        (report.changed if source.id in writer.known else report.added).append(source.id)


class _Writer:
    """Changes the three parts of the generation being built, in step."""

    def __init__(self, building: Path, corpus: Corpus, embedding: BaseEmbedding | None) -> None:
        path = building / "store.sqlite"
        self.building = building
        self.store = Store.writable(path) if path.exists() else Store.create(path)
        self.people, self.glosses = _merged(self.store, corpus.people), corpus.glosses
        self.embedding = embedding
        self.refused: list[DocumentError] = []
        self.changed = False
        self.removed: list[str] = []
        self.entries: list[Entry] = []
        self.nodes: list[BaseNode] = []
        # What other documents made known stays out, or each of them would make all the others look changed.
        self.rest = hashlib.sha256(repr((VERSION, corpus.people.people, self.glosses)).encode()).hexdigest()
        self.taken: dict[str, str] = {}
        self.known = self.store.known()

    def origin_of(self, source: str) -> str | None:
        """Where the document of this id comes from, in the index or earlier in this run."""
        return self.taken.get(source) or (self.known[source][0] if source in self.known else None)

    def digest(self, loaded: Loaded) -> str:
        """Of everything that decides what is indexed of a document."""
        claims = _claims_path(loaded)
        parts = (repr(loaded.source), self.rest, claims.read_text(encoding="utf-8") if claims.is_file() else "")
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    def put(self, loaded: Loaded, digest: str) -> bool:
        """False when nothing of the document is left to index."""
        passages = self._pipeline().run(documents=[document_of(loaded.source)])
        if not passages:
            self.refused.append(DocumentError(loaded.origin, "nothing to index once boilerplate is gone"))
            return False
        reading: Reading = passages[0].metadata["reading"]
        claims, refused = self._claims(loaded, reading)
        self.refused += refused
        rows = _passages(passages, reading.sentences)
        self.store.put(
            reading.source,
            origin=loaded.origin,
            digest=digest,
            report={"counts": reading.text.report, "notes": reading.text.notes, "unanswered": reading.unanswered},
            sentences=reading.sentences,
            passages=[(row, node.get_embedding()) for row, node in zip(rows, passages, strict=True)],
            propositions=[(claim, node.get_embedding()) for claim, node in claims],
        )
        for name in reading.source.speakers:
            if self.people.named(name) is None:
                self.people = People([*self.people.people, Person(name)], self.people.organisations)
        self.changed = True
        if loaded.source.id in self.known:
            self.removed.append(loaded.source.id)
        self._index(reading, passages, claims)
        return True

    def remove(self, source: str) -> None:
        self.store.delete(source)
        self.removed.append(source)

    def _pipeline(self) -> IngestionPipeline:
        parser = TurnParser(people=self.people, glosses=tuple(self.glosses))
        transformations: list[Any] = [parser, PassageWindow(), self.embedding]
        return IngestionPipeline(transformations=transformations, disable_cache=True)

    def _claims(
        self, loaded: Loaded, reading: Reading
    ) -> tuple[list[tuple[Proposition, TextNode]], list[DocumentError]]:
        path = _claims_path(loaded)
        if not path.is_file() or self.embedding is None:
            return [], []
        claims, refused = load_propositions(path, reading.sentences, date=reading.source.date)
        nodes = self.embedding([proposition_node(claim) for claim in claims]) if claims else []
        return [(claim, node) for claim, node in zip(claims, nodes, strict=True) if isinstance(node, TextNode)], refused

    def _index(
        self, reading: Reading, passages: Sequence[BaseNode], claims: Iterable[tuple[Proposition, TextNode]]
    ) -> None:
        source = reading.source
        told = {sentence.id: sentence.searchable for sentence in reading.sentences}
        names = " ".join(name for speaker in source.speakers for name in _names(self.people, speaker))
        for node in passages:
            body = " ".join(sentence.searchable for sentence in node.metadata["sentences"])
            beside = f"{source.title} {names} {node.metadata['question']}"
            self.entries.append(Entry(node.node_id, source.id, "passage", body, beside))
            self.nodes.append(_vector_node(node, source.id, "passage"))
        for claim, node in claims:
            evidence = " ".join(told[id_] for id_ in claim.evidence)
            self.entries.append(Entry(claim.id, source.id, "proposition", f"{claim.zh} {claim.en}", evidence))
            self.nodes.append(_vector_node(node, source.id, "proposition"))

    def finish(self) -> dict[str, object]:
        """Write all that was collected, verify that the parts agree, and give the generation's facts."""
        self.store.remember("people", [asdict(person) for person in self.people.people])
        self.store.remember("organisations", [asdict(organisation) for organisation in self.people.organisations])
        self.store.commit()
        counts = {table: self.store.count(table) for table in ("sources", "sentences", "passages", "propositions")}
        self.store.close()
        lexical = LexicalIndex(self.building / "lexical")
        lexical.apply(removed=self.removed, added=self.entries)
        vectors = ChromaVectors.open(self.building / "chroma")
        for source in self.removed:
            vectors.delete(source)
        vectors.add(self.nodes)
        searchable = counts["passages"] + counts["propositions"]
        found = lexical.count, vectors.count
        vectors.close()
        if found != (searchable, searchable):
            raise SaysoError(
                f"the new index does not add up: {searchable} texts, {found[0]} lexical, {found[1]} vectors; the old one stays"
            )
        # A removal embeds nothing: the copied generation still says what built it.
        name = self.embedding.model_name if self.embedding else generations.facts(self.building)["embedding"]
        return {"schema": SCHEMA, "embedding": name, "glossary": glossary().digest, **counts}

    def abandon(self) -> None:
        self.store.close()


def _merged(store: Store, people: People) -> People:
    """Those that the index knows, replaced and joined by those of the corpus."""
    known, organisations = store.people()
    merged = {person.name: person for person in (*known, *people.people)}
    places = {organisation.name: organisation for organisation in (*organisations, *people.organisations)}
    return People(merged.values(), places.values())


def _claims_path(loaded: Loaded) -> Path:
    return Path(loaded.origin).parent / PROPOSITIONS / f"{loaded.source.id}.jsonl"


def _passages(nodes: Sequence[BaseNode], sentences: Sequence[Sentence]) -> list[Passage]:
    ordinal = {sentence.id: n for n, sentence in enumerate(sentences)}
    rows = []
    for node in nodes:
        inside = node.metadata["sentences"]
        first, last = ordinal[inside[0].id], ordinal[inside[-1].id]
        rows.append(Passage(node.node_id, inside[0].span.source, first, last, node.metadata["question"]))
    return rows


def _names(people: People, speaker: str) -> tuple[str, ...]:
    person = people.named(speaker)
    return (person.name, person.english, *person.organisations) if person else (speaker,)


def _vector_node(node: BaseNode, source: str, kind: str) -> TextNode:
    return TextNode(
        id_=node.node_id, text="", embedding=node.get_embedding(), metadata={"source": source, "kind": kind}
    )
