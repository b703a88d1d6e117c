"""Search form of text: script, width and case folded; text in, comparable text or tokens out."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

import opencc
import rjieba
import snowballstemmer

_local = threading.local()
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_PIECE = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[a-z]+(?:[-'][a-z]+)*|\d+(?:\.\d+)?%?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_DROPPED = re.compile(r"[\W_]+")


def simplified(text: str) -> str:
    """Traditional script to simplified, one character for one (OpenCC t2s keeps the length)."""
    if not hasattr(_local, "t2s"):
        _local.t2s = opencc.OpenCC("t2s")
    converted: str = _local.t2s.convert(text)
    return converted


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """NFKC, lower case, simplified script; × becomes x, curly apostrophes straight, 10,000 becomes 10000.

    >>> fold("Ｍ×Ｎ 中間層 10,000×")
    'mxn 中间层 10000x'
    """
    folded = _THOUSANDS.sub("", unicodedata.normalize("NFKC", text).lower())
    return simplified(folded.replace("×", "x").replace("’", "'").replace("‘", "'"))


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each: at once where none has a line end, for most of the time goes into each call."""
    folded = fold("\n".join(texts)).split("\n")
    return folded if len(folded) == len(texts) else [fold(text) for text in texts]


def squeeze_all(texts: Sequence[str]) -> list[str]:
    """`squeeze` of each."""
    return [_DROPPED.sub("", text) for text in fold_all(texts)]


def squeeze(text: str) -> str:
    """Folded text without white space and punctuation: the form in which snippets are compared.

    >>> squeeze("70% - 80%，算力。")
    '7080算力'
    """
    return _DROPPED.sub("", fold(text))


def pieces(folded: str) -> Iterator[str]:
    """Runs of Han, Latin words and numbers, in order, of text that is already folded."""
    yield from _PIECE.findall(folded)


def words(folded: str) -> list[str]:
    """Chinese words as rjieba cuts them, Latin words and numbers as they stand."""
    found: list[str] = []
    for piece in pieces(folded):
        found.extend(rjieba.cut(piece) if HAN.match(piece) else [piece])
    return found


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """Snowball's English stem; anything else unchanged."""
    return str(_stemmer().stemWord(word.removesuffix("'s"))) if word.isascii() and word[:1].isalpha() else word


_PINYIN = re.compile(
    r"\b(?:(?:wei ?)?shen ?me|zen ?me(?: ?yang)?|zen ?yang|duo ?shao|ru ?he|na ?(?:li|ge|xie|nian)|shi shui|shui shuo|ji ge|jue ?de|ren ?wei)\b"
)


def language_of(text: str) -> str:
    """ "zh" when a Han character carries the sentence, else "en".

    One Han character counts as much as two Latin words, so an English question may name 戴国浩. Chinese typed as pinyin is
    known by the words that ask.

    >>> language_of("What does 戴国浩 think about cost?"), language_of("AIDC是什么"), language_of("AIDC shi shenme")
    ('en', 'zh', 'zh')
    """
    if _PINYIN.search(text.lower()):
        return "zh"
    han = len(HAN.findall(text))
    latin = len(re.findall(r"[A-Za-z]{2,}", text))
    return "zh" if han and han >= latin else "en"
