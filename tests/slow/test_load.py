"""Forty readers at once are all answered, and many questions leave little behind. `python -m evals.page_load` measures."""

from __future__ import annotations

from evals.page_load import Reader, at_once, memory_after
from tests.browsing import address_of, served
from tests.fakes import FakeEngine
from ui.app import CALLERS, build
from ui.chats import Chats
from ui.engines import Engines
from ui.history import History


def test_forty_readers_at_once_are_all_answered(fork):
    with served(fork) as url:
        assert len(at_once(url, ["Where is water?", "电费?"])) == 40


def test_questions_leave_no_more_in_memory_than_what_gradio_remembers_of_their_pages(fork):
    process = fork("tests.fakes")
    before, after = memory_after(address_of(process), process.pid, ["Where is water?"], (60, 160))
    process.kill()
    process.communicate()
    assert after - before < 15  # five pages of 1.4 MB


def test_who_leaves_early_breaks_nothing(fork):
    with served(fork) as url:
        one = Reader(url)
        joined = {"data": ["soon power", "c", [], "auto", ""], "fn_index": one.event["id"], "session_hash": one.session}
        one.client.post("/gradio_api/queue/join", json=joined).raise_for_status()
        with one.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": one.session}) as stream:
            next(stream.iter_lines())
        assert "told" in Reader(url).ask("Where is water?")[1]


def test_of_callers_of_the_api_only_the_last_are_remembered(tmp_path):
    engines = Engines(FakeEngine())
    queue = build(engines, Chats(engines, History(tmp_path / "c.sqlite")))._queue
    for remembered in (queue.pending_messages_per_session, queue.pending_event_ids_session):
        for n in range(CALLERS + 10):
            remembered[str(n)] = set()
        assert len(remembered) == CALLERS
    assert queue.ANALYTICS_MAX_EVENTS <= CALLERS
