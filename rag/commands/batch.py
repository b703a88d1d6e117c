"""A file of questions in, a file of results out: one line each, in order, resumable, never half a line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rag.errors import SaysoError, UsageError
from rag.terminal import Progress


def run_batch(
    source: Path | None,
    target: Path | None,
    answer: Callable[[Mapping[str, Any]], dict[str, Any]],
    *,
    resume: bool = False,
    title: str = "batch",
) -> int:
    """A line that fails has `"error"` in place of a result, and the status is 1; the others are unaffected."""
    if source is None or target is None:
        raise UsageError("--batch IN.jsonl needs --out OUT.jsonl")
    lines = _read(source)
    done = _kept(target) if resume else {}
    failed = 0
    try:
        out = target.open("w" if not resume else "a", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror}") from error
    with out, Progress(title, "question") as progress:
        progress.of(len(lines))
        for line in lines:
            if line["id"] not in done:
                result = _result(line, answer)
                failed += "error" in result
                out.write(json.dumps(result, ensure_ascii=False) + "\n")
                out.flush()
                os.fsync(out.fileno())
            progress.step(str(line["id"]))
    return 1 if failed else 0


def _result(line: Mapping[str, Any], answer: Callable[[Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    if problem := line.get("problem"):
        return {"id": line["id"], "error": problem}
    try:
        return answer(line)
    except SaysoError as error:
        return {"id": line["id"], "question": line["question"], "error": str(error)}


def _read(source: Path) -> list[dict[str, Any]]:
    """Every non-empty line; a malformed one keeps its place with a `problem`."""
    try:
        text = source.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{source}: {getattr(error, 'strerror', None) or 'not UTF-8 text'}") from error
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            found.append(_parse(line, f"{source}:{number}", number))
    return found


def _parse(line: str, where: str, number: int) -> dict[str, Any]:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": str(number), "problem": f"{where}: not JSON ({error})"}
    if not isinstance(given, dict) or not isinstance(given.get("question"), str):
        id_ = given.get("id", str(number)) if isinstance(given, dict) else str(number)
        return {"id": id_, "problem": f'{where}: needs an object with "id" and "question"'}
    return {"id": str(number), **given}


def _kept(target: Path) -> set[Any]:
    """Ids that a killed run wrote whole; a half-written last line is cut off."""
    if not target.exists():
        return set()
    data = target.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) != len(data):
        target.write_bytes(whole)
    return {json.loads(line)["id"] for line in whole.decode("utf-8").splitlines() if line.strip()}
