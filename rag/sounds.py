"""Text in, what it sounds and looks like out: a misspelt question still shares most of it with a well-spelt one."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from pypinyin import lazy_pinyin

from rag.folding import HAN, fold

_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z0-9]+")


@lru_cache(maxsize=64)
def sounds(text: str) -> frozenset[str]:
    """Letter trigrams of words and of toneless pinyin, so that Han typed as pinyin or as a homophone matches, and the
    pairs of neighbouring syllables.

    >>> sorted(sounds("国伟")) == sorted(sounds("郭为"))
    True
    """
    found: set[str] = set()
    for run in _RUN.findall(fold(text)):
        if HAN.match(run):
            heard = syllables(run)
            found.update(f"{one} {other}" for one, other in pairwise(heard))
            letters = "".join(heard)
        else:
            letters = f"^{run}$"  # where a word begins and ends tells words apart
        found.update(letters[i : i + 3] for i in range(len(letters) - 2))
    return frozenset(found)


@lru_cache(maxsize=256)
def syllables(han: str) -> tuple[str, ...]:
    """Toneless pinyin of each character. Remembered, for one question is looked through from several sides."""
    return tuple(lazy_pinyin(han))
