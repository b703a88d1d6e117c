"""Numbers in any spelling, Chinese or English: text in, comparable values out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.folding import fold

_MOST = 10**300  # what a float can still hold; 亿亿亿… is no quantity
_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
_SCALE_EN = {"hundred": 10**2, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12, "k": 10**3}
_WORDS_EN = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
        ]
    )
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_TENS_EN = [word for word, value in _WORDS_EN.items() if value >= 20]
_ONES_EN = [word for word, value in _WORDS_EN.items() if 0 < value < 10]
_ZH_NUMBER = "零〇一二两三四五六七八九十百千万亿"
_NUMBER = re.compile(
    r"10\^(?P<power>\d+)"
    rf"|(?P<digits>\d[\d,]*(?:\.\d+)?)\s*(?P<scale>[十百千万亿]+|(?:hundred|thousand|million|billion|trillion|k)\b)?"
    rf"|(?P<zh>[{_ZH_NUMBER}]+)"
    rf"|\b(?P<en>(?:{'|'.join(_TENS_EN)})-(?:{'|'.join(_ONES_EN)})|{'|'.join(_WORDS_EN)})(?:[ -](?P<en_scale>hundred|thousand|million|billion|trillion))?\b"
)


def values(text: str) -> frozenset[float]:
    """Every number that the text may be read to state; percentages and 成 as their percent value.

    >>> sorted(values("降1万倍，70%-80%，七成")), sorted(values("10,000 times, seventy percent"))
    ([1.0, 7.0, 70.0, 80.0, 10000.0], [70.0, 10000.0])
    """
    return frozenset(value for found in _NUMBER.finditer(fold(text)) for value in _readings(found, text))


def stated(text: str) -> frozenset[float]:
    """Only numbers that are certainly meant as such: written in digits, or Chinese with a unit that counts.

    >>> sorted(stated("一个目标：下降1万倍")), sorted(stated("降低一万倍"))
    ([10000.0], [10000.0])
    """
    folded = fold(text)
    found: set[float] = set()
    for match in _NUMBER.finditer(folded):
        if match["en"] and not match["en_scale"]:
            continue
        if match["zh"] and not (
            re.search("[十百千万亿]", match["zh"]) and re.match("[倍年元个家款%]", folded[match.end() :])
        ):
            continue
        found |= set(list(_readings(match, folded))[-1:])
    return frozenset(found)


def _readings(match: re.Match[str], text: str) -> Iterator[float]:
    """The bare number and the scaled one; the last is the intended one."""
    if match["power"]:
        yield float(10 ** min(int(match["power"]), 300))
        return
    if match["digits"]:
        value = float(match["digits"].replace(",", "")[:300])
        yield value
        if match.string[match.end() : match.end() + 1] == "成":
            yield value * 10
        if scale := match["scale"]:
            yield value * (_SCALE_EN.get(scale) or _chinese("一" + scale))
    elif match["zh"]:
        value = _chinese(match["zh"])
        if re.fullmatch("一?[一二两三四五六七八九]{2}", match["zh"]):
            yield from map(_chinese, match["zh"])  # 两三年 is two or three years
        yield value
        if match.string[match.end() : match.end() + 1] == "成":
            yield value * 10
    else:
        tens, _, ones = match["en"].partition("-")
        yield float((_WORDS_EN[tens] + _WORDS_EN.get(ones, 0)) * _SCALE_EN.get(match["en_scale"] or "", 1))


def _chinese(numeral: str) -> float:
    """三千五百万 → 35000000; digits in a row (二〇二四) are read as they stand."""
    if all(character in _DIGITS for character in numeral):
        return float("".join(str(_DIGITS[character]) for character in numeral[:300]))
    total, section, digit = 0, 0, 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _SMALL:
            section += (digit or 1) * _SMALL[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * _LARGE[character]
            section = digit = 0
    return float(min(total + section + digit, _MOST))
