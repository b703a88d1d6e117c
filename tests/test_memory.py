"""What questions leave behind."""

from __future__ import annotations

import gc

from llama_index.core.callbacks import CallbackManager

from rag.chat_engine import ChatEngine


def kept_events() -> int:
    managers = [thing for thing in gc.get_objects() if isinstance(thing, CallbackManager)]
    return sum(len(events) for manager in managers for events in manager.trace_map.values())


def test_no_event_of_an_older_question_is_kept(engine: ChatEngine):
    engine.query("戴国浩是谁?")
    before = kept_events()
    for n in range(5):
        engine.query(f"戴国浩是谁 {n}?")
    assert kept_events() <= before + 3
