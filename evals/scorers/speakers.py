"""Whose words an answer rests on: the asked person's own, or a view put into somebody's mouth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evals.datasets import Question
from rag.types import VOICED


def speaker_precision(question: Question, answer: Mapping[str, Any]) -> float | None:
    """Share of the citations of somebody's words (spoken or reported) that are one of the question's speakers'.

    Scored on answerable questions that name their speakers; None for a refusal and where nobody's words are cited.
    """
    if not question.answerable or not question.speakers or answer["refused"]:
        return None
    voiced = [citation for citation in answer["citations"] if citation["role"] in VOICED]
    if not voiced:
        return None
    return sum(citation["speaker"] in question.speakers for citation in voiced) / len(voiced)


def misattributed(question: Question, answer: Mapping[str, Any]) -> float:
    """How many statements give a person a view that their citations don't: the counter that must stay 0.

    Counted is a statement with a speaker that cites an interviewer or a narrator, or nothing that this speaker said.
    """
    citations = {citation["n"]: citation for citation in answer["citations"]}
    return float(sum(_misattributed(statement, citations) for statement in answer["statements"]))


def _misattributed(statement: Mapping[str, Any], citations: Mapping[int, Mapping[str, Any]]) -> bool:
    if statement["speaker"] is None or statement["verdict"] == "unsupported":  # shown as unsupported: no claim is made
        return False
    cited = [citations[n] for n in statement["citations"] if n in citations]
    voiced = all(citation["role"] in VOICED for citation in cited)
    return not voiced or statement["speaker"] not in {citation["speaker"] for citation in cited}
