"""`sayso eval tokens`: tokens of a model for each answered question, against LlamaIndex's CitationQueryEngine.

Both have the same articles, embedding, questions and model server, in one run. Theirs has its defaults. Evidence recall is
the share of needed facts of whose gold quote at least half stands in the prompt.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.datasets import Question
from evals.instant import instant_server
from rag.costs import baseline_usd, count_tokens, usage
from rag.folding import squeeze
from rag.models import models
from rag.settings import Settings

SHARE = 1 / 3  # of their tokens, at most
TIMES = 10_000  # cheaper than the baseline, at the cheapest known price
_GRAM = 5  # characters that must stand together


@dataclass(frozen=True, slots=True)
class Side:
    """Tokens of each question's prompt and answer, and the share of its evidence that the prompt held."""

    name: str
    prompts: tuple[int, ...]
    answers: tuple[int, ...]
    recalls: tuple[float, ...]

    @property
    def tokens(self) -> float:
        """Of the prompt; the answers are this server's, which says nothing of a model's."""
        return statistics.mean(self.prompts)

    @property
    def recall(self) -> float:
        return statistics.mean(self.recalls)


class _Recorder:
    """Wraps `ModelServer.stream` or an LLM's chat and keeps the prompt and the reply of the question at hand."""

    def __init__(self) -> None:
        self.prompt, self.reply, self.tokens_in, self.tokens_out = "", "", 0, 0

    def reset(self) -> None:
        self.__init__()  # type: ignore[misc]

    def add(self, prompt: str, reply: str) -> None:
        self.prompt, self.reply = f"{self.prompt}\n{prompt}", reply
        self.tokens_in += count_tokens(prompt)
        self.tokens_out += count_tokens(reply)


def measured(settings: Settings, questions: Sequence[Question], articles: Path) -> tuple[Side, Side, int]:
    """Ours, theirs, and the tokens of the corpus. Questions that we refuse count for neither."""
    from rag.factory import open_chat_engine
    from rag.generative import corpus_tokens

    with instant_server() as address:
        engine = open_chat_engine(
            replace(settings, model="instant", base_url=address, api_key="none", model_key="none")
        )
        library = engine.library()
        theirs = _citation_engine(address, articles, library.embedding)
        ours, other, kept = _Recorder(), _Recorder(), []
        _listen(engine, ours)
        mine, yours = [], []
        for question in questions:
            ours.reset()
            answer = engine.query(question.question, history=question.history)
            if answer.refused or not ours.prompt or not question.evidence:
                continue
            kept.append(question)
            mine.append((ours.tokens_in, ours.tokens_out, recall(question, ours.prompt)))
            other.reset()
            theirs(question.question, other)
            yours.append((other.tokens_in, other.tokens_out, recall(question, other.prompt)))
        return _side("Sayso", mine), _side("CitationQueryEngine", yours), corpus_tokens(library)


def report(settings: Settings, questions: Sequence[Question], articles: Path) -> tuple[str, bool]:
    """The table, and whether both targets are met."""
    ours, theirs, corpus = measured(settings, questions, articles)
    answer = round(statistics.mean(ours.answers))
    prompt = round(statistics.mean(ours.prompts))
    lines = [f"{'':22}{'prompt tokens':>16}{'evidence':>10}   of {len(ours.prompts)} answered questions"]
    lines += [f"{side.name:22}{side.tokens:16.0f}{side.recall:10.3f}" for side in (ours, theirs)]
    share = ours.tokens / theirs.tokens
    lines.append(f"{'ours / theirs':22}{share:16.2f}{ours.recall - theirs.recall:+10.3f}")
    lines.append(
        f"\nthe whole corpus ({corpus:,} tokens) in GPT-4-32k's prompt, March 2023: ${baseline_usd(corpus, answer):.3f} an answer"
    )
    best = 0.0
    for name, row in models().items():
        spent = usage(row, prompt, answer, baseline=baseline_usd(corpus, answer))
        if spent.times_cheaper:
            best = max(best, spent.times_cheaper)
            lines.append(
                f"  {name:20} ${spent.cost_usd:.6f} an answer, {spent.times_cheaper:>9,.0f} times cheaper ({row.price_date})"
            )
    return "\n".join(lines) + "\n", share <= SHARE and ours.recall >= theirs.recall and best > TIMES


def recall(question: Question, prompt: str) -> float:
    """The share of the question's needed facts one of whose quotes stands in the prompt by half or more."""
    text = squeeze(prompt)
    return statistics.mean(any(_stands(quote.text, text) for quote in group) for group in question.evidence)


def _stands(quote: str, text: str) -> bool:
    wanted = squeeze(quote)
    grams = [wanted[n : n + _GRAM] for n in range(max(1, len(wanted) - _GRAM + 1))]
    return sum(gram in text for gram in grams) >= len(grams) / 2


def _side(name: str, rows: Sequence[tuple[int, int, float]]) -> Side:
    prompts, answers, recalls = zip(*rows, strict=True)
    return Side(name, prompts, answers, recalls)


def _listen(engine: Any, recorder: _Recorder) -> None:
    """Count what our synthesizer sends. Repairs are left out: the server of this measurement writes the article's
    language, whatever the question's, and so earns them where a model would not.
    """
    server = engine._engine.synthesizer.server
    original = server.stream

    def stream(messages: Any, **options: Any) -> Any:
        reply = ""
        for item in original(messages, **options):
            reply += item if isinstance(item, str) else ""
            yield item
        if all(message["role"] != "assistant" for message in messages):
            recorder.add("\n".join(message["content"] for message in messages), reply)

    server.stream = stream


def _citation_engine(address: str, articles: Path, embedding: Any) -> Any:
    """Theirs over the same articles; a function that asks and records."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.core.query_engine import CitationQueryEngine
    from llama_index.llms.openai_like import OpenAILike

    class Recording(OpenAILike):
        def chat(self, messages: Any, **options: Any) -> Any:
            reply = super().chat(messages, **options)
            _RECORDERS[-1].add("\n".join(str(message.content) for message in messages), str(reply.message.content))
            return reply

    # Their splitter's sentences need NLTK's data; lines are what an article has as well. The sizes are their defaults.
    def lines(text: str) -> list[str]:
        return text.splitlines(keepends=True)

    documents = [Document(text=path.read_text(encoding="utf-8")) for path in sorted(articles.glob("*.txt"))]
    splitter = SentenceSplitter(chunking_tokenizer_fn=lines)
    index = VectorStoreIndex.from_documents(documents, embed_model=embedding, transformations=[splitter])
    llm = Recording(
        model="instant", api_base=address, api_key="none", is_chat_model=True, context_window=32_000, max_retries=0
    )
    cited = SentenceSplitter(chunk_size=512, chunk_overlap=20, chunking_tokenizer_fn=lines)
    engine = CitationQueryEngine.from_args(index, llm=llm, citation_chunk_splitter=cited)

    def ask(question: str, recorder: _Recorder) -> None:
        _RECORDERS.append(recorder)
        engine.query(question)

    return ask


_RECORDERS: list[_Recorder] = []
