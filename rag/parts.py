"""A message in, the questions that it asks out, each with what was said before it."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.folding import HAN, fold

MOST = 3  # questions of one message that are answered apart; a longer list is taken as a whole
_SHORT = "".join(rf"(?<!\b{word})" for word in ("Mr", "Mrs", "Ms", "Dr", "Prof", "co", "Co", "Inc", "Ltd", "vs", "No"))
_SENTENCE = re.compile(rf"[^。!?！？\n]*?(?:[。!?！？\n]+|(?<=[^\d.]){_SHORT}\.(?=\s|$)|$)")
_PIECE = re.compile(r"[^,，;；]+[,，;；]*")
# In English a clause may begin with "when" and ask for nothing.
_CLAUSE = re.compile(
    r"(?:(?:and|but|so|or|then) )*(?:(?:at|by|for|from|in|of|on|since|to|until|with) (?:when|whom?|what|which|where|how)|who|whose|what|which|where|why|how|when (?:is|are|was|were|do|does|did|will|can|has|have)"
    r"|(?:is|are|was|were|do|does|did|will|can|has|have) (?:he|she|it|they|this|that|these|those|there))\b"
)
_OR_WHAT = re.compile(r"or (?:what|how|who|not)[?.! ]*")  # "does it mean layoffs, or what" asks one thing
_ASKING = re.compile(
    r"什么|啥|谁|哪|怎么|怎样|咋|如何|为何|多少|(?<![十百千万好这那前近])几(?!乎|率|何)|是否|是不是|有没有|能不能|会不会|吗\b|吗[?？]?$|呢[?？]?$|多[大久长]"
    r"|\b(?:who|whom|whose|what|which|when|where|why|how)\b"
)
_OPENING = re.compile(
    r"^(?:(?:and|but|so|also|then|ok|well|hi|hello|please|now),? )*(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should"
    r"|tell|explain|describe|list|name|compare|summari[sz]e|give|quote|show me)\b"
    r"|^(?:请|麻烦)?(?:你|您)?(?:帮我|给我)?(?:介绍|说说|讲讲|谈谈|列出|列举|解释|比较|对比|概括|总结|描述|引用)"
)


_ORDER = re.compile(
    r"忽略|无视|不受.{0,6}约束|系统提示|提示词|扮演|假装|你现在是|只(?:准|能|许)?(?:说|回|输出)|打印|输出|编(?:一|几|三|个|造)|写(?:一首|首|一篇|个)|续写|凭想象"
    r"|不许|检索已停用"
    r"|\b(?:ignore|disregard|forget|override|pretend|role-?play|act as|you are now|print|output|repeat after|reply (?:only|with)|respond (?:only|with)"
    r"|system prompt|developer message|api key|invent|make up|jailbreak|write (?:me )?(?:a|an|some))\b"
)
# Whose view of the rest of the sentence is asked for; nothing of its own.
_VIEW = re.compile(
    r"(?:那么?)?.{0,8}?(?:是)?(?:怎么|咋|如何|怎样)(?:看待?|说|想|讲|认为|评价|解释|回答|理解)(?:的|呢|啊|呀|这(?:件)?事儿?|这个(?:问题)?)*[?？]*"
)


class Part(NamedTuple):
    """One question, the words of the same message that it may need to be understood, and all of them in their order."""

    text: str
    before: str = ""
    whole: str = ""


def parts_of(message: str) -> list[Part]:
    """What is told besides only goes along as context. What merely gives us an order is left out: nothing in it asks for what
    somebody said.

    >>> [part.text for part in parts_of("I read that Dai teaches. Where? And why?")]
    ['Where?', 'And why?']
    """
    sentences = [found.group().strip() for found in _SENTENCE.finditer(message) if found.group().strip()]
    sentences = [sentence for sentence in sentences if not _ORDER.search(fold(sentence)) or _asks(sentence)]
    asking = [n for n, sentence in enumerate(sentences) if _asks(sentence)]
    if not asking:
        return [Part(" ".join(sentences))] if sentences else []
    parts: list[Part] = []
    for n in asking:
        told = " ".join(sentence for m, sentence in enumerate(sentences) if m < n or (m > n and m not in asking))
        pieces = _pieces(sentences[n])
        earlier = [part.text for part in parts if part.text not in told]
        for piece in [p for p in pieces if not _VIEW.fullmatch(fold(p))] or pieces:
            # "Which …, and when …, according to Dai?": a name may stand in any of the pieces.
            beside = [other for other in pieces if other is not piece]
            parts.append(Part(piece, " ".join(filter(None, (told, *earlier, *beside))), " ".join(sentences)))
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
    if _OR_WHAT.fullmatch(folded):
        return False
    return bool(_ASKING.search(folded) if HAN.search(folded) else _CLAUSE.match(folded))
