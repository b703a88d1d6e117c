"""How like a question the asks of claims and gaps are."""

from __future__ import annotations

import numpy as np
import pytest
from builders import PEOPLE

from rag.index.asks import READY, Ask, AskIndex, build, write_asks

ASKS = [
    Ask("price", "杯子多少钱?"),
    Ask("price", "How much is a cup?"),
    Ask("place", "王小明在哪里上班?"),
    Ask("place", "Where does Wang Xiaoming work?"),
    Ask("age", "How old is the kiln?"),
]


@pytest.fixture(scope="module")
def asks(tmp_path_factory) -> AskIndex:
    path = tmp_path_factory.mktemp("asks") / "asks.npz"
    build(path, ASKS, PEOPLE)
    return AskIndex(path, PEOPLE)


@pytest.mark.parametrize(
    ("question", "owner"),
    [
        ("一个杯子的价格是多少", "price"),
        ("what do cups cost", "price"),
        ("how much is a cupp", "price"),
        ("王总上班的地方", "place"),
        ("what is the kiln's age", "age"),
    ],
)
def test_the_nearest_asks_are_those_of_the_claim_that_answers(asks, question, owner):
    assert asks.owners[int(np.argmax(asks.alike(question).best))] == owner


def test_an_ask_is_as_like_itself_as_can_be(asks):
    assert asks.alike("How much is a cup?").of(asks.rows["price"]).best == pytest.approx(1.3, abs=0.02)


def test_a_person_may_be_called_by_any_name(asks):
    assert asks.alike("王总在哪里上班?").of(asks.rows["place"]).best == pytest.approx(1.3, abs=0.02)


def test_means_go_over_as_many_asks_as_there_are(asks):
    best, two, four = asks.alike("How old is the kiln?").of(asks.rows["age"])
    assert best == two == four


def test_several_texts_count_alike(asks):
    one, other = "How old is the kiln?", "杯子多少钱?"
    for owner in range(len(asks.owners)):
        mean = np.mean([asks.alike(text).of(owner) for text in (one, other)], axis=0)
        assert asks.alike(one, other, last=0.5).of(owner) == pytest.approx(mean, abs=1e-5)


def test_the_last_text_may_count_for_more(asks):
    one, other = "How old is the kiln?", "杯子多少钱?"
    mean = 0.25 * asks.alike(one).best + 0.75 * asks.alike(other).best
    assert asks.alike(one, other, last=0.75).best == pytest.approx(mean, abs=1e-5)


def test_without_a_file_nothing_is_like_anything(tmp_path):
    assert AskIndex(tmp_path / "none.npz", PEOPLE).owners == ()


def test_known_asks_are_taken_over_and_others_go(asks, tmp_path_factory):
    folder = tmp_path_factory.mktemp("more")
    build(folder / "base.npz", ASKS, PEOPLE)
    build(folder / "more.npz", [*ASKS[2:], Ask("clay", "Which clay is used?")], PEOPLE, base=folder / "base.npz")
    more = AskIndex(folder / "more.npz", PEOPLE)
    assert more.owners == ("place", "age", "clay")
    for question in ("Where does Wang Xiaoming work?", "what clay do they use"):
        assert more.owners[int(np.argmax(more.alike(question).best))] == {"W": "place", "w": "clay"}[question[0]]


def test_one_text_may_be_of_several(tmp_path):
    shared = [*ASKS, Ask("place", "Who and where?"), Ask("age", "Who and where?")]
    build(tmp_path / "asks.npz", shared, PEOPLE)
    asks = AskIndex(tmp_path / "asks.npz", PEOPLE)
    best = dict(zip(asks.owners, asks.alike("Who and where?").best.tolist(), strict=True))
    assert best["place"] == best["age"] > max(v for owner, v in best.items() if owner not in ("place", "age"))


def test_what_stands_ready_replaces_an_older_generation(engine, tmp_path):
    older = tmp_path / "asks.npz"
    build(older, ASKS, PEOPLE, base=None)
    write_asks(older, engine.library().store, PEOPLE)
    assert older.read_bytes() == READY.read_bytes()
