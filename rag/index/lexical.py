"""The lexical index: pre-cut text in, BM25-ranked node ids out, on tantivy with a white-space tokenizer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

import tantivy

from rag.terms import index_terms

Kind = Literal["passage", "proposition"]
_WRITER_BYTES = 100_000_000


class Entry(NamedTuple):
    """What is indexed of a node: its own words, and words beside it (title, the question before it)."""

    id: str
    source: str
    kind: Kind
    body: str
    beside: str


class LexicalIndex:
    """Opened on a directory; `apply` changes it, `search` ranks."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.index = tantivy.Index(_schema(), path=str(path))
        self._searcher = self.index.searcher()

    def apply(self, *, removed: Iterable[str], added: Iterable[Entry]) -> None:
        """Delete all entries of the sources `removed`, then add entries, in one commit."""
        writer = self.index.writer(_WRITER_BYTES, 1)
        for source in removed:
            writer.delete_documents_by_term("source", source)
        for entry in added:
            document = tantivy.Document()
            for field in ("id", "source", "kind"):
                document.add_text(field, getattr(entry, field))
            document.add_text("body", " ".join(index_terms(entry.body)))
            document.add_text("beside", " ".join(index_terms(entry.beside)))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self._searcher = self.index.searcher()

    @property
    def count(self) -> int:
        return int(self._searcher.num_docs)

    def document_frequency(self, term: str) -> int:
        """How many entries hold an index term in their body; tantivy's own doc_freq still counts deleted ones."""
        query = tantivy.Query.term_query(self.index.schema, "body", term, "basic")
        return int(getattr(self._searcher.search(query, 1, count=True), "count", 0) or 0)

    def search(self, terms: Mapping[str, float], kind: Kind, limit: int) -> list[tuple[str, float]]:
        """Ids and BM25 scores, best first, of entries that hold some of the weighted terms."""
        schema = self.index.schema
        wanted = [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, term, "freq"), boost),
            )
            for term, weight in terms.items()
            for field, boost in (("body", weight), ("beside", 0.3 * weight))
            if weight > 0
        ]
        if not wanted:
            return []
        scoring = tantivy.Query.boolean_query(wanted)
        of_kind = tantivy.Query.const_score_query(tantivy.Query.term_query(schema, "kind", kind), 0.0)
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, of_kind), (tantivy.Occur.Must, scoring)])
        hits = self._searcher.search(query, limit, count=False).hits
        return [(str(self._searcher.doc(address)["id"][0]), float(score)) for score, address in hits]


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("body", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("beside", tokenizer_name="whitespace", index_option="freq")
    return builder.build()
