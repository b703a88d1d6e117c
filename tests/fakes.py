"""An engine that answers from a script: two invented interviews, one hostile document, and every way to fail.

`python -m tests.fakes [STATE [PORT]]` serves it on a free port of this machine and prints the address.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import mkdtemp
from types import SimpleNamespace
from typing import Any

from rag.errors import IndexProblem
from rag.index.asks import AskIndex
from rag.people import People
from rag.settings import Settings
from rag.types import Answer, Citation, Language, Person, Proposition, Sentence, Source, Span, Statement

WANG = Person("王小明", "Wang Xiaoming")
LI = Person("李四光", "Li Siguang")
PLAIN = "我们的机房三年来把电费降低了40%。"
FAR = "贵州的水电很充足。"
# Canaries: any of these that is read as markup asks the server for /canary, or a foreign host for anything.
HOSTILE = (
    "<script>fetch('/canary')</script><img src=/canary onerror=fetch('/canary')> ![x](http://evil.example/a.png) "
    "[click](javascript:fetch('/canary')) <form action=http://evil.example><button>Login again</button></form> "
    "http://evil.example/b [9] [1] </div></p>\n\n# Title\n\n<iframe src=/canary></iframe> ```mermaid <svg onload=fetch('/canary')>"
)


def document(id_: str, title: str, *said: tuple[str, str | None]) -> tuple[Source, tuple[Sentence, ...]]:
    """A source of one line a sentence, and its sentences."""
    raw, sentences = "", []
    for turn, (words, speaker) in enumerate(said):
        span = Span(id_, len(raw), len(raw) + len(words))
        role = "speaker" if speaker else "narrator"
        sentences.append(Sentence(f"{id_}-{turn}", span, words, speaker, role, turn))
        raw += words + "\n"
    return Source(id_, f"{id_}.txt", raw, title, "某报", "2025-07", speakers=("王小明", "李四光")), tuple(sentences)


FILLER = [(f"这一段只是为了让文章足够长,第{n}段。", None) for n in range(60)]
DOCUMENTS = {
    source.id: (source, sentences)
    for source, sentences in (
        document("power", "便宜的电", (PLAIN, "王小明"), *FILLER),
        document("water", "贵州的水", *FILLER, (FAR, "李四光"), *FILLER),
        document("<img src=x onerror=fetch('/canary')>", HOSTILE, (HOSTILE, "王小明")),
    )
}


class FakeLibrary:
    """What the page asks of `rag.index.library.Library` and its store."""

    people = People([WANG, LI])
    path = Path("generation")
    asks = AskIndex(Path("none"), people)

    def __init__(self) -> None:
        self.store = SimpleNamespace(
            propositions=lambda: [CLAIM],
            sources=lambda: [source for source, _ in DOCUMENTS.values()],
            report=lambda id_: (
                {"counts": {"boilerplate": 1}, "notes": [["boilerplate", 0, 3, ""]]} if id_ == "water" else {}
            ),
            propositions_of=lambda id_: [CLAIM] if id_ == "water" else [],
        )

    def source(self, id_: str) -> Source:
        if id_ not in DOCUMENTS:
            raise IndexProblem(f"source {id_} is missing")
        return DOCUMENTS[id_][0]

    def sentences_of(self, id_: str) -> tuple[Sentence, ...]:
        return DOCUMENTS[id_][1]


CLAIM = Proposition("p", "water", "李四光", "view", "", "", ("water-3",), ("水库、大坝", "reservoirs; dams"))
LIBRARY = FakeLibrary()


@dataclass
class FakeEngine:
    """`asked` remembers what it was given."""

    settings: Settings = field(default_factory=lambda: Settings(Path("nowhere"), state=Path(mkdtemp(prefix="sayso-"))))
    asked: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)

    def library(self) -> Any:
        return LIBRARY

    def warm(self) -> None:
        pass

    def query(
        self,
        question: str,
        *,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        language: Language | None = None,
    ) -> Answer:
        self.asked.append((question, tuple(history), tuple(speakers)))
        if "broken" in question:
            raise ValueError("secret-canary")
        if "weather" in question:
            return Answer(
                question, "en", "The interviews say nothing of it.", refused=True, refusal_reason="not_in_corpus"
            )
        if "hostile" in question:
            return hostile(question)
        wanted: Language = language or ("zh" if "电" in question else "en")
        return replace(plain(question, wanted), model=self.settings.model or None)

    def stream_chat(
        self,
        message: str,
        history: Sequence[str] = (),
        speakers: Sequence[str] = (),
        *,
        language: Language | None = None,
    ) -> Iterator[Answer]:
        whole = self.query(message, history=history, speakers=speakers, language=language)
        if not whole.refused:
            yield replace(
                whole,
                answer=whole.answer.split("\n\n")[0],
                statements=whole.statements[:1],
                citations=whole.citations[:1],
                pending="More is being written" if "slow" in message else "",
            )
        time.sleep(30 if "slow" in message else 2 if "soon" in message else 0)
        yield whole


def plain(question: str, language: Language = "en") -> Answer:
    """Two statements, each with its own source; the second lies far down in its article."""
    statements = (
        Statement(PLAIN, (1,), "王小明", "verbatim"),
        Statement("There is water.", (2,), "李四光", "supported"),
    )
    text = f"王小明:“{PLAIN}”[1]\n\n- There is **water**.[2]"
    return Answer(
        question, language, text, statements=statements, citations=(cited(1, "power", 0), cited(2, "water", 60))
    )


def hostile(question: str) -> Answer:
    """Everything that a document or model can bring in is an attack."""
    statement = Statement(HOSTILE, (1,), "王小明", "verbatim")
    citation = cited(1, "<img src=x onerror=fetch('/canary')>", 0)
    return Answer(
        question, "en", f"{HOSTILE}[1]", model=HOSTILE, statements=(statement,), citations=(citation,), notice=HOSTILE
    )


def cited(n: int, id_: str, ordinal: int) -> Citation:
    source, sentence = DOCUMENTS[id_][0], DOCUMENTS[id_][1][ordinal]
    start, end = sentence.span.start, sentence.span.end
    raw = source.raw[start:end]
    return Citation(
        n,
        id_,
        source.file,
        start,
        end,
        sentence.text,
        raw,
        sentence.speaker,
        sentence.role,
        source.title,
        "某报",
        "2025-07",
    )


if __name__ == "__main__":
    from ui.engines import Engines
    from ui.server import serve

    state = Path(sys.argv[1]) if sys.argv[1:] else Path(mkdtemp(prefix="sayso-"))
    engine = FakeEngine(Settings(Path("nowhere"), state=state))
    other = FakeEngine(Settings(Path("nowhere"), state=state, model="fake-model"))
    engines = Engines(engine, {"fake-model": lambda: other})
    port = int(sys.argv[2]) if sys.argv[2:] else 0
    serve(engines, host="127.0.0.1", port=port, ready=lambda address: print(address, flush=True))
    sys.exit(0)
