"""Bytes of a PDF or .docx in, its title and text out, parsed by a child process that may not eat the machine.

A small file can unfold to gigabytes or keep a parser busy for hours; the child has a gigabyte and a minute.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

from rag.printed import unwrapped

Kind = Literal["pdf", "docx"]
_ROOT = str(Path(__file__).resolve().parent.parent)
MEMORY = 1 << 30  # bytes of address space
SECONDS = 60
MAX_UNPACKED = 50_000_000  # a .docx is a zip: bytes after unpacking


class Parsed(NamedTuple):
    title: str
    text: str


class ParseError(Exception):
    """Why the document can't be read, in a few words."""


def parse(kind: Kind, data: bytes, *, seconds: float = SECONDS) -> Parsed:
    """Raises ParseError for a broken, encrypted or bomb-like document."""
    # Not `-m`: the child must find this very package, wherever it was imported from.
    code = f"import sys; sys.path.insert(0, {_ROOT!r}); from rag.quarantine import main; main()"
    command = [sys.executable, "-c", code, kind]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise ParseError(f"takes more than {seconds:g} seconds to read") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise ParseError(f"the reader gave up on it (status {done.returncode}); it may be broken or too big") from None
    if "error" in answer:
        raise ParseError(answer["error"])
    return Parsed(answer["title"], answer["text"])


def _pdf(data: bytes) -> Parsed:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ParseError("encrypted PDF; save it without a password")
    text = unwrapped([page.extract_text() for page in reader.pages])
    return Parsed(str(reader.metadata.title or "") if reader.metadata else "", text)


def _docx(data: bytes) -> Parsed:
    from docx import Document

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
            raise ParseError(f"unpacks to more than {MAX_UNPACKED:,} bytes")
    document = Document(io.BytesIO(data))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    return Parsed(document.core_properties.title or "", text)


_NAMES = {"pdf": "PDF", "docx": ".docx"}
_PARSERS: dict[str, Callable[[bytes], Parsed]] = {"pdf": _pdf, "docx": _docx}


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """The child: one document on standard input, one JSON object on standard output."""
    kind, data = sys.argv[1], sys.stdin.buffer.read()
    _limit()
    try:
        answer = dict(_PARSERS[kind](data)._asdict())
    except ParseError as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": "needs more than a gigabyte to read"}
    except Exception as error:  # whatever a parser raises, the document is what is wrong
        answer = {"error": f"broken {_NAMES[kind]} ({type(error).__name__}: {error})"[:200]}
    sys.stdout.write(json.dumps(answer))
