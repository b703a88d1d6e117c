"""LlamaIndex transformations: a `Document` in, turn nodes, then passage nodes with known spans out.

LlamaIndex finds offsets by searching for a node's text, which misplaces repeated and cleaned text; here every node is
built from spans that are already known. Each passage carries its sentences, and the passages of a document tile them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from llama_index.core.schema import BaseNode, Document, TextNode, TransformComponent

from rag.reading import Reading, read
from rag.types import Sentence, Source

PASSAGE_CHARACTERS = 256  # the size that the public baselines use; longer ones blur, shorter ones lose the topic


def document_of(source: Source) -> Document:
    """The source as LlamaIndex's document; the source itself travels in the metadata."""
    return Document(text=source.raw, id_=source.id, metadata={"source": source})


class TurnParser(TransformComponent):
    """Documents to one node a turn, its sentences in `metadata["sentences"]` and the reading in `metadata["reading"]`."""

    people: Any
    glosses: Any = ()

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[BaseNode]:
        return [turn for node in nodes for turn in self._turns(node.metadata["source"])]

    def _turns(self, source: Source) -> Iterator[BaseNode]:
        reading = read(source, self.people, self.glosses)
        for number, sentences in groupby(reading.sentences, key=lambda sentence: sentence.turn):
            yield _node(f"{source.id}:turn:{number}", list(sentences), {"reading": reading})


class PassageWindow(TransformComponent):
    """Turn nodes to passages of about `size` characters of whole sentences.

    A passage never crosses from one voice's turn into another's; the narrator's short paragraphs may share one.
    """

    size: int = PASSAGE_CHARACTERS

    def __call__(self, nodes: Sequence[BaseNode], **kwargs: Any) -> list[BaseNode]:
        passages: list[BaseNode] = []
        for _, turns in groupby(nodes, key=lambda node: id(node.metadata["reading"])):
            document = list(turns)
            reading: Reading = document[0].metadata["reading"]
            sentences = [sentence for turn in document for sentence in turn.metadata["sentences"]]
            for ordinal, window in enumerate(self._windows(sentences)):
                metadata = {"reading": reading, "question": _question(reading, window)}
                passages.append(_node(f"{reading.source.id}:{ordinal}", window, metadata))
        return passages

    def _windows(self, sentences: Sequence[Sentence]) -> Iterator[list[Sentence]]:
        window: list[Sentence] = []
        length = 0
        for sentence in sentences:
            leaves = window and sentence.turn != window[-1].turn and not _narrated(window[-1], sentence)
            if leaves or length + len(sentence.text) / 2 > self.size:
                if window:
                    yield window
                window, length = [], 0
            window.append(sentence)
            length += len(sentence.text)
        if window:
            yield window


def _narrated(*sentences: Sentence) -> bool:
    return all(sentence.role in ("narrator", "reported") for sentence in sentences)


def _question(reading: Reading, window: Sequence[Sentence]) -> str:
    """The interviewer's question that the window's turn answers: context for search, never evidence."""
    asked = [s for s in reading.sentences if s.role == "interviewer" and s.turn == window[0].turn - 1]
    return " ".join(s.text for s in asked) if window[0].role == "speaker" else ""


def _node(id_: str, sentences: Sequence[Sentence], metadata: dict[str, Any]) -> TextNode:
    return _plain(
        TextNode(
            id_=id_,
            text=" ".join(sentence.text for sentence in sentences),
            start_char_idx=sentences[0].span.start,
            end_char_idx=max(sentence.span.end for sentence in sentences),
            metadata={**metadata, "sentences": tuple(sentences)},
        )
    )


def _plain(node: TextNode) -> TextNode:
    """Only the text is embedded or shown to a model."""
    node.excluded_embed_metadata_keys = node.excluded_llm_metadata_keys = list(node.metadata)
    return node
