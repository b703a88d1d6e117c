"""Retrieved nodes in, `Candidate` claims out: a proposition is one, a passage falls into its sentences."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from llama_index.core.schema import NodeWithScore

from rag.index.library import Library
from rag.types import Passage, Proposition, Sentence

_REMEMBERED = 1024  # claims of one library, some 5 kB each


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that may answer, and what stands beside it: the question before it, its neighbours, the title.

    `retrieved` is its node's retrieval score; `cover`, `score` and `enough` are set by the reranker.
    """

    id: str
    source: str
    speaker: str | None
    speakers: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    proposition: Proposition | None
    beside: str
    retrieved: float
    cover: float = 0.0
    score: float = 0.0
    enough: float = 0.0

    @property
    def evidence(self) -> str:
        """The source's words, misprints set right as well."""
        return " ".join(sentence.searchable for sentence in self.sentences)

    @property
    def texts(self) -> list[str]:
        """All that says it: the proposition in either language, and its sentences one by one."""
        said = [self.proposition.zh, self.proposition.en] if self.proposition else []
        return [*said, *(sentence.searchable for sentence in self.sentences)]

    @property
    def cues(self) -> str:
        """Other words under which it is looked for."""
        return "\n".join(self.proposition.cues) if self.proposition else ""

    @property
    def claim(self) -> str:
        """What would be said: the proposition in both languages, or the sentence itself."""
        return f"{self.proposition.zh} {self.proposition.en}" if self.proposition else self.evidence


def candidates(node: NodeWithScore, library: Library) -> Iterator[Candidate]:
    """Interviewers' questions and headings never become one, nor do sentences of a source that has propositions: those
    say what the sentences say, and in the reader's language.
    """
    if proposition := node.metadata.get("proposition"):
        yield _claim(proposition, node.score or 0.0, library)
    elif node.metadata["passage"].source not in library.distilled:
        yield from _sentences(node.metadata["passage"], node.score or 0.0, library)


def _claim(proposition: Proposition, score: float, library: Library) -> Candidate:
    return replace(_claims_of(library)(proposition), retrieved=score)


@lru_cache(maxsize=1)  # more would keep a retired library in memory
def _claims_of(library: Library) -> Callable[[Proposition], Candidate]:
    """Those of one opened library are remembered: most questions meet the same ones."""
    return lru_cache(maxsize=_REMEMBERED)(partial(_made, library))


def _made(library: Library, proposition: Proposition) -> Candidate:
    found = library.sentences(proposition.evidence)
    evidence = tuple(found[id_] for id_ in proposition.evidence if id_ in found)
    source = library.source(proposition.source)
    turns = {sentence.turn - 1 for sentence in evidence if sentence.role == "speaker"}
    asked = [s.text for s in library.sentences_of(source.id) if s.turn in turns and s.role == "interviewer"]
    beside = " ".join([source.title, *asked])
    return Candidate(
        proposition.id, source.id, proposition.speaker, source.speakers, evidence, proposition, beside, 0.0
    )


def _sentences(passage: Passage, score: float, library: Library) -> Iterator[Candidate]:
    source = library.source(passage.source)
    around = library.passage_sentences(passage)
    for i, sentence in enumerate(around):
        if sentence.role == "interviewer" or not sentence.complete:
            continue
        near = [other.searchable for other in around[max(0, i - 1) : i + 2] if other is not sentence]
        beside = " ".join([passage.question, *near, source.title])
        yield Candidate(sentence.id, source.id, sentence.speaker, source.speakers, (sentence,), None, beside, score)
