"""Verification: what the cited sentences prove, and what they don't."""

from __future__ import annotations

import pytest
from builders import said
from hypothesis import given
from hypothesis import strategies as st

from rag.people import People
from rag.types import Person
from rag.verification import unproved, verdict


def judged(claim: str, evidence: str) -> str:
    return verdict(claim, "王小明", [said(evidence)])


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("成本下降了10,000倍", "成本降了一万倍。"),
        ("Costs fell 10,000-fold", "成本下降了1万倍。"),
        ("使用率在70%左右", "使用率大概是七成。"),
        ("王小明认为算力应该便宜", "算力要像电一样便宜。"),
        ("成本不会上升", "成本不会再上升了。"),
    ],
)
def test_a_claim_that_says_the_same_is_supported(claim, evidence):
    assert judged(claim, evidence) == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("成本下降了1000倍", "成本下降了一万倍。"),
        ("成立于2018年", "公司成立于2019年。"),
        ("成本在上升", "成本在下降。"),
        ("Costs are rising", "成本在下降。"),
        ("公司没有上市", "公司已经上市了。"),
        ("He never sold it", "我卖掉了它。"),
    ],
)
def test_a_changed_number_direction_or_negation_is_unsupported(claim, evidence):
    assert judged(claim, evidence) == "unsupported"


def test_words_without_the_negation_before_them_are_not_verbatim():
    assert judged("便宜", "算力不便宜。") != "verbatim"


def test_a_claim_that_lost_the_negation_is_unsupported():
    assert judged("王小明认为算力现在很便宜", "算力现在并不便宜。") == "unsupported"


def test_a_goal_is_no_fact():
    assert judged("成本已经下降了1万倍", "我们的目标是让成本下降1万倍。") == "unsupported"


def test_another_persons_words_are_not_verbatim_evidence_of_mine():
    assert verdict("算力便宜", "王小明", [said("算力便宜。", by="李四光")]) == "unsupported"


def test_the_sources_own_words_are_verbatim_whatever_their_width_and_punctuation():
    assert judged("算力便宜，是目标", "算力便宜,是目标。") == "verbatim"


@pytest.mark.parametrize(
    ("speaker", "by", "role"),
    [
        ("王小明", "李四光", "speaker"),
        ("王小明", "某报", "interviewer"),
        ("王小明", None, "narrator"),
        (None, "某报", "interviewer"),
    ],
)
def test_nobody_is_quoted_with_what_another_said(speaker, by, role):
    assert unproved("算力很便宜", speaker, [said("算力是便宜的。", by=by, role=role)])


def test_the_narrator_proves_what_is_nobodys_view():
    assert unproved("公司成立于2018年", None, [said("公司2018年成立。", by=None, role="narrator")]) is None


def test_a_number_of_the_context_may_be_repeated():
    evidence = [said("今年要降价。")]
    assert unproved("2025年要降价", "王小明", evidence)
    assert unproved("2025年要降价", "王小明", evidence, context="2025-07") is None


@pytest.mark.parametrize(
    "claim", ["![x](http://evil.example/a.png)", "<img src=http://evil.example/b>", "see http://evil.example/?q=1"]
)
def test_an_address_that_nobody_cites_is_no_claim_of_theirs(claim):
    assert "not in the cited words" in unproved(claim, "王小明", [said("算力便宜。")])
    assert unproved(claim, "王小明", [said(f"算力便宜, {claim} 。")]) is None


def test_a_claim_without_evidence_is_unproved():
    assert unproved("算力便宜", None, []) == "nothing is cited"


@given(st.text(min_size=1, max_size=40).filter(lambda text: any(c.isalnum() for c in text)))
def test_a_sentence_always_proves_itself(text):
    assert verdict(text, "王小明", [said(text)]) in ("verbatim", "supported")
    assert unproved(text, "王小明", [said(text)]) is None


def test_one_persons_words_do_not_get_the_others_behind_them():
    people = People([Person("王小明"), Person("李四光")])
    cited = [said("王小明辞职了。", by="李四光", id_="a"), said("算力要便宜。", id_="b")]
    assert "without saying who said what" in (unproved("王小明辞职了。", None, cited, people=people) or "")
    assert unproved("李四光说王小明辞职了。", "李四光", cited[:1], people=people) is None
