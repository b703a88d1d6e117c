"""What the fault tests share: one random seed, the command line in this process, small documents, embedding servers."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from double import Handler, Script

from rag.cli import main
from rag.dictionary import DICTIONARY
from rag.embeddings import HASHING

SEED = int(os.environ["FAULTS_SEED"])  # tests/conftest.py chooses and prints it


def chance(name: str) -> random.Random:
    """Random choices of one test, the same for the same printed seed."""
    return random.Random(f"{SEED} {name}")


class Told(NamedTuple):
    """What a command said, and how it ended."""

    status: int
    out: str
    err: str


def command(capsys: Any, monkeypatch: Any) -> Callable[..., Told]:
    """`sayso …` in this process, for starting another costs seconds."""

    def run(*arguments: str, **env: str) -> Told:
        capsys.readouterr()
        with monkeypatch.context() as changed:
            for name, value in env.items():
                changed.setenv(name, value)
            status = main([*arguments])
        return Told(status, *capsys.readouterr())

    return run


def interview(*answers: str, question: str = "电费怎么样?") -> str:
    """An interview of 王小明 by 某报."""
    return "\n".join(f"某报:{question}\n王小明:{answer}" for answer in answers) + "\n"


def documents(folder: Path, **texts: str | bytes) -> Path:
    """A folder with a manifest that knows 王小明, and a .txt for each text."""
    folder.mkdir(parents=True, exist_ok=True)
    people = {"documents": [], "people": [{"name": "王小明", "english": "Wang Xiaoming"}]}
    (folder / "manifest.json").write_text(json.dumps(people), encoding="utf-8")
    for name, text in texts.items():
        (folder / f"{name}.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def prints(folder: Path) -> dict[str, str]:
    """Hash of every file that a reader of the index may not change. Chroma notes in its own files that it was opened."""
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    kept = {inside: path for inside, path in files.items() if path.name != ".lock" and "chroma" not in inside.parts}
    return {inside.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()[:12] for inside, path in kept.items()}


def with_dictionary(index: Path, shared: Path) -> Path:
    """An index directory that need not compile the dictionary, which takes seconds: `shared` is an index that has it."""
    index.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(shared / DICTIONARY, index / DICTIONARY)
    return index


def embedder(*, numbers: int = 256, shift: int = 0, order: int = 1) -> Script:
    """A server of hashed vectors: `shift` makes another model of it, `order` -1 sends the last one first."""

    def script(handler: Handler, asked: dict[str, Any]) -> None:
        vectors = HASHING.encode(asked["input"])
        vectors = np.roll(np.pad(vectors, ((0, 0), (0, max(0, numbers - 256))))[:, :numbers], shift, axis=1)
        send_vectors(handler, vectors.tolist(), order=order)

    return script


def send_vectors(handler: Handler, vectors: Sequence[Sequence[float]], *, order: int = 1) -> None:
    items = [{"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(vectors)][::order]
    body = {"object": "list", "data": items, "model": "e", "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    handler.send(200, json.dumps(body))
