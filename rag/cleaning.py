"""Raw text in, `CleanText` out: readable text together with where each character stands in the raw text."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Offsets = npt.NDArray[np.int32]

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_HAN_OR_LOST = r"[\u3400-\u4dbf\u4e00-\u9fff?？□]"
# A toned syllable run in brackets after a Han character; `(CV)`, `(智算中心)` and `(Beijing)` have no tone mark.
_PINYIN = re.compile(rf"(?<={_HAN_OR_LOST})[(（][a-zü' ]*[{TONED}][a-zü{TONED}' ]*[)）]")
_BARE_SYLLABLE = re.compile(rf"(?<={_HAN_OR_LOST})[(（][a-zü]{{1,6}}[)）]")
# The lost edge of a character swallowed the opening bracket: 日?qǐng)?bào).
_LOST_EDGE = re.compile(rf"\?[a-zü]*[{TONED}][a-zü]*\)")
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\t]")
_ODD_LINE_END = re.compile("\r\n?|[\u000b\u000c\u0085\u2028\u2029]")
_TAG = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|em|strong|img|ul|ol|li|h[1-6]|table|t[rdh]|font|center|section|article|"
    r"script|style|blockquote|figure|figcaption|hr|sup|sub)(?=[\s/>])[^<>\n]{0,300}>",
    re.IGNORECASE,
)
_HALF_TAG = re.compile(r"(?<=\?)/(?:p|div|span|li|td)>")  # its "<" went with the second half of a character
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,24});")
_TIMESTAMP = re.compile(r"^[ ]*\[(?:\d{1,2}:)?\d{1,2}:\d{2}\][ ]*", re.MULTILINE)
_STAGE = re.compile(
    r"\[(?:laugh(?:s|ter|ing)?|music|applause|crosstalk|inaudible|pause|ad break|silence)\][ ]*", re.IGNORECASE
)
_IMAGE = re.compile(r"!\[[^\]\n]*\]\([^)\n]*\)")
_LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\([^)\n]*\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_LINE_MARK = re.compile(r"^[ ]{0,3}(?:#{1,6}[ ]+|>[ ]?|[-*+][ ]+)", re.MULTILINE)
_FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
LOST = "□"
_NOTED = frozenset({"repaired", "damaged", "boilerplate"})


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace [start, end) of the current text by `text`; `kind` names the reason in the report."""

    start: int
    end: int
    text: str
    kind: str


