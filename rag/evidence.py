"""Ranked candidates in, the numbered sentences that a model is shown out: as few tokens as carry the evidence."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from itertools import groupby

from llama_index.core.schema import NodeWithScore

from rag import prompts
from rag.costs import count_tokens
from rag.index.library import Library
from rag.types import Sentence

SENTENCES = 30  # what a model is shown at most
# Tokens of evidence. On half of the tuning set 160 hold 0.47 of the gold evidence, 250 hold 0.49, 450 hold 0.52 (what
# LlamaIndex's citation engine sends holds 0.46): what is needed to enumerate and compare gets more.
TOKENS, TOKENS_MANY = 210, 330


def chosen(nodes: Sequence[NodeWithScore], *, tokens: int = TOKENS) -> dict[str, Sentence]:
    """Label to sentence, best candidates first until the tokens are used up, then in the order of the sources.

    The best candidate's sentences always go in.
    """
    taken: dict[str, Sentence] = {}
    spent = 0
    for node in sorted((node for node in nodes if node.score), key=lambda node: -(node.score or 0.0)):
        new = [s for s in node.metadata["candidate"].sentences if s.id not in taken]
        cost = sum(count_tokens(shown_text(sentence)) + 4 for sentence in new)  # 4: label and line
        if taken and (spent + cost > tokens or len(taken) + len(new) > SENTENCES):
            continue
        taken |= {sentence.id: sentence for sentence in new}
        spent += cost
    ordered = sorted(taken.values(), key=lambda s: (s.span.source, s.span.start))
    return {f"S{n}": sentence for n, sentence in enumerate(ordered, 1)}


def listed(evidence: Mapping[str, Sentence], library: Library) -> str:
    """A line a sentence; who speaks, where and when is said once for all that follow."""
    lines = []
    for (voice, source_id), some in groupby(evidence.items(), key=lambda item: (_voice(item[1]), item[1].span.source)):
        source = library.source(source_id)
        lines.append(
            prompts.VOICE.format(voice=one_line(voice), outlet=one_line(source.outlet), date=one_line(source.date))
        )
        lines += [prompts.EVIDENCE.format(label=label, text=shown_text(sentence)) for label, sentence in some]
    return "\n".join(lines)


def fenced() -> str:
    """A marker line that nobody who wrote a document can know."""
    return f"-----{secrets.token_hex(4)}-----"


def shown_text(sentence: Sentence) -> str:
    return one_line(sentence.gloss or sentence.text)


def one_line(text: str) -> str:
    """What a page says of itself must not look like another piece of evidence."""
    return " ".join(text.split())


def _voice(sentence: Sentence) -> str:
    return f"{sentence.speaker}, {sentence.role}" if sentence.voiced else sentence.role
