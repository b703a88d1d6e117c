"""What stands beside the chat: an `Answer` in, its citation cards out; a `Source` and a passage in, the article out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from rag.types import Answer, Citation, Language, Role, Sentence, Source, Span
from ui.escaping import escape
from ui.texts import text
from ui.voices import Voices


def cards_html(answer: Answer, *, turn: int, voices: Voices, own: frozenset[str] = frozenset()) -> str:
    """The citations of one turn. page.js shows one turn at a time and opens a card's article. `own`: sources of the user."""
    cards = "".join(_card(citation, answer.language, turn, voices, own) for citation in answer.citations)
    cards = cards or f'<p class="none">{escape(text(answer.language, "uncited"))}</p>'
    return (
        f'<section class="turn" id="sources-{turn}" lang="{answer.language}">'
        f'<h3 class="about">{escape(answer.question)}</h3>{cards}</section>'
    )


def article_html(
    source: Source,
    sentences: Sequence[Sentence],
    passage: Span,
    *,
    language: Language,
    voices: Voices,
    report: Mapping[str, Any] | None = None,
) -> str:
    """The whole cleaned article; the sentences that `passage` touches are in `<mark>`, the first has id `passage`.

    `report`: what cleaning noted; places that it repaired or left out are shown.
    """
    article = _Article(source.raw, passage, language, voices, _notes(report or {}))
    return "".join(article.paragraph(paragraph) for paragraph in _paragraphs(source.raw, sentences))


def reading_html(source: Source, body: str, passage: Span, *, raw: bool, language: Language) -> str:
    """An article as the panel shows it: what it is, which of the two texts this is, and that text."""
    facts = [source.outlet, _date(source.date) or text(language, "undated"), source.file]
    told = " · ".join(fact for fact in facts if fact)
    head = f'<h2>{escape(source.title or source.file)}</h2><p class="facts">{escape(told)}</p>'
    where = {"source": source.id, "start": passage.start, "end": passage.end, "language": language}
    views = "".join(
        f'<a class="view" href="article?{escape(urlencode(where | {"view": view}))}" aria-current="{str(now).lower()}">'
        f"{escape(text(language, key))}</a>"
        for view, key, now in (("clean", "reading_view", not raw), ("raw", "raw_view", raw))
    )
    group = f'<nav class="views" aria-label="{escape(text(language, "views"))}">{views}</nav>'
    return f'<article class="reading" lang="{language}"><header>{head}{group}</header>{body}</article>'


def _notes(report: Mapping[str, Any]) -> list[tuple[str, int, int, str]]:
    return sorted((tuple(note) for note in report.get("notes", [])), key=lambda note: note[1])


def _paragraphs(raw: str, sentences: Iterable[Sentence]) -> Iterator[list[Sentence]]:
    """Sentences that no line break of the source and no change of turn divides."""
    paragraph: list[Sentence] = []
    for sentence in sentences:
        if paragraph and (
            sentence.turn != paragraph[-1].turn or "\n" in raw[paragraph[-1].span.end : sentence.span.start]
        ):
            yield paragraph
            paragraph = []
        paragraph.append(sentence)
    if paragraph:
        yield paragraph


class _Article:
    """One article being written: who spoke last, and whether the place to scroll to was already found."""

    def __init__(
        self, raw: str, passage: Span, language: Language, voices: Voices, notes: list[tuple[str, int, int, str]]
    ) -> None:
        self.notes = notes
        self.raw = raw
        self.passage = passage
        self.language = language
        self.voices = voices
        self.voice: tuple[str | None, Role] = (None, "narrator")
        self.found = False

    def paragraph(self, sentences: Sequence[Sentence]) -> str:
        alone = len(sentences) == 1 and not sentences[0].complete and sentences[0].role == "narrator"
        runs = groupby(sentences, key=lambda sentence: (sentence.speaker, sentence.role))
        left_out = self._left_out(sentences[0].span.start)
        parts = [self._run(voice, [*said], first=not n) for n, (voice, said) in enumerate(runs)]
        return f'{left_out}<p class="said{" heading" if alone else ""}">{"".join(parts)}</p>'

    def _run(self, voice: tuple[str | None, Role], sentences: Sequence[Sentence], *, first: bool) -> str:
        speaker, role = voice
        label = ""
        # The narrator needs no name: what nobody else says is the article's.
        if voice != self.voice and role != "narrator":
            label = f'<span class="{"label" if first else "inline"}">{self.voices.chip(speaker, role, self.language)}</span>'
        self.voice = voice
        said = "".join(f"{self._sentence(sentence)}{self._gap(sentence)}" for sentence in sentences)
        return f'{label}<span class="{role}">{said}</span>'

    def _left_out(self, start: int) -> str:
        """A line for what was removed since the last paragraph."""
        gone = 0
        while self.notes and self.notes[0][1] < start:
            kind, begin, end, _ = self.notes.pop(0)
            gone += end - begin if kind == "boilerplate" else 0
        return f'<p class="gap">{escape(text(self.language, "left_out", n=gone))}</p>' if gone else ""

    def _mended(self, sentence: Sentence) -> str:
        """A sign after a sentence in which something was repaired: what stood there, and what stands there now."""
        signs = []
        while self.notes and self.notes[0][1] < sentence.span.end:
            kind, begin, end, became = self.notes.pop(0)
            if kind == "repaired":
                told = f"{text(self.language, 'repaired')}: {self.raw[begin:end]} → {became}"
                signs.append(f'<span class="mended" title="{escape(told)}" tabindex="0">✎</span>')
        return "".join(signs)

    def _gap(self, sentence: Sentence) -> str:
        """Spaces between Latin sentences, none between Chinese ones."""
        after = self.raw[sentence.span.end : sentence.span.end + 1]
        return " " if after.isspace() or sentence.text[-1:].isascii() else ""

    def _sentence(self, sentence: Sentence) -> str:
        shown = escape(sentence.text)
        if sentence.gloss:
            shown = f'<span class="misprint" title="{escape(text(self.language, "misprinted") + sentence.gloss)}">{shown}</span>'
        mended = self._mended(sentence)
        if not self.passage.overlap(sentence.span):
            return shown + mended
        anchor = (
            ""
            if self.found
            else f' id="passage" tabindex="-1" aria-label="{escape(text(self.language, "cited_passage"))}"'
        )
        self.found = True
        return f"<mark{anchor}>{shown}</mark>{mended}"


def _card(citation: Citation, language: Language, turn: int, voices: Voices, own: frozenset[str]) -> str:
    where = " · ".join(part for part in (citation.title, citation.outlet, _date(citation.date)) if part)
    where_to = {"source": citation.source, "start": citation.start, "end": citation.end, "language": language}
    tone = voices.tone(citation.speaker) if citation.speaker else "tone-none"
    badge = f'<span class="badge">{escape(text(language, "yours"))}</span>' if citation.source in own else ""
    return (
        f'<a class="card {tone}" id="cite-{turn}-{citation.n}" href="article?{escape(urlencode(where_to))}">'
        f'<span class="by"><span class="number">{citation.n}</span>{voices.chip(citation.speaker, citation.role, language)}{badge}</span>'
        f'<span class="quote">{escape(citation.quote)}</span><span class="where">{escape(where or citation.file)}</span></a>'
    )


def _date(date: str) -> str:
    """ISO 8601 as far as it is known; "--05-24", which has no year, loses its dashes."""
    return date.removeprefix("--")
