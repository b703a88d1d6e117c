"""A generation is published while a question is being answered."""

from __future__ import annotations

import pytest

from rag.factory import open_chat_engine
from rag.index.generations import current
from rag.index.shelf import Shelf, one_library
from rag.settings import Settings

MANIFEST = '{"documents": [], "people": [{"name": "王小明", "english": "Wang Xiaoming"}]}'


def document(percent: int) -> dict[str, str]:
    return {"manifest.json": MANIFEST, "a.txt": f"某报:电费怎么样?\n王小明:三年来我们把电费降低了{percent}%。\n"}


@pytest.fixture
def asking(folder, take, tmp_path, monkeypatch):
    """An engine over "40%", before whose first retrieval "41%" is published; and what was published."""
    take(folder(document(40)))
    engine = open_chat_engine(Settings(index=tmp_path / "index"))
    retriever = type(engine._engine.finder.retriever)
    retrieve, published = retriever.retrieve, []

    def late(self, asked):
        if not published:
            published.append(take(folder(document(41))))
        return retrieve(self, asked)

    monkeypatch.setattr(retriever, "retrieve", late)
    return engine, published


def test_the_answer_is_of_one_generation_and_the_next_answer_of_the_next(asking):
    engine, published = asking
    first = engine.query("王小明说电费降低了多少?").answer
    assert published
    assert "40%" in first
    assert "41%" in engine.query("王小明说电费降低了多少?").answer


def test_outside_of_a_question_a_shelf_follows_at_once(folder, take, tmp_path):
    take(folder(document(40)))
    shelf = Shelf(tmp_path / "index")
    with one_library():
        first = shelf.library()
        take(folder(document(41)))
        assert shelf.library() is first
    assert shelf.library().path == current(tmp_path / "index") != first.path
