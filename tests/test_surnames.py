"""A surname with a title, or two surnames side by side, are those people; within a longer word they are nobody."""

from __future__ import annotations

import pytest

from rag.names import finder_of
from rag.people import People
from rag.types import Person


def named(asked: str, people: People) -> list[str]:
    return [name.person for name in finder_of(people).find(asked)]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("请问郭总,芯片卖给谁?", ["郭为"]),
        ("张总和郭副总裁谁更乐观", ["张亚林", "郭为"]),
        ("钟老师研究什么", ["钟翰森"]),
        ("两位年轻人,戴和钟说的有什么不同", ["戴国浩", "钟翰森"]),
        ("戴、张两位怎么看成本", ["戴国浩", "张亚林"]),
        ("听张总说租金高", ["张亚林"]),
        ("戴国浩和钟老师", ["戴国浩", "钟翰森"]),
    ],
)
def test_a_surname_is_whose_it_is(asked, meant, library):
    assert named(asked, library.people) == meant


@pytest.mark.parametrize(
    "asked", ["他主张总体上要便宜", "时钟和张力", "戴和张江科学城", "张总体图", "一张和郭明的照片", "戴和谁"]
)
def test_within_another_word_it_is_nobody(asked, library):
    assert named(asked, library.people) == []


def test_a_surname_that_two_share_is_nobody():
    assert named("王总是谁", People([Person("王小明")])) == ["王小明"]
    assert named("王总是谁", People([Person("王小明"), Person("王大明")])) == []
