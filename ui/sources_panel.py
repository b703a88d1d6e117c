"""What stands beside the chat: an `Answer` in, its citation cards out; a `Source` and a passage in, the article out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from urllib.parse import urlencode

from rag.types import Answer, Citation, Language, Role, Sentence, Source, Span
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


def article_html(
    source: Source, sentences: Sequence[Sentence], passage: Span, *, language: Language, voices: Voices
) -> str:
    """The whole cleaned article; the sentences that `passage` touches are in `<mark>`, the first has id `passage`."""
    facts = [source.outlet, _date(source.date) or text(language, "undated"), source.file]
    told = " · ".join(fact for fact in facts if fact)
    head = f'<header><h2>{escape(source.title or source.file)}</h2><p class="facts">{escape(told)}</p></header>'
    article = _Article(source.raw, passage, language, voices)
    paragraphs = "".join(article.paragraph(paragraph) for paragraph in _paragraphs(source.raw, sentences))
    return f'<article class="reading">{head}{paragraphs}</article>'


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

    def __init__(self, raw: str, passage: Span, language: Language, voices: Voices) -> None:
        self.raw = raw
        self.passage = passage
        self.language = language
        self.voices = voices
        self.voice: tuple[str | None, Role] = (None, "narrator")
        self.found = False

    def paragraph(self, sentences: Sequence[Sentence]) -> str:
        alone = len(sentences) == 1 and not sentences[0].complete and sentences[0].role == "narrator"
        runs = groupby(sentences, key=lambda sentence: (sentence.speaker, sentence.role))
        parts = [self._run(voice, [*said], first=not n) for n, (voice, said) in enumerate(runs)]
        return f'<p class="said{" heading" if alone else ""}">{"".join(parts)}</p>'

    def _run(self, voice: tuple[str | None, Role], sentences: Sequence[Sentence], *, first: bool) -> str:
        speaker, role = voice
        label = ""
        # The narrator needs no name: what nobody else says is the article's.
        if voice != self.voice and role != "narrator":
            label = f'<span class="{"label" if first else "inline"}">{self.voices.chip(speaker, role, self.language)}</span>'
        self.voice = voice
        said = "".join(f"{self._sentence(sentence)}{self._gap(sentence)}" for sentence in sentences)
        return f'{label}<span class="{role}">{said}</span>'

    def _gap(self, sentence: Sentence) -> str:
        """Spaces between Latin sentences, none between Chinese ones."""
        after = self.raw[sentence.span.end : sentence.span.end + 1]
        return " " if after.isspace() or sentence.text[-1:].isascii() else ""

    def _sentence(self, sentence: Sentence) -> str:
        shown = escape(sentence.text)
        if sentence.gloss:
            shown = f'<span class="misprint" title="{escape(text(self.language, "misprinted") + sentence.gloss)}">{shown}</span>'
        if not self.passage.overlap(sentence.span):
            return shown
        anchor = (
            ""
            if self.found
            else f' id="passage" tabindex="-1" aria-label="{escape(text(self.language, "cited_passage"))}"'
        )
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
