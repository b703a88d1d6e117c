"""A message in, what is found for each of its questions out: split, understood, retrieved, reranked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore

from rag.conversation import readings
from rag.extractive import ENOUGH
from rag.index.library import Library
from rag.likeness import meant_by
from rag.parts import Part, parts_of
from rag.question import Question, clean_question
from rag.strangers import with_stranger
from rag.translation import translated


@dataclass(frozen=True, slots=True)
class Found:
    """One question of a message: as it was understood, what was retrieved for it, and that reranked."""

    asked: Question
    retrieved: list[NodeWithScore]
    ranked: list[NodeWithScore]
    compared: bool = False  # it is one speaker's share of a question about several

    @property
    def enough(self) -> float:
        """The chance that the best candidate answers."""
        return self.ranked[0].metadata["candidate"].enough if self.ranked else 0.0


class Finder:
    """Stateless: a session's earlier questions are passed in."""

    def __init__(
        self,
        library: Callable[[], Library],
        retriever: BaseRetriever,
        postprocessors: Sequence[BaseNodePostprocessor],
        *,
        rewrite: Callable[[str, Sequence[str]], str] | None = None,
    ) -> None:
        """`rewrite`: a follow-up and the questions before it to one that stands alone, where a model can do that."""
        self.library = library
        self.retriever = retriever
        self.postprocessors = postprocessors
        self.rewrite = rewrite

    def find(self, message: str, history: Sequence[str] = (), speakers: Sequence[str] = ()) -> list[Found]:
        """An entry a question, in their order; none where nothing is asked. `message` and `history` are spelt rightly.
        `speakers`: only their words count.
        """
        library = self.library()
        asked_for = [self._asked(part, history, library) for part in parts_of(message)]
        meant_by([likeliest for likeliest, *_ in asked_for], library)
        return [self._found(possible, speakers) for possible in asked_for]

    def understood(self, message: str, history: Sequence[str] = ()) -> Question | None:
        """The first question of a message as it would be looked for; None where nothing is asked. For fitting and ablation."""
        library = self.library()
        spelt = library.speller.corrected
        parts = parts_of(spelt(clean_question(message)))
        return self._asked(parts[0], [*map(spelt, history)], library)[0] if parts else None

    def of_each(self, found: Found, speakers: Sequence[str]) -> list[Found]:
        """What is asked of several speakers is asked of each, so that none is answered for by another."""
        names = [name for name in compared(found.asked, self.library()) if not speakers or name in speakers]
        if len(names) < 2:
            return [found]
        each = []
        for name in names:
            asked = replace(found.asked, asks="fact", people=(name,), organisations=())
            each.append(Found(asked, found.retrieved, self.reranked(asked, found.retrieved), compared=True))
        return each

    def reranked(self, asked: Question, nodes: list[NodeWithScore]) -> list[NodeWithScore]:
        for postprocessor in self.postprocessors:
            nodes = postprocessor.postprocess_nodes(nodes, query_bundle=asked)
        return nodes

    def _found(self, possible: Sequence[Question], speakers: Sequence[str]) -> Found:
        """What the likeliest reading finds; another reading only where that finds no answer and the other does."""
        best: Found | None = None
        for asked in possible:
            retrieved = self.retriever.retrieve(asked)
            ranked = self.reranked(asked, retrieved)
            if speakers:
                ranked = [node for node in ranked if node.metadata["candidate"].speaker in speakers]
            found = Found(asked, retrieved, ranked)
            if best is None or (best.enough < ENOUGH <= found.enough):
                best = found
        assert best is not None  # noqa: S101 - there is always a reading
        return best

    def _asked(self, part: Part, history: Sequence[str], library: Library) -> list[Question]:
        """How a question may be meant, the likeliest first."""
        before = [*history, part.before] if part.before else [*history]
        possible = self._readings(part.text, before, library)
        if part.before:
            earlier = possible[0].context.removesuffix(part.before)
            possible = [replace(possible[0], told=f"{earlier} {part.whole}".strip(), taken_over=False)]
        return [with_stranger(translated(reading, library), library) for reading in possible]

    def _readings(self, text: str, history: Sequence[str], library: Library) -> list[Question]:
        """In the context of what came before, which a model may spell out."""
        possible = readings(text, history, library.people)
        if self.rewrite and history and possible[0].context and (alone := self.rewrite(text, history)) != text:
            return readings(alone, (), library.people)
        return possible


def compared(asked: Question, library: Library) -> list[str]:
    """The speakers of whom a question names several; to ask who of them said something asks for one answer, and somebody
    named with a company is asked about, not its people, unless they are compared.
    """
    if asked.asks == "who-said":
        return []
    places = asked.organisations if asked.asks == "compare" or not asked.people else ()
    members = [p.name for place in places for p in library.people.of_organisation(place)]
    return [name for name in dict.fromkeys((*asked.people, *members)) if name in library.speakers]
