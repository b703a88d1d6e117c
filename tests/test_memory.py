"""What questions leave behind, and what is there before the first."""

from __future__ import annotations

import gc

from llama_index.core.callbacks import CallbackManager

from rag import features, rerankers
from rag.chat_engine import ChatEngine
from tests.fakes import FakeEngine
from ui.engines import Engines
from ui.texts import EXAMPLES


def kept_events() -> int:
    managers = [thing for thing in gc.get_objects() if isinstance(thing, CallbackManager)]
    return sum(len(events) for manager in managers for events in manager.trace_map.values())


def test_no_event_of_an_older_question_is_kept(engine: ChatEngine):
    engine.query("戴国浩是谁?")
    before = kept_events()
    for n in range(5):
        engine.query(f"戴国浩是谁 {n}?")
    assert kept_events() <= before + 3


def test_a_warm_engine_has_read_every_claim(engine: ChatEngine):
    engine.warm()
    before = features._looked_at.cache_info().misses
    for question in ("戴国浩是谁?", "What did Zhang Yalin do at AMD?", "What is the M×N middle layer?"):
        assert not engine.query(question).refused
    assert features._looked_at.cache_info().misses == before


def test_a_warm_engine_remembers_no_more_than_there_is_room_for():
    assert features._looked_at.cache_info().maxsize >= rerankers.MOST_READ
    assert features.plain_terms.cache_info().maxsize >= rerankers.MOST_READ


def test_the_page_warms_its_engine_and_asks_the_examples(monkeypatch):
    warmed, engine = [], FakeEngine()
    monkeypatch.setattr(engine, "warm", lambda: warmed.append(len(engine.asked)))
    Engines(engine).warm()
    assert warmed == [len(dict(EXAMPLES))]


def test_an_engine_that_fails_while_it_warms_stops_nothing(monkeypatch):
    engine = FakeEngine()
    monkeypatch.setattr(engine, "query", lambda *_, **__: 1 / 0)
    Engines(engine).warm()
