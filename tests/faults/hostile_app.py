"""Web servers over an engine that is slow on demand and full of markup: `python -m tests.faults.hostile_app [HOW_MANY]`.

"wait 0.5" as a question takes so long, "grow 3" grows for so long, "payload" answers with every payload in every place.
Each server is a fork, for a start costs seconds of imports. A line with its address and number comes out for each, and one
with its number and exit status when it ends.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from rag.people import People
from rag.types import Answer, Language, Statement
from tests.fakes import DOCUMENTS, LI, WANG, FakeEngine, FakeLibrary, cited, document, plain

PAYLOADS = (
    "<script>fetch('/canary')</script>", "<img src=/canary onerror=fetch('/canary')>", "<svg onload=fetch('/canary')>",
    "<details open ontoggle=fetch('/canary')>", "<iframe src=/canary></iframe>", "<object data=/canary></object>",
    "<embed src=/canary>", "<link rel=stylesheet href=/canary>", "<style>@import '/canary'</style>",
    "<meta http-equiv=refresh content='0;url=/canary'>", "<base href=http://evil.example/>", "![x](http://evil.example/a.png)",
    "![x][r]\n\n[r]: http://evil.example/r.png", "<img srcset='/canary 2x'>", "<picture><source srcset=/canary><img></picture>",
    "<p style='background:url(/canary)'>x</p>", "<video src=/canary autoplay></video>", "<audio src=/canary autoplay></audio>",
    "<form action=http://evil.example><button>Login again</button></form>", "[click](javascript:fetch('/canary'))",
    "```mermaid\ngraph TD;A-->B;click A 'http://evil.example'\n```", "$\\href{http://evil.example}{x}$ \\includegraphics{/canary}",
    "![](/gradio_api/file=https://evil.example/x)", "<a href=data:text/html,<script>fetch('/canary')</script>>x</a>",
    "<input autofocus onfocus=fetch('/canary')>", "</textarea><script>fetch('/canary')</script>", "&lt;img src=/canary&gt;",
)  # fmt: skip
ALL = " ".join(PAYLOADS)
DOCUMENTS["payloads"] = document("payloads", ALL, *[(payload, "王小明") for payload in PAYLOADS])


class HostileLibrary(FakeLibrary):
    """One of whose people has markup in the name."""

    people = People([replace(WANG, english=f"Wang {PAYLOADS[1]}"), LI])


LIBRARY = HostileLibrary()


class HostileEngine(FakeEngine):
    """See above."""

    def library(self) -> Any:
        return LIBRARY

    def query(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        language: Language | None = None,
    ) -> Answer:
        word, _, number = question.partition(" ")
        if word == "wait":
            time.sleep(float(number))
        if word == "payload":
            statements = tuple(Statement(payload, (n,), "王小明", "verbatim") for n, payload in enumerate(PAYLOADS, 1))
            text = "\n\n".join(f"{payload}[{n}]" for n, payload in enumerate(PAYLOADS, 1))
            citations = tuple(cited(n, "payloads", n - 1) for n in range(1, len(PAYLOADS) + 1))
            hostile = tuple(replace(c, file=ALL, title=ALL, outlet=ALL, date=PAYLOADS[1]) for c in citations)
            return Answer(question, "en", text, model=ALL, statements=statements, citations=hostile, notice=ALL)
        return super().query(question, history=history, speakers=speakers, language=language)

    def stream_chat(
        self,
        message: str,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        *,
        language: Language | None = None,
    ) -> Iterator[Answer]:
        word, _, number = message.partition(" ")
        for step in range(int(float(number) * 10) if word == "grow" else 0):
            yield replace(plain(message), answer=f"part {step}", statements=(), citations=())
            time.sleep(0.1)
        yield self.query(message, history=history, speakers=speakers, language=language)


def one_more() -> None:
    child = os.fork()
    if child == 0:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: none outlives its parent
        # In one piece: the others write to the same pipe.
        ready = lambda address: os.write(sys.stdout.fileno(), f"{address} {os.getpid()}\n".encode())  # noqa: E731
        serve(Engines(HostileEngine()), host="127.0.0.1", port=0, ready=ready)
        os._exit(0)


if __name__ == "__main__":
    import ui.app  # noqa: F401 - what all servers load
    from ui.engines import Engines
    from ui.server import serve

    for _ in range(int(sys.argv[1]) if sys.argv[1:] else 1):
        one_more()
    try:
        while True:
            ended, status = os.wait()
            print(ended, os.waitstatus_to_exitcode(status), flush=True)
    except ChildProcessError:
        pass  # the last one has ended
