"""Put lost GBK bytes back: text whose double-byte stream slipped by one byte in, the words it was out.

Some sites insert pinyin into a GBK page byte by byte. Where the inserted text splits a character, one byte is lost or
becomes `?`, and all characters up to the next ASCII byte are made of the wrong halves: 因為客戶們 turns into
`因?yàn)榭蛻羲`. Encoding the wrong characters gives the old bytes back; what is missing is found by a bounded search
over the lost byte. A result stands only if no private-use character is left, every character is a common one, the
pinyin beside it is right, and its words make it better than any other candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import rjieba

from rag.cleaning import LOST, TONED, CleanText, Edit
from rag.folding import simplified

_PIN = rf"[a-zü]*[{TONED}][a-zü]*"
_SPLIT = re.compile(rf"(?<=[\u3400-\u9fff])\?(?P<pinyin>{_PIN})\)")
_SLIPPED = re.compile(r"(?<=\))[;:,]?[^\x00-\x7f]*[\ue000-\uf8ff][^\x00-\x7f]*")
_NEXT_PINYIN = re.compile(rf"\(({_PIN})\)")
_EDGE_PINYIN = re.compile(rf"\?({_PIN})\)")
_WIDE = {";": "；", ":": "：", ",": "，"}
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_FUNCTION_WORDS = frozenset(
    "的地得了着过是在有也都还就又再很更最和与及或为以于从向对把被让给由到将会能要我你他她它们这那其各每不没去来上下中里个一"
)
GAP = -1
_LONGEST = 24  # characters; a longer run has met other damage and is left alone


@dataclass(frozen=True, slots=True)
class _Slip:
    """Where bytes went missing: known bytes with None for each lost one, and the pinyin that must come out."""

    start: int
    end: int
    stream: tuple[int | None, ...]
    split_pinyin: str
    last_pinyin: str


def repair_lost_bytes(text: CleanText) -> CleanText:
    """Repair every slip that has one best reading; leave the others to be marked damaged."""
    edits: list[Edit] = []
    for slip in _slips(text.text):
        if edits and slip.start < edits[-1].end:
            continue
        if (reading := _read(slip, text.text)) is not None:
            edits.append(Edit(slip.start, slip.end, reading, "repaired"))
    return text.edit(edits)


def _slips(text: str) -> Iterator[_Slip]:
    starts = [(m.start(), m.end(), m["pinyin"]) for m in _SPLIT.finditer(text)]
    starts += [(m.start(), m.start(), "") for m in _SLIPPED.finditer(text)]
    for start, first, pinyin in sorted(starts):
        if (slip := _slip(text, start, first, pinyin)) is not None:
            yield slip


def _slip(text: str, start: int, first: int, pinyin: str) -> _Slip | None:
    """Collect the bytes from `first` to where the halves fit again."""
    stream: list[int | None] = [None]
    end = first
    if not pinyin and text[end] in _WIDE:
        stream += _WIDE[text[end]].encode("gb18030")
        end += 1
    while end < len(text) and not text[end].isascii() and text[end] != "€" and end - first <= _LONGEST:
        if len(encoded := text[end].encode("gb18030")) != 2:
            return None
        stream += encoded
        end += 1
    if end >= len(text) or end - first > _LONGEST:
        return None
    if text[end] == "€":  # how a byte 0x80 was decoded
        stream.append(0x80)
        end += 1
        told = _NEXT_PINYIN.match(text, end)
        return _Slip(start, end, tuple(stream), pinyin, told[1] if told else "")
    if whole := _NEXT_PINYIN.match(text, end):
        return _Slip(start, end, (*stream, None), pinyin, whole[1])
    if edge := _EDGE_PINYIN.match(text, end):
        return _Slip(start, edge.end(), (*stream, None), pinyin, edge[1])
    if 0x40 <= ord(text[end]) <= 0x7E:
        told = _NEXT_PINYIN.match(text, end + 1)
        return _Slip(start, end + 1, (*stream, ord(text[end])), pinyin, told[1] if told else "")
    return _Slip(start, end + (text[end] == "?"), (*stream, None), pinyin, "")


def _read(slip: _Slip, text: str) -> str | None:
    before = _NEXT_PINYIN.sub("", text[max(0, slip.start - 40) : slip.start])[-4:]
    after = _NEXT_PINYIN.sub("", text[slip.end : slip.end + 40])[:4]
    plain = {reading: _words(before, reading, after) for reading in _filled(slip, before[-1:])}
    told, fit = _best(plain)
    if not slip.split_pinyin or (fit.lone == 0 and fit.words > 0) or _PRIVATE_USE.search(text):
        return told
    # Characters that belong to no word: the page may strip private-use characters and so have lost two bytes more
    # somewhere. Such a reading explains more with less evidence, so it must make more words
    # and leave no such character.
    gapped = {
        reading: _words(before, reading, after) for other in _with_gaps(slip) for reading in _filled(other, before[-1:])
    }
    other_told, other_fit = _best(gapped)
    return other_told if other_fit.lone == 0 and other_fit.words > fit.words else told


def _best(readings: Mapping[str, _Fit]) -> tuple[str | None, _Fit]:
    """What the best readings agree on, None where they make no word, and how well they fit."""
    best = max(readings.values(), default=_Fit(0, 0))
    told = _agreed([reading for reading, fit in readings.items() if fit == best]) if best.words > 0 else None
    return told, best


def _agreed(readings: list[str]) -> str | None:
    """What all equally good readings share, the characters in which they differ marked as lost; None if that is much."""
    if not readings or any(len(reading) != len(readings[0]) for reading in readings):
        return None
    shared = "".join(at[0] if len(set(at)) == 1 else LOST for at in zip(*readings, strict=True))
    return shared if shared.count(LOST) <= len(shared) // 4 else None


def _with_gaps(slip: _Slip) -> Iterator[_Slip]:
    """The same with one double-byte character gone at each place where one may have stood."""
    for at in range(1, len(slip.stream), 2):
        stream = (*slip.stream[:at], GAP, GAP, *slip.stream[at:])
        yield _Slip(slip.start, slip.end, stream, slip.split_pinyin, slip.last_pinyin)


def _filled(slip: _Slip, previous: str) -> Iterator[str]:
    """Every decoding in which the lost bytes have some value and the told pinyin is right."""
    if len(slip.stream) % 2:
        return
    choices: list[Sequence[int]] = [range(0x40, 0xFF) if byte is None else [byte] for byte in slip.stream]
    choices[0] = _leads(previous, slip.split_pinyin)
    if GAP in slip.stream:  # the second user-defined area of GBK, which decodes to private-use characters
        at = slip.stream.index(GAP)
        choices[at], choices[at + 1] = range(0xAA, 0xB0), range(0xA1, 0xFF)
    for values in product(*choices):
        try:
            reading = bytes(values).decode("gbk")
        except UnicodeDecodeError:
            continue
        if all(map(_common, reading)) and (not slip.last_pinyin or slip.last_pinyin in _pinyin(reading[-1])):
            yield reading


def _leads(previous: str, pinyin: str) -> list[int]:
    """Lead bytes that, after the second byte of `previous`, make the character whose pinyin was inserted."""
    if not pinyin:
        return list(range(0x81, 0xFF))
    second = previous.encode("gb18030")[1]
    return [lead for lead in range(0x81, 0xFF) if pinyin in _pinyin(_decode(bytes([second, lead])))]


def _decode(pair: bytes) -> str:
    try:
        return pair.decode("gbk")
    except UnicodeDecodeError:
        return ""


@lru_cache(maxsize=30000)
def _pinyin(character: str) -> frozenset[str]:
    from pypinyin import pinyin

    return frozenset().union(*pinyin(character, heteronym=True, errors="ignore"))


@lru_cache(maxsize=30000)
def _common(character: str) -> bool:
    """In the first level of GB 2312 (3,755 common characters) when simplified, or Chinese punctuation."""
    if character in "，。；：、？！（）“”《》":
        return True
    try:
        encoded = simplified(character).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return len(encoded) == 2 and 0xB0 <= encoded[0] <= 0xD7


class _Fit(NamedTuple):
    """How well a reading falls into words; compared by the first, then by the second."""

    words: float  # (length - 1)² for each dictionary word that touches it, less a half for each lone character
    lone: float  # minus the lone characters that are no function words


def _words(before: str, reading: str, after: str) -> _Fit:
    text, cursor, score, lone = simplified(before + reading + after), 0, 0.0, 0
    for word in rjieba.cut(text, hmm=False):
        touches = cursor < len(before) + len(reading) and cursor + len(word) > len(before)
        if touches and len(word) > 1 and word.isalpha():
            score += (len(word) - 1) ** 2
        elif touches and word.isalpha() and word not in _FUNCTION_WORDS:
            lone += 1
        cursor += len(word)
    return _Fit(score - lone / 2, -lone)
