"""Misspelt words are set right by what people ask; words, names and what nobody asks with stay."""

from __future__ import annotations

import pytest

from rag.spelling import Speller, vocabulary_of

ASKS = [
    "what is the valuation of the company",
    "which valuation",
    "the newest valuation",
    "公司的定位是什么",
    "small rate",
    "risk",
] * 2
SPELLER = Speller(vocabulary_of(ASKS), {"pilot"}.__contains__)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("wich valuaton", "which valuation"),
        ("gongsi dingwei shi shenme", "公司定位是什么"),
        ("valuaton of the 公司?", "valuation of the 公司?"),
        ("gong si yao zuo shenme", "公司要做什么"),  # pinyin alone: none of it is English
        ("zhe jia gonsi de din wei ne", "zhe jia 公司的定位呢"),  # n for ng
    ],
)
def test_a_slip_is_set_right(asked, meant):
    assert SPELLER.corrected(asked) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "the valuation of a pilot",  # the dictionary knows it
        "what of Valuatio?",  # inside a sentence a capital makes a name
        "the smallest valuation",
        "the companyvaluation",
        "evaluation",  # another first letter
        "can he run an ai man",  # English, though each word might be pinyin
        "a risky valuation",  # of a word that is known
        "from Gongsi to Hgongsi",  # the rest of a name is no word
        "Groq shi",  # a sound that is nobody's word
        "",
    ],
)
def test_what_is_no_slip_stays(asked):
    assert SPELLER.corrected(asked) == asked


def test_without_a_vocabulary_nothing_is_changed():
    assert Speller(vocabulary_of([]), lambda _: False).corrected("valuaton now") == "valuaton now"
