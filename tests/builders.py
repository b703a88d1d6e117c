"""Small values for tests: a sentence that somebody said, the people of an invented interview and its text."""

from __future__ import annotations

from rag.people import People
from rag.reading import Reading, read
from rag.types import Person, Role, Sentence, Source, Span

WANG = Person("王小明", "Wang Xiaoming", ("王总",), organisations=("便宜算力",))
LI = Person("李四光", "Li Siguang")
PEOPLE = People([WANG, LI], (), ("某报",))

INTERVIEW = """便宜算力创始人王小明:算力会像自来水一样便宜

某报:有人说光伏电站已经没有利润,你同意吗?
王小明:我不同意这个说法。我们的机房三年来把电费降低了40%。
某报:你们为什么把机房建在贵州?
王小明:因为贵州气温低,冷却费用只有上海的三分之一。
李四光:我补充一点,贵州的水电很充足。
"""


def said(text: str, by: str | None = "王小明", role: Role = "speaker", *, id_: str = "s", start: int = 0) -> Sentence:
    """One sentence of the source `x`."""
    return Sentence(id_, Span("x", start, start + len(text)), text, by, role, 0)


def reading_of(raw: str, people: People = PEOPLE, *, id_: str = "x") -> Reading:
    """The raw text read as the source `x`, asked by 某报."""
    return read(Source(id_, f"{id_}.txt", raw, interviewers=people.interviewers), people)
