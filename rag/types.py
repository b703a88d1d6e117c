"""The nouns of Sayso, from `Span` (where) to `Answer` (what comes out of every door)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Role = Literal["speaker", "reported", "interviewer", "narrator"]
Verdict = Literal["verbatim", "supported", "unsupported"]
RefusalReason = Literal["not_in_corpus", "not_said_by_speaker", "no_evidence_left", "bad_question"]
Language = Literal["zh", "en"]
Mode = Literal["extractive", "generative"]

# Only these can support "X thinks": a question, a headline or the journalist's own sentence cannot.
VOICED: frozenset[Role] = frozenset({"speaker", "reported"})


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open [start, end) character offsets in the raw text of one source."""

    source: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span of {self.source}: [{self.start}, {self.end}) is not half-open and ascending")

    def __reduce__(self) -> tuple[type[Span], tuple[str, int, int]]:
        """Between processes, ten times sooner than a dataclass with slots goes by itself."""
        return Span, (self.source, self.start, self.end)

    def overlap(self, other: Span) -> int:
        """How many characters two spans share; 0 for spans of different sources."""
        if self.source != other.source:
            return 0
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks: `name` as the manifest spells it, other spellings in `aliases`."""

    name: str
    english: str = ""
    aliases: tuple[str, ...] = ()
    title: str = ""
    title_en: str = ""
    organisations: tuple[str, ...] = ()
    known_for: tuple[str, ...] = ()  # what a description names them by: a school, a former employer, a subject


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company or institution whose name may stand for its speaker in a question."""

    name: str
    english: str = ""
    aliases: tuple[str, ...] = ()
    known_for: tuple[str, ...] = ()  # the product that a description names it by


@dataclass(frozen=True, slots=True)
class Source:
    """One document of the corpus: its raw text and what is known of its origin.

    `date` is ISO 8601, as exact as the text supports: "2024-07-15", "2025", "--05-24" (no year) or "".
    """

    id: str
    file: str
    raw: str
    title: str = ""
    outlet: str = ""
    date: str = ""
    url: str = ""
    speakers: tuple[str, ...] = ()
    interviewers: tuple[str, ...] = ()
    encoding: str = "utf-8"
    builtin: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """The atom: who said which characters. `text` is cleaned and readable; `span` is in the raw text."""

    id: str
    span: Span
    text: str
    speaker: str | None
    role: Role
    turn: int
    damaged: bool = False
    gloss: str = ""  # the text with likely originals in place of what was misprinted; empty where nothing was

    def __reduce__(self) -> tuple[type[Sentence], tuple[Any, ...]]:
        told = (self.id, self.span, self.text, self.speaker, self.role, self.turn, self.damaged, self.gloss)
        return Sentence, told

    @property
    def searchable(self) -> str:
        """What a search or a check reads: the text and, where it was misprinted, the likely original."""
        return searchable(self.text, self.gloss)

    @property
    def voiced(self) -> bool:
        """Whether it carries somebody's words or view."""
        return self.role in VOICED and self.speaker is not None

    @property
    def complete(self) -> bool:
        """False for headings and captions, which end in no sentence mark."""
        return self.text.rstrip("”’\"')）」』》】]").endswith(("。", "!", "！", "?", "？", ".", "…", ";", "；"))


def searchable(text: str, gloss: str) -> str:
    """A text and, where it was misprinted, the likely original."""
    return f"{text} {gloss}" if gloss else text


@dataclass(frozen=True, slots=True)
class Proposition:
    """A small self-contained claim in both languages, and the sentences that prove it. `cues`, Chinese and English, are
    other words under which people look for it, as in the index of a book, and `asks` questions that it answers: both are
    searched, never said.
    """

    id: str
    source: str
    speaker: str | None
    kind: str
    zh: str
    en: str
    evidence: tuple[str, ...]
    cues: tuple[str, str] = ("", "")
    asks: tuple[str, ...] = ()

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Together:
    """Claims, by id, that make one answer together, and questions that ask for it."""

    claims: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that people ask for and the sources do not tell, named in both languages or in none, with questions that ask
    for it.
    """

    id: str
    zh: str
    en: str
    asks: tuple[str, ...] = ()

    def text(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class Passage:
    """A window of whole sentences; `question` is what the interviewer asked before it."""

    id: str
    source: str
    first: int
    last: int
    question: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a synthesizer says: a text and the ids of the sentences it points at. Never a quote."""

    text: str
    sentences: tuple[str, ...]
    proposition: str | None = None
    verdict: Verdict | None = None  # where it was already checked, with more at hand than the cited sentences
    reason: str = ""  # why it is unsupported


@dataclass(frozen=True, slots=True)
class Citation:
    """A run of sentences, cut from the source by code. `gloss` pairs what is misprinted in the quote with what was
    very likely meant.
    """

    n: int
    source: str
    file: str
    start: int
    end: int
    quote: str
    raw: str
    speaker: str | None
    role: Role
    title: str
    outlet: str
    date: str
    gloss: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an answer with the numbers of the citations that support it."""

    text: str
    citations: tuple[int, ...]
    speaker: str | None
    verdict: Verdict
    reason: str = ""  # why it is unsupported


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens and US dollars; `cost_usd` is None when the model's price isn't known.

    `times_cheaper`: than the whole corpus in GPT-4-32k's prompt at its launch price; None offline or without a price.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = 0.0
    times_cheaper: float | None = None


@dataclass(frozen=True, slots=True)
class Composition:
    """What a synthesizer made: drafts (none is a refusal), in which mode, at what cost, and what the user should know."""

    drafts: tuple[Draft, ...]
    mode: Mode = "extractive"
    model: str | None = None
    usage: Usage = field(default_factory=Usage)
    notice: str | None = None
    pending: str = ""  # what is being written and not checked yet
    growing: bool = False  # more of it may come


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds."""

    retrieve_ms: float = 0.0
    answer_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer object of the contract: the same from CLI, chat, API and evals."""

    question: str
    language: Language
    answer: str
    mode: Mode = "extractive"
    model: str | None = None
    refused: bool = False
    refusal_reason: RefusalReason | None = None
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    also_searched: tuple[str, ...] = ()
    notice: str | None = None
    pending: str = ""  # while it streams: what is being written and not checked yet; never part of `answer`
    id: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, tuples as lists."""
        return dict(_plain(asdict(self)))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
