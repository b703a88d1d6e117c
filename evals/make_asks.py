"""The built-in articles' asks and gaps in, seeds/asks.npz out: made once here, for it would take a minute at each first start.

python -m evals.make_asks       after a change of seeds/propositions, seeds/gaps.jsonl or the people of the manifest
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from rag.corpus import Corpus
from rag.embeddings import HashingEmbedding
from rag.index.asks import FILE, READY
from rag.index.library import Shelf
from rag.ingest import ingest


def main() -> None:
    """Ingest the seeds into a folder that is thrown away, and keep the one file."""
    with tempfile.TemporaryDirectory() as folder:
        READY.unlink(missing_ok=True)
        ingest(Corpus.seeds(), Path(folder), HashingEmbedding())
        shutil.copyfile(Shelf(Path(folder)).library().path / FILE, READY)
    print(f"{READY}: {READY.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
