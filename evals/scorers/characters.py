"""How much an answer gives to read: its text without marks and Markdown's own signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evals.datasets import Question

_SIGNS = re.compile(r"\[\d+\](?!\()|[*_>#\s]")


def characters(question: Question, answer: Mapping[str, Any]) -> float | None:
    """Characters that aren't white space; None for a refusal."""
    return None if answer["refused"] else float(len(_SIGNS.sub("", answer["answer"])))
