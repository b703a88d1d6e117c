"""What a corpus is known to leave open: a folder's gaps.jsonl in, checked `Gap`s out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.types import Gap


def load_gaps(path: Path) -> list[Gap]:
    """One JSON object a line: `id`, `zh` and `en`, what is not told as a noun phrase in either language, and `asks`, questions
    that ask for it. One that must not be named in an answer has neither `zh` nor `en`. Raises UsageError with file and line: a
    corpus that is wrong about itself would refuse what it answers.
    """
    gaps: dict[str, Gap] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            gap = _gap(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path}:{number}: not a gap ({error}); docs/corpus.md shows its form") from error
        if gap.id in gaps:
            raise UsageError(f"{path}:{number}: id {gap.id} is already used above")
        gaps[gap.id] = gap
    return [*gaps.values()]


def _gap(given: dict[str, Any]) -> Gap:
    id_, zh, en = texts = [given["id"], given.get("zh", ""), given.get("en", "")]
    if not all(isinstance(text, str) for text in texts) or not id_ or bool(zh) != bool(en):
        raise TypeError('"id" must be a text, and so must "zh" and "en" or neither')
    return Gap(id_, zh, en, asks_of(given["asks"]))


def asks_of(given: Any) -> tuple[str, ...]:
    """Questions in both languages, Chinese first. Raises TypeError for another shape."""
    if not isinstance(given, dict) or any(
        not isinstance(given.get(language), list) or not all(isinstance(ask, str) and ask for ask in given[language])
        for language in ("zh", "en")
    ):
        raise TypeError('"asks" is not {"zh": [questions], "en": [questions]}')
    return (*given["zh"], *given["en"])
