"""Conversations outlive the server, belong to one browser, and export with their citations."""

from __future__ import annotations

import json

import pytest

from rag.settings import Settings
from tests.fakes import PLAIN, FakeEngine
from ui.chats import AT_ONCE, Chats
from ui.conversation import Asked, Conversation, reply
from ui.engines import Engines
from ui.exporting import as_json, as_markdown
from ui.feedback import Feedback
from ui.history import MOST, History


def talk(*questions: str, id_: str = "c") -> Conversation:
    conversation = Conversation(id_)
    for question in questions:
        *_, conversation = reply(FakeEngine(), conversation, Asked(question))
    return conversation


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "state" / "conversations.sqlite")


def kept(history: History, conversation: Conversation, owner: str = "me") -> None:
    for n in range(1, len(conversation.turns) + 1):
        history.keep(owner, conversation.before(n + 1))


def test_what_is_kept_comes_back_as_it_was(history):
    conversation = talk("first", "weather?", "broken")
    kept(history, conversation)
    assert history.conversation("me", "c") == conversation


def test_an_answer_that_a_server_never_finished_is_cut(history):
    history.keep("me", Conversation("c").asking("first"))
    assert history.conversation("me", "c").turns[-1].ending == "cut"


def test_a_turn_asked_again_takes_those_after_it_along(history):
    kept(history, talk("one", "two", "three"))
    history.keep("me", talk("one", "two again"))
    assert [turn.question for turn in history.conversation("me", "c").turns] == ["one", "two again"]


def test_nobody_reads_changes_lists_or_deletes_anothers(history):
    kept(history, talk("secret"))
    history.keep("you", talk("mine now"))
    history.forget("you", "c")
    assert history.conversation("you", "c") is None
    assert history.entries("you") == []
    assert history.conversation("me", "c").questions == ("secret",)


def test_the_newest_stands_first_and_the_oldest_goes(history):
    for n in range(MOST + 2):
        history.keep("me", Conversation(str(n)).asking(f"question {n}"))
    entries = history.entries("me")
    assert (entries[0].title, len(entries)) == (f"question {MOST + 1}", MOST)


def test_an_export_has_every_citation_whole(history):
    conversation = talk("Where is power?")
    markdown, exported = as_markdown(conversation), json.loads(as_json(conversation))
    assert f"- [1] 王小明: “{PLAIN}” (便宜的电, 某报, 2025-07; power.txt:0-{len(PLAIN)})" in markdown
    assert [c["n"] for c in exported["turns"][0]["answer"]["citations"]] == [1, 2]


def test_a_thumb_is_a_line_with_all_that_an_eval_needs(tmp_path):
    feedback = Feedback(tmp_path / "feedback.jsonl")
    conversation = talk("one", "two")
    assert feedback.keep(conversation, 2, good=False, reasons=["wrong", "<x>"], note="beside the point")
    assert not feedback.keep(conversation, 3, good=True, reasons=[], note="")
    line = json.loads((tmp_path / "feedback.jsonl").read_text(encoding="utf-8"))
    assert (line["question"], line["history"], line["reasons"]) == ("two", ["one"], ["wrong"])
    assert line["answer"]["citations"]


@pytest.fixture
def chats(history, tmp_path):
    return Chats(Engines(FakeEngine(Settings(tmp_path, state=tmp_path))), history)


def finished(run) -> Conversation:
    while not run.ended:
        pass
    return run.latest


def test_two_clicks_ask_once(chats):
    finished(chats.ask("me", "c", Asked("power?")))
    assert chats.ask("me", "c", Asked("power?")) is None
    assert len(chats.conversation("me", "c").turns) == 1


def test_it_is_crowded_while_as_many_as_can_be_answered_at_once_are(chats):
    for n in range(AT_ONCE):
        assert not chats.crowded()
        chats.ask(f"reader {n}", "c", Asked("slow power"))
    assert chats.crowded()
    for n in range(AT_ONCE):
        chats.stop(f"reader {n}", "c")
    assert not chats.crowded()


def test_while_an_answer_is_under_way_nothing_else_is_asked(chats):
    run = chats.ask("me", "c", Asked("slow power"))
    assert chats.ask("me", "c", Asked("water?")) is None
    chats.stop("me", "c")
    assert run.ended
    assert chats.conversation("me", "c").turns[-1].ending == "stopped"


def test_who_asks_too_fast_is_told_so(chats):
    asked = [finished(chats.ask("me", f"c{n}", Asked(f"power {n}?"))) for n in range(31)]
    assert [one.turns[-1].ending for one in asked] == ["done"] * 30 + ["failed"]
    assert "30 questions a minute" in asked[-1].turns[-1].told
    assert finished(chats.ask("you", "d", Asked("power?"))).turns[-1].ending == "done"
