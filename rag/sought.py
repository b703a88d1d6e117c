"""A question's text in, what kinds of thing it asks for out, one bit each: a reason, a date, a number, somebody …

What a question asks for decides what answers it, and weighs little in its meaning: "who bought the firm?" is as near to "when was
the firm bought?" as two wordings of one question are to each other.
"""

from __future__ import annotations

import re

from rag.folding import fold

# Each kind's bit is its place here. "Whether" is asked by what asks for nothing else.
_KINDS = tuple(
    re.compile("|".join(patterns))
    for patterns in (
        (  # why
            r"为什么|为何|为啥|凭什么|凭啥|干嘛|原因|理由|怎么会",
            r"\bwhy\b|\bhow come\b|\breasons?\b|\bwhat made\b|\bgrounds\b",
        ),
        (  # when, and for how long
            r"什么时候|何时|啥时候|哪(?:一)?年|哪天|几月|几号|多久|多长时间|几年",
            r"\bwhen\b|\b(?:what|which) (?:year|date|month)\b|\bhow (?:long|soon)\b",
        ),
        (  # how many
            r"多少|几(?![乎何经])|多大|多高|多快|多远",
            r"\bhow (?:many|much|big|large|fast|far|old|high)\b|\bwhat (?:share|percentage|number|price)\b|\b(?:numbers?|figures?)\b",
        ),
        (  # who
            r"谁|哪位|何人|哪个人|什么人",
            r"\bwho(?:m|se)?\b",
        ),
        (  # which organisation
            r"哪[一几]?家|哪所|哪个(?:公司|机构|大学|高校|学校|单位)|(?:什么|啥)公司",
            r"\b(?:which|what) (?:company|companies|firms?|university|school|organi[sz]ation|institution|vendor|co)\b",
        ),
        (  # where
            r"哪里|哪儿|哪个(?:城市|地方|省|国家)|什么地方|何处",
            r"\bwhere\b|\b(?:which|what) (?:city|country|place|province)\b",
        ),
        (  # how, by what means
            r"(?:怎么|如何|怎样|咋)(?![看样会说想评])|靠什么|靠啥|用什么",
            r"\bhow (?:do|does|did|is|are|was|can|could|should|would|will|to|exactly)\b|\bin what way\b|\bby what\b",
        ),
        (  # what name
            r"叫什么|叫啥|名字|什么名",
            r"\b(?:name|called)\b",
        ),
        (  # what somebody thinks
            r"(?:怎么|如何|咋|怎样)(?:看|想|说|评)|怎么样|看法|观点|态度",
            r"\b(?:think|view|opinion|feel|believe|make of)\b",
        ),
    )
)
_WHETHER = re.compile(
    r"吗|[是有能会对]不[是能会对]|有没有|对吧|是否"
    r"|^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|so)\b|\bright\?"
)


def sought(text: str) -> int:
    """0 where nothing tells what is asked for, as in keywords."""
    folded = fold(text)
    kinds = sum(1 << n for n, pattern in enumerate(_KINDS) if pattern.search(folded))
    return kinds or (1 << len(_KINDS) if _WHETHER.search(folded) else 0)
