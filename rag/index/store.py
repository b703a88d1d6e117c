"""Sources, sentences, passages and propositions in SQLite: the truth that the two search indexes point into."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from rag.types import Gap, Organisation, Passage, Person, Proposition, Sentence, Source, Span, Together, searchable

SCHEMA = 7
_TABLES = """
CREATE TABLE sources (id TEXT PRIMARY KEY, origin TEXT, digest TEXT, file TEXT, title TEXT, outlet TEXT, date TEXT, url TEXT,
    speakers TEXT, interviewers TEXT, encoding TEXT, builtin INTEGER, raw TEXT, report TEXT);
CREATE TABLE sentences (id TEXT PRIMARY KEY, source TEXT, ordinal INTEGER, start INTEGER, end INTEGER, text TEXT,
    speaker TEXT, role TEXT, turn INTEGER, damaged INTEGER, gloss TEXT);
CREATE INDEX sentences_in_order ON sentences (source, ordinal);
CREATE TABLE passages (id TEXT PRIMARY KEY, source TEXT, first INTEGER, last INTEGER, question TEXT);
CREATE INDEX passages_of ON passages (source);
CREATE TABLE propositions (id TEXT PRIMARY KEY, source TEXT, speaker TEXT, kind TEXT, zh TEXT, en TEXT, evidence TEXT,
    cues TEXT, asks TEXT);
