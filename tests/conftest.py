"""What the tests share: no network, the seeds ingested once, and an engine over them."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest
from filelock import FileLock
from hypothesis import HealthCheck, settings

from rag.chat_engine import ChatEngine
from rag.corpus import Corpus
from rag.embeddings import HashingEmbedding, SemanticEmbedding
from rag.factory import open_chat_engine
from rag.index.library import Library
from rag.index.shelf import Shelf
from rag.ingest import IngestReport, ingest
from rag.settings import Settings
from tests.forks import Fork, hold

ROOT = Path(__file__).resolve().parent.parent
OFFLINE = Path(__file__).resolve().parent / "offline"
sys.path.insert(0, str(OFFLINE))

import sitecustomize as network  # noqa: E402  # the guard that the subprocesses get too

settings.register_profile(
    "sayso", deadline=None, database=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("sayso")


# The random choices of tests/faults; workers inherit it. FAULTS_SEED=N repeats a run.
os.environ.setdefault("FAULTS_SEED", str(random.randrange(1_000_000)))  # noqa: S311


def pytest_terminal_summary(terminalreporter):
    if any(
        "tests/faults" in report.nodeid
        for reports in terminalreporter.stats.values()
        for report in reports
        if hasattr(report, "nodeid")
    ):
        terminalreporter.write_line(f"random choices: FAULTS_SEED={os.environ['FAULTS_SEED']}")


@pytest.fixture(autouse=True)
def _offline():
    """A test fails for trying, even where the library swallowed the error."""
    network.attempts.clear()
    yield
    assert not network.attempts


@pytest.fixture(autouse=True, scope="session")
def _own_environment(tmp_path_factory):
    """No key, no index and no home of the person who runs the tests."""
    cache = _for_all_workers(tmp_path_factory) / "cache"  # where the dictionary is compiled once
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SAYSO_", "OPENAI_"))}
    os.environ.clear()
    os.environ.update(kept, XDG_DATA_HOME=str(tmp_path_factory.mktemp("home")), XDG_CACHE_HOME=str(cache))


def _for_all_workers(tmp_path_factory) -> Path:
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def index(tmp_path_factory) -> Path:
    """The seeds, ingested once for all workers. Read only."""
    index = _for_all_workers(tmp_path_factory) / "seeds-index"
    with FileLock(f"{index}.lock"):
        if not index.exists():
            assert not ingest(Corpus.seeds(), index, SemanticEmbedding()).refused
    return index


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium; where `CI` is set there must be one. While it lives, its event loop runs: no `asyncio.run`."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: CI must run the browser tests")
        pytest.skip("NO CHROMIUM: the page itself was NOT tested; install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def visitors(browser):
    from tests.browsing import Visitors

    return Visitors(browser)


@pytest.fixture
def visit(visitors, url):
    """Opens tabs on the module's `url`; at the end none may have asked another host for anything, or complained."""
    from tests.browsing import Visit

    visits: list[Visit] = []

    def begin(path: str = "/", **options) -> Visit:
        visits.append(Visit(visitors, url, path, **options))
        return visits[-1]

    yield begin
    for one in visits:
        assert (one.foreign, one.complaints) == ([], [])
        one.leave()


@pytest.fixture(scope="session")
def seeds(index: Path) -> Shelf:
    """Opened once, for it takes half a second."""
    return Shelf(index)


@pytest.fixture(scope="session")
def library(seeds: Shelf) -> Library:
    return seeds.library()


@pytest.fixture(scope="session")
def engine(seeds: Shelf) -> ChatEngine:
    return open_chat_engine(Settings(index=seeds.index), seeds)


@pytest.fixture
def folder(tmp_path: Path) -> Callable[[Mapping[str, str | bytes]], Path]:
    """Writes files below `tmp_path/documents`, which comes back."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / "documents" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path / "documents"

    return write


@pytest.fixture
def take(tmp_path: Path) -> Callable[..., IngestReport]:
    """Ingests paths into `tmp_path/index`."""

    def into(*paths: Path, rebuild: bool = False) -> IngestReport:
        return ingest(Corpus(list(paths)), tmp_path / "index", HashingEmbedding(), rebuild=rebuild)

    return into


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """What is served from `tmp_path/index`."""
    return Shelf(tmp_path / "index")


@pytest.fixture(scope="session")
def fork(tmp_path_factory) -> Iterator[Callable[..., Fork]]:
    """Starts `python -m MODULE …` as another process, offline too, without the seconds that its imports cost."""
    address = _for_all_workers(tmp_path_factory) / "forks"
    with FileLock(f"{address}.lock"):
        held = hold(address, child_env())

    def run(module: str, *arguments: str, **env: str) -> Fork:
        return Fork(address, module, *arguments, env=child_env(**env))

    with held:
        yield run


@pytest.fixture
def sayso(fork) -> Callable[..., Ended]:
    """`python -m rag …` as another process."""

    def run(*arguments: str, **env: str) -> Ended:
        process = fork("rag", *arguments, **env)
        out, err = process.communicate()
        return Ended(process.returncode, out, err)

    return run


class Ended(NamedTuple):
    """What a process left."""

    returncode: int
    stdout: str
    stderr: str


def child_env(**env: str) -> dict[str, str]:
    """The environment of a Python that the tests start."""
    path = os.pathsep.join([str(OFFLINE), str(ROOT), os.environ.get("PYTHONPATH", "")])
    return {**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1", **env}
