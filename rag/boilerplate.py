"""What stands around an article: navigation, credits, link lists, teasers. Clean text in, the article's lines left."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from rag.cleaning import CleanText, Edit
from rag.folding import fold, squeeze

_END = re.compile(r"[。！？!?…：:；;](?:[”’」』》）)\]\"']*)$|\.[”\"')]*$|\.{3,}$")
_INNER = re.compile(r"[，,。；;！!？?]")
_BULLET = re.compile(r"^\s*(?:[-*•·▪◦►]|\d{1,2}[.、)])\s*")
_LABELLED = re.compile(r"^\s*([^\s:：，,。]{1,12}(?:\s[^\s:：，,。]{1,3})?)\s*[:：]\s*(.*)$")
_BRACKETED = re.compile(r"^[【\[（(][^【】\[\]]{1,12}[】\]）)]$")
_EXPANDER = re.compile(r"(?:展开|展開|阅读|閱讀)(?:剩余|剩餘|全文|更多)\s*\d*\s*[%％]?")
_FOLDED_AWAY = re.compile(r"(?:\.{3,}|…+)$")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str

    @property
    def prose(self) -> bool:
        """Reads as sentences: ends like one, or is long with punctuation inside."""
        bare = _BULLET.sub("", self.text)
        return (bool(_END.search(bare)) and len(bare) > 6) or (len(bare) >= 30 and bool(_INNER.search(bare)))

    @property
    def links(self) -> bool:
        return len(re.findall(r"\s[|｜]\s", self.text)) >= 2

    def labelled(self, speakers: Collection[str]) -> bool:
        """`编辑:彭湖`: a short label and a short value, the label nobody who speaks."""
        match = _LABELLED.match(self.text)
        if not match or squeeze(match[1]) in speakers:
            return False
        return len(match[2]) <= 24 and not re.search(r"[。！？!?]", match[2])

    def metadata(self, speakers: Collection[str]) -> bool:
        """Several labels with short values on one line, as in `来源:互联网 日期:2024-07-15 浏览:88次`."""
        return self.labelled(speakers) or (
            len(re.findall(r"\S{2,6}[:：]\S", self.text)) >= 3 and not _END.search(self.text)
        )


def drop_boilerplate(text: CleanText, speakers: Collection[str] = ()) -> CleanText:
    """Delete lines that are not the article. `speakers`: squeezed names that may label a turn.

    Structure decides, never a page's own strings: the article runs from its title (the last long heading before the
    first prose line) to the last prose line before closing credits or a list of unrelated headlines.
    """
    lines = [_Line(m.start(), m.end(), m.group()) for m in re.finditer(r"[^\n]*\S[^\n]*", text.text)]
    kept = _article(lines, speakers)
    edits = [Edit(line.start, line.end, "", "boilerplate") for line in lines if line not in kept]
    for line in kept:
        if match := _EXPANDER.match(line.text.lstrip()):
            offset = line.start + len(line.text) - len(line.text.lstrip())
            edits.append(Edit(offset, offset + match.end(), "", "boilerplate"))
    return text.edit(sorted(edits, key=lambda edit: edit.start))


def _article(lines: list[_Line], speakers: Collection[str]) -> set[_Line]:
    lines = _before_credits(_before_headlines(lines), speakers)
    prose = [i for i, line in enumerate(lines) if line.prose and not line.links and not line.metadata(speakers)]
    if not prose:
        return set(lines)
    body = lines[prose[0] : prose[-1] + 1]
    title = [line for line in lines[: prose[0]] if len(line.text.strip()) >= 10 and not line.metadata(speakers)][-1:]
    return {line for line in title + body if not _noise(line, lines, speakers)}


def _noise(line: _Line, lines: list[_Line], speakers: Collection[str]) -> bool:
    return bool(line.links or line.metadata(speakers) or _BRACKETED.match(line.text.strip()) or _teaser(line, lines))


def _teaser(line: _Line, lines: list[_Line]) -> bool:
    """A lead cut off with dots, all of which the article says again further on."""
    if not _FOLDED_AWAY.search(line.text.strip()) or len(line.text) < 40:
        return False
    later = squeeze("".join(other.text for other in lines if other.start > line.start))
    grams = {line_text[i : i + 8] for line_text in [squeeze(line.text)] for i in range(0, len(line_text) - 7, 4)}
    return bool(grams) and sum(gram in later for gram in grams) >= 0.7 * len(grams)


def _before_credits(lines: list[_Line], speakers: Collection[str]) -> list[_Line]:
    """Production credits (three labelled lines in a row, in the second half) close an article."""
    total = sum(len(line.text) for line in lines)
    seen = 0
    for i, line in enumerate(lines):
        if seen > total / 2 and all(other.labelled(speakers) for other in lines[i : i + 3]) and len(lines) > i + 2:
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
