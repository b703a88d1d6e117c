"""How much of a question many texts cover, all at once: the same numbers as one text at a time."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from rag.features import plain_terms, share
from rag.matching import Cover
from rag.people import People
from rag.question import understand
from rag.rarity import Rarity
from rag.terms import index_terms

TEXTS = ["算力成本已经下降了10倍。", "The cost of compute fell.", "智算中心的运营成本。", "今天下雨。", ""]


class Known:
    """Rarity as far as `Cover` asks."""

    def of(self, question):
        return [term.weight for term in question.terms]

    def __getitem__(self, form):
        return 1.0 + len(form)


@pytest.mark.parametrize(
    "asked", ["算力成本下降了多少?", "How much did the cost of compute fall?", "智算中心怎么运营?"]
)
def test_shares_are_those_of_each_text_alone(asked):
    question = understand(asked, People())
    cover = Cover(question, plain_terms(asked), Known())
    one_by_one = [share(question.terms, Known().of(question), frozenset(index_terms(text))) for text in TEXTS]
    assert cover.share(cover.held(TEXTS)).tolist() == pytest.approx(one_by_one)


def test_rare_bigrams_weigh_more():
    question = understand("算力成本", People())
    cover = Cover(question, ["算力", "成本价"], Known())
    assert cover.overlap(cover.held(["算力", "成本价", "算力成本价"])).tolist() == pytest.approx([3 / 7, 4 / 7, 1.0])


def test_no_text_covers_nothing():
    question = understand("算力成本", People())
    cover = Cover(question, plain_terms("算力成本"), Known())
    assert cover.share(cover.held([])).tolist() == []


def test_words_that_only_questions_bring_are_forgotten_in_the_end():
    rarity = Rarity(SimpleNamespace(count=10, document_frequency=lambda form: 0))
    for n in range(20_000):
        assert rarity[f"word{n}"] > 0
    assert rarity.frequency.cache_info().currsize <= 8192


@pytest.mark.parametrize(("asked", "kind"), [("王小明到底是干嘛的?", "fact"), ("王小明干嘛搬到贵州?", "why")])
def test_what_somebody_does_is_no_reason(asked, kind):
    assert understand(asked, People()).asks == kind


def test_a_reason_is_asked_for_though_two_are_named():
    assert understand("Why do both camps need a bridge?", People()).asks == "why"
    assert understand("Do both camps need a bridge?", People()).asks == "compare"
