"""Ingest: unchanged costs nothing, changed replaces itself, removed is gone everywhere."""

from __future__ import annotations

import json

import pytest
from builders import INTERVIEW
from llama_index.core.base.embeddings.base import BaseEmbedding

from rag.corpus import Corpus
from rag.embeddings import HASHING
from rag.errors import IndexProblem, UsageError
from rag.index.generations import current
from rag.index.shelf import Shelf
from rag.ingest import ingest, remove

OTHER = "钢铁行业座谈纪要\n\n炼钢炉的温度由工人每小时记录一次。\n轧钢车间在去年夏天完成了翻修。\n"


def plain(report):
    return {name: getattr(report, name) for name in ("added", "changed", "unchanged") if getattr(report, name)}


def texts(shelf, source):
    return [sentence.text for sentence in shelf.library().sentences_of(source)]


def everywhere(shelf):
    """How many searchable texts each of the three parts holds."""
    library = shelf.library()
    vectors = library.vectors.count == library.store.count("passages") + library.store.count("propositions")
    stored = sum(library.store.count(table) for table in ("sources", "passages", "propositions"))
    return stored, library.lexical.count, stored if vectors else -1


def test_a_new_document_is_added(folder, take, shelf):
    assert plain(take(folder({"a.txt": OTHER}))) == {"added": ["a"]}
    assert "轧钢车间在去年夏天完成了翻修。" in texts(shelf, "a")


def test_an_unchanged_document_costs_nothing(folder, take, tmp_path):
    root = folder({"a.txt": OTHER})
    take(root)
    before = current(tmp_path / "index")
    assert plain(take(root)) == {"unchanged": ["a"]}
    assert current(tmp_path / "index") == before


def test_an_index_of_another_version_is_told_so_and_a_rebuild_replaces_it(folder, take, tmp_path):
    root = folder({"a.txt": OTHER})
    take(root)
    facts = current(tmp_path / "index") / "generation.json"
    facts.write_text(json.dumps(json.loads(facts.read_text(encoding="utf-8")) | {"schema": 1}), encoding="utf-8")
    with pytest.raises(IndexProblem, match=r"another version .*ingest --rebuild"):
        take(root)
    with pytest.raises(IndexProblem, match="another version"):
        remove(["a"], tmp_path / "index")
    assert plain(take(root, rebuild=True)) == {"added": ["a"]}


def test_an_unchanged_interview_costs_nothing(folder, take):
    root = folder({"a.txt": INTERVIEW.replace("李四光:", "王小明:")})
    take(root)
    assert plain(take(root)) == {"unchanged": ["a"]}


def test_another_document_leaves_an_unchanged_one_unchanged(folder, take):
    root = folder({"a/a.txt": OTHER, "b/b.txt": INTERVIEW})
    take(root / "a")
    take(root / "b")
    assert plain(take(root / "a")) == {"unchanged": ["a"]}


def test_a_changed_document_replaces_its_old_self(folder, take, shelf):
    take(folder({"a.txt": OTHER}))
    report = take(folder({"a.txt": OTHER.replace("轧钢车间", "锻压车间")}))
    assert plain(report) == {"changed": ["a"]}
    assert "锻压车间在去年夏天完成了翻修。" in texts(shelf, "a")
    assert not shelf.library().lexical.document_frequency("轧钢")


def test_a_change_leaves_the_rest(folder, take, shelf):
    take(folder({"a.txt": OTHER, "b.txt": OTHER}))
    take(folder({"a.txt": OTHER.replace("炼钢炉", "高炉")}))
    assert "炼钢炉的温度由工人每小时记录一次。" in texts(shelf, "b")


def test_the_three_parts_agree_after_every_change(folder, take, shelf, tmp_path):
    counts = []
    for text in (OTHER, OTHER * 5, OTHER):
        take(folder({"a.txt": text, "b.txt": INTERVIEW}))
        counts.append(everywhere(shelf))
    remove(["b"], tmp_path / "index")
    counts.append(everywhere(shelf))
    assert all(stored == words == vectors > 0 for stored, words, vectors in counts)


def test_a_removed_document_is_gone_everywhere(folder, take, shelf, tmp_path):
    take(folder({"a.txt": OTHER, "b.txt": INTERVIEW}))
    remove(["a"], tmp_path / "index")
    library = shelf.library()
    assert [source.id for source in library.store.sources()] == ["b"]
    assert texts(shelf, "a") == []
    assert len(set(everywhere(shelf))) == 1


