"""A question in, the same with misspelt English words set right and pinyin words as Han out, where a corpus's own asks know the word.

What people ask is the vocabulary; a word that it or the dictionary knows is never touched, nor one that begins with a capital
inside a sentence: that is a name, and a name that the corpus lacks must stay unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from rag.folding import HAN, fold, stem, words
from rag.names import loosely, sound
from rag.stopwords import STOP_LATIN

_WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,24}(?![A-Za-z])")
_SHORTEST = 5  # letters; shorter ones have too many neighbours, but for the words that ask
_FAR = 8  # letters from which two may be wrong
_SEEN = 3  # times that a word must have been used to be what somebody meant
_ENDING = re.compile(r"(?:est|er|ness|less|ish|able|ship|hood|(?<=[a-z]{4})y)$")
_HALF = 4  # letters of the shorter part of a word made of two
_LONGEST = 4  # pinyin pieces of one Han word
_BETWEEN_HAN = re.compile(rf"(?<={HAN.pattern}) +(?={HAN.pattern})")
_PIECE = re.compile(r"(?<![A-Za-z])[a-z]+(?![A-Za-z])")
# A piece that may be pinyin, well or badly spelt; a text of which most pieces are holds no English.
_SYLLABLES = re.compile(
    r"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:i?ang|iong|uang|eng|ing|ong|uai|[iu]?an|iao|ai|ei|ui|ao|ou|iu|ie|[uv]e|er|en|in|un|[iu]a|uo|[aeiouv]))+"
)
_MOSTLY, _SOME = 0.8, 4  # share and number of pieces
_PARTICLES = {"shi": "是", "de": "的", "ma": "吗", "le": "了", "ne": "呢", "shui": "谁", "zai": "在", "zui": "最"}
# The same in pinyin alone, where no English is meant.
_PINYIN_PARTICLES = {
    **_PARTICLES,
    "yao": "要",
    "shuo": "说",
    "ba": "把",
    "kan": "看",
    "zuo": "做",
    "you": "有",
    "nian": "年",
    "bu": "不",
}
_ASKING_HAN = {
    "shenme": "什么",
    "zenme": "怎么",
    "zenyang": "怎样",
    "duoshao": "多少",
    "weishenme": "为什么",
    "ruhe": "如何",
}
_ASKING = ("what", "which", "when", "where", "does", "about", "there", "their")


class Vocabulary(NamedTuple):
    """Of what people ask: how often they used each English word, and the commonest Han word of each sound, if two asks have it."""

    counts: Mapping[str, int]
    heard: Mapping[str, str]


def vocabulary_of(texts: Iterable[str]) -> Vocabulary:
    latin: Counter[str] = Counter()
    han: Counter[str] = Counter()
    for text in map(fold, texts):
        if HAN.search(text):
            han.update(word for word in words(text) if len(word) > 1 and HAN.match(word))
        else:
            latin.update(_WORD.findall(text))
    heard: dict[str, str] = {}
    for word, count in sorted(han.items(), key=lambda entry: (-entry[1], entry[0])):
        if count > 1:
            heard.setdefault(sound(word), word)
    return Vocabulary(dict(sorted(latin.items())), heard)


class Speller:
    """Of one corpus."""

    def __init__(self, vocabulary: Vocabulary, known: Callable[[str], bool]) -> None:
        """`known`: whether a stem is a word although nobody asked with it."""
        self._is_known = lru_cache(maxsize=4096)(partial(self._look_up, known))
        self._counts = vocabulary.counts
        self._heard = {**vocabulary.heard, **_ASKING_HAN}
        self._heard_loosely = {loosely(heard): word for heard, word in reversed(self._heard.items())}
        self._stems = {stem(word) for word, count in self._counts.items() if count > 1} | STOP_LATIN
        self._candidates = [word for word, count in self._counts.items() if count >= _SEEN]

    def corrected(self, text: str) -> str:
        """The text itself where nothing in it is misspelt."""
        found = [*_PIECE.finditer(text)]
        if _is_pinyin(text, found):
            return self._as_han(text, found, pinyin=True)
        return self._spelt(self._as_han(text, found, pinyin=False))

    def _as_han(self, text: str, found: Sequence[re.Match[str]], *, pinyin: bool) -> str:
        """Only where at least one unknown piece sounds like a word: "shi" alone may be anything. In `pinyin` none is English."""
        replaced: list[tuple[int, int, str]] = []
        i = 0
        while i < len(found):
            for length in range(min(_LONGEST, len(found) - i), 0, -1):
                run = found[i : i + length]
                joined = "".join(piece.group() for piece in run)
                heard = self._heard.get(joined) or (pinyin and self._heard_loosely.get(loosely(joined)))
                apart = any(text[one.end() : other.start()] != " " for one, other in pairwise(run))
                if heard and not apart and (pinyin or not any(self._is_word(piece.group()) for piece in run)):
                    replaced.append((run[0].start(), run[-1].end(), heard))
                    i += length
                    break
            else:
                i += 1
        if not replaced:
            return text
        particles = _PINYIN_PARTICLES if pinyin else _PARTICLES
        taken = {n for start, end, _ in replaced for n in range(start, end)}
        replaced += [
            (piece.start(), piece.end(), particles[piece.group()])
            for piece in found
            if piece.group() in particles and piece.start() not in taken
        ]
        for start, end, heard in sorted(replaced, reverse=True):
            text = text[:start] + heard + text[end:]
        return _BETWEEN_HAN.sub("", text)

    def _spelt(self, text: str) -> str:
        def right(found: re.Match[str]) -> str:
            word = found.group()
            inside = text[: found.start()].rstrip()[-1:] not in ("", ".", "?", "!")
            if self._is_word(word) or (word[0].isupper() and inside):
                return word
            return self._nearest(fold(word)) or word

        return _WORD.sub(right, text)

    def _is_word(self, word: str) -> bool:
        """Known, or made of what is known: "smallest", "powerplant"."""
        folded = fold(word)
        if self._is_known(folded) or self._is_known(_ENDING.sub("", folded)):
            return True
        halves = ((folded[:i], folded[i:]) for i in range(_HALF, len(folded) - _HALF + 1))
        return any(self._is_known(one) and self._is_known(other) for one, other in halves)

    def _look_up(self, known: Callable[[str], bool], folded: str) -> bool:
        return stem(folded) in self._stems or folded in self._stems or known(stem(folded))

    def _nearest(self, word: str) -> str | None:
        """The nearest word with the same first letter, of equally near ones the most used."""
        among: Sequence[str] = self._candidates if len(word) >= _SHORTEST else _ASKING
        near = [candidate for candidate in among if candidate[0] == word[0] and abs(len(candidate) - len(word)) <= 2]
        most = 2 if len(word) >= _FAR else 1
        found = process.extract(word, near, scorer=OSA.distance, score_cutoff=most, limit=None)
        return min(found, key=lambda hit: (hit[1], -self._counts.get(hit[0], 0), hit[0]))[0] if found else None


def _is_pinyin(text: str, pieces: Sequence[re.Match[str]]) -> bool:
    """English says "he can" as well, but hardly a sentence without a "the"."""
    fitting = [piece.group() for piece in pieces if _SYLLABLES.fullmatch(piece.group())]
    english = sum(piece in STOP_LATIN for piece in fitting)
    mostly = len(fitting) >= max(_SOME, _MOSTLY * len(_WORD.findall(text)))
    return not HAN.search(text) and mostly and english <= (1 - _MOSTLY) * len(fitting)
