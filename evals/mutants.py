"""A true statement in, false ones that differ from it in one thing out: the tables and the seeded choice.

The tables are written down here and not taken from `rag`, so that the checks are not measured with their own words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.types import Language, Sentence

KINDS = ("number", "unit", "year", "speaker", "entity", "negation", "direction", "modality", "citation")


@dataclass(frozen=True, slots=True)
class Case:
    """A statement, what it cites, what the cited words refer back to and are about. `kind` is "" for a true one."""

    id: str
    language: Language
    text: str
    cited: tuple[Sentence, ...]
    context: str = ""
    topic: str = ""
    kind: str = ""


# What may stand in each other's place, in either direction; two languages side by side. English is matched as whole words.
_ENTITIES = (
    ("清华大学", "北京大学"), ("清华", "北大"), ("上海交通大学", "浙江大学"), ("无问芯穹", "寒武纪"), ("燧原科技", "壁仞科技"),
    ("天数智芯", "摩尔线程"), ("腾讯", "阿里巴巴"), ("上海", "深圳"), ("北京", "广州"), ("中国", "印度"), ("美国", "日本"),
    ("英伟达", "高通"), ("国产", "进口"), ("大模型", "数据库"), ("芯片", "电池"), ("算力", "流量"), ("量子计算", "自动驾驶"),
    ("智算中心", "物流中心"), ("AMD", "Intel"), ("GPU", "DRAM"), ("CUDA", "OpenCL"), ("ChatGPT", "Gemini"), ("Nvidia", "Qualcomm"),
    ("Tsinghua", "Fudan"), ("Shanghai Jiao Tong University", "Zhejiang University"), ("Infinigence", "Cambricon"),
    ("Enflame", "Biren"), ("Iluvatar", "MetaX"), ("Tencent", "Alibaba"), ("Shanghai", "Shenzhen"), ("Beijing", "Guangzhou"),
    ("China", "India"), ("Chinese", "Indian"), ("domestic", "imported"), ("large models", "databases"), ("chips", "batteries"),
    ("large-model", "database"), ("AIGC", "SaaS"), ("AIDC", "CDN"), ("DeepSeek", "Baidu"), ("quantum", "classical"),
)  # fmt: skip
_UNITS = (
    ("万倍", "万元"), ("倍", "%"), ("%", "倍"), ("亿元", "万元"), ("亿", "万"), ("万", "亿"), ("元", "美元"), ("年", "个月"),
    ("个月", "天"), ("天", "小时"), ("个量级", "倍"), ("数量级", "倍"), ("岁", "天"), ("percent", "times"), ("times", "percent"),
    ("-fold", " percent"), ("billion", "million"), ("million", "billion"), ("RMB", "USD"), ("yuan", "dollars"),
    ("years", "months"), ("year", "month"), ("months", "days"), ("days", "hours"), ("hours", "days"), ("orders of magnitude", "times"),
)  # fmt: skip
_DIRECTIONS = (
    ("上升", "下降"), ("下降", "上升"), ("降低", "提高"), ("提高", "降低"), ("提升", "下滑"), ("增长", "萎缩"), ("增加", "减少"),
    ("减少", "增加"), ("降了", "涨了"), ("降1", "涨1"), ("变便宜", "变贵"), ("更便宜", "更贵"), ("便宜", "昂贵"), ("推动", "阻碍"),
    ("促进", "抑制"), ("加快", "放慢"), ("扩大", "缩小"), ("超过", "低于"), ("优势", "劣势"), ("rise", "fall"), ("fall", "rise"),
    ("fallen", "risen"), ("falling", "rising"), ("fell", "rose"), ("rises", "falls"), ("cheaper", "dearer"), ("cheap", "expensive"),
    ("lower", "higher"), ("higher", "lower"), ("increase", "decrease"), ("improve", "worsen"), ("improving", "worsening"),
    ("improves", "worsens"), ("reduce", "raise"), ("reduces", "raises"), ("growth", "decline"), ("grow", "shrink"),
    ("promote", "hinder"), ("faster", "slower"), ("more than", "less than"), ("exceeds", "falls below"), ("advantages", "drawbacks"),
    ("raise", "cut"), ("cut", "raise"), ("upgrade", "downgrade"),
)  # fmt: skip
_MODALITIES = (
    ("可能", "必然"), ("也许", "肯定"), ("有望", "已经"), ("希望", "已经做到"), ("目标", "成果"), ("计划", "已经"), ("将会", "已经"),
    ("可以", "必须"), ("愿意", "被迫"), ("打算", "已经"), ("未来", "如今"), ("正在", "早已"), ("已经", "打算"), ("已完成", "计划完成"),
    ("may", "will certainly"), ("might", "must"), ("could", "must"), ("can", "must"), ("hopes to", "has managed to"),
    ("would be", "has already been"), ("goal of", "feat of"), ("goal", "achievement"), ("aims to", "has managed to"), ("plans to", "has begun to"),
    ("will be", "has already been"), ("in future", "in the past"), ("has already", "plans to have"), ("have already", "hope to have"),
    ("already", "one day"), ("probably", "certainly"), ("should", "need not"),
)  # fmt: skip
_DENIALS = (
    ("并不是", "就是"), ("不是", "是"), ("没有", "有"), ("不能", "能"), ("不会", "会"), ("无法", "可以"), ("并非", "正是"),
    ("尚未", "已经"), ("不需要", "需要"), ("并不", "的确"), ("不容易", "容易"), ("不仅", "不"), ("是", "不是"), ("有", "没有"),
    ("能", "不能"), ("会", "不会"), ("可以", "不可以"), ("需要", "不需要"), ("应该", "不应该"), ("认为", "不认为"), ("让", "没有让"),
    ("要", "不要"), ("is not", "is"), ("are not", "are"), ("was not", "was"), ("cannot", "can"), ("does not", "does"),
    ("do not", "do"), ("did not", "did"), ("never", "always"), ("no longer", "still"), ("without", "with"), ("is", "is not"),
    ("are", "are not"), ("was", "was not"), ("were", "were not"), ("has", "has not"), ("have", "do not have"), ("can", "cannot"),
    ("will", "will not"), ("should", "should not"), ("must", "must not"), ("believes", "does not believe"),
)  # fmt: skip
_COUNTS = (
    ("两", "三", "四", "五", "六", "七", "八", "九"),
    ("two", "three", "four", "five", "six", "seven", "eight", "nine"),
)
_COUNT = re.compile(
    r"[两三四五六七八九](?=[个类种点方大件项家年代位])|\b(?:two|three|four|five|six|seven|eight|nine)\b"
)
_NUMBER = re.compile(r"(?<![\d.,A-Za-z-])\d[\d,]*(?:\.\d+)?(?!\d)(?!\s*年(?!多))")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def mutants(case: Case, others: Sequence[Case], names: Sequence[str], rng: random.Random) -> Iterator[Case]:
    """At most one mutant of each kind, chosen by `rng`; a kind that the statement gives no hold for is left out.

    `names`: people of the corpus, in the statement's language. `others`: statements whose citations may be taken.
    """
    shown = " ".join(sentence.text for sentence in case.cited)
    changes: dict[str, Callable[[], str | None]] = {
        "number": lambda: _renumbered(case.text, rng),
        "unit": lambda: _swapped(case.text, _UNITS, rng, after=r"(?<=[\d万亿千百多])\s?"),
        "year": lambda: _YEAR.sub(
            lambda found: str(int(found[0]) + rng.choice((-3, -2, -1, 1, 2))), case.text, count=1
        ),
        "speaker": lambda: _renamed(case.text, names, rng),
        "entity": lambda: _swapped(case.text, (*_ENTITIES, *((b, a) for a, b in _ENTITIES)), rng),
        "negation": lambda: _swapped(case.text, _DENIALS, rng),
        # An article may be garbled: what its own words say is no mutant of it.
        "direction": lambda: _swapped(case.text, [pair for pair in _DIRECTIONS if pair[1] not in shown], rng),
        "modality": lambda: _swapped(case.text, _MODALITIES, rng),
    }
    for kind, change in changes.items():
        text = change()
        if text and text != case.text:
            yield replace(case, text=text, kind=kind)
    if foreign := [other for other in others if _elsewhere(case, other)]:
        taken = rng.choice(foreign)
        yield replace(case, cited=taken.cited, context=taken.context, topic=taken.topic, kind="citation")


def _swapped(text: str, pairs: Sequence[tuple[str, str]], rng: random.Random, *, after: str = "") -> str | None:
    """One occurrence of one of the pairs replaced, English as whole words."""
    found = [
        (match, new)
        for old, new in pairs
        for match in re.finditer(
            after + (rf"\b{re.escape(old)}\b(?!-)" if old[0].isascii() and old[0].isalpha() else re.escape(old)), text
        )
    ]
    longest = [(m, new) for m, new in found if not any(_inside(m, other) for other, _ in found)]
    if not longest:
        return None
    match, new = rng.choice(longest)
    head = match[0][: len(match[0]) - len(match[0].lstrip())]
    return text[: match.start()] + head + new + text[match.end() :]


def _inside(one: re.Match[str], other: re.Match[str]) -> bool:
    return other.start() <= one.start() and one.end() <= other.end() and len(one[0]) < len(other[0])


def _renumbered(text: str, rng: random.Random) -> str | None:
    spots = [m for m in _NUMBER.finditer(text) if not _YEAR.fullmatch(m[0])] + list(_COUNT.finditer(text))
    if not spots:
        return None
    spot = rng.choice(spots)
    for counts in _COUNTS:
        if spot[0] in counts:
            new = rng.choice([count for count in counts if count != spot[0]])
            return text[: spot.start()] + new + text[spot.end() :]
    value = float(spot[0].replace(",", ""))
    changed = rng.choice([value * 10, value + 3, value * 2 + 1, value / 2 if value > 20 else value + 5])
    return text[: spot.start()] + f"{changed:,.10g}" + text[spot.end() :]


def _renamed(text: str, names: Sequence[str], rng: random.Random) -> str | None:
    """Another person of the corpus, or somebody whom nobody knows, in place of the first one named."""
    spot = min((text.find(name) for name in names if name in text), default=-1)
    if spot < 0:
        return None
    name = next(name for name in sorted(names, key=len, reverse=True) if text.startswith(name, spot))
    stranger = "Marie Dupont" if name.isascii() else "欧阳明远"
    new = rng.choice([*(other for other in names if other != name), stranger])
    return text[:spot] + new + text[spot + len(name) :]


def _elsewhere(case: Case, other: Case) -> bool:
    """The same article and voice, but no sentence of one within three of the other's: nobody swaps to what stands beside."""
    mine, theirs = case.cited[0], other.cited[0]
    if (mine.span.source, mine.speaker) != (theirs.span.source, theirs.speaker):
        return False
    return all(abs(a.span.start - b.span.start) > 300 for a in case.cited for b in other.cited)