def test_the_words_of_a_removed_document_count_no_more(folder, take, shelf, tmp_path):
    take(folder({"a.txt": OTHER, "b.txt": INTERVIEW}))
    remove(["a"], tmp_path / "index")
    assert shelf.library().lexical.document_frequency("轧钢") == 0


def test_removing_an_unknown_source_removes_nothing(folder, take, shelf, tmp_path):
    take(folder({"a.txt": OTHER}))
    with pytest.raises(UsageError, match="no source b in the index"):
        remove(["a", "b"], tmp_path / "index")
    assert texts(shelf, "a")


def test_the_same_name_from_two_folders_stays_twice(folder, take, shelf):
    root = folder({"one/a.txt": OTHER, "two/a.txt": OTHER.replace("轧钢", "锻压")})
    report = take(root / "one", root / "two")
    assert len(report.added) == 2
    assert len(shelf.library().store.sources()) == 2
    assert plain(take(root / "two", root / "one")).keys() == {"unchanged"}


def test_a_refused_file_does_not_stop_the_others(folder, take, shelf):
    report = take(
        folder({"a.txt": b"\x00\xff\x01" * 99, "b.pdf": b"broken", "c.txt": OTHER, "d.xyz": "x", "e.txt": ""})
    )
    assert plain(report) == {"added": ["c"]}
    assert sorted(refusal.name.rsplit("/", 1)[1] for refusal in report.refused) == ["a.txt", "b.pdf", "d.xyz", "e.txt"]


def test_a_document_that_became_unreadable_keeps_its_old_self(folder, take, shelf):
    take(folder({"a.txt": OTHER}))
    assert take(folder({"a.txt": ""})).refused
    assert texts(shelf, "a")


def test_lines_of_jsonl_are_documents_of_their_own(folder, take, shelf):
    lines = [json.dumps({"id": id_, "text": OTHER, "title": f"纪要{id_}"}) for id_ in ("k1", "k2")]
    take(folder({"a.jsonl": "\n".join(lines)}) / "a.jsonl")
    assert [(source.id, source.file, source.title) for source in shelf.library().store.sources()] == [
        ("k1", "k1", "纪要k1"),
        ("k2", "k2", "纪要k2"),
    ]


def test_an_id_given_twice_does_not_stop_the_others(folder, take, shelf):
    lines = [
        json.dumps({"id": id_, "text": f"{OTHER}第{n}号车间今年也要翻修。"}) for n, id_ in enumerate(("k1", "k1", "k2"))
    ]
    take(folder({"a.jsonl": "\n".join(lines)}) / "a.jsonl")
    assert {source.id for source in shelf.library().store.sources()} >= {"k1", "k2"}


def test_a_refused_document_is_not_added(folder, take):
    assert plain(take(folder({"a.txt": "1 | 2 | 3\n"}))) == {}


def test_rebuild_forgets_what_is_not_given_again(folder, take, shelf):
    take(folder({"a.txt": OTHER, "b.txt": OTHER}))
    take(folder({}) / "b.txt", rebuild=True)
    assert [source.id for source in shelf.library().store.sources()] == ["b"]


def test_an_open_shelf_follows_a_new_ingest(folder, take, shelf):
    take(folder({"a.txt": OTHER}))
    before = shelf.library()
    take(folder({"b.txt": OTHER}))
    assert (len(before.store.sources()), len(shelf.library().store.sources())) == (1, 2)


class Turned(BaseEmbedding):
    """Vectors that are kept, as a served embedding's are; those of the name "turned" point the other way."""

    def _get_text_embedding(self, text):
        return (HASHING.encode([text])[0] * (-1 if self.model_name == "turned" else 1)).tolist()

    _get_query_embedding = _aget_query_embedding = _get_text_embedding


def test_a_document_that_changes_with_the_embedding_keeps_no_vector_of_the_old_one(folder, tmp_path):
    index, straight, turned = tmp_path / "index", Turned(model_name="straight"), Turned(model_name="turned")
    ingest(Corpus([folder({"a.txt": INTERVIEW})]), index, straight)
    ingest(Corpus([folder({"a.txt": INTERVIEW + "某报:还有吗?\n王小明:没有了。\n"})]), index, turned)
    kept = Shelf(index, [turned]).library().store.vectors("a")
    old = ingest(Corpus([tmp_path / "documents"]), tmp_path / "old", straight)
    assert old.added == ["a"]
    before = Shelf(tmp_path / "old", [straight]).library().store.vectors("a")
    assert kept.keys() == before.keys()
    assert all((kept[key] == -before[key]).all() for key in kept)
