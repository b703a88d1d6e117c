"""`sayso doctor`: what is configured, what works, what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from rag.errors import SaysoError
from rag.factory import embedding_for, has_index
from rag.index.library import Shelf
from rag.settings import Settings
from rag.terminal import say


def run(settings: Settings) -> int:
    """One line a check; 1 when any failed."""
    failed = False
    for name, good, told in _checks(settings):
        say(f"{'ok' if good else 'WRONG':5} {name}: {told}")
        failed |= not good
    return 1 if failed else 0


def _checks(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    if settings.offline:
        yield "mode", True, "offline: quotes only; set OPENAI_API_KEY or OPENAI_BASE_URL for a model"
    else:
        yield "mode", True, f"model {settings.model} at {settings.base_url}"
    try:
        embedding = embedding_for(settings).model_name
        yield "embedding", True, embedding
    except SaysoError as error:
        yield "embedding", False, str(error)
        return
    if not has_index(settings):
        yield "index", False, f"none at {settings.index}; run: sayso ingest"
        return
    try:
        library = Shelf(settings.index, embedding=embedding).library()
        texts = library.store.count("passages") + library.store.count("propositions")
        intact = library.store.connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        counts = f"{library.store.count('sources')} sources, {library.store.count('sentences')} sentences"
        agree = texts == library.lexical.count == library.vectors.count
        yield "index", intact and agree, counts if intact and agree else "damaged; run: sayso ingest --rebuild"
    except SaysoError as error:
        yield "index", False, str(error)
