"""Numbers in any spelling, Chinese or English: text in, comparable values out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

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


# What stands after a number, or before it, and says what is counted.
_UNITS = (
    ("percent", r"%|个?百分点|成(?![立本功为员熟果长就])|per ?cent\b|percentage"),
    ("times", r"倍|-?fold\b|times?\b|x(?![a-z])"),
    ("magnitudes", r"个?数?量级|orders? of magnitude"),
    ("dollars", r"美元|美金|(?:us )?dollars?\b|usd\b"),
    ("yuan", r"元|块钱|人民币|rmb\b|yuan\b|cny\b"),
    ("hours", r"个?(?:小时|钟头)|-?hours?\b"),
    ("days", r"天|日|-?days?\b"),
    ("weeks", r"个?(?:周|星期)|-?weeks?\b"),
    ("months", r"个?月|-?months?\b"),
    ("years", r"年|岁|周岁|-?years?\b"),
)
_UNIT = re.compile(r"[\s+]*[多余几]?" + "(?:" + "|".join(f"(?P<{name}>{words})" for name, words in _UNITS) + ")")
_BEFORE = re.compile(r"(?:(?P<dollars>us\$|\$|usd ?)|(?P<yuan>rmb ?|cny ?|¥|￥)|(?P<percent>百分之))$")
_RANGE = re.compile(r"\s*(?:[-–—~～至到、,/]|to|or|and)\s*")
_REFERRED = re.compile("者")  # 两者 points back at what was counted
_IDIOMS = re.compile(
    r"五花八门|千行百业|百花齐放|各行各业|四面八方|成千上万|千方百计|万能|百分百|六边形|九章|七上八下|一五一十|三言两语|四通八达"
)
_PAIR = re.compile(r"双|两者|二者|另(?:外)?一|\b(?:both|pair|double|dual)\b")
_COUNTED = re.compile(r"[个类种点方大件项家年代位款者样步次条门](?!半|分)")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and what it counts: `unit` is a word of the table above, "" when none of them stands beside it.

    `listed`: it counts items that the text itself enumerates behind it.
    """

    value: float
    unit: str = ""
    listed: bool = False


def quantities(text: str) -> tuple[Quantity, ...]:
    """Every reading of every number with its unit; in a range the first number has the unit of the second.

    >>> [(q.value, q.unit) for q in quantities("七成") if q.unit]
    [(7.0, 'percent'), (70.0, 'percent')]
    """
    folded = _IDIOMS.sub("", fold(text))
    found = list(_NUMBER.finditer(folded))
    return tuple(
        Quantity(value, _unit(folded, found, n)) for n, match in enumerate(found) for value in _readings(match, folded)
    ) + tuple(Quantity(2.0) for _ in _PAIR.findall(folded))


def claimed(text: str) -> tuple[Quantity, ...]:
    """What a claim certainly states: every number but one, and in Chinese words only what a measure word follows."""
    folded = _IDIOMS.sub("", fold(text))
    found = list(_NUMBER.finditer(folded))
    certain = []
    for n, match in enumerate(found):
        *_, value = _readings(match, folded)
        if match["zh"] and not (re.search("[十百千万亿]", match["zh"]) or _COUNTED.match(folded, match.end())):
            continue
        before = folded[max(0, match.start() - 4) : match.start()]
        if (match["zh"] or match["en"]) and (
            value < 2 or (value == 2 and before == "the ") or _REFERRED.match(folded, match.end())
        ):
            continue
        certain.append(Quantity(value, _unit(folded, found, n), _lists(value, folded[match.end() :])))
    return tuple(certain)


def _lists(value: float, rest: str) -> bool:
    """Whether as many items follow, as in "three things: a, b and c"."""
    part = re.split(r"[。;；!?！？]", rest)[0]
    if (numbered := len(re.findall(r"[一二三四五六七八九](?=是)|另外?一", part))) > 1:
        return value == numbered
    between = len(re.findall(r"[、,]\s*(?:and|以及|还有|和)?(?!\d)|[和与及]|\band\b|加上", part))
    return 1 < value < 10 and value in (between + 1, len(re.findall(r"[、,](?!\d)|\b, and\b", part)) + 1)


def _unit(folded: str, found: list[re.Match[str]], n: int) -> str:
    for match in (_UNIT.match(folded, found[n].end()), _BEFORE.search(folded[: found[n].start()])):
        if match and match.lastgroup:
            return match.lastgroup
    if (
        n + 1 < len(found)
        and (between := _RANGE.match(folded, found[n].end()))
        and between.end() == found[n + 1].start()
    ):
        return _unit(folded, found, n + 1)
    return ""


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
