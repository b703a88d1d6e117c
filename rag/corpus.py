"""A manifest and its documents in, `Source`s with people, organisations and glosses out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import DocumentError, UsageError
from rag.gaps import load_gaps
from rag.people import People
from rag.readers import GAPS, MANIFEST, TOGETHER, RawDocument, find_files, read_file
from rag.together import load_together
from rag.types import Gap, Organisation, Person, Source, Together

_TEXTS = {".txt", ".md", ".html", ".htm", ".jsonl"}
SEEDS = Path(__file__).resolve().parent.parent / "seeds"


@dataclass(frozen=True, slots=True)
class Gloss:
    """`written` in `source` very likely stands for `likely`. Quotes keep what is written; search finds both."""

    source: str
    written: str
    likely: str
    reason: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a folder's manifest.json says of its documents: see docs/corpus.md for every field."""

    documents: dict[str, dict[str, Any]]
    people: tuple[Person, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    glosses: tuple[Gloss, ...] = ()

    @classmethod
    def load(cls, path: Path) -> Manifest:
        """Raises UsageError naming the file and the entry when a field is missing or unknown."""
        try:
            given = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                documents={entry["file"]: entry for entry in given.get("documents", [])},
                people=tuple(Person(**_tupled(entry)) for entry in given.get("people", [])),
                organisations=tuple(Organisation(**_tupled(entry)) for entry in given.get("organisations", [])),
                glosses=tuple(Gloss(**entry) for entry in given.get("glosses", [])),
            )
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UsageError(f"{path}: not a usable manifest ({error}); docs/corpus.md shows its form") from error


def _tupled(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


@dataclass(frozen=True, slots=True)
class Loaded:
    """One readable document, with the people that may speak in it."""

    source: Source
    origin: str


class Corpus:
    """The documents below some paths, read one after the other; what is refused is kept with its reason."""

    def __init__(self, paths: Iterable[Path], *, builtin: bool = False) -> None:
        paths = list(paths)
        self.builtin = builtin
        self.files, self.refused = find_files(paths)
        folders = {path if path.is_dir() else path.parent for path in paths} | {file.parent for file in self.files}
        self.manifests = {
            folder: Manifest.load(folder / MANIFEST) for folder in folders if (folder / MANIFEST).is_file()
        }

    @classmethod
    def seeds(cls) -> Corpus:
        """The five built-in interviews."""
        if not (SEEDS / MANIFEST).is_file():
            raise UsageError(f"{SEEDS}: the built-in articles are missing; reinstall the package")
        entries = Manifest.load(SEEDS / MANIFEST).documents
        return cls([SEEDS / name for name in sorted(entries)], builtin=True)

    @property
    def characters(self) -> int:
        """About how many all the documents have, from the sizes of the files: Chinese takes three bytes for one, and a
        PDF or .docx is mostly not text.
        """
        return sum(file.stat().st_size // (3 if file.suffix.lower() in _TEXTS else 30) for file in self.files)

    @property
    def people(self) -> People:
        """Everybody that the manifests name."""
        manifests = self.manifests.values()
        return People(
            [person for manifest in manifests for person in manifest.people],
            [organisation for manifest in manifests for organisation in manifest.organisations],
        )

    @property
    def gaps(self) -> dict[str, list[Gap]]:
        """By folder, what its documents are known to leave open. Raises UsageError for a file that can't be used."""
        return {folder: load_gaps(file) for folder, file in self._beside(GAPS)}

    @property
    def together(self) -> dict[str, list[Together]]:
        """By folder, what claims answer together. Raises UsageError for a file that can't be used."""
        return {folder: load_together(file) for folder, file in self._beside(TOGETHER)}

    def _beside(self, name: str) -> Iterator[tuple[str, Path]]:
        """(folder, file) of the files of this name beside a manifest."""
        for folder in self.manifests:
            if (folder / name).is_file():
                yield str(folder.resolve()), folder / name

    @property
    def glosses(self) -> list[Gloss]:
        return [gloss for manifest in self.manifests.values() for gloss in manifest.glosses]

    def __iter__(self) -> Iterator[Loaded]:
        for file in self.files:
            for found in read_file(file):
                if isinstance(found, DocumentError):
                    self.refused.append(found)
                    continue
                entry = self._entry(file, found)
                if (wanted := entry.get("sha256")) and wanted != (
                    seen := hashlib.sha256(file.read_bytes()).hexdigest()
                ):
                    reason = f"sha256 is {seen[:12]}…, the manifest says {wanted[:12]}…; restore the file or update {MANIFEST}"
                    self.refused.append(DocumentError(str(file), reason))
                    continue
                yield Loaded(self._source(found, entry), str(file.resolve()))

    def _entry(self, file: Path, found: RawDocument) -> dict[str, Any]:
        manifest = self.manifests.get(file.parent)
        return manifest.documents.get(found.file, {}) if manifest else {}

    def _source(self, found: RawDocument, entry: dict[str, Any]) -> Source:
        return Source(
            id=entry.get("id") or found.id,
            file=found.file,
            raw=found.text,
            title=entry.get("title") or found.title or _first_line(found.text),
            outlet=entry.get("outlet") or found.outlet,
            date=entry.get("date") or found.date,
            url=entry.get("url") or found.url,
            speakers=tuple(entry.get("speakers", ())),
            interviewers=tuple(entry.get("interviewers", ())),
            encoding=found.encoding,
            builtin=self.builtin,
        )


def _first_line(text: str) -> str:
    line = next((line.strip(" #*\t") for line in text.splitlines() if line.strip(" #*\t")), "")
    return line if len(line) <= 60 else line[:59] + "…"
