"""A question's text in, an `Answer` out: find, synthesize, resolve, say."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import zip_longest
from typing import Protocol, runtime_checkable

from llama_index.core.schema import NodeWithScore

from rag import phrases
from rag.citations import resolve
from rag.costs import together
from rag.errors import UsageError
from rag.features import named
from rag.finding import Finder, Found
from rag.index.library import Library
from rag.index.shelf import Held, one_library
from rag.people import People
from rag.premises import supposes_otherwise
from rag.question import Question, asked_of_nobody, clean_question
from rag.reckoned import answer as reckoned
from rag.reckoning import Reckoning, may_be_reckoned, reckon
from rag.refusals import asks_for_a_view, left_open, of_no_question, refusal, unanswered
from rag.render import escape, markdown, spoken_name
from rag.rerankers import asked_in_vain
from rag.settings import Settings
from rag.types import Answer, Composition, Draft, Language, Timings, Usage


class Synthesizer(Protocol):
    """Chooses what to say and points at the sentences that support it."""

    def complete(self, question: Question, nodes: Sequence[NodeWithScore]) -> Composition: ...


@runtime_checkable
class StreamingSynthesizer(Protocol):
    """One whose compositions grow; closing the iterator stops the work."""

    def stream(self, question: Question, nodes: Sequence[NodeWithScore]) -> Generator[Composition, None, None]: ...


# Asks a model whether a question, after earlier ones, wants an account; and what that cost.
AccountCall = Callable[[str, Sequence[str], Library], tuple[Reckoning | None, Usage]]
SPEAKS_OF_IT = 0.01  # the score from which somebody else's claim is about what was asked
SURELY = 0.5  # and from which that somebody is named, where a view is asked for


class QueryEngine:
    """Stateless: a session's earlier questions are passed in."""

    def __init__(
        self,
        settings: Settings,
        library: Callable[[], Library],
        finder: Finder,
        synthesizer: Synthesizer,
        *,
        account: AccountCall | None = None,
    ) -> None:
        self.settings = settings
        self.library = library
        self.finder = finder
        self.synthesizer = synthesizer
        self.account = account

    def query(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        language: Language | None = None,
    ) -> Answer:
        """`history`: earlier questions, oldest first. `speakers`: only their words may answer; any known spelling.
        `language`: of the answer, if it is not to be the question's.

        Raises UsageError for a speaker that nobody is, IndexProblem when the index can't be used.
        """
        *_, last = self.stream(question, history=history, speakers=speakers, language=language)
        return last

    def stream(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        language: Language | None = None,
    ) -> Generator[Answer, None, None]:
        """As `query`, with the answer growing where a model writes it; the last one is whole. Closing it stops the model."""
        held: Held = {}
        with closing(self._stream(question, history, speakers, language)) as answers:
            while True:
                with one_library(held):
                    answer = next(answers, None)
                if answer is None:
                    return
                yield answer

    def _stream(
        self, question: str, history: Sequence[str], speakers: Sequence[str], language: Language | None
    ) -> Generator[Answer, None, None]:
        started = time.perf_counter()
        library = self.library()
        wanted = _named(speakers, library)
        try:
            text = clean_question(question)
        except UsageError:
            yield of_no_question(question[:200], "bad_question")
            return
        reckoning, spent = reckon(text, history), Usage()
        if reckoning is None and self.account and may_be_reckoned(text, history):
            reckoning, spent = self.account(text, history, library)
        if reckoning:
            reckoning = replace(reckoning, language=language or reckoning.language)
            told = replace(reckoned(reckoning, library, library.people), usage=spent)
            yield replace(told, question=question, timings=Timings(total_ms=_ms(time.perf_counter() - started)))
            return
        text, history = library.speller.corrected(text), [library.speller.corrected(before) for before in history]
        whole = self.finder.find(text, history, wanted)
        if language:
            whole = [replace(part, asked=replace(part.asked, language=language)) for part in whole]
        parts = [each for part in whole for each in self.finder.of_each(part, wanted)]
        if not parts:
            yield of_no_question(question, "not_in_corpus")
            return
        asked = whole[0].asked
        retrieved = time.perf_counter()
        vain = asked_in_vain(asked, library) if len(parts) == 1 else None
        with closing(_once(unanswered(vain, asked)) if vain else self._answers(text, parts, library)) as answers:
            for answer in answers:
                if answer.refused and not vain:
                    answer = self._explained(answer, whole[0], wanted, library)
                done = time.perf_counter()
                timings = Timings(_ms(retrieved - started), _ms(done - retrieved), _ms(done - started))
                also = tuple(dict.fromkeys(name for part in parts for name in part.asked.also))
                alone = phrases.WORDS_ALONE[asked.language] if any(part.asked.missed for part in parts) else ""
                notice = " ".join(filter(None, [alone, answer.notice])) or None
                told = replace(answer, question=question, timings=timings, also_searched=also, notice=notice)
                if not answer.pending and supposes_otherwise(text, [each.text for each in answer.statements]):
                    told = replace(
                        told, answer=told.answer + _remark([phrases.OTHERWISE[told.language]], told.language)
                    )
                yield replace(told, usage=together(answer.usage, spent))

    def _answers(self, text: str, parts: Sequence[Found], library: Library) -> Generator[Answer, None, None]:
        asked, nodes = parts[0].asked, parts[0].ranked
        if not isinstance(self.synthesizer, StreamingSynthesizer):
            answers = [self.synthesizer.complete(part.asked, part.ranked) for part in parts]
            answer = self._answer(_joined(answers), asked, nodes, library)
            # Where one part is answered and another is not, that is said.
            said = {part.asked.people for part, one in zip(parts, answers, strict=True) if one.drafts}
            open_ = [_left(part, said, library) for part, one in zip(parts, answers, strict=True) if not one.drafts]
            yield answer if answer.refused else replace(answer, answer=answer.answer + _remark(open_, asked.language))
            return
        if len(parts) > 1:
            asked, nodes = replace(asked, query_str=text, context=""), _interleaved([part.ranked for part in parts])
        known: tuple[tuple[Draft, ...], Answer] | None = None
        with closing(self.synthesizer.stream(asked, nodes)) as compositions:
            for made in compositions:
                if made.growing and not made.drafts:
                    told = Answer(asked.query_str, asked.language, "")  # whether it is a refusal is not known yet
                else:
                    if known is None or known[0] != made.drafts:
                        known = made.drafts, self._answer(made, asked, nodes, library)
                    told = known[1]
                yield replace(
                    told, mode=made.mode, model=made.model, usage=made.usage, notice=made.notice, pending=made.pending
                )

    def _answer(self, made: Composition, asked: Question, nodes: list[NodeWithScore], library: Library) -> Answer:
        if not made.drafts:
            refused = refusal("not_in_corpus", asked, nodes, (), library)
            return replace(refused, mode=made.mode, model=made.model, usage=made.usage)
        sentences = library.sentences({id_ for draft in made.drafts for id_ in draft.sentences})
        sources = {s.span.source: library.source(s.span.source) for s in sentences.values()}
        statements, citations = resolve(made.drafts, sentences, sources)
        if not statements:
            return refusal("no_evidence_left", asked, nodes, (), library)
        return Answer(
            asked.query_str,
            asked.language,
            markdown(statements, asked.language, library.people),
            mode=made.mode,
            model=made.model,
            statements=tuple(statements),
            citations=tuple(citations),
            usage=made.usage,
            notice=made.notice,
        )

    def _explained(self, refused: Answer, found: Found, wanted: Sequence[str], library: Library) -> Answer:
        """Whether somebody else speaks of it: then it is the person asked for who does not."""
        asked, nodes = found.asked, found.retrieved
        people = tuple(wanted) or asked.people
        if not people or refused.refusal_reason != "not_in_corpus":
            return refused
        ranked = self.finder.reranked(asked_of_nobody(asked, library.people), nodes)
        best = ranked[0].metadata["candidate"] if ranked else None
        # By rank alone: whether it is enough is judged beside gaps, and "what she did not say of it" is one.
        if best is None or best.score < SPEAKS_OF_IT or named(replace(asked, people=people), best, library.people):
            return refused
        other = best.speaker if best.score >= SURELY and asks_for_a_view(asked) else None
        told = refusal("not_said_by_speaker", asked, ranked, people, library, other=other)
        return replace(told, mode=refused.mode, model=refused.model, usage=refused.usage)


