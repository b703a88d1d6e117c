"""The glossary: one concept under all its names, in either language."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.folding import fold
from rag.glossary import Glossary, glossary

ENTRIES = [
    {"id": "cost", "zh": ["成本", "费用"], "en": ["cost"]},
    {"id": "opex", "zh": ["运营成本"], "en": ["operating cost"]},
    {"id": "use", "zh": ["用"], "en": ["use"]},
    {"id": "price", "zh": ["价格"], "en": ["price"]},
    {"id": "charge", "zh": ["收费", "费用"], "en": ["charge"]},
]


@pytest.fixture(scope="module")
def load(tmp_path_factory):
    def loaded(entries):
        path = tmp_path_factory.mktemp("glossary") / "glossary.jsonl"
        path.write_text("\n".join(json.dumps(entry) for entry in entries), encoding="utf-8")
        return Glossary.load(path)

    return loaded


@pytest.fixture(scope="module")
def small(load):
    return load(ENTRIES)


@pytest.fixture(scope="module")
def concepts(small):
    def named(text, *, nested=False):
        return [mention.concept for mention in small.mentions(fold(text), nested=nested)]

    return named


@pytest.mark.parametrize("text", ["成本下降", "成本", "COSTS fell", "the cost", "Ｃｏｓｔ"])
def test_a_concept_is_named_in_either_language(concepts, text):
    assert concepts(text) == ["cost"]


def test_a_longer_name_wins_over_the_one_inside_it(concepts):
    assert concepts("运营成本很高") == ["opex"]
    assert concepts("operating costs are high") == ["opex"]


def test_nested_gives_the_one_inside_too(concepts):
    assert concepts("运营成本很高", nested=True) == ["opex", "cost"]


def test_a_name_of_two_concepts_names_both(concepts):
    assert sorted(concepts("费用")) == ["charge", "cost"]


def test_one_character_inside_a_word_names_nothing(concepts):
    assert concepts("使用") == []
    assert concepts("a 用 b") == ["use"]


def test_a_latin_name_inside_a_longer_word_names_nothing(concepts):
    assert concepts("costume pricey") == []


def test_mentions_come_in_order_with_their_place(small):
    mentions = small.mentions("价格和成本", nested=False)
    assert [(mention.concept, mention.start, mention.end) for mention in mentions] == [("price", 0, 2), ("cost", 3, 5)]


@given(st.text(alphabet="成本费用运营价格收 costperaingu-' ", max_size=40) | st.text())
def test_a_mention_stands_inside_the_text_and_none_overlaps_another_place(small, text):
    folded = fold(text)
    places = sorted({(m.start, m.end) for m in small.mentions(folded, nested=False)})
    assert all(0 <= start < end <= len(folded) for start, end in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("算力", "compute"),
        ("成本", "cost"),
        ("智算中心", "AIDC"),
        ("量子计算", "quantum computing"),
        ("大模型", "large model"),
    ],
)
def test_both_languages_name_the_same_concept(zh, en):
    def named(text):
        return {mention.concept for mention in glossary().mentions(fold(text), nested=True)}

    assert named(zh) & named(en)


def test_every_concept_has_a_name_in_each_language():
    bare = [
        concept
        for concept, names in glossary().names.items()
        if not any(name.isascii() for name in names) or all(name.isascii() for name in names)
    ]
    assert len(bare) < 0.1 * len(glossary().names), bare


def test_the_digest_changes_with_the_glossary(load, small):
    assert small.digest == load(ENTRIES).digest != load(ENTRIES[1:]).digest
