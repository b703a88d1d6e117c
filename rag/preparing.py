"""Documents in, all that the index will hold of each out: pure, so that several processes can do it at once."""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode

from rag.corpus import Gloss, Loaded
from rag.embeddings import HashingEmbedding
from rag.errors import DocumentError
from rag.index.lexical import Entry
from rag.nodes import PassageWindow, TurnParser, document_of
from rag.people import People
from rag.propositions import load_propositions
from rag.readers import PROPOSITIONS
from rag.reading import Reading
from rag.terms import index_terms
from rag.types import Passage, Proposition, Sentence, Source

MANY = 400_000  # characters from which a second process is worth its start of some seconds
_BATCH = 16  # documents sent to a process at once


@dataclass(frozen=True, slots=True)
class Prepared:
    """`passages` is empty when nothing is left to index; `vectors`, by text, when they cost next to nothing."""

    loaded: Loaded
    digest: str
    source: Source
    report: dict[str, Any]
    sentences: tuple[Sentence, ...]
    passages: tuple[Passage, ...]
    claims: tuple[Proposition, ...]
    refused: tuple[DocumentError, ...]
    entries: tuple[Entry, ...]
    vectors: dict[str, np.ndarray]


Job = tuple[Loaded, str]  # with the digest of all that decides what is indexed
Work = Callable[[Sequence[Job]], list[Prepared]]


def prepare(
    jobs: Sequence[Job], *, people: People, glosses: Sequence[Gloss], hashing: HashingEmbedding | None
) -> list[Prepared]:
    """Documents of different ids, in their order. `people`: everybody known before this run."""
    pipeline = IngestionPipeline(
        transformations=[TurnParser(people=people, glosses=tuple(glosses)), PassageWindow()], disable_cache=True
    )
    nodes: dict[str, list[BaseNode]] = {}
    for node in pipeline.run(documents=[document_of(loaded.source) for loaded, _ in jobs]):
        nodes.setdefault(node.metadata["reading"].source.id, []).append(node)
    return [_prepared(job, nodes.get(job[0].source.id, []), people, hashing) for job in jobs]


def _prepared(job: Job, nodes: Sequence[BaseNode], people: People, hashing: HashingEmbedding | None) -> Prepared:
    loaded, digest = job
    if not nodes:
        return Prepared(loaded, digest, loaded.source, {}, (), (), (), (), (), {})
    reading: Reading = nodes[0].metadata["reading"]
    passages = _passages(nodes, reading.sentences)
    claims, refused = _claims(loaded, reading)
    texts = ["\n".join(parts) for _, _, parts in texts_of(reading.sentences, passages, claims)] if hashing else []
    return Prepared(
        loaded,
        digest,
        reading.source,
        {"counts": reading.text.report, "notes": reading.text.notes, "unanswered": reading.unanswered},
        tuple(reading.sentences),
        tuple(passages),
        tuple(claims),
        tuple(refused),
        tuple(_entries(reading.source, reading.sentences, passages, claims, people)),
        dict(zip(texts, hashing.encode(texts), strict=True)) if hashing else {},
    )


def prepare_all(jobs: Iterable[Job], work: Work, *, many: bool) -> Iterator[Prepared]:
    """In order. `many`: in as many processes as there are cores, a few batches ahead of the one who writes."""
    if not many:
        for job in jobs:
            yield from work([job])
        return
    jobs = iter(jobs)
    cores = os.cpu_count() or 1
    # Spawned, not forked: the writer's libraries have threads.
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn"), initializer=_seldom_collected) as pool:
        ahead: deque[Future[list[Prepared]]] = deque()
        while True:
            while len(ahead) < 2 * cores and (batch := list(islice(jobs, _BATCH))):
                ahead.append(pool.submit(work, batch))
            if not ahead:
                return
            yield from ahead.popleft().result()


def _seldom_collected() -> None:
    """What a document is made of holds few cycles: looking for them less often saves a tenth of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


def worker(people: People, glosses: Sequence[Gloss], hashing: HashingEmbedding | None) -> Work:
    return partial(prepare, people=people, glosses=tuple(glosses), hashing=hashing)


def claims_path(loaded: Loaded) -> Path:
    """Where the propositions of a document stand, if it has any."""
    return claims_file(Path(loaded.origin).parent, loaded.source.id)


def claims_file(folder: Path, source: str) -> Path:
    """Below `folder`, whatever the id is: it may be a stranger's, with slashes in it or too long for a file's name."""
    name = Path(source).name.replace("\0", "")[:60]
    return folder / PROPOSITIONS / f"{name}.jsonl"


def texts_of(
    sentences: Sequence[Sentence], passages: Iterable[Passage], claims: Iterable[Proposition]
) -> Iterator[tuple[str, str, list[str]]]:
    """Kind, id and parts of all that gets vectors: a passage's sentences, a proposition's two languages and its cues."""
    for passage in passages:
        yield "passage", passage.id, [s.searchable for s in sentences[passage.first : passage.last + 1]]
    for claim in claims:
        yield "proposition", claim.id, [claim.zh, claim.en, *filter(None, claim.cues)]


def _entries(
    source: Source,
    sentences: Sequence[Sentence],
    passages: Sequence[Passage],
    claims: Sequence[Proposition],
    people: People,
) -> Iterator[Entry]:
    told = {sentence.id: sentence.searchable for sentence in sentences}
    names = " ".join(name for speaker in source.speakers for name in _names(people, speaker))
    whole: list[str] = []
    for passage in passages:
        body = index_terms("\n".join(s.searchable for s in sentences[passage.first : passage.last + 1]))
        whole.extend(body)
        beside = index_terms(f"{source.title} {names} {passage.question}")
        yield Entry(passage.id, source.id, "passage", " ".join(body), " ".join(beside))
    for claim in claims:
        evidence = index_terms("\n".join([*(told[id_] for id_ in claim.evidence), *claim.cues]))
        body = index_terms(f"{claim.zh}\n{claim.en}")
        yield Entry(claim.id, source.id, "proposition", " ".join(body), " ".join(evidence))
    yield Entry(source.id, source.id, "document", " ".join(whole), " ".join(index_terms(f"{source.title} {names}")))


def _claims(loaded: Loaded, reading: Reading) -> tuple[list[Proposition], list[DocumentError]]:
    path = claims_path(loaded)
    return load_propositions(path, reading.sentences, date=reading.source.date) if path.is_file() else ([], [])


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
