"""Vectors on a Chroma server, a real one on loopback: everything else is as it is without."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import chroma
import httpx
import pytest

from rag.commands import doctor
from rag.corpus import Corpus
from rag.embeddings import HashingEmbedding
from rag.errors import IndexProblem, UsageError
from rag.factory import build_index, open_chat_engine, remove_sources
from rag.index import generations, vectors
from rag.index.chroma_server import ChromaServer
from rag.index.placement import Place, prefix_of
from rag.index.shelf import Shelf
from rag.ingest import ingest, remove
from rag.settings import Settings

PEOPLE = '{"documents": [], "people": [{"name": "王小明", "english": "Wang Xiaoming"}]}'
POWER = "某报:电费怎么样?\n王小明:三年来我们的机房把电费降低了40%。\n某报:冷却呢?\n王小明:冷却用的是水电,很稳定。\n"
WATER = "某报:水价怎么样?\n王小明:水价降低了30%。\n"
ASKED = "王小明说水价降低了多少?"


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    with chroma.running(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture
def folder(folder) -> Callable[[dict[str, str]], Path]:
    return lambda files: folder({"manifest.json": PEOPLE, **files})


@pytest.fixture
def here(tmp_path) -> Settings:
    return Settings(index=tmp_path / "index", embedding="hashing")


@pytest.fixture
def there(tmp_path, url) -> Settings:
    return Settings(index=tmp_path / "index", embedding="hashing", chroma_url=url)


@pytest.fixture
def held(there, url) -> Callable[[], dict[str, int]]:
    """How many vectors each collection of the index holds, by name."""

    def count() -> dict[str, int]:
        connection = ChromaServer(url).connect()
        return {collection.name: collection.count() for collection in connection.named(prefix_of(there.index))}

    return count


def place(settings: Settings) -> Place | None:
    return Place.of(generations.facts(generations.current(settings.index)))


def of(place: Place, held: dict[str, int]) -> int:
    return sum(count for name, count in held.items() if name.startswith(place.name))


class Counted(HashingEmbedding):
    """One whose vectors are kept, as those that cost something are. `seen`: all that was embedded."""

    model_name: str = "counted"
    seen: ClassVar[list[str]] = []

    def encode(self, texts):
        self.seen.extend(texts)
        return super().encode(texts)


def test_what_was_ingested_is_found_and_its_vectors_are_on_the_server_alone(there, held, folder):
    build_index(there, [folder({"a.txt": POWER, "b.txt": WATER})])
    generation = generations.current(there.index)
    assert not (generation / "chroma").exists()
    assert of(place(there), held()) == generations.facts(generation)["vectors"] > 0
    answer = open_chat_engine(there).query(ASKED)
    assert "30%" in answer.answer
    assert not answer.notice


@pytest.mark.parametrize("few", [vectors.FEW, 0], ids=["in memory", "asked of the server"])
def test_the_same_is_found_as_without_a_server(there, here, folder, few, monkeypatch, tmp_path):
    monkeypatch.setattr("rag.index.library.FEW", few)
    documents = folder({"a.txt": POWER, "b.txt": WATER})
    build_index(there, [documents])
    local = Settings(index=tmp_path / "local", embedding="hashing")
    build_index(local, [documents])
    found = [open_chat_engine(settings).search(ASKED, top_k=5)[0] for settings in (there, local)]
    assert found[0]
    assert [(hit.file, hit.start, hit.end) for hit in found[0]] == [(hit.file, hit.start, hit.end) for hit in found[1]]
    assert [hit.score for hit in found[0]] == pytest.approx([hit.score for hit in found[1]], abs=1e-5)


def test_few_vectors_are_fetched_once_and_then_a_question_costs_no_request(here, folder, url):
    door = chroma.Door(url)
    settings = Settings(index=here.index, embedding="hashing", chroma_url=door.url)
    build_index(settings, [folder({"a.txt": POWER})])
    engine = open_chat_engine(settings)
    engine.query("王小明说电费降低了多少?")
    before = len(door.requests)
    engine.query("王小明说冷却用什么?")
    door.shut()
    assert len(door.requests) == before


def test_a_change_makes_new_collections_and_leaves_those_that_are_served_alone(there, held, folder):
    documents = folder({"a.txt": POWER})
    build_index(there, [documents])
    old, before = place(there), held()
    folder({"b.txt": WATER})
    build_index(there, [documents])
    both = held()
    assert {name: both[name] for name in before} == before
    assert of(place(there), both) > of(old, both)
    remove_sources(there, ["b"])
    assert of(place(there), held()) == of(old, before)


def test_an_open_engine_follows_to_the_next_generation(there, folder):
    documents = folder({"a.txt": POWER})
    build_index(there, [documents])
    engine = open_chat_engine(there)
    assert engine.query(ASKED).refused
    folder({"b.txt": WATER})
    build_index(there, [documents])
    answer = engine.query(ASKED)
    assert "30%" in answer.answer
    assert not answer.notice


def test_collections_go_with_their_generations_and_no_others(there, held, folder, url, tmp_path):
    other = Settings(index=tmp_path / "other", embedding="hashing", chroma_url=url)
    documents = folder({"a.txt": POWER})
    for settings in (there, other):
        build_index(settings, [documents])
    for n in range(3):
        folder({"b.txt": WATER * (n + 1)})
        build_index(there, [documents])
    assert len(held()) == 2 * 2  # kinds of the two generations on disk
    assert not open_chat_engine(other).query("王小明说电费降低了多少?").notice
    assert ChromaServer(url).count(place(other).name) == generations.facts(generations.current(other.index))["vectors"]


def test_what_a_killed_ingest_left_on_the_server_goes_with_the_next(there, held, folder, url):
    documents = folder({"a.txt": POWER})
    build_index(there, [documents])
    orphan, foreign = f"{prefix_of(there.index)}gen-000002-dead-passages", "sayso-foreign-gen-000002-dead-passages"
    connection = ChromaServer(url).connect()
    for name in (orphan, foreign):
        connection.create_collection(name=name)
    folder({"b.txt": WATER})
    build_index(there, [documents])
    assert orphan not in held()
    assert connection.get_collection(name=foreign).name == foreign


def test_an_index_moves_to_the_server_and_back_and_embeds_nothing_again(there, held, folder, url):
    embedding, server, index = Counted(), ChromaServer(url), there.index
    documents = folder({"a.txt": POWER, "b.txt": WATER})

    def moved(to: ChromaServer | None) -> bool:
        embedding.seen.clear()
        report = ingest(Corpus([documents]), index, embedding, server=to)
        library = Shelf(index, [embedding], to).library()
        assert library.vectors.count == library.store.count("passages") > 0
        assert (generations.current(index) / "chroma").is_dir() == (to is None)
        return report.unchanged == ["a", "b"] and not embedding.seen

    moved(None)
    assert moved(server)
    assert len(held()) == 2
    assert moved(None)
    folder({"a.txt": POWER + WATER})
    moved(None)  # the last generation that was on the server is dropped
    assert held() == {}


def test_nothing_moves_where_it_is_already(there, folder):
    documents = folder({"a.txt": POWER})
    build_index(there, [documents])
    served = generations.current(there.index)
    assert build_index(there, [documents]).unchanged == ["a"]
    assert generations.current(there.index) == served


@pytest.mark.parametrize("embedding", [HashingEmbedding(), Counted()], ids=["made anew", "kept"])
def test_a_source_is_removed_without_naming_the_embedding(there, folder, url, embedding):
    server = ChromaServer(url)
    ingest(Corpus([folder({"a.txt": POWER, "b.txt": WATER})]), there.index, embedding, server=server)
    remove(["b"], there.index, server)
    library = Shelf(there.index, [embedding], server).library()
    assert library.vectors.count == library.store.count("passages") > 0


@pytest.mark.parametrize("other", ["", "http://127.0.0.1:9"])
def test_an_index_on_another_server_is_refused_with_the_setting_that_helps(there, folder, url, other):
    build_index(there, [folder({"a.txt": POWER})])
    asked = Settings(index=there.index, embedding="hashing", chroma_url=other)
    with pytest.raises(IndexProblem, match=f"set SAYSO_CHROMA_URL={url}, or run: .* ingest, which moves them"):
        open_chat_engine(asked)


def test_a_copy_of_an_index_leaves_the_collections_of_the_first_alone(there, held, folder, url, tmp_path):
    build_index(there, [folder({"a.txt": POWER})])
    before = held()
    copy = Settings(index=tmp_path / "copy", embedding="hashing", chroma_url=url)
    shutil.copytree(there.index, copy.index)
    for n in range(3):
        folder({"b.txt": WATER * (n + 1)})
        build_index(copy, [tmp_path / "documents"])
    assert held() == before


def test_words_alone_need_no_server(here, folder):
    nobody = Settings(index=here.index, embedding="words", chroma_url="http://127.0.0.1:9")
    build_index(nobody, [folder({"b.txt": WATER})])
    assert "30%" in open_chat_engine(nobody).query(ASKED).answer


def test_the_doctor_says_where_the_vectors_are(there, here, folder, url, capsys):
    build_index(here, [folder({"a.txt": POWER})])
    assert doctor.run(here) == 0
    assert "vectors: in the index directory" in capsys.readouterr().out
    assert doctor.run(there) == 0
    assert f"the next ingest moves them to {url}" in capsys.readouterr().out
    build_index(there, [folder({})])
    assert doctor.run(there) == 0
    told = capsys.readouterr().out
    assert f"Chroma server: answers at {url}" in told
    assert f"vectors: on the Chroma server {url}" in told


@pytest.mark.parametrize(
    "given",
    ["http://me:secret@host:8000", "me:secret@host", "https://secret@host"],
    ids=["both", "no scheme", "a name"],
)
def test_an_address_with_a_password_is_refused_and_never_shown(given):
    with pytest.raises(UsageError, match="user name or a password") as raised:
        Settings.from_env({"SAYSO_CHROMA_URL": given})
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "given",
    ["host:8000", "ftp://host", "http://", "http://[::1", "http://host:port", "http://host/path", "http://host?a=b"],
)
def test_an_address_that_is_none_is_refused(given):
    with pytest.raises(UsageError, match="give http://HOST:PORT"):
        Settings.from_env({"SAYSO_CHROMA_URL": given})


def test_an_address_has_one_spelling():
    assert Settings.from_env({"SAYSO_CHROMA_URL": " HTTP://Host:8000/ "}).chroma_url == "http://host:8000"


def test_only_ids_vectors_and_the_source_are_sent(there, folder, url):
    build_index(there, [folder({"a.txt": POWER})])
    connection = ChromaServer(url).connect()
    stored = [collection.get(include=["documents", "metadatas"]) for collection in connection.named(place(there).name)]
    assert [document for kind in stored for document in kind["documents"] or [] if document] == []
    assert {key for kind in stored for metadata in kind["metadatas"] for key in metadata} == {"source"}
    assert "冷却" not in httpx.get(f"{url}/api/v2/tenants/default_tenant/databases/default_database/collections").text