def _left(part: Found, said: Collection[tuple[str, ...]], library: Library) -> str:
    """What is said of a part that is not answered beside one that is; "" when nothing is known of it. `said`: of whom there is
    an answer to another part.
    """
    language = part.asked.language
    if gap := left_open(part.asked, library):
        return phrases.LEFT_OPEN[language].format(gap=escape(gap.text(language)))
    if not part.compared or part.asked.people in said:
        return ""
    names = (spoken_name(name, language, library.people) for name in part.asked.people)
    return phrases.NOT_FOUND_OF[language].format(speakers=phrases.AND[language].join(names))


def _joined(made: Sequence[Composition]) -> Composition:
    """One answer of the parts' answers; what two of them say is said once."""
    drafts = {draft.proposition or draft.text: draft for one in made for draft in one.drafts}
    return replace(made[0], drafts=tuple(drafts.values()))


def _interleaved(ranked: Sequence[Sequence[NodeWithScore]]) -> list[NodeWithScore]:
    """The best of each part first, then the next best."""
    found: dict[str, NodeWithScore] = {}
    for turn in zip_longest(*ranked):
        for node in filter(None, turn):
            found.setdefault(node.node_id, node)
    return [*found.values()]


def _remark(told: Sequence[str], language: Language) -> str:
    told = [*filter(None, dict.fromkeys(told))]
    return "\n\n" + (" " * (language == "en")).join(told) if told else ""


def streamed(answer: Answer, people: People) -> Iterator[Answer]:
    """The answer growing by a statement at a time; the last one is complete."""
    for shown in range(1, len(answer.statements)):
        statements = answer.statements[:shown]
        used = {n for statement in statements for n in statement.citations}
        citations = tuple(citation for citation in answer.citations if citation.n in used)
        text = markdown(statements, answer.language, people)
        yield replace(answer, answer=text, statements=statements, citations=citations)
    yield answer


def _once(answer: Answer) -> Generator[Answer, None, None]:
    yield answer


def _named(speakers: Sequence[str], library: Library) -> tuple[str, ...]:
    people, found = library.people, []
    for name in speakers:
        person = people.named(name)
        if person is None and name in library.interviewers:
            found.append(name)  # somebody, but one whose words never answer
            continue
        if person is None:
            known = "、".join(person.name for person in people.people)
            raise UsageError(f"no speaker {name!r} in the index; it knows {known}")
        found.append(person.name)
    return tuple(found)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
