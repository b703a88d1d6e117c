"""The lexical index: words in either script and language find what holds them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.lexical import Entry, LexicalIndex
from rag.terms import index_terms

ENTRIES = [
    Entry("a:0", "a", "passage", "算力成本下降了一万倍。", "戴国浩谈算力"),
    Entry("a:1", "a", "passage", "The machine rooms stand in Guizhou.", ""),
    Entry("b:0", "b", "passage", "智算中心的使用率是七成。", "张亚林"),
    Entry("p1", "b", "proposition", "智算中心使用率七成。", ""),
]


def put(index, *entries):
    for entry in entries:
        body, beside = (" ".join(index_terms(text)) for text in (entry.body, entry.beside))
        index.add(entry._replace(body=body, beside=beside))
    index.commit()


@pytest.fixture
def lexical(tmp_path):
    index = LexicalIndex(tmp_path / "lexical")
    put(index, *ENTRIES)
    return index


def found(index, text, kind="passage", limit=10):
    return [id_ for id_, _ in index.search(dict.fromkeys(index_terms(text), 1.0), kind, limit)]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("算力成本", "a:0"),
        ("算力成本為什麼下降", "a:0"),
        ("compute cost", "a:0"),
        ("room in GUIZHOU", "a:1"),
        ("使用率", "b:0"),
        ("张亚林", "b:0"),
    ],
)
def test_words_find_what_holds_them_in_either_script_and_language(lexical, question, expected):
    assert found(lexical, question)[0] == expected


def test_only_the_kind_asked_for_is_found(lexical):
    assert found(lexical, "使用率", "proposition") == ["p1"]


def test_scores_descend(lexical):
    scores = [score for _, score in lexical.search(dict.fromkeys(index_terms("算力 使用率"), 1.0), "passage", 10)]
    assert scores == sorted(scores, reverse=True)


def test_words_that_nothing_holds_find_nothing(lexical):
    assert found(lexical, "xylophone") == []
    assert lexical.search({}, "passage", 10) == []


def test_the_limit_holds(lexical):
    assert len(found(lexical, "算力 使用率 Guizhou", limit=1)) == 1


def test_a_removed_source_is_found_no_more(lexical):
    lexical.remove("a")
    lexical.commit()
    assert (found(lexical, "machine rooms in Guizhou"), lexical.count) == ([], 2)


def test_a_changed_source_is_found_by_its_new_words_alone(lexical):
    lexical.remove("a")
    put(lexical, Entry("a:1", "a", "passage", "They stand in Yunnan.", ""))
    assert (found(lexical, "Guizhou"), found(lexical, "Yunnan")) == ([], ["a:1"])


def test_an_index_opened_again_finds_the_same(lexical, tmp_path):
    assert found(LexicalIndex(tmp_path / "lexical"), "使用率") == found(lexical, "使用率")


def test_document_frequency_counts_the_entries_that_hold_a_term(lexical):
    assert [lexical.document_frequency(term) for term in ("guizhou", "使用率", "xylophone")] == [1, 2, 0]


@given(st.text())
def test_any_text_has_terms_without_white_space(text):
    assert all(term and not term.isspace() and len(term.split()) == 1 for term in index_terms(text))


def test_of_alternatives_only_the_best_counts(lexical):
    alone = dict(lexical.search({}, "passage", 10, alternatives=[(("使用率",), 1.0)]))
    both = dict(lexical.search({}, "passage", 10, alternatives=[(("使用率", "七成", "xylophone"), 1.0)]))
    assert both["b:0"] == pytest.approx(max(alone["b:0"], both["b:0"]))
    assert both["b:0"] < 2 * alone["b:0"]


def test_a_whole_document_is_of_its_own_kind(lexical):
    put(lexical, Entry("b", "b", "document", "智算中心的使用率是七成。张亚林", ""))
    assert found(lexical, "使用率", "document") == ["b"]
    assert found(lexical, "使用率") == ["b:0"]
