"""Questions that the corpus can answer: the library, or a conversation, in; a few to click on out.

They are what the index holds (the asks or cues of propositions, interviewers' questions, people) and each was answered by
the offline engine before it is offered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice, zip_longest
from pathlib import Path

from rag.folding import language_of
from rag.index.library import Library
from rag.likeness import likeness_of
from rag.question import understand
from rag.types import Answer, Language, Proposition, Source
from ui.conversation import Conversation
from ui.engines import Engine
from ui.texts import EXAMPLES
from ui.voices import Voices, known

OPENERS, NEXT = 6, 3
_TRIED = 8  # candidates that are asked before fewer are offered: each takes some 50 ms
_NEAR = 0.65  # likeness, of 1.3; what lies below is seldom about the same, as "What does X think of Y" is like any other such
_SOURCES = 12  # of a large corpus the first ones stand for all
_ABOUT = {"zh": "{name}怎么看{cue}?", "en": "What does {name} say about {cue}?"}
_AND = {"zh": "那{name}怎么看?", "en": "And what does {name} say about it?"}
_TELLING = frozenset({"view", "reason", "prediction", "advice", "goal", "analogy"})
_LENGTH = range(6, 48)


def _fits(ask: str, language: Language) -> bool:
    """Short, whole and in the language: what is asked of a claim may also be a few words, or a long story."""
    most = _LENGTH.stop if language == "zh" else 2 * _LENGTH.stop
    return ask.endswith(("?", "\uff1f")) and len(ask) < most and language_of(ask) == language


class Suggesting:
    """`engine`: one whose answers cost nothing."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._openers = lru_cache(maxsize=2)(self._choose)
        self._answerable = lru_cache(maxsize=256)(self._answered)

    def openers(self, language: Language) -> tuple[str, ...]:
        return self._openers(self.engine.library(), language)

    def after(self, conversation: Conversation) -> list[str]:
        """What could be asked next: more from the cited places, and somebody else on the same; after a refusal, what comes
        nearest to the question.
        """
        answer = conversation.turns[-1].answer if conversation.turns else None
        if answer is None:
            return []
        library, asked = self.engine.library(), conversation.questions
        if answer.refused:
            return [*islice(self._instead(library, answer), NEXT - 1)]
        more = self._asking(library, self._near(answer, library), answer.language)
        return [*islice((one for one in self._others(answer, library) if self._answerable(library.path, one, asked)), 1),
                *islice((one for one in islice(more, _TRIED) if one not in asked and self._answerable(library.path, one, ())), NEXT - 1)]  # fmt: skip

    def _instead(self, library: Library, answer: Answer) -> Iterator[str]:
        """What is asked of the claims that come nearest: of those whom the question names, or of anybody, if near enough."""
        asked, people = understand(answer.question, library.people), library.people
        named = {*asked.people, *(one.name for place in asked.organisations for one in people.of_organisation(place))}
        claims = {claim.id: claim for claim in library.store.propositions() if claim.speaker}
        theirs = [id_ for id_, claim in claims.items() if claim.speaker in named]
        likeness = likeness_of(asked, library)
        for id_ in likeness.best(theirs or claims, _TRIED):
            ask = next((ask for ask in claims[id_].asks if _fits(ask, answer.language)), None)
            if ask and (theirs or likeness.of(id_).best >= _NEAR) and self._answerable(library.path, ask, ()):
                yield ask

    def _choose(self, library: Library, language: Language) -> tuple[str, ...]:
        """The examples of the built-in articles where all of these are there; else, and after them, of what is there."""
        sources = library.store.sources()
        own = [source for source in sources if not source.builtin][:_SOURCES]
        examples = [question for of, question in EXAMPLES if of == language] if len(sources) - len(own) > 4 else []
        each = [self._of(library, source, language) for source in own or sources[:_SOURCES]]
        mixed = (one for row in zip_longest(*each) for one in row if one)
        found = (one for one in islice(mixed, 3 * _TRIED) if self._answerable(library.path, one, ()))
        wanted = OPENERS if not examples else len(examples) + (2 if own else 0)
        return tuple(dict.fromkeys([*examples, *islice(found, max(0, wanted - len(examples)))]))

    def _of(self, library: Library, source: Source, language: Language) -> Iterator[str]:
        yield from self._asking(library, library.store.propositions_of(source.id), language)
        if language == "zh":
            asked = (s.text for s in library.sentences_of(source.id) if s.role == "interviewer")
            yield from (text for text in asked if text.endswith(("?", "\uff1f")) and len(text) in _LENGTH)

    def _asking(self, library: Library, claims: Iterable[Proposition], language: Language) -> Iterator[str]:
        voices: Voices = known(library).voices
        for claim in claims:
            if not claim.speaker:
                continue
            if written := next((ask for ask in claim.asks if _fits(ask, language)), None):
                yield written
                continue
            cue = claim.cues[language == "en"].replace(";", "、").split("、")[0].strip()
            if claim.kind in _TELLING and cue:
                yield _ABOUT[language].format(name=voices.name(claim.speaker, language), cue=cue)

    def _near(self, answer: Answer, library: Library) -> Iterator[Proposition]:
        """Claims of the cited articles that the answer does not cite yet; those that come after the cited places first."""
        for source in dict.fromkeys(citation.source for citation in answer.citations):
            spans = [(c.start, c.end) for c in answer.citations if c.source == source]
            place = {sentence.id: sentence.span for sentence in library.sentences_of(source)}
            end = max(end for _, end in spans)
            fresh = []
            for claim in library.store.propositions_of(source):
                at = [place[id_] for id_ in claim.evidence if id_ in place]
                if at and not any(start < span.end and span.start < stop for span in at for start, stop in spans):
                    fresh.append((abs(at[0].start - end), claim))
            yield from (claim for _, claim in sorted(fresh, key=lambda pair: pair[0]))

    def _others(self, answer: Answer, library: Library) -> Iterator[str]:
        quoted = {citation.speaker for citation in answer.citations}
        for person in known(library).heard:
            if person.name not in quoted:
                name = known(library).voices.name(person.name, answer.language)
                yield _AND[answer.language].format(name=name)

    def _answered(self, generation: Path, question: str, history: tuple[str, ...]) -> bool:
        """`generation`: what it was asked of. A library as a key would be kept in memory for as long."""
        return not self.engine.query(question, history=history).refused
