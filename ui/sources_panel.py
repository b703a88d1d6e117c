"""What stands beside the chat: an `Answer` in, its citation cards out; a `Source` and a passage in, the article out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import urlencode

from rag.types import Answer, Citation, Language, Sentence, Source, Span
from ui.escaping import escape
from ui.texts import text
from ui.voices import Voices


def cards_html(answer: Answer, *, turn: int, voices: Voices) -> str:
    """The citations of one turn. page.js shows one turn at a time and opens a card's article."""
    cards = "".join(_card(citation, answer.language, turn, voices) for citation in answer.citations)
    cards = cards or f'<p class="none">{escape(text(answer.language, "uncited"))}</p>'
    return (
        f'<section class="turn" id="sources-{turn}" lang="{answer.language}">'
        f'<h3 class="asked">{escape(answer.question)}</h3>{cards}</section>'
    )


def article_html(source: Source, sentences: Sequence[Sentence], passage: Span, *, language: Language, voices: Voices) -> str:
    """The whole cleaned article by turns; the sentences that `passage` touches are in `<mark>`, the first has id `passage`."""
    facts = " · ".join((source.outlet, _date(source.date) or text(language, "undated"), source.file)).removeprefix(" · ")
    head = f'<header><h2>{escape(source.title or source.file)}</h2><p class="facts">{escape(facts)}</p></header>'
    article = _Article(source, passage, language, voices)
    return f'<article class="reading">{head}{"".join(article.turns(sentences))}</article>'


class _Article:
    """One article being written, in which only the first cited sentence gets the id to scroll to."""

    def __init__(self, source: Source, passage: Span, language: Language, voices: Voices) -> None:
        self.source = source
        self.passage = passage
        self.language = language
        self.voices = voices
        self.found = False

    def turns(self, sentences: Sequence[Sentence]) -> Iterator[str]:
        before: tuple[str | None, str] | None = None
        for (_, speaker, role), said in groupby(sentences, key=lambda s: (s.turn, s.speaker, s.role)):
            # Long answers are many turns of one voice; its name once is enough.
            label = "" if (speaker, role) == before else f'<p class="label">{self.voices.chip(speaker, role, self.language)}</p>'
            before = (speaker, role)
            yield f'<div class="said {role}">{label}<p>{self._paragraphs([*said])}</p></div>'

    def _paragraphs(self, sentences: Sequence[Sentence]) -> str:
        parts, before = [], None
        for sentence in sentences:
            parts.append(self._gap(before, sentence) if before else "")
            parts.append(self._sentence(sentence))
            before = sentence
        return "".join(parts)

    def _gap(self, before: Sentence, after: Sentence) -> str:
        """What stood between two sentences in the source: a line, a space or nothing."""
        between = self.source.raw[before.span.end : after.span.start]
        if "\n" in between.strip(" \t"):
            return "</p><p>"
        return " " if between or before.text[-1:].isascii() else ""

    def _sentence(self, sentence: Sentence) -> str:
        shown = escape(sentence.text)
        if sentence.gloss:
            shown = f'<span class="misprint" title="{escape(text(self.language, "misprinted") + sentence.gloss)}">{shown}</span>'
        if not self.passage.overlap(sentence.span):
            return shown
        anchor = "" if self.found else f' id="passage" tabindex="-1" aria-label="{escape(text(self.language, "cited_passage"))}"'
        self.found = True
        return f"<mark{anchor}>{shown}</mark>"


def _card(citation: Citation, language: Language, turn: int, voices: Voices) -> str:
    where = " · ".join(part for part in (citation.title, citation.outlet, _date(citation.date)) if part)
    where_to = {"source": citation.source, "start": citation.start, "end": citation.end, "language": language}
    tone = voices.tone(citation.speaker) if citation.speaker else "tone-none"
    return (
        f'<a class="card {tone}" id="cite-{turn}-{citation.n}" href="article?{escape(urlencode(where_to))}">'
        f'<span class="by"><span class="number">{citation.n}</span>{voices.chip(citation.speaker, citation.role, language)}</span>'
        f'<span class="quote">{escape(citation.quote)}</span><span class="where">{escape(where or citation.file)}</span></a>'
    )


def _date(date: str) -> str:
    """ISO 8601 as far as it is known; "--05-24", which has no year, loses its dashes."""
    return date.removeprefix("--")
