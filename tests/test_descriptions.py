"""Whom a description means, and that it means nobody where it fits somebody else or many."""

from __future__ import annotations

import pytest

from rag.corpus import Corpus
from rag.names import NameFinder
from rag.people import People
from rag.types import Organisation, Person

ADA = Person(
    "杯小雅",
    "Ada Cup",
    title="杯业副总裁",
    title_en="vice president of Cup",
    organisations=("杯业",),
    known_for=("陶艺", "ex-Plate"),
)
FINDER = NameFinder(People([ADA], [Organisation("杯业", "Cup Corp", known_for=("马克杯", "mug"))]))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("做马克杯的那家公司副总裁怎么看陶土?", "杯小雅怎么看陶土?"),
        ("杯业的副总怎么看陶土?", "杯小雅怎么看陶土?"),
        ("学陶艺的那位怎么看陶土?", "学杯小雅怎么看陶土?"),
        ("那家做马克杯的公司卖得好吗?", "杯业卖得好吗?"),
        ("what does the mug maker's vp think of clay?", "what does ada cup think of clay?"),
        ("does that domestic mug firm sell?", "does cup corp sell?"),
        ("马克杯那家卖得好吗?", "杯业卖得好吗?"),
        ("what does the vp of that mug maker think of clay?", "what does ada cup think of clay?"),
        ("what does the woman think? the guy who used to be at plate?", "what does the woman think? ada cup ?"),
        ("从plate出来的那位怎么看陶土?", "杯小雅怎么看陶土?"),
        ("搞陶艺那个小哥怎么看陶土?", "杯小雅怎么看陶土?"),
        ("杯小雅的公司卖得好吗?", "杯业卖得好吗?"),
        ("杯小雅她们公司卖什么?", "杯业卖什么?"),
        ("what does ada cup's company sell?", "what does cup corp sell?"),
        ("杯小雅的公司叫什么?", "杯小雅的公司叫什么?"),  # or the question would hold its answer
        ("what is ada cup's company called?", "what is ada cup 's company called?"),
    ],
)
def test_a_description_stands_for_the_name(asked, meant):
    assert " ".join(FINDER.canonical(asked).split()) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "who is the cup corp founder?",  # their title is another
        "马克杯公司都在亏钱吗?",  # mug makers in general
        "do mug makers lose money?",
        "what does plate's vp say?",  # where she is no longer
    ],
)
def test_who_is_not_known_is_not_named(asked):
    assert not any(name.person or (name.organisation == "杯业" and "mug" in asked) for name in FINDER.find(asked))


def test_two_speakers_of_one_company_are_not_told_apart_by_it():
    people = People([ADA, Person("壶大", organisations=("杯业",), title="杯业副总裁")], FINDER.people.organisations)
    assert not [name for name in NameFinder(people).find("马克杯公司的副总裁") if name.person]


@pytest.mark.parametrize(
    ("organisations", "meant"), [(("杯业", "壶厂"), ""), (("杯业", "陶院"), "杯业"), (("窑厂",), "")]
)
def test_whose_company_is_told_where_there_is_one(organisations, meant):
    places = [Organisation("杯业", aliases=("杯业有限公司",)), Organisation("壶厂", aliases=("壶厂有限公司",))]
    people = People([Person("杯小雅", organisations=organisations)], [*places, Organisation("陶院")])
    assert [name.organisation for name in NameFinder(people).find("杯小雅的公司")] == [meant]


def test_the_built_in_people_are_known_by_what_they_do():
    finder = NameFinder(Corpus.seeds().people)
    described = (
        "搞加速卡的老总 / the graphics-chip firm's vp / 那位交大副教授 / the young light-quantum man / openai那个呢"
    )
    assert [name.person for name in finder.find(described)] == ["张亚林", "郭为", "戴国浩", "钟翰森", "姚顺雨"]


@pytest.mark.parametrize("asked", ["how do i cook rice?", "what a cool idea", "scoop"])
def test_a_role_within_a_word_is_nobody(asked):
    chief = Person("壶二", title="壶业COO", title_en="COO of Pot", organisations=("壶业",))
    finder = NameFinder(People([chief], [Organisation("壶业", "Pot Corp")]))
    assert [name.person for name in finder.find("what does the coo say")] == ["壶二"]
    assert finder.find(asked) == []
