"""One question in, a column for each founder out: what they say about it in their own words, or that they don't."""

from __future__ import annotations

from collections.abc import Iterator

from rag.types import Answer, Language, Person
from ui.engines import Engine, failure
from ui.escaping import escape
from ui.render import notice_html
from ui.sources_panel import cards_html
from ui.texts import MAX_QUESTION, language_of, text
from ui.voices import Known, known

# Cards are numbered by turn; those of the comparison come after any chat's and before the economics'.
FIRST_TURN = 8_000_001


def compared(engine: Engine, question: str, language: Language | None = None) -> Iterator[str]:
    """The columns as HTML, again each time that another is filled."""
    shown = language or language_of(question)
    if len(question) > MAX_QUESTION:
        yield notice_html(text(shown, "too_long", n=len(question), most=MAX_QUESTION), shown)
        return
    if not question.strip():
        yield ""
        return
    library = known(engine.library())
    columns = [_waiting(person, library, shown) for person in library.heard]
    for n, person in enumerate(library.heard):
        columns[n] = _column(engine, question, person, n, library, shown, language)
        yield f'<div class="founders" lang="{shown}">{"".join(columns)}</div>'


def _column(
    engine: Engine, question: str, person: Person, n: int, library: Known, shown: Language, language: Language | None
) -> str:
    try:
        answer = engine.query(question, speakers=[person.name], language=language)
    except Exception as error:
        return _framed(person, f'<p class="none">{escape(failure(error, shown))}</p>', library, shown)
    said = "".join(_said(answer, person, n, library))
    nothing = f'<p class="none">{escape(text(shown, "not_discussed"))}</p>'
    return _framed(person, said or nothing, library, shown)


def _said(answer: Answer, person: Person, n: int, library: Known) -> Iterator[str]:
    """What it cites of this person; the refusal of a reckoning or a comparison is nobody's view."""
    own = tuple(citation for citation in answer.citations if citation.speaker == person.name)
    if answer.refused or not own:
        return
    for statement in answer.statements:
        if statement.speaker == person.name:
            marks = "".join(
                f'<a class="cite {library.voices.tone(person.name)}" href="#cite-{FIRST_TURN + n}-{number}">{number}</a>'
                for number in statement.citations
                if any(citation.n == number for citation in own)
            )
            yield f'<p class="says">{escape(statement.text)}{marks}</p>'
    quoted = Answer(answer.question, answer.language, "", citations=own)
    yield cards_html(quoted, turn=FIRST_TURN + n, voices=library.voices, own=library.own)


def _waiting(person: Person, library: Known, language: Language) -> str:
    return _framed(person, f'<p class="none">{escape(text(language, "working"))}</p>', library, language)


def _framed(person: Person, body: str, library: Known, language: Language) -> str:
    name = library.voices.chip(person.name, "speaker", language, with_role=False)
    title = escape(person.title_en if language == "en" and person.title_en else person.title)
    return f'<section class="founder {library.voices.tone(person.name)}"><h3>{name}</h3><p class="facts">{title}</p>{body}</section>'
