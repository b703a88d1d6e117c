"""Every formula and figure has its sentence: exact, alone, and proving what is said of it."""

from __future__ import annotations

import pytest

from rag.account_words import CLAIMS, FORMULAS, ZONE_GROUNDS
from rag.cost_ladder import RUNGS
from rag.grounds import GROUNDS, Seeds, cited, numbered, sentence_of
from rag.quantities import values
from rag.verification import unproved


@pytest.mark.parametrize("key", GROUNDS)
def test_a_quote_stands_in_exactly_one_sentence_of_its_article(key, library):
    ground = GROUNDS[key]
    assert sum(ground.quote in sentence.text for sentence in library.sentences_of(ground.source)) == 1


def test_the_files_and_the_index_give_the_same_citations(library):
    assert numbered(GROUNDS, Seeds())[1] == numbered(GROUNDS, library)[1]


def test_a_citation_is_cut_from_the_raw_file(library):
    marks, citations = numbered(GROUNDS, library)
    assert marks.keys() == GROUNDS.keys()
    for citation in citations:
        assert library.source(citation.source).raw[citation.start : citation.end] == citation.raw


def test_everything_said_of_the_interview_is_proved_by_its_sentence(library):
    for key, claims in CLAIMS.items():
        sentence = sentence_of(key, library)
        assert sentence is not None
        assert (sentence.speaker, sentence.role) == ("张亚林", "speaker")
        assert [unproved(claim, sentence.speaker, [sentence]) for claim in claims] == [None, None]


def test_claims_are_statements_with_their_own_citations(library):
    statements, citations = cited(((key, pair[0]) for key, pair in CLAIMS.items()), library)
    assert {statement.verdict for statement in statements} == {"supported"}
    assert [statement.citations for statement in statements] == [(citation.n,) for citation in citations]


def test_an_article_that_is_not_in_the_index_gives_no_citation(take, folder, shelf):
    take(folder({"a.txt": "王小明:算力会像自来水一样便宜。\n"}))
    assert numbered(GROUNDS, shelf.library()) == ({}, [])


def test_every_key_that_is_used_has_a_ground():
    used = {key for formula in FORMULAS.values() for key in formula.grounds} | set(ZONE_GROUNDS.values())
    assert used | {rung.ground for rung in RUNGS} | CLAIMS.keys() <= GROUNDS.keys()


def test_the_rungs_are_the_numbers_of_their_sentences(library):
    for rung in RUNGS:
        sentence = sentence_of(rung.ground, library)
        assert sentence is not None
        stated = values(sentence.text)
        # as powers of ten (2~3个量级), or as times (10倍 … 1000倍, 1万倍)
        assert {rung.low, rung.high} <= stated or {10**rung.low, 10**rung.high} <= stated
