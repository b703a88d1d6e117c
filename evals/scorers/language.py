"""Whether an answer is in the language of its question; quotes may stay in the source's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from evals.datasets import Question

# Quotations without another inside: taken away again and again, they leave nothing of nested ones.
_QUOTED = re.compile(r"^\s*>.*$|“[^“”]*”|「[^「」]*」|『[^『』]*』|《[^《》]*》|\"[^\"\n]*\"", re.MULTILINE)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]{2,}")


def language_right(question: Question, answer: Mapping[str, Any]) -> float | None:
    """1 when the answer says it is in the question's language and its script agrees; None when it has no words."""
    script = script_of(answer["answer"])
    if script is None:
        return None
    return float(answer["language"] == question.lang == script)


def script_of(text: str) -> str | None:
    """ "zh" or "en" by what stands outside quotation marks; the quotations decide where nothing else stands.

    A Han character weighs as much as a Latin word, so an English sentence may name 戴国浩.

    >>> script_of("他说：“Scaling Law”。"), script_of("He calls it “算力的运营商”.")
    ('zh', 'en')
    """
    outside, found = _QUOTED.subn(" ", text)
    while found:
        outside, found = _QUOTED.subn(" ", outside)
    return _majority(outside) or _majority(text)


def _majority(text: str) -> str | None:
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if not han and not latin:
        return None
    return "zh" if han >= latin else "en"
