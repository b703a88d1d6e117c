"""Question sets: what loads, and what the error says when it doesn't."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.datasets import load, occurrences, parse
from evals.sources import read_sources
from rag.errors import UsageError
from rag.types import Span

SOURCES = {"a.txt": "算力便宜。算力便宜。", "b.txt": "Power is cheap."}
GOOD = {
    "id": "q1",
    "lang": "zh",
    "type": "fact",
    "history": [],
    "question": "算力怎么样?",
    "answerable": True,
    "speakers": ["戴国浩"],
    "evidence": [[{"file": "a.txt", "quote": "算力便宜"}, {"file": "b.txt", "quote": "cheap"}]],
    "facts": [["便宜", "cheap"]],
    "forbidden": [],
}


def line(**changes):
    return json.dumps({**GOOD, **changes}, ensure_ascii=False)


def problem(text):
    with pytest.raises(UsageError) as caught:
        parse(text, SOURCES, where="set.jsonl:3")
    return str(caught.value)


def test_groups_of_alternatives_are_kept_apart():
    assert parse(line(facts=[["a", "b"], ["c"]]), SOURCES, where="").facts == (("a", "b"), ("c",))


def test_a_quote_counts_at_every_place_it_stands():
    (quote, _), *_ = parse(line(), SOURCES, where="").evidence
    assert quote.spans == (Span("a.txt", 0, 4), Span("a.txt", 5, 9))


def test_places_may_overlap():
    assert list(occurrences("哈哈哈", "哈哈")) == [0, 1]


def test_a_quote_that_is_no_exact_substring_is_named_with_its_line():
    changed = line(evidence=[[{"file": "a.txt", "quote": "算力 便宜"}]])
    assert problem(changed) == "set.jsonl:3: evidence[0].quote '算力 便宜' is no exact substring of a.txt"


def test_a_quote_from_an_unknown_file_lists_the_known_ones():
    changed = line(evidence=[[{"file": "c.txt", "quote": "算力"}]])
    assert problem(changed) == "set.jsonl:3: evidence[0].file is 'c.txt'; expected one of a.txt, b.txt"


def test_an_unknown_type_lists_the_known_ones():
    assert problem(line(type="facts")).startswith("set.jsonl:3: type is 'facts'; expected one of fact number view")


def test_a_missing_field_is_named():
    text = json.dumps({key: value for key, value in GOOD.items() if key != "facts"})
    assert problem(text).startswith("set.jsonl:3: facts is missing; found id, lang")


def test_answerable_as_a_string_is_refused():
    assert problem(line(answerable="yes")) == "set.jsonl:3: answerable is 'yes'; expected true or false"


def test_a_fact_outside_a_group_is_refused():
    assert problem(line(facts=["cheap"])) == "set.jsonl:3: facts[0] is 'cheap'; expected a list of alternatives"


def test_an_empty_alternative_is_refused_because_it_would_always_be_found():
    assert problem(line(facts=[["cheap", " "]])) == "set.jsonl:3: facts[0] is ' '; expected a string that isn't empty"


def test_a_line_that_is_no_json_is_named():
    assert problem("{").startswith("set.jsonl:3: not JSON (")


def test_an_id_may_stand_once(tmp_path: Path):
    path = tmp_path / "set.jsonl"
    path.write_text(f"{line()}\n\n{line()}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"set\.jsonl:3: id is 'q1' a second time"):
        load(path, SOURCES)


def test_an_empty_set_is_refused(tmp_path: Path):
    path = tmp_path / "set.jsonl"
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no questions"):
        load(path, SOURCES)


def test_raw_files_keep_their_newlines(tmp_path: Path):
    (tmp_path / "a.txt").write_bytes("一\r\n二".encode())
    assert read_sources(tmp_path) == {"a.txt": "一\r\n二"}


def test_documents_of_a_jsonl_are_known_by_their_id(tmp_path: Path):
    path = tmp_path / "corpus.jsonl"
    path.write_text('{"id": "d1", "text": "cheap"}\n', encoding="utf-8")
    assert read_sources(path) == {"d1": "cheap"}


@pytest.mark.parametrize("name", ["tuning", "reporting"])
def test_every_quote_of_the_founders_sets_stands_in_its_source(name):
    root = Path(__file__).resolve().parent.parent
    questions = load(root / "evals" / "founders" / f"{name}.jsonl", read_sources(root / "seeds"))
    assert len(questions) >= 80
