"""Questions that several claims answer together: a folder's together.jsonl in, checked `Together`s out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.gaps import asks_of
from rag.types import Together


def load_together(path: Path) -> list[Together]:
    """One JSON object a line: `claims`, ids as the index has them (source:id), the one that answers most directly first, and
    `asks`. Raises UsageError with file and line.
    """
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            found.append(_together(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(
                f"{path}:{number}: no claims with asks ({error}); docs/corpus.md shows the form"
            ) from error
    return found


def _together(given: dict[str, Any]) -> Together:
    claims = given["claims"]
    if not isinstance(claims, list) or len(claims) < 2 or not all(isinstance(id_, str) and id_ for id_ in claims):
        raise TypeError('"claims" must be two ids or more')
    return Together(tuple(claims), asks_of(given["asks"]))
