"""The user's own documents: an uploaded file in, its place in the index, or the reason of its refusal, out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rag.errors import SaysoError
from rag.settings import Settings
from rag.types import Language
from ui.engines import Engine, failure
from ui.texts import text

MOST_BYTES = 10 * 1024 * 1024
_UNFIT = re.compile(r"[\x00-\x1f\x7f<>:\"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one file, in words."""

    taken: bool
    told: str


class Documents:
    """Files stand below `<state>/documents` under their own cleaned names; the same name again is a new version."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.folder = engine.settings.state_directory / "documents"

    def add(self, name: str, content: bytes, language: Language) -> Taken:
        """Raises nothing that a file or its name could cause."""
        from rag.factory import build_index  # with LlamaIndex and Chroma, which a page without uploads never needs

        if len(content) > MOST_BYTES:
            return Taken(False, text(language, "too_large", n=MOST_BYTES // 1024**2))
        path = self.folder / fit_name(name)
        before = path.read_bytes() if path.is_file() else None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            report = build_index(self._settings(), [path])
        except Exception as error:
            _put_back(path, before)
            return Taken(False, failure(error, language))
        if report.refused:
            _put_back(path, before)
            return Taken(False, report.refused[0].reason.replace(f"{self.folder}/", ""))  # the page shows the name
        kind = "added" if report.added else "changed" if report.changed else "unchanged"
        return Taken(True, text(language, kind))

    def remove(self, source: str, language: Language) -> Taken:
        """Only what was added; the built-in articles stay."""
        from rag.factory import remove_sources

        try:
            library = self.engine.library()
            origin = Path(library.store.known().get(source, ("", ""))[0])
            if library.source(source).builtin:
                return Taken(False, text(language, "builtin"))
            remove_sources(self._settings(), [source])
        except SaysoError as error:
            return Taken(False, failure(error, language))
        if origin.parent == self.folder.resolve() or origin.parent == self.folder:
            origin.unlink(missing_ok=True)
        return Taken(True, text(language, "removed"))

    def _settings(self) -> Settings:
        return self.engine.settings


def fit_name(name: str) -> str:
    """A file name that means the same everywhere and leads nowhere.

    >>> fit_name("../../etc/pass\\x00wd.txt")
    'passwd.txt'
    """
    last = _UNFIT.sub("", re.split(r"[/\\]", name)[-1]).strip(". ")
    stem, dot, suffix = last.rpartition(".")
    return f"{(stem or suffix)[:80] or 'document'}{dot}{suffix[:8]}" if stem else f"{last[:80] or 'document'}"


def _put_back(path: Path, before: bytes | None) -> None:
    """A refused file leaves no trace, and the version before it stays."""
    if before is None:
        path.unlink(missing_ok=True)
    else:
        path.write_bytes(before)