CREATE INDEX propositions_of ON propositions (source);
CREATE TABLE vectors (source TEXT, text BLOB, vector BLOB, PRIMARY KEY (source, text)) WITHOUT ROWID;
CREATE TABLE unanswered (id TEXT, source TEXT);
CREATE INDEX unanswered_of ON unanswered (source);
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT);
"""


class Store:
    """One generation's SQLite file. Writers call `commit`; readers open it read-only."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    @classmethod
    def create(cls, path: Path) -> Store:
        store = cls.writable(path)
        store.connection.executescript(_TABLES)
        return store

    @classmethod
    def writable(cls, path: Path) -> Store:
        """Without a journal: a generation that is being built is thrown away whole if anything goes wrong, and synced
        to disk before it is served.
        """
        connection = sqlite3.connect(path)
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000;")
        return cls(connection)

    @classmethod
    def readonly(cls, path: Path) -> Store:
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        return cls(sqlite3.connect(uri, uri=True, check_same_thread=False))

    def close(self) -> None:
        self.connection.close()

    def commit(self) -> None:
        self.connection.commit()

    # -- writing

    def put(
        self,
        source: Source,
        *,
        origin: str,
        digest: str,
        report: dict[str, Any],
        sentences: Sequence[Sentence],
        passages: Iterable[Passage],
        propositions: Iterable[Proposition],
    ) -> None:
        """Replace all that is known of one source; its vectors are put apart."""
        if self.connection.execute("SELECT 1 FROM sources WHERE id = ?", (source.id,)).fetchone():
            self.delete(source.id)
        row = {name: getattr(source, name) for name in _SOURCE}
        row |= {"origin": origin, "digest": digest, "report": _json(report)}
        row |= {"speakers": _json(source.speakers), "interviewers": _json(source.interviewers)}
        columns = [*row]
        self.connection.execute(
            f"INSERT INTO sources ({','.join(columns)}) VALUES ({_marks(columns)})", [*row.values()]
        )
        self.connection.executemany(
            f"INSERT INTO sentences VALUES ({_marks(range(11))})",
            [
                (s.id, source.id, n, s.span.start, s.span.end, s.text, s.speaker, s.role, s.turn, s.damaged, s.gloss)
                for n, s in enumerate(sentences)
            ],
        )
        asked = [(id_, source.id) for id_ in report.get("unanswered", ())]
        self.connection.executemany("INSERT INTO unanswered VALUES (?,?)", asked)
        self.connection.executemany(
            "INSERT INTO passages VALUES (?,?,?,?,?)",
            [(p.id, p.source, p.first, p.last, p.question) for p in passages],
        )
        self.connection.executemany(
            "INSERT INTO propositions VALUES (?,?,?,?,?,?,?,?,?)",
            [
                (p.id, p.source, p.speaker, p.kind, p.zh, p.en, _json(p.evidence), _json(p.cues), _json(p.asks))
                for p in propositions
            ],
        )

    def put_vectors(self, source: str, vectors: Mapping[str, Sequence[float]]) -> None:
        """By the text that each stands for."""
        self.connection.executemany(
            "INSERT OR REPLACE INTO vectors VALUES (?,?,?)",
            [(source, text_key(text), np.asarray(v, np.float32).tobytes()) for text, v in vectors.items()],
        )

    def forget_vectors(self) -> None:
        """All of them: another embedding takes over."""
        self.connection.execute("DELETE FROM vectors")

    def delete(self, source: str) -> None:
        for table, column in (
            ("sources", "id"),
            *((t, "source") for t in ("sentences", "passages", "propositions", "vectors", "unanswered")),
        ):
            self.connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (source,))

    def remember(self, key: str, value: Any) -> None:
        self.connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (key, _json(value)))

    # -- reading

    def recall(self, key: str, default: Any = None) -> Any:
        row = self.connection.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else default

    def holds_seeds_alone(self) -> bool:
        return not self.connection.execute("SELECT 1 FROM sources WHERE NOT builtin").fetchone()

    def known(self) -> dict[str, tuple[str, str]]:
        """Source id to (origin, digest)."""
        return {
            id_: (origin, digest)
            for id_, origin, digest in self.connection.execute("SELECT id, origin, digest FROM sources")
        }

    def count_parts(self) -> int:
        """Sentences of passages, and of propositions both languages and both languages' cues."""
        sentences = self.connection.execute("SELECT coalesce(sum(last - first + 1), 0) FROM passages").fetchone()[0]
        claims = self.connection.execute(
            """SELECT coalesce(sum(2 + 2 * (cues <> '["", ""]')), 0) FROM propositions"""
        ).fetchone()[0]
        return int(sentences) + int(claims)

    def characters(self) -> int:
        """Of all raw texts."""
        return int(self.connection.execute("SELECT coalesce(sum(length(raw)), 0) FROM sources").fetchone()[0])

    def count(self, table: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def sources(self) -> list[Source]:
        return [source for source, _ in self._sources("ORDER BY id", ())]

    def source(self, id_: str) -> Source | None:
        return next((source for source, _ in self._sources("WHERE id = ?", (id_,))), None)

    def report(self, id_: str) -> dict[str, Any]:
        """What cleaning removed or repaired in a source: `counts` by kind, `notes` (kind, start, end, text), and the ids
        of the sentences of questions that nobody answers.
        """
        return next((report for _, report in self._sources("WHERE id = ?", (id_,))), {})

    def _sources(self, clause: str, values: Sequence[str]) -> Iterator[tuple[Source, dict[str, Any]]]:
        columns = "id,file,raw,title,outlet,date,url,speakers,interviewers,encoding,builtin,report"
        for row in self.connection.execute(f"SELECT {columns} FROM sources {clause}", values):
            told = dict(zip(columns.split(","), row, strict=True))
            report = json.loads(told.pop("report"))
            for name in ("speakers", "interviewers"):
                told[name] = tuple(json.loads(told[name]))
            yield Source(**told | {"builtin": bool(told["builtin"])}), report

    def sentences(self, source: str, first: int = 0, last: int = 2**31) -> list[Sentence]:
        """Sentences of a source in order, ordinals `first` to `last` inclusive."""
        rows = self.connection.execute(
            f"SELECT {_SENTENCE} FROM sentences WHERE source = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal",
            (source, first, last),
        )
        return [_sentence(row) for row in rows]

    def sentences_by_id(self, ids: Iterable[str]) -> dict[str, Sentence]:
        wanted = [*ids]
        rows = self.connection.execute(f"SELECT {_SENTENCE} FROM sentences WHERE id IN ({_marks(wanted)})", wanted)
        return {row[0]: _sentence(row) for row in rows}

    def passages(self, ids: Sequence[str] | None = None) -> list[Passage]:
        """Passages in the order of `ids`, or all of them."""
        query = "SELECT id, source, first, last, question FROM passages"
        if ids is None:
            return [Passage(*row) for row in self.connection.execute(query + " ORDER BY source, first")]
        rows = self.connection.execute(f"{query} WHERE id IN ({_marks(ids)})", [*ids])
        found = {row[0]: Passage(*row) for row in rows}
        return [found[id_] for id_ in ids if id_ in found]

    def passage_texts(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """What is searched of each passage, sentence by sentence: all in one query, for a search reads some fifty."""
        rows = self.connection.execute(
            f"""SELECT passages.id, text, gloss FROM passages JOIN sentences ON sentences.source = passages.source
            AND ordinal BETWEEN first AND last WHERE passages.id IN ({_marks(ids)}) ORDER BY passages.id, ordinal""",
            [*ids],
        )
        found: dict[str, list[str]] = {}
        for id_, text, gloss in rows:
            found.setdefault(id_, []).append(searchable(text, gloss))
        return found

    def headings(self, sources: Iterable[str]) -> dict[str, tuple[str, str]]:
        """(file, title) of sources, without their texts."""
        wanted = [*sources]
        rows = self.connection.execute(f"SELECT id, file, title FROM sources WHERE id IN ({_marks(wanted)})", wanted)
        return {id_: (file, title) for id_, file, title in rows}

    def passages_of(self, source: str, limit: int = -1) -> list[Passage]:
        """In their order, the first `limit`, or all of them."""
        query = "SELECT id, source, first, last, question FROM passages WHERE source = ? ORDER BY first LIMIT ?"
        return [Passage(*row) for row in self.connection.execute(query, (source, limit))]

    def propositions_of(self, source: str) -> list[Proposition]:
        query = f"SELECT {_PROPOSITION} FROM propositions WHERE source = ?"
        return [_proposition(row) for row in self.connection.execute(query, (source,))]

    def propositions(self, ids: Sequence[str] | None = None) -> list[Proposition]:
        """Propositions in the order of `ids`, or all of them."""
        query = f"SELECT {_PROPOSITION} FROM propositions"
        values = [] if ids is None else [*ids]
        rows = self.connection.execute(query + ("" if ids is None else f" WHERE id IN ({_marks(values)})"), values)
        found = {row[0]: _proposition(row) for row in rows}
        return [*found.values()] if ids is None else [found[id_] for id_ in ids if id_ in found]

    def gaps(self) -> list[Gap]:
        """All that the folders of this index are known to leave open."""
        folders = self.recall("gaps", {})
        return [Gap(**_tuples(entry)) for folder in sorted(folders) for entry in folders[folder]]

    def together(self) -> list[Together]:
        """What claims of these folders answer together."""
        folders = self.recall("together", {})
        return [Together(**_tuples(entry)) for folder in sorted(folders) for entry in folders[folder]]

    def interviewers(self) -> frozenset[str]:
        """Everybody whom some source names as asking."""
        return self._named("interviewers")

    def speakers(self) -> frozenset[str]:
        """Everybody whose own words some source has."""
        return self._named("speakers")

    def _named(self, column: str) -> frozenset[str]:
        query = f"SELECT DISTINCT value FROM sources, json_each(sources.{column})"
        return frozenset(row[0] for row in self.connection.execute(query))

    def unanswered(self, limit: int) -> list[str]:
        """Ids of the sentences of questions that nobody answers. They have a table of their own, for the reports lie
        behind the raw texts on disk and this is asked before the first answer.
        """
        query = "SELECT id FROM unanswered ORDER BY source, rowid LIMIT ?"
        return [row[0] for row in self.connection.execute(query, (limit,))]

    def distilled(self) -> frozenset[str]:
        """Sources that have propositions."""
        return frozenset(row[0] for row in self.connection.execute("SELECT DISTINCT source FROM propositions"))

    def vectors(self, source: str | None = None) -> dict[bytes, np.ndarray]:
        """Vectors by `text_key`, of one source or of all."""
        clause, values = ("", ()) if source is None else (" WHERE source = ?", (source,))
        rows = self.connection.execute(f"SELECT text, vector FROM vectors{clause}", values)
        return {key: np.frombuffer(blob, np.float32) for key, blob in rows}

    def people(self) -> tuple[list[Person], list[Organisation]]:
        """Everybody that the manifests of this index named."""
        people = [Person(**_tuples(entry)) for entry in self.recall("people", [])]
        return people, [Organisation(**_tuples(entry)) for entry in self.recall("organisations", [])]


_PROPOSITION = "id, source, speaker, kind, zh, en, evidence, cues, asks"


def _proposition(row: Sequence[Any]) -> Proposition:
    id_, source, speaker, kind, zh, en, evidence, cues, asks = row
    proof, (zh_cues, en_cues), asked = (tuple(json.loads(listed)) for listed in (evidence, cues, asks))
    return Proposition(id_, source, speaker, kind, zh, en, proof, (zh_cues, en_cues), asked)


_SOURCE = tuple(field.name for field in fields(Source))
_SENTENCE = "id, source, start, end, text, speaker, role, turn, damaged, gloss"


def _sentence(row: Sequence[Any]) -> Sentence:
    id_, source, start, end, text, speaker, role, turn, damaged, gloss = row
    return Sentence(id_, Span(source, start, end), text, speaker, role, turn, bool(damaged), gloss)


def _tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def text_key(text: str) -> bytes:
    """What a vector is kept under: a digest of the text that it stands for."""
    return hashlib.blake2b(text.encode(), digest_size=12).digest()


def _marks(items: Iterable[Any]) -> str:
    return ",".join("?" for _ in items)
