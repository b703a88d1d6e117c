"""Corpus: files and their manifest become sources; what is refused is kept with its reason."""

from __future__ import annotations

import hashlib
import json

import pytest

from rag.corpus import Corpus, Manifest
from rag.errors import UsageError

TEXT = "算力很便宜。"


def sources(corpus):
    return [loaded.source for loaded in corpus]


def manifest(**entry):
    return json.dumps({"documents": [{"file": "a.txt", **entry}]}, ensure_ascii=False)


def test_the_five_seeds_are_all_there():
    assert len(sources(Corpus.seeds())) == 5


def test_a_manifest_names_title_speakers_and_date(folder):
    entry = manifest(
        title="访谈", speakers=["王小明"], interviewers=["某报"], date="2025-07", outlet="某报", url="http://x"
    )
    (source,) = sources(Corpus([folder({"a.txt": TEXT, "manifest.json": entry})]))
    assert (source.title, source.speakers, source.interviewers, source.date) == (
        "访谈",
        ("王小明",),
        ("某报",),
        "2025-07",
    )


def test_a_manifest_beside_a_single_file_counts_too(folder):
    path = folder({"a.txt": TEXT, "manifest.json": manifest(title="访谈")}) / "a.txt"
    assert sources(Corpus([path]))[0].title == "访谈"


def test_without_a_manifest_the_first_line_is_the_title(folder):
    assert sources(Corpus([folder({"a.txt": "# 访谈\n算力。"})]))[0].title == "访谈"


def test_the_raw_text_is_the_file_with_its_line_ends(folder):
    assert sources(Corpus([folder({"a.txt": "一。\r\n二。\n"})]))[0].raw == "一。\r\n二。\n"


def test_a_wrong_hash_is_refused_and_says_both(folder):
    seen = hashlib.sha256(TEXT.encode()).hexdigest()
    corpus = Corpus([folder({"a.txt": TEXT, "manifest.json": manifest(sha256="0" * 64)})])
    assert sources(corpus) == []
    assert any(seen[:12] in str(refusal) and "000000000000" in str(refusal) for refusal in corpus.refused)


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"documents": [{"title": "x"}]}', '{"people": [{"nom": "x"}]}', '{"glosses": [1]}']
)
def test_an_unusable_manifest_is_named(folder, text):
    path = folder({"manifest.json": text}) / "manifest.json"
    with pytest.raises(UsageError, match=r"manifest\.json: not a usable manifest"):
        Manifest.load(path)


def test_a_manifest_is_no_refused_document(folder):
    assert Corpus([folder({"a.txt": TEXT, "manifest.json": manifest()})]).refused == []


def test_the_propositions_beside_a_document_are_no_documents(folder):
    claim = json.dumps({"id": "p1", "source": "a", "zh": "便宜", "en": "cheap", "evidence": []})
    corpus = Corpus([folder({"a.txt": TEXT, "propositions/a.jsonl": claim})])
    assert [source.id for source in sources(corpus)] == ["a"]
    assert corpus.refused == []


def test_people_of_all_manifests_are_known(folder):
    people = json.dumps({"people": [{"name": "王小明", "english": "Wang Xiaoming", "aliases": ["王总"]}]})
    corpus = Corpus([folder({"a.txt": TEXT, "manifest.json": people})])
    assert corpus.people.named("Wang  xiaoming").name == "王小明"


def test_a_missing_path_is_a_usage_error_that_names_it(tmp_path):
    with pytest.raises(UsageError, match=r"nowhere\.txt: no such file or folder"):
        Corpus([tmp_path / "nowhere.txt"])
