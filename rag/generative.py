"""Ranked candidates in, drafts out, written by a model that points at sentences; the code cuts the quotes and checks.

What the model writes is shown as pending until its line is whole and checked. Lines that fail get one more chance, with
the reasons. Whatever goes wrong (no server, time out, nonsense, nothing supported), the offline synthesizer answers
instead and the composition says why; what was proved before a stream broke is kept and marked as cut.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from llama_index.core.schema import NodeWithScore

from rag import phrases, prompts
from rag.costs import baseline_usd, count_tokens, together, usage
from rag.evidence import TOKENS, TOKENS_MANY, chosen, fenced, listed
from rag.extractive import ExtractiveSynthesizer
from rag.faults import Fault
from rag.folding import fold, language_of
from rag.index.library import Library
from rag.marks import Line, LineReader
from rag.model_stream import End, Message, ModelServer
from rag.models import Model
from rag.people import People
from rag.proofs import reason_against
from rag.question import Question
from rag.render import spoken_name
from rag.types import Composition, Draft, Language, Sentence, Usage
from rag.verification import voice_of

ANSWER_TOKENS = 800  # five cited claims need some 300
_LINES, _LABELS = 12, 5  # lines that are read, and labels that one may have: who cites everything proves nothing
_SHOWN = 5  # unsupported lines that are shown or repaired; a model that lists more is not worth it
_CUT: dict[Language, str] = {
    "zh": "回答中断:{reason}。以上是中断前已核实的部分。",
    "en": "Cut off: {reason}. What was checked before is above.",
}
_SHORTENED: dict[Language, str] = {
    "zh": "回答达到长度上限,已截短。",
    "en": "The answer reached the limit of length and is shortened.",
}
_OTHER_LANGUAGE: dict[Language, str] = {"zh": "模型没有用中文回答。", "en": "The model did not answer in English."}

Judge = Callable[[str, Sequence[Sentence]], "str | None"]


@dataclass
class _Attempt:
    """What one request has brought so far."""

    kept: list[Draft] = field(default_factory=list)
    failed: list[tuple[Line, str]] = field(default_factory=list)
    written: str = ""
    unknown: int = 0
    lines: int = 0
    end: End | None = None


class GenerativeSynthesizer:
    """A model's claims, each kept only if the sentences it points at prove it."""

    def __init__(
        self,
        server: ModelServer,
        model: Model,
        library: Callable[[], Library],
        fallback: ExtractiveSynthesizer,
        *,
        show_unsupported: bool = False,
        judge: Judge | None = None,
    ) -> None:
        """`show_unsupported`: what fails is shown with its reason instead of dropped. `judge`: a second opinion on what
        the code found proved; it may only refuse.
        """
        self.server = server
        self.model = model
        self.library = library
        self.fallback = fallback
        self.show_unsupported = show_unsupported
        self.judge = judge
        self.unknown_labels = 0  # labels of nothing that were dropped, since the start

    def complete(self, question: Question, nodes: Sequence[NodeWithScore]) -> Composition:
        *_, last = self.stream(question, nodes)
        return last

    def stream(self, question: Question, nodes: Sequence[NodeWithScore]) -> Generator[Composition, None, None]:
        """Compositions that grow; the last is the whole one. Closing it closes the request."""
        offline = self.fallback.complete(question, nodes)
        if not offline.drafts:
            yield offline  # what the corpus does not say is refused with a model as without
            return
        bill: list[Usage] = []  # what was paid although nothing came of it
        try:
            yield from self._written(question, nodes, bill)
        except Fault as fault:
            notice = phrases.MODEL_FAILED[question.language].format(reason=fault.told(question.language))
            yield Composition(offline.drafts, usage=bill[-1] if bill else Usage(), notice=notice)

    def _written(self, question: Question, nodes: Sequence[NodeWithScore], bill: list[Usage]) -> Iterator[Composition]:
        library = self.library()
        evidence = chosen(nodes, tokens=self._room(question))
        messages = self._messages(question, evidence, library)
        attempt, spent = _Attempt(), Usage()
        try:
            try:
                yield from self._attempt(messages, evidence, library, question, attempt)
            except Fault as fault:
                if fault.kind != "context" or len(evidence) < 2:
                    raise
                evidence = chosen(nodes, tokens=self._room(question) // 2)
                messages = self._messages(question, evidence, library)
                yield from self._attempt(messages, evidence, library, question, attempt)
        except Fault as fault:
            if not attempt.kept:
                raise
            notice = _CUT[question.language].format(reason=fault.told(question.language))
            spent = self._spent(messages, attempt, library)
            yield self._composed(attempt, spent, notice)
            return
        spent = self._spent(messages, attempt, library)
        bill.append(spent)
        if prompts.NOTHING in attempt.written and not attempt.kept:
            yield Composition((), mode="generative", model=self.model.name, usage=spent)
            return
        if attempt.failed:
            second = _Attempt(kept=list(attempt.kept))
            again = [
                *messages,
                {"role": "assistant", "content": attempt.written},
                self._repair(attempt, question.language),
            ]
            try:
                for made in self._attempt(again, evidence, library, question, second):
                    yield replace(made, pending="")
            except Fault as fault:
                if not second.kept:
                    raise Fault("unsupported") from fault
            spent = together(spent, self._spent(again, second, library))
            bill.append(spent)
            attempt.kept, attempt.failed = (
                _distinct(second.kept),
                second.failed or attempt.failed * (not second.written),
            )
        if not attempt.kept:
            raise Fault("unsupported")
        shortened = attempt.end is not None and attempt.end.reason == "length"
        foreign = all(language_of(draft.text) != question.language for draft in attempt.kept)
        remark = _OTHER_LANGUAGE if foreign else _SHORTENED if shortened else None
        yield self._composed(attempt, spent, remark[question.language] if remark else None)

    def _attempt(
        self,
        messages: Sequence[Message],
        evidence: Mapping[str, Sentence],
        library: Library,
        question: Question,
        attempt: _Attempt,
    ) -> Iterator[Composition]:
        """Grows `attempt` in place, which only `_written` sees, so that a fault loses nothing of it."""
        reader = LineReader(evidence)
        with closing(self.server.stream(messages, max_tokens=ANSWER_TOKENS)) as items:
            for item in items:
                if isinstance(item, End):
                    attempt.end = item
                    lines = list(reader.flush())
                else:
                    attempt.written += item
                    lines = list(reader.feed(item))
                for line in lines:
                    self._judge(line, evidence, library, question.language, attempt)
                made = self._composed(attempt, Usage(cost_usd=None), None, pending=_shown(reader.pending))
                yield replace(made, growing=True)

    def _judge(
        self, line: Line, evidence: Mapping[str, Sentence], library: Library, language: Language, attempt: _Attempt
    ) -> None:
        attempt.lines += 1
        attempt.unknown += line.unknown
        self.unknown_labels += line.unknown
        if prompts.NOTHING in line.text or attempt.lines > _LINES:
            return
        cited = [evidence[label] for label in line.labels]
        if not cited or len(cited) > _LABELS:
            attempt.failed.append((line, prompts.TOO_MANY if cited else prompts.NO_LABEL))
            return
        reason = reason_against(line.text, cited, library) or (self.judge(line.text, cited) if self.judge else None)
        if (
            not reason
            and language_of(line.text) != language
            and language_of(" ".join(s.text for s in cited)) != language
        ):
            reason = prompts.WRONG_LANGUAGE
        if reason:
            attempt.failed.append((line, reason))
        else:
            text = _attributed(line.text, cited, library.people, language)
            attempt.kept.append(Draft(text, tuple(s.id for s in cited), verdict="supported"))

    def _composed(self, attempt: _Attempt, spent: Usage, notice: str | None, pending: str = "") -> Composition:
        drafts = tuple(attempt.kept)
        if self.show_unsupported and drafts and attempt.end:
            drafts += tuple(
                Draft(line.text, (), verdict="unsupported", reason=reason) for line, reason in attempt.failed[:_SHOWN]
            )
        return Composition(drafts, "generative", self.model.name, spent, notice, pending)

    def _messages(self, question: Question, evidence: Mapping[str, Sentence], library: Library) -> list[Message]:
        user = prompts.USER.format(
            language=prompts.LANGUAGE[question.language],
            fence=fenced(),
            evidence=listed(evidence, library),
            question=question.spelt_out,
        )
        return [{"role": "system", "content": prompts.SYSTEM}, {"role": "user", "content": user}]

    def _repair(self, attempt: _Attempt, language: Language) -> Message:
        failures = "\n".join(
            prompts.FAILURE.format(text=line.text[:200], reason=why) for line, why in attempt.failed[:5]
        )
        return {
            "role": "user",
            "content": prompts.REPAIR.format(failures=failures, language=prompts.LANGUAGE[language]),
        }

    def _room(self, question: Question) -> int:
        """Tokens that evidence may take: what the model's context leaves, or what is enough."""
        fixed = (
            count_tokens(prompts.SYSTEM + prompts.USER + question.spelt_out) + ANSWER_TOKENS + 200
        )  # 200: fences, voices
        enough = TOKENS_MANY if question.asks in ("list", "compare") else TOKENS
        return max(100, min(enough, self.model.context - fixed))

    def _spent(self, messages: Sequence[Message], attempt: _Attempt, library: Library) -> Usage:
        """As the server counts, else as tiktoken does."""
        end = attempt.end
        prompt = end.prompt_tokens if end and end.prompt_tokens else sum(count_tokens(m["content"]) for m in messages)
        answer = end.completion_tokens if end and end.completion_tokens else count_tokens(attempt.written)
        return usage(self.model, prompt, answer, baseline=baseline_usd(corpus_tokens(library), answer))


def _attributed(text: str, cited: Sequence[Sentence], people: People, language: Language) -> str:
    """A view never stands without its owner: whose words prove a claim is named before one that names nobody."""
    speaker = voice_of(cited)
    if speaker is None or people.mention.search(fold(text)):
        return text
    return f"{spoken_name(speaker, language, people)}{':' if language == 'zh' else ': '}{text}"


def corpus_tokens(library: Library) -> int:
    """Tokens of all raw texts, as GPT-4 counted them; counted once for each generation."""
    if library.path not in _CORPUS:
        _CORPUS.clear()
        _CORPUS[library.path] = sum(count_tokens(source.raw, "cl100k_base") for source in library.store.sources())
    return _CORPUS[library.path]


_CORPUS: dict[object, int] = {}


def _distinct(drafts: Sequence[Draft]) -> list[Draft]:
    return list({draft.text: draft for draft in drafts}.values())


def _shown(pending: str) -> str:
    """What may be shown before it is checked: not the word by which a model says that it has no answer."""
    return "" if prompts.NOTHING.startswith(pending[: len(prompts.NOTHING)]) else pending
