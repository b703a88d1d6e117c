"""Forty readers at once are all answered, and many questions leave little behind. `python -m evals.page_load` measures."""

from __future__ import annotations

from evals.page_load import Reader, at_once, memory_after, serving


def test_forty_readers_at_once_are_all_answered():
    with serving("-m", "tests.fakes") as (url, _):
        assert len(at_once(url, ["Where is water?", "电费?"])) == 40


def test_questions_leave_no_more_in_memory_than_what_gradio_remembers_of_their_pages():
    with serving("-m", "tests.fakes") as (url, pid):
        before, after = memory_after(url, pid, ["Where is water?"], (60, 160))
    assert after - before < 15  # five pages of 1.4 MB


def test_who_leaves_early_breaks_nothing():
    with serving("-m", "tests.fakes") as (url, _):
        one = Reader(url)
        joined = {"data": ["soon power", "c", [], "auto", ""], "fn_index": one.event["id"], "session_hash": one.session}
        one.client.post("/gradio_api/queue/join", json=joined).raise_for_status()
        with one.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": one.session}) as stream:
            next(stream.iter_lines())
        assert "told" in Reader(url).ask("Where is water?")[1]
