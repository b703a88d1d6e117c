"""A question about somebody's view in, the same with that somebody as the person it names out, though the corpus knows no such
person: what others said is then no answer.
"""

from __future__ import annotations

import re
from dataclasses import replace

import rjieba
from rapidfuzz import fuzz

from rag.folding import fold
from rag.index.library import Library
from rag.names import sound
from rag.question import Question

_VIEW_ZH = re.compile(
    r"(?:博士|教授|先生|女士|老师|总)?(?:本人)?(?:是)?(?:(?:怎么|如何|怎样)(?:看|评价|想|说|讲|回应|理解)|对.{1,40}(?:看法|态度|评价|观点|怎么看|怎么说)|认为|觉得|主张)"
)
_VIEW_EN = re.compile(
    r"\b(?:does|did|would|do) ((?:[A-Z][a-z]+ ){0,2}[A-Z][a-z]+) (?:think|say|believe|feel|argue|claim|view|see|suggest|expect|predict|regard|judge)\b"
    r"|\b((?:[A-Z][a-z]+ ){0,2}[A-Z][a-z]+)'s (?:view|opinion|take|stance|thoughts?)\b"
)
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_ALIKE = 80  # of 100, rapidfuzz ratio of two sounds: a name so near a known one is that name misspelt


def with_stranger(question: Question, library: Library) -> Question:
    """The question itself where it names somebody known, or asks for nobody's view."""
    if question.people or question.organisations:
        return question
    name = _chinese(question, library) if question.language == "zh" else _english(question, library)
    return replace(question, people=(name,)) if name else question


def _chinese(question: Question, library: Library) -> str | None:
    folded = fold(question.query_str)
    known = [sound(person.name) for person in library.people.people]
    start = 0
    for word, tag in rjieba.tag(folded):
        end = start + len(word)
        if (
            tag.startswith("nr")
            and 2 <= len(word) <= 3
            and word[0] in _SURNAMES
            and _VIEW_ZH.match(folded, end)
            and not any(fuzz.ratio(sound(word), name) >= _ALIKE for name in known)
        ):
            return word
        start = end
    return None


def _english(question: Question, library: Library) -> str | None:
    found = _VIEW_EN.search(question.query_str)
    name = found and (found[1] or found[2])
    known = {part for person in library.people.people for part in fold(person.english).split()}
    # What a claim tells of a magazine or a law by that name still answers.
    return None if not name or any(fuzz.ratio(fold(name), part) >= _ALIKE for part in known) else name
