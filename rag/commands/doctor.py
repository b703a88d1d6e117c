"""`sayso doctor`: what is configured, what works, what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from rag.embeddings import has_vectors
from rag.errors import SaysoError
from rag.factory import chroma_server_for, has_index, shelf_for
from rag.index.builder import expected_texts, expected_vectors
from rag.index.generations import facts
from rag.index.library import Library
from rag.index.seal import broken
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
        yield _model_server(settings)
    if server := chroma_server_for(settings):
        try:
            server.check()
            yield "Chroma server", True, f"answers at {server.url}"
        except SaysoError as error:
            yield "Chroma server", False, str(error)
    try:
        if not has_index(settings):
            yield "index", False, f"none at {settings.index}; run: sayso ingest"
            return
        library = shelf_for(settings).library()
        embedding = library.embedding.model_name
        yield "embedding", True, embedding
        if has_vectors(embedding):
            yield "vectors", True, _place(library)
        intact = library.store.connection.execute("PRAGMA quick_check").fetchone()[0] == "ok"
        counts = f"{library.store.count('sources')} sources, {library.store.count('sentences')} sentences"
        texts, vectors = expected_texts(library.store), expected_vectors(library.store, embedding)
        if name := broken(library.path, facts(library.path).get("files", {}), whole=True):
            yield "index", False, f"damaged, {name} is not as it was written; run: sayso ingest --rebuild"
            return
        held = library.vectors.count if has_vectors(embedding) else 0
        agree = (texts, vectors) == (library.lexical.count, held)
        yield "index", intact and agree, counts if intact and agree else "damaged; run: sayso ingest --rebuild"
    except SaysoError as error:
        yield "index", False, str(error)


def _place(library: Library) -> str:
    if library.place:
        return f"on the Chroma server {library.place.url}"
    return f"here; the next ingest moves them to {library.server.url}" if library.server else "in the index directory"


def _model_server(settings: Settings) -> tuple[str, bool, str]:
    """Asks for the list of models, the cheapest call that needs the address and the key to be right."""
    import httpx

    address = settings.base_url.rstrip("/") + "/models"
    try:
        reply = httpx.get(
            address, headers={"Authorization": f"Bearer {settings.model_key or settings.api_key}"}, timeout=5
        )
    except UnicodeEncodeError:
        return "model server", False, "the key has characters that no request can carry; look at OPENAI_API_KEY"
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return "model server", False, f"{address} does not answer ({type(error).__name__}); look at OPENAI_BASE_URL"
    if reply.status_code in (401, 403):
        return "model server", False, f"{address} refuses the key ({reply.status_code}); look at OPENAI_API_KEY"
    if reply.status_code == 404:
        return "model server", False, f"nothing at {address}; OPENAI_BASE_URL usually ends in /v1"
    if reply.status_code >= 500:
        return "model server", False, f"{address} fails ({reply.status_code}); try again later"
    return "model server", True, f"answers at {settings.base_url}"
