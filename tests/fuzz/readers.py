"""Coverage-guided fuzzing of the readers: bytes in, a document, a refusal or a crash out.

    uv venv --python 3.11 /tmp/fuzz && uv pip install --python /tmp/fuzz/bin/python atheris -r requirements.lock
    PYTHONPATH=. /tmp/fuzz/bin/python tests/fuzz/readers.py -max_total_time=600 [corpus directory]

atheris is in no lock: it is large, builds on few systems and is needed for this alone. A crash leaves a file `crash-…`;
mend the reader and add the bytes to tests/faults/test_fuzz.py. The first byte chooses the kind of file. PDF and .docx are
parsed in this process, without the child and its limits, so that their coverage is seen; what a parser raises is
forgiven there as it is in the child, but not a crash of ours behind it.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["rag", "bs4", "pypdf", "docx"]):
    from rag.cleaning import clean
    from rag.errors import DocumentError
    from rag.people import People
    from rag.quarantine import _docx, _pdf
    from rag.readers import read_file
    from rag.reading import STEPS
    from rag.turns import split_turns

SUFFIXES = (".txt", ".md", ".html", ".jsonl", ".pdf", ".docx")
FOLDER = Path(tempfile.mkdtemp(prefix="sayso-fuzz-"))
NOBODY = People([])


def one_input(data: bytes) -> None:
    suffix, body = SUFFIXES[data[0] % len(SUFFIXES)] if data else ".txt", data[1:]
    if suffix in (".pdf", ".docx"):
        with contextlib.suppress(Exception):
            {".pdf": _pdf, ".docx": _docx}[suffix](body)
        return
    path = FOLDER / f"input{suffix}"
    path.write_bytes(body)
    for found in read_file(path):
        if isinstance(found, DocumentError):
            continue
        found.text.encode("utf-8")
        text = clean(found.text[:4000], STEPS)
        assert all(0 <= turn.start <= turn.end <= len(text.text) for turn in split_turns(text.text, NOBODY))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
