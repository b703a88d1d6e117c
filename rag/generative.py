"""Ranked candidates in, drafts out, written by a model that points at sentences; the code cuts the quotes and checks.

Whatever goes wrong with the model (no server, time out, nonsense, nothing supported), the offline synthesizer answers
instead and the composition says why.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.core.llms import LLM
from llama_index.core.schema import NodeWithScore

from rag import phrases, prompts
from rag.costs import count_tokens, model_row, usage
from rag.errors import ModelError
from rag.extractive import ExtractiveSynthesizer
from rag.index.library import Library
from rag.people import People
from rag.question import Question
from rag.types import Composition, Draft, Sentence
from rag.verification import unproved, voice_of

SENTENCES = 30  # what a model is shown at most
_LABEL = re.compile(r"[\[【(（]\s*(?:source|来源)?\s*(S\d+(?:\s*[,，、;]\s*S\d+)*)\s*[\]】)）]", re.IGNORECASE)
_LONGEST = 20_000  # characters of an answer; what comes after is dropped
_KEYS = re.compile(r"(?:sk-|Bearer\s+)[\w.-]{6,}")


class GenerativeSynthesizer:
    """A model's claims, each kept only if the sentences it points at prove it."""

    def __init__(
        self,
        llm: LLM,
        model: str,
        library: Callable[[], Library],
        fallback: ExtractiveSynthesizer,
        *,
        seconds: float = 60.0,
        secret: str = "",
    ) -> None:
        """`seconds`: all the time that a request may take. `secret`: the key, which no message may repeat."""
        self.llm = llm
        self.model = model
        self.library = library
        self.fallback = fallback
        self.seconds = seconds
        self.secret = secret

    def complete(self, question: Question, nodes: Sequence[NodeWithScore]) -> Composition:
        offline = self.fallback.complete(question, nodes)
        if not offline.drafts:
            return offline  # what the corpus does not say is refused with a model as without
        try:
            return self._generated(question, self._evidence(nodes))
        except ModelError as error:
            notice = phrases.MODEL_FAILED[question.language].format(reason=error)
            return Composition(offline.drafts, notice=notice)

    def _evidence(self, nodes: Sequence[NodeWithScore]) -> dict[str, Sentence]:
        """Label to sentence, in the order of the sources, so that neighbours stand together."""
        ranked = dict.fromkeys(s for node in nodes for s in node.metadata["candidate"].sentences if node.score)
        chosen = sorted(list(ranked)[:SENTENCES], key=lambda s: (s.span.source, s.span.start))
        return {f"S{n}": sentence for n, sentence in enumerate(chosen, 1)}

    def _generated(self, question: Question, evidence: Mapping[str, Sentence]) -> Composition:
        messages = self._messages(question, evidence)
        written = self._ask(messages)
        spent = usage(model_row(self.model), sum(count_tokens(str(m.content)) for m in messages), count_tokens(written))
        if prompts.NOTHING in written:
            return Composition((), mode="generative", model=self.model, usage=spent)
        drafts = tuple(
            draft for line in written.splitlines() if (draft := _draft(line, evidence, self.library().people))
        )
        if not drafts:
            raise ModelError("no claim of the model is supported by what it cites")
        return Composition(drafts, mode="generative", model=self.model, usage=spent)

    def _ask(self, messages: Sequence[ChatMessage]) -> str:
        try:
            written = str(self._chat(messages).message.content or "")[:_LONGEST]
        except TimeoutError as error:
            raise ModelError(f"no whole answer within {self.seconds:g} seconds") from error
        # The client raises over a dozen types, some of other libraries; none may get further.
        except Exception as error:
            told = f"{type(error).__name__}: {error}".splitlines()[0]
            if len(self.secret) > 5:
                told = told.replace(self.secret, "…")
            raise ModelError(_KEYS.sub("…", told)[:160]) from error
        if not written.strip():
            raise ModelError("the model's answer is empty")
        return written

    def _chat(self, messages: Sequence[ChatMessage]) -> ChatResponse:
        """The client's own timeout runs from byte to byte; a dripping server would outlast it."""
        pool = ThreadPoolExecutor(max_workers=1)
        try:
            return pool.submit(self.llm.chat, messages).result(timeout=self.seconds)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def _messages(self, question: Question, evidence: Mapping[str, Sentence]) -> list[ChatMessage]:
        library = self.library()
        fence = f"-----{secrets.token_hex(6)}-----"  # nobody who wrote a document can know it
        lines = []
        for label, sentence in evidence.items():
            source = library.source(sentence.span.source)
            voice = f"{sentence.speaker}, {sentence.role}" if sentence.voiced else "narrator"
            text = sentence.gloss or sentence.text
            lines.append(
                prompts.EVIDENCE.format(
                    label=label, voice=voice, outlet=_line(source.outlet), date=_line(source.date), text=_line(text)
                )
            )
        user = prompts.USER.format(
            language=prompts.LANGUAGE[question.language],
            fence=fence,
            evidence="\n".join(lines),
            question=question.query_str,
        )
        return [
            ChatMessage(role=MessageRole.SYSTEM, content=prompts.SYSTEM),
            ChatMessage(role=MessageRole.USER, content=user),
        ]


def _line(text: str) -> str:
    """On one line: what a page says of itself must not look like another piece of evidence."""
    return " ".join(text.split())


def _draft(line: str, evidence: Mapping[str, Sentence], people: People) -> Draft | None:
    """A claim with labels that exist and prove it; None for any other line."""
    labels = [label.upper() for marks in _LABEL.findall(line) for label in re.findall(r"S\d+", marks, re.IGNORECASE)]
    cited = [evidence[label] for label in dict.fromkeys(labels) if label in evidence]
    text = " ".join(_LABEL.sub("", line).strip(" -*•\t").split())
    if not cited or not text:
        return None
    if unproved(text, voice_of(cited), cited, people=people):
        return None
    return Draft(text, tuple(sentence.id for sentence in cited))
