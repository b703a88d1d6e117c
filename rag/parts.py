"""A message in, the questions that it asks out, each with what was said before it."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.folding import HAN, fold

MOST = 3  # questions of one message that are answered apart; a longer list is taken as a whole
_SENTENCE = re.compile(r"[^。!?！？\n]*?(?:[。!?！？\n]+|(?<=[^\d.])\.(?=\s|$)|$)")
_PIECE = re.compile(r"[^,，;；]+[,，;；]*")
# In English a clause may begin with "when" and ask for nothing.
_CLAUSE = re.compile(
    r"(?:(?:and|but|so|or|then) )*(?:who|whose|what|which|where|why|how|when (?:is|are|was|were|do|does|did|will|can|has|have))\b"
)
_ASKING = re.compile(
    r"什么|啥|谁|哪|怎么|怎样|咋|如何|为何|多少|几[个家款种位人年倍成点类次岁]|是否|是不是|有没有|能不能|会不会|吗\b|吗[?？]?$|呢[?？]?$|多[大久长]"
    r"|\b(?:who|whom|whose|what|which|when|where|why|how)\b"
)
_OPENING = re.compile(
    r"^(?:(?:and|but|so|also|then|ok|well|hi|hello|please|now),? )*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should"
    r"|tell|explain|describe|list|name|compare|summari[sz]e|give|quote|show me)\b"
    r"|^(?:请|麻烦)?(?:你|您)?(?:帮我|给我)?(?:介绍|说说|讲讲|谈谈|列出|列举|解释|比较|对比|概括|总结|描述|引用)"
)


class Part(NamedTuple):
    """One question, and the words of the same message that it may need to be understood."""

    text: str
    before: str = ""


def parts_of(message: str) -> list[Part]:
    """What is told besides, orders and remarks included, only goes along as context.

    >>> [part.text for part in parts_of("I read that Dai teaches. Where? And why?")]
    ['Where?', 'And why?']
    """
    sentences = [found.group().strip() for found in _SENTENCE.finditer(message) if found.group().strip()]
    asking = [n for n, sentence in enumerate(sentences) if _asks(sentence)]
    if not asking:
        return [Part(message)]
    parts: list[Part] = []
    for n in asking:
        told = " ".join(sentence for m, sentence in enumerate(sentences) if m < n or (m > n and m not in asking))
        for piece in _pieces(sentences[n]):
            parts.append(Part(piece, " ".join(filter(None, (told, *(part.text for part in parts if part.text not in told))))))
    return parts if len(parts) <= MOST else [Part(message)]


def _asks(sentence: str) -> bool:
    folded = fold(sentence)
    return folded.endswith("?") or bool(_ASKING.search(folded) or _OPENING.search(folded))


def _pieces(sentence: str) -> list[str]:
    """A sentence falls apart at its commas if each side asks for something of its own."""
    pieces: list[str] = []
    told = ""
    for piece in _PIECE.findall(sentence):
        told += piece
        if _own_question(piece):
            pieces.append(told)
            told = ""
    if told and pieces:
        pieces[-1] += told
    return [piece.strip(" ,，;；") for piece in pieces] if len(pieces) > 1 else [sentence]


def _own_question(piece: str) -> bool:
    folded = fold(piece).strip()
    return bool(_ASKING.search(folded) if HAN.search(folded) else _CLAUSE.match(folded))
