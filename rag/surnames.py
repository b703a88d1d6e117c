"""Who is meant by a surname alone (郭总, 戴和钟两位): folded question in, `Name`s out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property

from rag.descriptions import Name
from rag.folding import HAN, fold
from rag.people import People

_TITLE = r"(?:老师|教授|博士|先生|副总裁?|老板|研究员|总(?![体结部经统共计裁理监之]))"
_AND = r"(?:和|与|跟|同|、|/|vs\.?)"
# What may stand before a surname: 张 in 主张总体 is none, 钟 in 时钟和 is none.
_BEFORE = r"(?<![\u4e00-\u9fff](?<![和与跟同问请让给对比是在向听看由说的及被]))"
# What may follow two of them: 戴和张江 names a place.
_AFTER = r"(?=$|[^\u4e00-\u9fff]|[两二俩各都谁分在的说讲谈对怎是之有就哪想看提相会])"


class Surnames:
    """Of those people whose names are Chinese and whose surname nobody else has."""

    def __init__(self, people: People) -> None:
        self.people = people

    def find(self, folded: str) -> Iterator[Name]:
        """Those inside longer names as well (戴老师): which of two that overlap counts is for the caller to say."""
        if not self._owners:
            return
        for match in self._titled.finditer(folded):
            yield Name(match.start(), match.end(), self._owners[match[1]])
        for match in self._pairs.finditer(folded):
            for group in (1, 2):
                yield Name(match.start(group), match.end(group), self._owners[match[group]])

    @cached_property
    def _owners(self) -> dict[str, str]:
        names = [person.name for person in self.people.people if all(map(HAN.match, person.name))]
        names = [name for name in names if 2 <= len(name) <= 3]
        held = Counter(fold(name[0]) for name in names)
        return {fold(name[0]): name for name in names if held[fold(name[0])] == 1}

    @cached_property
    def _titled(self) -> re.Pattern[str]:
        return re.compile(rf"{_BEFORE}([{''.join(self._owners)}]){_TITLE}")

    @cached_property
    def _pairs(self) -> re.Pattern[str]:
        one = f"([{''.join(self._owners)}])"
        return re.compile(rf"{_BEFORE}{one}{_AND}{one}{_AFTER}")
