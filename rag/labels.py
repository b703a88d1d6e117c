"""Clean text in, the marks that begin a turn out, whatever the page's style of naming who speaks."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rag.folding import squeeze
from rag.people import People

_TIME = r"[\[(（]?(?:\d{1,2}:)?\d{1,2}:\d{2}[\])）]?"
_TITLE = r"(?:[ ]?[(（][^()（）\n]{1,24}[)）])?"
_NAME = r"[^\n:：，,。！？!?\[\]【】（）()\t*|]{1,24}?"
_STYLES = (
    # **Anna Weber (Nordfeld):** text
    re.compile(rf"^[ ]*(?:\*\*|__)?(?P<name>{_NAME}){_TITLE}(?:\*\*|__)?[ ]*[:：](?:\*\*|__)?[ ]*", re.M),
    # 【记者】text
    re.compile(rf"^[ ]*[【\[](?P<name>{_NAME})[】\]][ ]*[:：]?[ ]*", re.M),
    # 张三 00:05 on a line of its own
    re.compile(rf"^[ ]*(?P<name>{_NAME})[ ]+{_TIME}[ ]*\n", re.M),
    # 主持人<tab>text, the tab read as a space
    re.compile(r"^[ ]*(?P<name>[\u4e00-\u9fff·]{2,6}|[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,2})[ ]{1,8}(?=\S)", re.M),
)
_LIKE_NAME = re.compile(
    r"^(?:[\u4e00-\u9fff·]{1,8}|(?:(?:Mr|Ms|Mrs|Dr|Prof)\.? )?[A-Z][\w.'-]*(?: [A-Z&][\w.'-]*){0,3}|《[^》]{2,16}》)$"
)
_NO_SPEAKERS = frozenset(
    "warning note notes tip caution important example 注意 提示 警告 备注 摄影 摄像 编辑 图片 来源 时间 地点 作者 责编 校对 导读 摘要".split()
)
_ASKS = re.compile(r"[?？](?:[”’」』)）\s]*)$|[吗呢][。”’」』\s]*$")
_HOST_LINE = re.compile(
    r"^[ ]*(?:主播|主持人?|采访(?:人|者)?|host(?:ed by)?|interview(?:er)?(?: by)?)[ ]*[:：][ ]*(?P<name>[^\n]{2,24})$",
    re.M | re.I,
)


@dataclass(frozen=True, slots=True)
class Label:
    """A turn's label at [start, end) of the clean text; `key` is its squeezed name."""

    start: int
    end: int
    name: str
    key: str


def find_labels(text: str, people: People) -> list[Label]:
    """Labels in order. A name counts when it is known, or looks like one and comes back in the same style; the style
    with a space only when two names take turns, for a sentence may begin with any word.
    """
    found: list[Label] = []
    starts: set[int] = set()
    for number, style in enumerate(_STYLES):
        labels = [Label(m.start(), m.end(), m["name"].strip(), squeeze(m["name"])) for m in style.finditer(text)]
        counts = Counter(label.key for label in labels)
        loose = number == len(_STYLES) - 1
        kept = [label for label in labels if label.key and _counts(label, counts, people, loose=loose)]
        if loose and (found or len({label.key for label in kept}) < 2 or not _alternate(kept, text)):
            continue
        found += [label for label in kept if label.start not in starts]
        starts |= {label.start for label in kept}
    found.sort(key=lambda label: label.start)
    return found[1:] if found and _headline(found[0], text) else found


def askers(text: str, labels: Sequence[Label], people: People) -> frozenset[str]:
    """Keys of the labels that ask: hosts by word or by the page's own list, else those whose turns mostly end in a
    question and who ask more than anybody else.
    """
    declared = {squeeze(match["name"]) for match in _HOST_LINE.finditer(text)}
    hosts = {label.key for label in labels if label.key in declared or people.is_host(label.name)}
    if hosts:
        return frozenset(hosts)
    turns: dict[str, list[bool]] = defaultdict(list)
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        body = text[label.end : following.start if following else len(text)].strip()
        turns[label.key].append(bool(_ASKS.search(body)))
    shares = {key: sum(asked) / len(asked) for key, asked in turns.items()}
    most = max(shares.values(), default=0.0)
    known = {label.key for label in labels if people.named(label.name)}
    return frozenset(key for key, share in shares.items() if share >= 0.4 and share == most and key not in known)


def _counts(label: Label, counts: Counter[str], people: People, *, loose: bool) -> bool:
    known = label.key in people.labels
    if label.key in _NO_SPEAKERS and not known:
        return False
    if loose:
        return counts[label.key] > 1 and (known or bool(_LIKE_NAME.match(label.name)))
    return known or (counts[label.key] > 1 and bool(_LIKE_NAME.match(label.name)))


def _headline(label: Label, text: str) -> bool:
    """`Name: what he said` as the first line, without a full stop, is the title; a time stamp makes it a turn."""
    if text[label.end - 1 : label.end] == "\n":
        return False
    line = text[label.start :].split("\n", 1)[0].strip()
    return (
        not text[: label.start].strip() and not re.search(r"[。.！!？?…”\"]$", line) and len(line) > len(label.name) + 4
    )


def _alternate(labels: Sequence[Label], text: str) -> bool:
    """Whether the labels begin most of the text's lines."""
    lines = sum(bool(line.strip()) for line in text.splitlines())
    return len(labels) >= max(4, lines / 3)
