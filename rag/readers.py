"""Files in, decoded raw text out; anything that can't be read is refused by name with the reason."""

from __future__ import annotations

import glob
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.errors import DocumentError, UsageError
from rag.quarantine import Kind

MANIFEST = "manifest.json"
GAPS, TOGETHER = "gaps.jsonl", "together.jsonl"
PROPOSITIONS = "propositions"
MAX_BYTES = 10_000_000
MAX_JSONL_BYTES = 4_000_000_000
MAX_CHARACTERS = 2_000_000
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


@dataclass(frozen=True, slots=True)
class RawDocument:
    """`text` is the raw text that all spans refer to; the rest is what the file itself says of its origin."""

    id: str
    file: str
    text: str
    title: str = ""
    date: str = ""
    url: str = ""
    outlet: str = ""
    encoding: str = "utf-8"


def find_files(paths: list[Path]) -> tuple[list[Path], list[DocumentError]]:
    """Files to read, folders walked in name order, links and hidden files left out; unknown kinds named as refused."""
    files: list[Path] = []
    refused: list[DocumentError] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: no such file or folder")
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if not p.is_dir() and not _aside(p.relative_to(path), p))
            refused += [DocumentError(str(p), _unknown(p)) for p in inside if p.suffix.lower() not in READERS]
            files += [p for p in inside if p.suffix.lower() in READERS]
        else:
            files.append(path)
    return files, refused


def _aside(inside: Path, file: Path) -> bool:
    """Hidden files, and what belongs to a manifest rather than to the documents."""
    if any(part.startswith(".") for part in inside.parts):
        return True
    manifest = file.name == MANIFEST or (file.name in (GAPS, TOGETHER) and (file.parent / MANIFEST).is_file())
    documents = file.parent.parent
    claims = file.parent.name == PROPOSITIONS and (
        (documents / MANIFEST).is_file() or any(documents.glob(f"{glob.escape(file.stem)}.*"))
    )
    return manifest or claims


def read_file(path: Path) -> Iterator[RawDocument | DocumentError]:
    """The documents of one file; a refused one comes as the error that says why."""
    if path.suffix.lower() not in READERS:
        yield DocumentError(str(path), _unknown(path))
        return
    try:
        yield from READERS[path.suffix.lower()](path)
    except DocumentError as refusal:
        yield refusal
    except OSError as error:
        yield DocumentError(str(path), error.strerror or "can't be read")


def decode(data: bytes, name: str) -> tuple[str, str]:
    """Text and the name of its encoding: by byte order mark, then strict UTF-8, then detection. Never guesses away bytes."""
    if not data.strip():
        raise DocumentError(name, "empty: nothing to index")
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding, name), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    if b"\0" in data[:4096]:
        return _without_mark(data, name)
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise DocumentError(name, "text encoding not recognised; save it as UTF-8")
    return _strict(data, best.encoding, name), best.encoding


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentError(name, f"not valid {encoding} at byte {error.start}; save it as UTF-8") from error


def _without_mark(data: bytes, name: str) -> tuple[str, str]:
    """UTF-16 that lacks its mark: nearly all of it must be letters, punctuation and spaces."""
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        usual = sum(
            "\u4e00" <= c <= "\u9fff" or (c.isascii() and c.isprintable()) or c in "\r\n，。、：；？！“”（）《》"
            for c in text
        )
        if usual > 0.9 * len(text):
            return text, encoding
    raise DocumentError(name, "binary data, not text")


def _bytes(path: Path, limit: int = MAX_BYTES) -> bytes:
    """Regular files only: a link, pipe or device is refused before a byte is read."""
    if path.is_symlink():
        raise DocumentError(str(path), "is a link; give the file itself")
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise DocumentError(str(path), "not a regular file")
        if status.st_size > limit:
            raise DocumentError(str(path), f"{status.st_size:,} bytes; the limit is {limit:,}")
        return file.read()


_HALF = re.compile("[\ud800-\udfff]")
_LETTER = re.compile(r"[^\W_]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")


def _checked(text: str, name: str) -> str:
    if not _LETTER.search(text):
        raise DocumentError(name, "no text in it: nothing to index")
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(name, f"{len(text):,} characters; the limit is {MAX_CHARACTERS:,}")
    start = text[:20000]
    if len(_CONTROL.findall(start)) > len(start) / 50:
        raise DocumentError(name, "binary data, not text")
    return text


def _plain(path: Path) -> Iterator[RawDocument]:
    text, encoding = decode(_bytes(path), str(path))
    yield RawDocument(path.stem, path.name, _checked(text, str(path)), encoding=encoding)


def _html(path: Path) -> Iterator[RawDocument]:
    """The readable lines of a page. Spans then refer to this extracted text, which the index keeps."""
    from rag.webpage import page_text

    try:
        page = page_text(_bytes(path))
    except ValueError as error:
        raise DocumentError(str(path), str(error)) from error
    yield RawDocument(
        path.stem,
        path.name,
        _checked(page.text, str(path)),
        title=page.title,
        date=page.date,
        outlet=page.outlet,
        encoding=page.encoding,
    )


def _parsed(path: Path, kind: Kind) -> Iterator[RawDocument]:
    from rag.quarantine import ParseError, parse

    try:
        parsed = parse(kind, _bytes(path))
    except ParseError as error:
        raise DocumentError(str(path), str(error)) from error
    yield RawDocument(path.stem, path.name, _checked(parsed.text, str(path)), title=parsed.title)


def _pdf(path: Path) -> Iterator[RawDocument]:
    yield from _parsed(path, "pdf")


def _docx(path: Path) -> Iterator[RawDocument]:
    yield from _parsed(path, "docx")


def _jsonl(path: Path) -> Iterator[RawDocument | DocumentError]:
    """One document a line; a bad line is refused by its number and the others go in."""
    data = _bytes(path, MAX_JSONL_BYTES)
    for number, line in enumerate(data.splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            yield _record(json.loads(line), where)
        except DocumentError as refusal:
            yield refusal
        except (ValueError, RecursionError) as error:
            yield DocumentError(where, f"not a JSON object ({error})")


def _record(record: object, where: str) -> RawDocument:
    if not isinstance(record, dict):
        raise DocumentError(where, "not a JSON object")
    fields = {name: record.get(name) or "" for name in ("id", "text", "title", "date", "url")}
    wrong = [name for name, value in fields.items() if not isinstance(value, str)]
    if wrong:
        raise DocumentError(where, f'"{wrong[0]}" is not a string')
    if halves := [name for name, value in fields.items() if _HALF.search(value)]:
        raise DocumentError(where, f'"{halves[0]}" has half a character (a lone surrogate); write it as UTF-8')
    if not fields["id"] or not fields["text"]:
        raise DocumentError(where, 'needs "id" and "text"')
    _checked(fields["text"], where)
    return RawDocument(fields["id"], fields["id"], fields["text"], fields["title"], fields["date"], fields["url"])


def _unknown(path: Path) -> str:
    return f"unknown kind {path.suffix or '(no suffix)'}; Sayso reads {', '.join(sorted(READERS))}"


READERS: dict[str, Callable[[Path], Iterator[RawDocument | DocumentError]]] = {
    ".txt": _plain,
    ".md": _plain,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _docx,
    ".jsonl": _jsonl,
}