class Note(NamedTuple):
    """A change that a reader may want to check: raw [start, end) became `text`."""

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """`text[i]` came from `raw[starts[i]:ends[i]]`; both maps ascend. `report` counts edits by kind, `notes` keeps those
    that change what is read.
    """

    text: str
    starts: Offsets
    ends: Offsets
    report: dict[str, int]
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.text) == len(self.starts) == len(self.ends):
            raise ValueError(f"offset map of {len(self.starts)}/{len(self.ends)} for {len(self.text)} characters")

    @classmethod
    def of(cls, raw: str) -> CleanText:
        """The raw text as it is, every character mapped to itself."""
        starts = np.arange(len(raw), dtype=np.int32)
        return cls(raw, starts, starts + 1, {})

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Raw half-open offsets of the non-empty clean range [start, end)."""
        return int(self.starts[start]), int(self.ends[end - 1])

    def edit(self, edits: Iterable[Edit]) -> CleanText:
        """A new text with the edits made. They must ascend and not overlap; a replacement maps to all it replaces."""
        texts: list[str] = []
        starts: list[Offsets] = []
        ends: list[Offsets] = []
        report = Counter(self.report)
        notes = list(self.notes)
        cursor = 0
        for edit in edits:
            if edit.start < cursor or edit.end <= edit.start:
                raise ValueError(f"edit [{edit.start}, {edit.end}) is empty or overlaps the one before, up to {cursor}")
            texts += [self.text[cursor : edit.start], edit.text]
            raw_start, raw_end = self.span(edit.start, edit.end)
            size = len(edit.text)
            starts += [self.starts[cursor : edit.start], np.full(size, raw_start, np.int32)]
            ends += [self.ends[cursor : edit.start], np.full(size, raw_end, np.int32)]
            report[edit.kind] += 1
            if edit.kind in _NOTED:
                notes.append(Note(edit.kind, raw_start, raw_end, edit.text))
            cursor = edit.end
        if not texts:
            return self
        texts.append(self.text[cursor:])
        starts.append(self.starts[cursor:])
        ends.append(self.ends[cursor:])
        return CleanText("".join(texts), np.concatenate(starts), np.concatenate(ends), dict(report), tuple(notes))


Step = Callable[[CleanText], CleanText]


def clean(raw: str, steps: Iterable[Step]) -> CleanText:
    """All steps in order."""
    text = CleanText.of(raw)
    for step in steps:
        text = step(text)
    return text


def drop_invisible(text: CleanText) -> CleanText:
    """Control, zero-width, bidirectional, tag and variation characters vanish; odd spaces and line ends become plain ones."""
    found = [Edit(m.start(), m.end(), "", "invisible") for m in _INVISIBLE.finditer(text.text)]
    found += [Edit(m.start(), m.end(), " ", "space") for m in _ODD_SPACE.finditer(text.text)]
    found += [Edit(m.start(), m.end(), "\n", "space") for m in _ODD_LINE_END.finditer(text.text)]
    return text.edit(sorted(found, key=lambda edit: edit.start))


def drop_markup(text: CleanText) -> CleanText:
    """HTML tags left in the text vanish; entities become their character, but for those within a tag."""
    found = [Edit(m.start(), m.end(), "", "markup") for m in _TAG.finditer(text.text)]
    found += [Edit(m.start(), m.end(), "", "markup") for m in _HALF_TAG.finditer(text.text)]
    for match in _ENTITY.finditer(text.text):
        decoded = html.unescape(match.group())
        if decoded != match.group():
            found.append(Edit(match.start(), match.end(), decoded, "entity"))
    kept: list[Edit] = []
    for edit in sorted(found, key=lambda edit: edit.start):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return text.edit(kept)


def drop_pinyin(text: CleanText) -> CleanText:
    """Pinyin in brackets after a Han character vanishes; a bare syllable only where the page is full of toned ones."""
    spans = [match.span() for match in _PINYIN.finditer(text.text)]
    if len(spans) >= 20:
        spans += [match.span() for match in _BARE_SYLLABLE.finditer(text.text)]
    edits = [Edit(start, end, "", "pinyin") for start, end in spans]
    edits += [Edit(m.start(), m.end(), LOST, "damaged") for m in _LOST_EDGE.finditer(text.text)]
    return text.edit(sorted(edits, key=lambda edit: edit.start))


def drop_timestamps(text: CleanText) -> CleanText:
    """A transcript's time stamps at the beginning of lines, and its stage directions in square brackets, vanish."""
    found = [Edit(m.start(), m.end(), "", "timestamp") for m in _TIMESTAMP.finditer(text.text)]
    found += [Edit(m.start(), m.end(), "", "stage direction") for m in _STAGE.finditer(text.text)]
    return text.edit(sorted(found, key=lambda edit: edit.start))


def drop_markdown(text: CleanText) -> CleanText:
    """Of Markdown the marks vanish and the words stay; images and front matter vanish whole."""
    for pattern, kind in ((_FRONT_MATTER, "front matter"), (_IMAGE, "image"), (_LINE_MARK, "markdown")):
        text = text.edit(Edit(m.start(), m.end(), "", kind) for m in pattern.finditer(text.text))
    for pattern, group in ((_LINK, 1), (_EMPHASIS, 2)):
        edits: list[Edit] = []
        for m in pattern.finditer(text.text):
            edits += [Edit(m.start(), m.start(group), "", "markdown"), Edit(m.end(group), m.end(), "", "markdown")]
        text = text.edit(edits)
    return text
