"""A file of questions in, a file of results out: one line each, in order, resumable, never half a line."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    done = _kept(target) if resume else Counter()
    failed = 0
    try:
        out = target.open("w" if not resume else "a", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{target}: {error.strerror}") from error
    with out, Progress(title, "question") as progress:
        progress.of(len(lines))
        for line in lines:
            if done[_key(line.id)] > 0:
                done[_key(line.id)] -= 1
            else:
                result = _result(line, answer)
                failed += "error" in result
                # A lone surrogate of a question can't be written as UTF-8; it becomes a question mark.
                out.write(json.dumps(result, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n")
                out.flush()
                os.fsync(out.fileno())
            progress.step(str(line.id))
    return 1 if failed else 0


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the input; `problem` says why it can't be asked."""

    id: Any
    fields: Mapping[str, Any]
    problem: str = ""


def _result(line: _Line, answer: Callable[[Mapping[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    if line.problem:
        return {"id": line.id, "error": line.problem}
    try:
        return answer({**line.fields, "id": line.id})
    except SaysoError as error:
        return {"id": line.id, "question": line.fields["question"], "error": str(error)}
    except Exception as error:  # one line's failure must not cost the others
        told = f"failed unexpectedly ({type(error).__name__}: {error})"
        return {"id": line.id, "question": line.fields["question"], "error": told[:300]}


def _read(source: Path) -> list[_Line]:
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


def _parse(line: str, where: str, number: int) -> _Line:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _Line(str(number), {}, f"{where}: not JSON ({error})")
    if not isinstance(given, dict) or not isinstance(given.get("question"), str):
        id_ = given.get("id", str(number)) if isinstance(given, dict) else str(number)
        return _Line(id_, {}, f'{where}: needs an object with "id" and "question"')
    return _Line(given.get("id", str(number)), given)


def _kept(target: Path) -> Counter[str]:
    """How often each id was written whole by a killed run; a half-written last line is cut off."""
    if not target.exists():
        return Counter()
    data = target.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) != len(data):
        target.write_bytes(whole)
    return Counter(_key(json.loads(line)["id"]) for line in whole.decode("utf-8").split("\n") if line.strip())


def _key(id_: Any) -> str:
    return json.dumps(id_, sort_keys=True)
