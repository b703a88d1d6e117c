"""The seeds: read as a careful person reads them, and left as they came."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest
from conftest import ROOT

from rag.corpus import MANIFEST, SEEDS, Corpus
from rag.propositions import load_propositions
from rag.reading import read

DATA = Path(__file__).parent / "data" / "seed_sentences.jsonl"
GOLD = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
SHARED = ROOT.parent / "shared" / "seeds"
MANIFESTED = json.loads((SEEDS / MANIFEST).read_text(encoding="utf-8"))["documents"]
IDS = [entry["id"] for entry in MANIFESTED]


@pytest.fixture(scope="module")
def readings():
    corpus = Corpus.seeds()
    return {loaded.source.id: read(loaded.source, corpus.people, corpus.glosses) for loaded in corpus}


def gold(source: str, *, noise: bool) -> list[dict]:
    return [row for row in GOLD if row["source"] == source and (row["role"] == "noise") == noise]


@pytest.mark.parametrize("source", IDS)
def test_every_sentence_has_the_span_speaker_and_role_of_the_gold_list(readings, source):
    found = {(s.span.start, s.span.end, s.speaker, s.role) for s in readings[source].sentences}
    wanted = {(row["start"], row["end"], row["speaker"], row["role"]) for row in gold(source, noise=False)}
    assert wanted - found == set()


@pytest.mark.parametrize("source", IDS)
def test_no_noise_is_read_as_a_sentence(readings, source):
    spans = [s.span for s in readings[source].sentences]
    noise = gold(source, noise=True)
    assert [r["text"] for r in noise if any(r["start"] < s.end and s.start < r["end"] for s in spans)] == []


@pytest.mark.parametrize("source", IDS)
def test_a_sentences_words_stand_at_its_span(readings, source):
    reading = readings[source]
    for sentence in reading.sentences:
        if not sentence.damaged and "(" not in (raw := reading.source.raw[sentence.span.start : sentence.span.end]):
            assert sentence.text == " ".join(raw.split())


def test_the_one_unanswered_question_is_known(readings):
    unanswered = [s.text for r in readings.values() for s in r.sentences if s.id in r.unanswered]
    assert len(unanswered) == 1
    assert "資本追捧的對象" in unanswered[0]


@pytest.mark.parametrize("entry", MANIFESTED, ids=IDS)
def test_a_seed_has_the_hash_of_the_manifest(entry):
    assert hashlib.sha256((SEEDS / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


@pytest.mark.parametrize("entry", MANIFESTED, ids=IDS)
def test_a_seed_is_the_shared_file_byte_for_byte(entry):
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail(f"{SHARED} is missing, and CI may not skip this")
        pytest.skip(f"no {SHARED} here")
    assert (SEEDS / entry["file"]).read_bytes() == (SHARED / entry["file"]).read_bytes()


def test_every_proposition_is_proved_by_its_evidence(readings):
    accepted, refused = [], []
    for id_, reading in readings.items():
        claims, reasons = load_propositions(
            SEEDS / "propositions" / f"{id_}.jsonl", reading.sentences, date=reading.source.date
        )
        accepted += claims
        refused += [str(reason) for reason in reasons]
    assert refused == []
    assert len(accepted) > 400
    assert len({claim.id for claim in accepted}) == len(accepted)


def test_every_proposition_is_of_somebody_the_manifest_names(readings, library):
    names = {person.name for person in library.people.people}
    assert {claim.speaker for claim in library.store.propositions()} <= {None, *names}


def test_no_seed_sentence_reads_a_word_that_was_never_written(readings):
    assert not [s.text for r in readings.values() for s in r.sentences if "芯期" in s.text]
