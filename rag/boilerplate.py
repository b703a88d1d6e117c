"""What stands around an article: navigation, credits, link lists, teasers. Clean text in, the article's lines left."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from rag.cleaning import CleanText, Edit
from rag.folding import fold, squeeze
from rag.labels import find_labels
from rag.people import People

_END = re.compile(r"[。！？!?…：:；;](?:[”’」』》）)\]\"']*)$|\.[”\"')]*$|\.{3,}$")
_INNER = re.compile(r"[，,。；;！!？?]")
_BULLET = re.compile(r"^\s*(?:[-*•·▪◦►]|\d{1,2}[.、)])\s*")
_LABELLED = re.compile(r"^\s*([^\s:：，,。]{1,12}(?:\s[^\s:：，,。]{1,3})?)\s*[:：]\s*(.*)$")
_BRACKETED = re.compile(r"^(?:[【\[（(][^【】\[\]（）()。]{1,60}[】\]）)]\s*)+$")
_SEPARATOR = re.compile(r"\s[|｜•·]\s|\s{3,}")
_MENU = re.compile(
    r"^(?:[^\s|｜，,。]{1,8}[|｜]){3,}[^\s|｜]{1,8}$|^(?:[\u4e00-\u9fff]{2,6} ){2,}[\u4e00-\u9fff]{2,6}$"
)
_FIELD = re.compile(r"\S{2,6}[:：]\S")
_EXPANDER = re.compile(r"(?:展开|展開|阅读|閱讀)(?:剩余|剩餘|全文|更多)\s*\d*\s*[%％]?")
_FOLDED_AWAY = re.compile(r"(?:\.{3,}|…+)$")
_DATED = re.compile(r"(?:19|20)\d\d\s*(?:[-/.年]\s*\d{1,2}|\b)|\b\d{1,2}:\d{2}\b|第\s*\d+\s*版|\bmin read\b")
_COUNTED = re.compile(r"(?:播放|阅读|评论|收藏|点赞|赞|在看|浏览|views?|likes?|comments?)\s*[\d.]+", re.IGNORECASE)
_BYLINE = re.compile(
    r"^(?:by|words|text|photos?|story)\b[: ] ?[A-Z][^.!?]{2,60}$|^(?:文|图|撰文|作者)\s*[/|｜:：]", re.IGNORECASE
)
_PAGE = re.compile(r"^(?:page|第)?\s*\d+\s*(?:of \d+|/ ?\d+|页)?$", re.IGNORECASE)
# What web pages say of themselves in any article, in both languages.
_FURNITURE = re.compile(
    r"cookies?\b|privacy|^(?:accept|advertisement|subscribe|share\b|save\b|print\b|skip to)|newsletter|sign up|all rights reserved"
    r"|©|copyright|your email|required fields|filed under|^(?:tags|topics)\b|listen on|download (?:the )?transcript|follow us"
    r"|版权|未经.{0,16}(?:授权|许可)|转载请|转载须|长按.{0,8}码|扫码|扫一扫|关注我们|公众号|点击(?:查看|阅读|订阅)|返回(?:首页|顶部)|免责声明",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"^[-—–*\s]*(?:END|完|全文完|正文完|The End)[-—–*\s]*$"
    r"|^(?:related\b|more on this|more from|most read|recommended|you may also|read more|further reading|comments?\b|leave a "
    r"|相关(?:阅读|文章|新闻|推荐|内容|链接)|延伸阅读|推荐阅读|热门|精选留言|评论区?|网友评论|最新评论|喜欢此内容|猜你喜欢|更多精彩)",
    re.IGNORECASE,
)


_LONGEST_NOISE = 200  # characters; a longer line that ends as a sentence is prose whatever it speaks of
_TOP = 5  # lines below the title among which date, source and counters stand


@dataclass(frozen=True)
class _Line:
    """A non-empty line of the clean text. `turn`: it begins a labelled turn."""

    start: int
    end: int
    text: str
    turn: bool
    repeated: bool

    @cached_property
    def stripped(self) -> str:
        return self.text.strip()

    @cached_property
    def ended(self) -> bool:
        """Ends as a sentence does. Only the tail is looked at: a whole article may stand on one line."""
        return bool(_END.search(self.stripped[-40:]))

    @cached_property
    def prose(self) -> bool:
        """Reads as sentences: ends like one, or is long with punctuation inside."""
        length = len(_BULLET.sub("", self.stripped[:20])) + len(self.stripped[20:])
        return self.turn or (self.ended and length > 3) or (length >= 30 and bool(_INNER.search(self.stripped)))

    @cached_property
    def labelled(self) -> bool:
        """`编辑:彭湖`: a short label and a short value, the label nobody who speaks."""
        if self.turn or len(self.text) > 60:
            return False
        match = _LABELLED.match(self.text)
        return match is not None and len(match[2]) <= 24 and not re.search(r"[。！？!?]|\.$", match[2])

    @cached_property
    def noise(self) -> bool:
        """Of a kind that is never part of an article, wherever it stands."""
        text = self.stripped
        if self.turn or len(text) > _LONGEST_NOISE:
            return False
        if len(_SEPARATOR.split(text)) >= 3 or (
            not self.ended and (_MENU.match(text) or len(_FIELD.findall(text)) >= 3)
        ):
            return True
        told = (
            len(text) > 60
            and (self.ended or len(_INNER.findall(text)) > 2)
            and not text.lower().startswith(("©", "copyright"))
        )
        marked = self.repeated or self.labelled or _BRACKETED.match(text) or _PAGE.match(text) or _BYLINE.match(text)
        return bool(marked) or (not told and bool(_FURNITURE.search(text[:_LONGEST_NOISE])))

    @cached_property
    def metadata(self) -> bool:
        """Around an article also a date line or a counter."""
        short = len(self.text) < 60 and not self.ended
        return self.noise or (not self.turn and short and bool(_DATED.search(self.text) or _COUNTED.search(self.text)))


def drop_boilerplate(text: CleanText, people: People | None = None) -> CleanText:
    """Delete lines that are not the article.

    Structure decides, never a page's own strings: the article runs from its title (the longest heading before the
    first prose) to the last prose before closing credits, a link section or a list of unrelated headlines.
    """
    turns = {label.start for label in find_labels(text.text, people or People())}
    found = [(m.start(), m.end(), m.group()) for m in re.finditer(r"[^\n]*\S[^\n]*", text.text)]
    counts = Counter(line.strip() for _, _, line in found)
    lines = [
        _Line(start, end, line, start in turns, counts[line.strip()] > 1 and not _END.search(line.strip()))
        for start, end, line in found
    ]
    kept = _article(lines)
    edits = [Edit(line.start, line.end, "", "boilerplate") for line in lines if line not in kept]
    for line in kept:
        if match := _EXPANDER.match(line.text.lstrip()):
            offset = line.start + len(line.text) - len(line.text.lstrip())
            edits.append(Edit(offset, offset + match.end(), "", "boilerplate"))
    return text.edit(sorted(edits, key=lambda edit: edit.start))


def _article(lines: list[_Line]) -> set[_Line]:
    lines = _before_credits(_before_sections(_before_headlines(lines)))
    prose = [i for i, line in enumerate(lines) if line.prose and not line.metadata]
    if not prose:
        return {line for line in lines if not line.noise}
    body = lines[prose[0] : prose[-1] + 1]
    headings = [line for line in lines[: prose[0]] if not line.metadata and len(line.text.strip()) >= 6]
    if not body[0].ended and not body[0].turn:
        headings = []  # the first long line without a full stop is the title itself
    title = sorted(headings, key=lambda line: len(line.text.strip()))[-1:]
    top = {line for line in body[:_TOP] if line.metadata}
    return {line for line in title + body if not (line.noise or line in top or _teaser(line, lines))}


def _teaser(line: _Line, lines: list[_Line]) -> bool:
    """A lead cut off with dots, all of which the article says again further on."""
    if not _FOLDED_AWAY.search(line.text.strip()) or len(line.text) < 40:
        return False
    later = squeeze("".join(other.text for other in lines if other.start > line.start))
    grams = {line_text[i : i + 8] for line_text in [squeeze(line.text)] for i in range(0, len(line_text) - 7, 4)}
    return bool(grams) and sum(gram in later for gram in grams) >= 0.7 * len(grams)


def _before_credits(lines: list[_Line]) -> list[_Line]:
    """Production credits (three labelled lines in a row, in the second half) close an article."""
    total = sum(len(line.text) for line in lines)
    seen = 0
    for i, line in enumerate(lines):
        if seen > total / 2 and all(other.labelled for other in lines[i : i + 3]) and len(lines) > i + 2:
            return lines[:i]
        seen += len(line.text)
    return lines


def _before_sections(lines: list[_Line]) -> list[_Line]:
    """An end mark, or the heading of a section that pages put below every article, in the second half."""
    total = sum(len(line.text) for line in lines)
    seen = 0
    for i, line in enumerate(lines):
        if seen > total / 2 and not line.turn and len(line.text) < 40 and _AFTER.search(line.text.strip()):
            return lines[:i]
        seen += len(line.text)
    return lines


def _before_headlines(lines: list[_Line]) -> list[_Line]:
    """A closing run of at least five bulleted headlines that have little in common with the text above."""
    first = len(lines)
    while first and _BULLET.match(lines[first - 1].text):
        first -= 1
    items = [_BULLET.sub("", line.text) for line in lines[first:]]
    if len(items) < 5 or sum(bool(re.search(r"[。.;；]$", item.strip())) for item in items) > len(items) / 3:
        return lines
    body = fold("\n".join(line.text for line in lines[:first]))
    shared = [_shared(fold(item), body) for item in items]
    return lines[:first] if sum(shared) / len(shared) < 0.6 else lines


def _shared(item: str, body: str) -> float:
    grams = [item[i : i + 2] for i in range(len(item) - 1)]
    return sum(gram in body for gram in grams) / max(1, len(grams))
