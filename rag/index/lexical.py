"""The lexical index: pre-cut text in, BM25-ranked node ids out, on tantivy with a white-space tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, NamedTuple

import tantivy

Kind = Literal["passage", "proposition", "document"]
Alternatives = tuple[Sequence[str], float]  # index terms and their weight
_WRITER_BYTES = 100_000_000


class Entry(NamedTuple):
    """What is indexed of a node, as index terms with spaces: its own words, and words beside it (title, the question
    before it).
    """

    id: str
    source: str
    kind: Kind
    body: str
    beside: str


class LexicalIndex:
    """Opened on a directory; `add`, `remove` and `commit` change it, `search` ranks."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.index = tantivy.Index(_schema(), path=str(path))
        self._searcher = self.index.searcher()
        self._has_claims: bool | None = None  # not looked for yet

    def remove(self, source: str) -> None:
        """All entries of a source, with the next commit."""
        self._writer.delete_documents_by_term("source", source)

    def add(self, entry: Entry) -> None:
        """With the next commit."""
        document = tantivy.Document()
        for field in ("id", "source", "kind"):
            document.add_text(field, getattr(entry, field))
        for field, terms in zip(_fields(entry.kind), (entry.body, entry.beside), strict=True):
            document.add_text(field, terms)
        self._writer.add_document(document)

    def commit(self) -> None:
        """What was added and removed becomes what is searched. Ends writing."""
        self._writer.commit()
        self._writer.wait_merging_threads()
        del self._writer
        self.index.reload()
        self._searcher, self._has_claims = self.index.searcher(), None

    @cached_property
    def _writer(self) -> Any:
        return self.index.writer(_WRITER_BYTES, 1)

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    def document_frequency(self, term: str) -> int:
        """How many entries hold an index term in their body; tantivy's own doc_freq still counts deleted ones."""
        query = tantivy.Query.term_query(self.index.schema, "body", term, "basic")
        return int(getattr(self._searcher.search(query, 1, count=True), "count", 0) or 0)

    def holds(self, term: str) -> bool:
        return self.document_frequency(term) > 0

    def search(
        self, terms: Mapping[str, float], kind: Kind, limit: int, *, alternatives: Iterable[Alternatives] = ()
    ) -> list[tuple[str, float]]:
        """Ids and BM25 scores, best first, of entries that hold some of the weighted terms. Of `alternatives` only the
        one that scores best counts.
        """
        fields = [*zip(_fields(kind), (1.0, 0.3), strict=True)]
        wanted = [
            self._weighted(field, term, weight * boost)
            for term, weight in terms.items()
            for field, boost in fields
            if weight > 0
        ]
        wanted += [
            tantivy.Query.disjunction_max_query([self._weighted(field, term, weight * boost) for term in words])
            for words, weight in alternatives
            for field, boost in fields
        ]
        if not wanted:
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in wanted])
        if kind != "document" and self._mixed:  # only then, for it keeps tantivy from skipping what can't be best
            of_kind = tantivy.Query.const_score_query(self._of_kind(kind), 0.0)
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, of_kind), (tantivy.Occur.Must, query)])
        hits = self._searcher.search(query, limit, count=False).hits
        return [(str(self._searcher.doc(address)["id"][0]), float(score)) for score, address in hits]

    @property
    def _mixed(self) -> bool:
        """Whether passages and propositions stand side by side."""
        if self._has_claims is None:
            found = self._searcher.search(self._of_kind("proposition"), 1, count=False)
            self._has_claims = bool(found.hits)
        return self._has_claims

    def _of_kind(self, kind: Kind) -> Any:
        return tantivy.Query.term_query(self.index.schema, "kind", kind)

    def _weighted(self, field: str, term: str, weight: float) -> Any:
        return tantivy.Query.boost_query(tantivy.Query.term_query(self.index.schema, field, term, "freq"), weight)


def _fields(kind: Kind) -> tuple[str, str]:
    """Documents have fields of their own: BM25 weighs a text's length against the others' in its field, and a search of
    fields that no other kind has needs no filter.
    """
    return ("whole", "title") if kind == "document" else ("body", "beside")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("whole", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("beside", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("title", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
