"""Store: what was put comes back the same, and a source goes with all that came from it."""

from __future__ import annotations

import sqlite3

import pytest
from builders import LI, WANG, said

from rag.index.store import Store, text_key
from rag.types import Organisation, Passage, Proposition, Source

SOURCE = Source("x", "x.txt", "很贵。\r\n会降。", "访谈", "某报", "2025", "http://x", ("王小明",), ("某报",), "gb18030")
SENTENCES = [said("很贵。", id_="s1"), said("会降。", id_="s2", start=5)]
PASSAGE = Passage("x:0", "x", 0, 1, "贵吗?")
CLAIM = Proposition("p1", "x", "王小明", "view", "会降。", "It will fall.", ("s2",), ("降价", "getting cheaper"))


@pytest.fixture
def store(tmp_path):
    store = Store.create(tmp_path / "store.sqlite")
    put(store)
    yield store
    store.close()


def put(store, **changes):
    given = {"sentences": SENTENCES, "passages": [PASSAGE], "propositions": [CLAIM]}
    store.put(SOURCE, origin="/a/x.txt", digest="d", report={"pinyin": 2}, **(given | changes))


def test_a_source_comes_back_the_same(store):
    assert store.source("x") == SOURCE


def test_sentences_come_back_in_order(store):
    assert store.sentences("x") == SENTENCES
    assert store.sentences("x", 1, 1) == SENTENCES[1:]


def test_passages_and_propositions_come_back_in_the_order_asked_for(store):
    assert store.passages(["x:0", "nope"]) == [PASSAGE]
    assert store.propositions(["p1"]) == [CLAIM]


def test_sentences_are_found_by_id_and_unknown_ids_are_left_out(store):
    assert store.sentences_by_id(["s2", "nope"]) == {"s2": SENTENCES[1]}


def test_vectors_come_back(store):
    store.put_vectors("x", {"很贵。": [1.0, 0.0]})
    assert {key: vector.tolist() for key, vector in store.vectors("x").items()} == {text_key("很贵。"): [1.0, 0.0]}


def test_origin_digest_and_report_are_kept(store):
    assert store.known() == {"x": ("/a/x.txt", "d")}
    assert store.report("x") == {"pinyin": 2}


def test_putting_a_source_again_replaces_all_of_it(store):
    put(store, sentences=SENTENCES[:1], passages=[], propositions=[])
    assert [store.count(table) for table in ("sources", "sentences", "passages", "propositions")] == [1, 1, 0, 0]


def test_deleting_a_source_leaves_nothing_of_it(store):
    store.delete("x")
    assert [store.count(table) for table in ("sources", "sentences", "passages", "propositions")] == [0, 0, 0, 0]


def test_people_and_organisations_come_back(store):
    from dataclasses import asdict

    place = Organisation("便宜算力", "Cheap Compute", ("便宜",))
    store.remember("people", [asdict(WANG), asdict(LI)])
    store.remember("organisations", [asdict(place)])
    assert store.people() == ([WANG, LI], [place])


def test_a_reader_cannot_write(store, tmp_path):
    store.commit()
    reader = Store.readonly(tmp_path / "store.sqlite")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.delete("x")
    reader.close()


def test_a_quote_in_a_name_is_no_sql(store):
    assert store.source("x'; DROP TABLE sources; --") is None
    assert store.count("sources") == 1
