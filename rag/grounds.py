"""What the reckonings rest on: a key in, the interview's sentence out, found in the text and never copied into an answer.

A quote is an exact part of one cleaned sentence, in the article's own script; tests/test_grounds.py proves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from rag.citations import resolve
from rag.corpus import SEEDS, Corpus
from rag.errors import IndexProblem, UsageError
from rag.reading import Reading, read
from rag.types import Citation, Draft, Sentence, Source, Statement

_GOAL, _PAPER, _ZHANG = "000_4fb4b4c941c475a1", "002_e4bd6291ead336aa", "003_3772bafaed6e6384"


class Ground(NamedTuple):
    """`quote` stands in exactly one sentence of the built-in article `source`."""

    source: str
    quote: str


GROUNDS: dict[str, Ground] = {
    # the account of an AI data centre: Zhang Yalin, 2024-07-15
    "capex": Ground(_ZHANG, "一次性基礎設施投入包括基建、硬件設備采買、軟件服務和云服務、大模型預裝"),
    "opex": Ground(
        _ZHANG, "如果以5年計算,每一年運營成本包括運維費用、機器維修費、水電管理費、運維人員管理費、人員成本等等"
    ),
    "income": Ground(_ZHANG, "加上每臺服務器的大概金額,可以算出來5年的算力租賃帶來的最終回報"),
    "spread": Ground(_ZHANG, "如果這個價差是正的話,運營方就能賺到錢,如果是負的話運營方就虧本"),
    "subsidies": Ground(_ZHANG, "這里還有政策補貼,比如“算力券”、固定投資補貼等"),
    "leases": Ground(_ZHANG, "長期租賃的價格相對會中和一些;第二類是短期客戶"),
    "average": Ground(_ZHANG, "智算中心在一個測算過程中,是一個平均使用率的概念"),
    "conservative": Ground(_ZHANG, "通常保守估計,用70%-80%左右去衡量平均使用率"),
    "upside": Ground(_ZHANG, "達到80%以上,甚至超過90%的話,整個算力的利潤空間就會上升"),
    "below": Ground(_ZHANG, "就會產生算力使用率不飽和、空置率等現象,導致算力利潤偏低"),
    "peak": Ground(_ZHANG, "肯定不能用100%的峰值去測算平均使用率"),
    # the cost of compute: Dai Guohao
    "fell_orders": Ground(_PAPER, "算力成本对付模子成本来说已经下落了2~3个量级"),
    "ahead_orders": Ground(_PAPER, "大概1~2个量级甚至2~3个量级的突破空间"),
    "fell_times": Ground(_GOAL, "使用大模型的成本已经降了10倍、100倍甚至1000倍"),
    "goal": Ground(_GOAL, "向“降1万倍”这个目标冲刺"),
    # the middle layer: Dai Guohao, reported
    "mxn": Ground(_GOAL, "打造“M种模型”和“N种芯片”间的“M×N”中间层产品"),
}


class Texts(Protocol):
    """What a citation is cut from: an opened index, or `Seeds`."""

    def source(self, id_: str, /) -> Source: ...

    def sentences_of(self, source: str, /) -> Sequence[Sentence]: ...


class Seeds:
    """The built-in articles, read from their files: the same sentences as in an index, where there is none."""

    def source(self, id_: str, /) -> Source:
        return _reading(id_).source

    def sentences_of(self, source: str, /) -> Sequence[Sentence]:
        return _reading(source).sentences


def sentence_of(key: str, texts: Texts) -> Sentence | None:
    """The one sentence that holds the quote; None where the article isn't in the index or says it no more."""
    ground = GROUNDS[key]
    try:
        texts.source(ground.source)
    except IndexProblem:
        return None
    return next((sentence for sentence in texts.sentences_of(ground.source) if ground.quote in sentence.text), None)


def cited(told: Iterable[tuple[str, str]], texts: Texts) -> tuple[list[Statement], list[Citation]]:
    """Checked statements and their citations for (key, claim) pairs; a claim whose ground is not there is left out."""
    found = [(claim, sentence) for key, claim in told if (sentence := sentence_of(key, texts))]
    sentences = {sentence.id: sentence for _, sentence in found}
    sources = {s.span.source: texts.source(s.span.source) for s in sentences.values()}
    return resolve([Draft(claim, (sentence.id,)) for claim, sentence in found], sentences, sources)


def numbered(keys: Iterable[str], texts: Texts) -> tuple[dict[str, int], list[Citation]]:
    """Citations of the keys' sentences, and each key's number; two keys of one sentence share a number."""
    found = {key: sentence for key in dict.fromkeys(keys) if (sentence := sentence_of(key, texts))}
    statements, citations = cited(((key, sentence.text) for key, sentence in found.items()), texts)
    return {key: statement.citations[0] for key, statement in zip(found, statements, strict=True)}, citations


@lru_cache(maxsize=8)
def _reading(id_: str) -> Reading:
    corpus = Corpus.seeds()
    corpus.files = [file for file in corpus.files if file.stem == id_]
    for loaded in corpus:
        return read(loaded.source, corpus.people, corpus.glosses)
    raise UsageError(f"{SEEDS}: the built-in article {id_} is missing or changed; reinstall the package")
