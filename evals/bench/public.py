"""A folder of public question sets in, sets with their documents and the spans that answer out; see evals/README.md for
the form of the files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.types import Span

# (set, field of the question): the English questions of XQuAD are asked of its Chinese documents.
SETS = (("cmrc_dev", "question"), ("vcsum_dev", "question"), ("xquad_zh", "question"), ("xquad_zh", "question_en"))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the half-open ranges of one document that answer it."""

    id: str
    question: str
    document: str
    spans: tuple[tuple[int, int], ...]

    def answered_by(self, span: Span) -> bool:
        """Whether the span holds a whole answer."""
        return span.source == self.document and any(span.start <= a and b <= span.end for a, b in self.spans)


@dataclass(frozen=True, slots=True)
class PublicSet:
    """`documents`: id to {"id", "title", "text"}."""

    name: str
    documents: Mapping[str, dict[str, str]]
    questions: tuple[Asked, ...]

    @classmethod
    def load(cls, folder: Path, name: str, *, field: str = "question") -> PublicSet:
        """Questions without an answer are left out: there is nothing to find."""
        documents = {
            row["doc_id"]: {"id": row["doc_id"], "title": row.get("title", ""), "text": row["text"]}
            for row in _rows(folder / f"{name}.corpus.jsonl")
        }
        questions = tuple(
            Asked(row["qid"], row[field], row["doc_id"], _spans(row))
            for row in _rows(folder / f"{name}.questions.jsonl")
            if row["answerable"]
        )
        return cls(name if field == "question" else f"{name} ({field.removeprefix('question_')})", documents, questions)

    def write(self, path: Path) -> None:
        """As a corpus that `ingest` takes."""
        lines = (json.dumps(document, ensure_ascii=False) + "\n" for document in self.documents.values())
        path.write_text("".join(lines), encoding="utf-8")


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _spans(row: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    return tuple(
        (start, start + len(answer)) for answer, start in zip(row["answers"], row["answer_starts"], strict=True)
    )
