"""A Chroma server that is gone, slow, lies or loses what it held. An ingest leaves the old index, a question is answered."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import chroma
import pytest
from chroma import Door, Lie, dripping, hanging, saying
from rig import Told, command, documents, interview, prints, with_dictionary

from rag.errors import EmbeddingError
from rag.index import generations
from rag.index.chroma_server import ChromaServer
from rag.index.placement import Place, servers_of

ASKED = "王小明说电费降低了多少?"


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    with chroma.running(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture
def door(url) -> Iterator[Door]:
    door = Door(url)
    yield door
    door.shut()


@pytest.fixture
def sayso(capsys, monkeypatch, tmp_path, door) -> Callable[..., Told]:
    run = command(capsys, monkeypatch)
    env = {"SAYSO_EMBEDDING": "hashing", "SAYSO_CHROMA_URL": door.url}
    return lambda *arguments, **more: run("--index", str(tmp_path / "index"), *arguments, **{**env, **more})


@pytest.fixture
def folder(tmp_path) -> Path:
    return documents(tmp_path / "documents", power=interview("我们的机房三年来把电费降低了40%。", "水电很便宜。"))


@pytest.fixture
def built(sayso, folder, index, tmp_path, url) -> Place:
    """Ingested through the door; where its vectors are behind it."""
    with_dictionary(tmp_path / "index", index)
    assert sayso("ingest", str(folder)).status == 0
    answered(sayso("ask", ASKED), by_words=False)
    place = Place.of(generations.facts(generations.current(tmp_path / "index")))
    assert place
    return Place(url, place.name)


def answered(told: Told, *, by_words: bool) -> None:
    assert told.status == 0, told
    assert "40%" in told.out
    assert ("只按词语检索" in told.out) == by_words


def spoilt(change: Callable[[list[list[float]]], object]) -> Lie:
    """Vectors of a real reply, changed."""

    def lie(porter: chroma.Porter) -> None:
        reply = porter.fetched()
        told = reply.json()
        porter.send(reply.status_code, json.dumps(told | {"embeddings": change(told["embeddings"])}))

    return lie


PAGE = "<html><body>Welcome</body></html>"
ANYWHERE: dict[str, Lie] = {
    "a page with 200": saying(PAGE, kind="text/html"),
    "a page with 404": saying(PAGE, 404, "text/html"),
    "500": saying("{}", 500),
    "null": saying("null"),
    "half JSON": saying('{"ids": [['),
    "hanging": hanging,
    "dripping": dripping,
}


@pytest.fixture
def impatient(monkeypatch) -> None:
    wait_at_most(1.0, monkeypatch)


def wait_at_most(limit: float, monkeypatch) -> None:
    for seconds in ("QUESTION_SECONDS", "INGEST_SECONDS"):
        monkeypatch.setattr(f"rag.index.vectors.{seconds}", limit)
        monkeypatch.setattr(f"rag.index.chroma_server.{seconds}", limit)


def refused(told: Told, old: dict[str, str], index: Path) -> None:
    assert (told.status, told.out) == (1, ""), told
    assert told.err.startswith("sayso: ")
    assert len(told.err.splitlines()) == 1
    assert prints(index) == old
    assert not list(index.glob("*.tmp"))


FROM_THE_START = [("", fault) for fault in ANYWHERE]
WITH_THE_FIRST_VECTORS = [
    ("/add", fault) for fault in ANYWHERE if fault != "null"
]  # which is all that a good reply says


@pytest.mark.parametrize(("ending", "fault"), FROM_THE_START + WITH_THE_FIRST_VECTORS)
def test_a_fault_during_an_ingest_leaves_the_old_index(
    built, sayso, folder, tmp_path, door, impatient, monkeypatch, ending, fault
):
    old = prints(tmp_path / "index")
    (folder / "new.txt").write_text(interview("新的话。"), encoding="utf-8")
    door.lies = {ending: ANYWHERE[fault]}
    told = sayso("ingest", str(folder))
    refused(told, old, tmp_path / "index")
    assert f"the Chroma server {door.url} failed" in told.err
    assert "SAYSO_CHROMA_URL" in told.err
    door.lies = {}
    wait_at_most(60.0, monkeypatch)  # an honest server on a busy machine may take more than a second
    assert sayso("ingest", str(folder)).status == 0
    answered(sayso("ask", ASKED), by_words=False)


@pytest.mark.parametrize("count", ["0", "7"])
def test_a_server_that_drops_vectors_is_never_served(built, sayso, folder, tmp_path, door, url, count):
    old = prints(tmp_path / "index")
    (folder / "new.txt").write_text(interview("新的话。"), encoding="utf-8")
    door.lies = {"/count": saying(count)}
    told = sayso("ingest", str(folder))
    refused(told, old, tmp_path / "index")
    assert "does not add up" in told.err
    door.lies = {}
    answered(sayso("ask", ASKED), by_words=False)


def test_a_killed_ingest_leaves_the_old_index_and_its_collections_go_with_the_next(
    built, sayso, folder, tmp_path, door, fork
):
    def collections() -> set[str]:
        return {collection.name for collection in ChromaServer(built.url).connect().named(built.name[:18])}

    before = collections()
    (folder / "new.txt").write_text(interview("新的话。"), encoding="utf-8")
    door.lies = {"/add": hanging}
    env = {"SAYSO_EMBEDDING": "hashing", "SAYSO_CHROMA_URL": door.url}
    reached = len(door.requests)
    process = fork("rag", "--index", str(tmp_path / "index"), "ingest", str(folder), **env)
    while not any(request.endswith("/add") for request in door.requests[reached:]):
        time.sleep(0.02)
    process.kill()
    process.communicate()
    door.lies = {}
    orphans = collections() - before
    assert len(orphans) == 2
    answered(sayso("ask", ASKED), by_words=False)
    assert sayso("ingest", str(folder)).status == 0
    assert not orphans & collections()
    assert before < collections()


def test_nobody_there_leaves_the_old_index_and_words(built, sayso, folder, tmp_path, door):
    old = prints(tmp_path / "index")
    door.shut()
    refused(sayso("ingest", str(folder)), old, tmp_path / "index")
    answered(sayso("ask", ASKED), by_words=True)
    told = sayso("doctor")
    assert told.status == 1
    assert "WRONG Chroma server: the Chroma server" in told.out
    assert "is it running, and is SAYSO_CHROMA_URL right?" in told.out


def test_an_index_moves_away_from_a_server_that_is_gone(built, sayso, folder, door, tmp_path):
    door.shut()
    assert sayso("ingest", str(folder), SAYSO_CHROMA_URL="").status == 0
    answered(sayso("ask", ASKED, SAYSO_CHROMA_URL=""), by_words=False)
    assert servers_of(tmp_path / "index") == {door.url}  # of the generation before


LIES: dict[str, dict[str, Lie]] = {
    **{fault: {"": lie} for fault, lie in ANYWHERE.items()},
    "no vectors": {"/get": saying('{"ids": [], "embeddings": []}')},
    "null for vectors": {"/get": spoilt(lambda vectors: None)},
    "one too few": {"/get": spoilt(lambda vectors: vectors[1:])},
    "another length": {"/get": spoilt(lambda vectors: [vector[:5] for vector in vectors])},
    "several lengths": {"/get": spoilt(lambda vectors: [vectors[0][:5], *vectors[1:]])},
    "numbers for vectors": {"/get": spoilt(lambda vectors: [1.0 for _ in vectors])},
    "words for numbers": {"/get": spoilt(lambda vectors: [["x"] * 256 for _ in vectors])},
    "not finite": {"/get": spoilt(lambda vectors: [[float("nan")] * 256 for _ in vectors])},
}


@pytest.mark.parametrize("fault", LIES)
def test_a_fault_at_a_question_is_answered_by_words_alone(built, sayso, door, impatient, fault):
    door.lies = LIES[fault]
    started = time.monotonic()
    answered(sayso("ask", ASKED), by_words=True)
    assert time.monotonic() - started < 9


ASKED_FOR: dict[str, Lie] = {
    **{fault: lie for fault, lie in ANYWHERE.items() if fault != "dripping"},
    "no distances": saying('{"ids": [["a#0"]]}'),
    "words for distances": saying('{"ids": [["a#0"]], "distances": [["x"]]}'),
    "numbers for ids": saying('{"ids": [7], "distances": [[0.1]]}'),
}


@pytest.mark.parametrize("fault", ASKED_FOR)
def test_a_fault_of_a_search_on_the_server_is_answered_by_words_alone(
    built, sayso, door, impatient, monkeypatch, fault
):
    monkeypatch.setattr("rag.index.library.FEW", 0)
    door.lies = {"/query": ASKED_FOR[fault]}
    answered(sayso("ask", ASKED), by_words=True)


def test_what_was_never_ingested_is_not_found_though_the_server_says_so(built, sayso, door, monkeypatch):
    monkeypatch.setattr("rag.index.library.FEW", 0)
    door.lies = {"/query": saying('{"ids": [["nowhere#0", "x"]], "distances": [[0.0, -1e300]]}')}
    answered(sayso("ask", ASKED), by_words=False)


@pytest.mark.parametrize("lost", ["a collection", "a vector"])
def test_what_a_server_lost_is_told_and_comes_back_with_the_next_ingest(built, sayso, folder, lost):
    connection = ChromaServer(built.url).connect()
    if lost == "a collection":
        connection.delete_collection(name=f"{built.name}passages")
    else:
        collection = connection.collection(f"{built.name}passages")
        collection.delete(ids=collection.get(limit=1)["ids"])
    answered(sayso("ask", ASKED), by_words=True)
    told = sayso("doctor")
    assert told.status == 1
    assert "again" in told.out
    assert sayso("ingest", str(folder)).status == 0
    answered(sayso("ask", ASKED), by_words=False)
    assert sayso("doctor").status == 0


def test_a_server_that_keeps_failing_is_left_alone(door):
    door.lies = {"": saying("{}", 500)}
    server = ChromaServer(door.url)
    for _ in range(7):
        with pytest.raises(EmbeddingError):
            server.check()
    assert len(door.requests) == 5


def test_what_a_server_says_is_one_short_line_on_the_terminal(door):
    door.lies = {"": saying("\x1b[2J" + "x" * 10_000 + "\nsecond line", 500)}
    with pytest.raises(EmbeddingError) as raised:
        ChromaServer(door.url).check()
    assert len(str(raised.value)) < 400
    assert "second line" not in str(raised.value)
