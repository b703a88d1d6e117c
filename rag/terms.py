"""Text in, the terms that the lexical index and the offline embedding hold of it out."""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from operator import add

import rjieba

from rag.folding import HAN, fold, pieces, stem
from rag.glossary import glossary

CONCEPT = "c:"


@lru_cache(maxsize=1024)
def index_terms(text: str) -> tuple[str, ...]:
    """Words, stems, Han bigrams and unigrams, and a token for every glossary concept that the text names.

    The concept tokens let a question in one language find a text in the other.

    >>> index_terms("算力 costs")
    ('算力', '算力', '算', '力', 'cost', 'c:compute', 'c:cost')
    """
    folded = fold(text)
    terms: list[str] = []
    for piece in pieces(folded):
        if not HAN.match(piece):
            terms.append(stem(piece))
            terms.extend(stem(part) for part in re.split(r"[-']", piece) if "-" in piece and part)
            continue
        terms.extend([word for word in rjieba.cut(piece) if len(word) > 1])
        terms.extend(map(add, piece, piece[1:]))
        terms.extend(piece)
    terms.extend(CONCEPT + mention.concept for mention in glossary().mentions(folded, nested=True))
    return tuple(map(sys.intern, terms))  # what is remembered of a thousand texts is then a few megabytes
