"""The built-in articles' asks and gaps in, seeds/asks.npz out: made once here, for it would take minutes at each first start.

python -m evals.make_asks       after a change of what claims or gaps are asked for, or of the people of the manifest
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from evals.fit_projection import learnt
from rag.corpus import Corpus
from rag.embeddings import HashingEmbedding
from rag.index.asks import READY, asks_of, build
from rag.index.shelf import Shelf
from rag.ingest import ingest


def main() -> None:
    """Ingest the seeds into a folder that is thrown away, for what they hold and who is in them."""
    with tempfile.TemporaryDirectory() as folder:
        ingest(Corpus.seeds(), Path(folder), HashingEmbedding())
        library = Shelf(Path(folder)).library()
        store = library.store
        build(READY, asks_of(store.propositions(), store.together(), store.gaps()), library.people, learn=learnt)
    print(f"{READY}: {READY.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
