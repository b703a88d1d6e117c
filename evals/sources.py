"""The raw files that a question set quotes: a folder or a .jsonl of documents in, texts by file name out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from rag.errors import UsageError

Sources = Mapping[str, str]  # file name → raw text


def read_sources(path: Path) -> dict[str, str]:
    """The raw texts that a set quotes: of a folder every .txt by its name, of a .jsonl every `text` by its `id`."""
    if path.is_dir():
        return {file.name: read_raw(file) for file in sorted(path.glob("*.txt"))}
    if path.suffix != ".jsonl":
        raise UsageError(f"{path}: expected a folder of .txt files, or a .jsonl file of documents")
    sources: dict[str, str] = {}
    for where, line in numbered_lines(path):
        try:
            document = json.loads(line)
            sources[document["id"]] = document["text"]
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f'{where}: expected {{"id": …, "text": …}} ({error!r})') from error
    return sources


def numbered_lines(path: Path) -> Iterator[tuple[str, str]]:
    """The lines that aren't blank, each with its "file:line"."""
    for number, line in enumerate(read_raw(path).split("\n"), start=1):
        if line.strip():
            yield f"{path}:{number}", line


def read_raw(path: Path) -> str:
    """The text as the contract counts it: decoded as UTF-8, newlines untouched."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: can't be read ({error})") from error
