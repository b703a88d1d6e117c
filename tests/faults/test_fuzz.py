"""Readers and loaders on bytes that nobody would write: a document, a typed refusal, nothing else.

FUZZ_EXAMPLES=20000 goes deep (`tests/fuzz/readers.py` goes deeper, by coverage). `KEPT` are crashes that were found.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from rig import SEED

from evals.datasets import load
from rag.commands.batch import run_batch
from rag.corpus import Manifest
from rag.errors import DocumentError, SaysoError
from rag.people import People
from rag.propositions import load_propositions
from rag.readers import decode, read_file
from rag.reading import read
from rag.types import Sentence, Source, Span
from rag.webpage import page_text

DEEP = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "60")))
PIECES = st.sampled_from([
    b"<p>", b"</div>", b"<table><tr><td>", b"<![CDATA[", b"<!--", b"<meta charset=gbk>", b"&#x110000;", b"&lt;", b"\xff\xfe", b"\x00", b"\xef\xbb\xbf",
    "某报:".encode(), "王小明:".encode("gbk"), "电费降低了。".encode(), "問:".encode("big5"), b"Q: ", b"**A**: ", b"\n\n", b"[00:12:33]", b"(h\xc7\x8eo)", b"???",
    b'{"id": "a", "text": "', b'"}', b"\\ud800", b"[", b"{", b"null", b"1e999", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"%PDF-1.4", b"PK\x03\x04",
])  # fmt: skip
BYTES = st.one_of(
    st.binary(max_size=400), st.lists(st.one_of(PIECES, st.binary(max_size=6)), max_size=40).map(b"".join)
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["id", "text", "question", "documents", "people", "name", "file", "speakers", "glosses", "organisations", "evidence", "zh", "en", "facts", "type", "lang", "history", "answerable"]), inner, max_size=8),
    ),
    max_leaves=20,
)  # fmt: skip
KEPT = [
    (".jsonl", b'{"id": "\\ud800", "text": "\\u7535\\u8d39"}'),
    (".jsonl", b'{"id": "a", "text": "\\ud83d \\u7535\\u8d39"}'),
    (".jsonl", b'{"a":' * 5000),
    (".html", b"<div>" * 3000 + "电费".encode()),
]


@pytest.fixture(scope="module")
def place() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def taken(path: Path) -> None:
    for found in read_file(path):
        if isinstance(found, DocumentError):
            continue
        assert found.text.encode("utf-8")
        assert found.id.encode("utf-8")
        reading = read(Source(found.id, found.file, found.text, found.title), People([]))
        assert all(0 <= s.span.start < s.span.end <= len(found.text) for s in reading.sentences)


@pytest.mark.parametrize(("suffix", "content"), KEPT, ids=lambda value: str(value)[:30])
def test_what_once_crashed_is_read_or_refused(place, suffix, content):
    path = place / f"kept{suffix}"
    path.write_bytes(content)
    taken(path)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html", ".jsonl"])
def test_any_bytes_are_a_document_or_a_refusal(place, suffix):
    path = place / f"any{suffix}"

    @seed(SEED)
    @DEEP
    @given(BYTES)
    def holds(content):
        path.write_bytes(content)
        taken(path)

    holds()


@seed(SEED)
@DEEP
@given(BYTES)
def test_decoding_loses_nothing_it_does_not_tell(content):
    try:
        text, encoding = decode(content, "x")
    except DocumentError:
        return
    assert text == content.decode(encoding)


@seed(SEED)
@DEEP
@given(BYTES)
def test_any_bytes_are_a_page(content):
    with contextlib.suppress(ValueError):  # nested too deep
        assert isinstance(page_text(content).text, str)


SENTENCES = (Sentence("s1", Span("d", 0, 6), "电费降低了。", "王小明", "speaker", 0),)
LOADERS = {
    "manifest": lambda path: Manifest.load(path),
    "question set": lambda path: load(path, {}),
    "propositions": lambda path: load_propositions(path, SENTENCES),
    "batch": lambda path: run_batch(path, path.with_suffix(".out"), lambda line: {"id": line["id"]}),
}


@pytest.mark.parametrize("name", LOADERS)
def test_any_json_is_loaded_or_refused_in_words(place, name):
    path = place / f"{name}.jsonl"

    def tried() -> None:
        with contextlib.suppress(SaysoError):
            LOADERS[name](path)

    @seed(SEED)
    @DEEP
    @given(JSON)
    def value(content):
        path.write_text(json.dumps(content), encoding="utf-8")
        tried()

    @seed(SEED)
    @DEEP
    @given(BYTES)
    def anything(content):
        path.write_bytes(content)
        tried()

    value()
    anything()
