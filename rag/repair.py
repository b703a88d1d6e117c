"""Put lost GBK bytes back: text whose double-byte stream slipped by one byte in, the words it was out.

Some sites insert pinyin into a GBK page byte by byte. Where the inserted text splits a character, one byte is lost or
becomes `?`, and all characters up to the next ASCII byte are made of the wrong halves: 因為客戶們 turns into
`因?yàn)榭蛻羲`. Encoding the wrong characters gives the old bytes back; what is missing is found by a bounded search
over the lost byte. A result stands only if no private-use character is left, every character is a common one, the
pinyin beside it is right, and its words make it better than any other candidate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import rjieba

from rag.cleaning import LOST, TONED, CleanText, Edit
from rag.folding import simplified

_PIN = rf"[a-zü]*[{TONED}][a-zü]*"
_SPLIT = re.compile(rf"(?<=[\u3400-\u9fff])\?(?P<pinyin>{_PIN})\)")
_SLIPPED = re.compile(r"(?<=\))[;:,]?[^\x00-\x7f]*[\ue000-\uf8ff][^\x00-\x7f]*")
_NEXT_PINYIN = re.compile(rf"\(({_PIN})\)")
_EDGE_PINYIN = re.compile(rf"\?({_PIN})\)")
_WIDE = {";": "；", ":": "：", ",": "，"}
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
    for candidate in (slip, _with_gap(slip)):
        readings = {reading: _words(before, reading, after) for reading in _filled(candidate, before[-1:])}
        best = max(readings.values(), default=0)
        winners = [reading for reading, score in readings.items() if score == best]
        if best:
            return _agreed(winners)
    return None


def _agreed(readings: list[str]) -> str | None:
    """What all equally good readings share; only a last character that was told by one byte may stay lost."""
    first = readings[0]
    if len(readings) == 1:
        return first
    alike = len(first) > 1 and all(len(other) == len(first) and other[:-1] == first[:-1] for other in readings)
    return first[:-1] + LOST if alike else None


def _with_gap(slip: _Slip) -> _Slip:
    """The same with one double-byte character gone: a page that strips private-use characters loses two bytes more."""
    return _Slip(slip.start, slip.end, (None, None, None, *slip.stream[1:]), slip.split_pinyin, slip.last_pinyin)


def _filled(slip: _Slip, previous: str) -> Iterator[str]:
    """Every decoding in which the lost bytes have some value and the told pinyin is right."""
    gap = slip.stream[:3] == (None, None, None)
    if len(slip.stream) % 2 or (gap and not slip.split_pinyin):
        return
    choices: list[Sequence[int]] = [range(0x40, 0xFF) if byte is None else [byte] for byte in slip.stream]
    choices[0] = _leads(previous, slip.split_pinyin)
    if gap:  # the second user-defined area of GBK, which decodes to private-use characters
        choices[1], choices[2] = range(0xAA, 0xB0), range(0xA1, 0xFF)
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


def _words(before: str, reading: str, after: str) -> int:
    """How much of the reading stands in dictionary words: the sum of (length - 1)² of the words that touch it."""
    text, cursor, score = simplified(before + reading + after), 0, 0
    for word in rjieba.cut(text, hmm=False):
        touches = cursor < len(before) + len(reading) and cursor + len(word) > len(before)
        if touches and len(word) > 1 and word.isalpha():
            score += (len(word) - 1) ** 2
        cursor += len(word)
    return score
