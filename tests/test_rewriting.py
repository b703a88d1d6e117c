"""Follow-ups: the model spells them out, and the question stays where it fails, changes the language or invents."""

from __future__ import annotations

import pytest

from rag.faults import Fault
from rag.model_stream import End, Limits
from rag.rewriting import rewritten

HISTORY = ["戴国浩怎么看算力成本?"]


class Server:
    limits = Limits()

    def __init__(self, reply: str | Exception) -> None:
        self.reply = reply

    def complete(self, messages, *, max_tokens, limits):
        self.asked = messages[-1]["content"]
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply, End("stop")


def test_a_follow_up_is_spelt_out():
    server = Server("戴国浩为什么认为算力成本会下降?\n")
    assert rewritten(server, "为什么?", HISTORY) == "戴国浩为什么认为算力成本会下降?"
    assert HISTORY[0] in server.asked


@pytest.mark.parametrize(
    "reply", ["", "Why does Dai Guohao say so?", "戴国浩为什么说成本降1万倍?", "为什么" * 200, Fault("slow")], ids=repr
)
def test_a_bad_rewriting_leaves_the_question_as_it_is(reply):
    assert rewritten(Server(reply), "为什么?", HISTORY) == "为什么?"
