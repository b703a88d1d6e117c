"""A source's sentences in, propositions written by a model out; only what the loader accepts is kept.

The sentences go out in batches of whole turns. Each batch's lines are written to disk as they pass, so a stopped run goes
on where it was: a batch is done when its mark stands in the journal beside the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

from rag import prompts
from rag.costs import count_tokens, usage
from rag.evidence import fenced, listed
from rag.index.library import Library
from rag.model_stream import ModelServer
from rag.models import Model
from rag.proofs import reason_against
from rag.propositions import load_propositions
from rag.types import Sentence, Usage

BATCH = 1200  # tokens of sentences in one request; larger ones make models skip
ANSWER = 3000  # tokens of an answer; two languages and labels are some twice the sentences
_KINDS = "fact view number reason method plan event definition list biography".split()


@dataclass(frozen=True, slots=True)
class Batch:
    """Sentences by label; `id` is the same in every run over the same text."""

    id: str
    sentences: Mapping[str, Sentence]


@dataclass(frozen=True, slots=True)
class Distilled:
    """What one batch brought: how many claims were kept, why others were refused, what it cost."""

    kept: int
    refused: tuple[str, ...]
    usage: Usage


def batches(sentences: Sequence[Sentence]) -> list[Batch]:
    """Whole turns together, up to BATCH tokens; a longer turn is a batch of its own, cut where it is full."""
    found: list[list[Sentence]] = [[]]
    spent = 0
    for _, turn in groupby(sentences, key=lambda sentence: sentence.turn):
        said = list(turn)
        cost = sum(count_tokens(sentence.text) + 4 for sentence in said)
        if found[-1] and spent + cost > BATCH:
            found.append([])
            spent = 0
        for sentence in said:
            found[-1].append(sentence)
            spent += count_tokens(sentence.text) + 4
            if spent > BATCH:
                found.append([])
                spent = 0
    return [
        Batch(some[0].id, {f"S{n}": sentence for n, sentence in enumerate(some, 1)})
        for some in found
        if any(sentence.role != "interviewer" for sentence in some)
    ]


def estimate(todo: Sequence[Batch], model: Model, library: Library) -> Usage:
    """Before anything is sent: the prompts as they are, the answers as long as the sentences in two languages."""
    prompt = sum(count_tokens(message["content"]) for batch in todo for message in _messages(batch, library))
    answer = 2 * sum(count_tokens(s.text) + 20 for batch in todo for s in batch.sentences.values())
    return usage(model, prompt, answer)


def unfinished(todo: Sequence[Batch], target: Path) -> list[Batch]:
    """Those that no earlier run finished."""
    journal = _journal(target)
    done = set(journal.read_text(encoding="utf-8").split()) if journal.is_file() else set()
    return [batch for batch in todo if batch.id not in done]


def distil(batch: Batch, source: str, target: Path, server: ModelServer, model: Model, library: Library) -> Distilled:
    """One request; its proved claims are added to `target`. Raises ModelError, and nothing of the batch is written then."""
    messages = _messages(batch, library)
    text, end = server.complete(messages, max_tokens=ANSWER)
    spent = usage(
        model,
        end.prompt_tokens or sum(count_tokens(message["content"]) for message in messages),
        end.completion_tokens or count_tokens(text),
    )
    kept, refused = [], []
    for number, line in enumerate(filter(str.strip, text.splitlines()), 1):
        claim, reason = _claim(line, f"{batch.id}-{number}", batch, source, library)
        if claim and not reason:
            kept.append(claim)
        else:
            refused.append(f"{reason}: {line.strip()[:80]}")
    accepted = list(_accepted(kept, target, library.sentences_of(source), library.source(source).date))
    refused += [reason for _, reason in accepted if reason]
    lines = [json.dumps(claim, ensure_ascii=False) for claim, reason in accepted if not reason]
    _append(target, "".join(f"{line}\n" for line in lines))
    _append(_journal(target), f"{batch.id}\n")
    return Distilled(len(lines), tuple(refused), spent)


def _messages(batch: Batch, library: Library) -> list[dict[str, str]]:
    fence = fenced()
    shown = f"{fence}\n{listed(batch.sentences, library)}\n{fence}"
    return [
        {"role": "system", "content": prompts.DISTIL.replace("{{", "{").replace("}}", "}")},
        {"role": "user", "content": shown},
    ]


def _claim(line: str, id_: str, batch: Batch, source: str, library: Library) -> tuple[dict[str, Any] | None, str]:
    """A proposition as the loader wants it, and why it is none."""
    try:
        given = json.loads(line.strip().rstrip(","))
        cited = [batch.sentences[label] for label in dict.fromkeys(given["labels"])]
        texts = {language: " ".join(given[language].split()) for language in ("zh", "en")}
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, "no line of the form that was asked for, or a label of nothing"
    for text in texts.values():
        if reason := reason_against(text, cited, library):
            return None, reason
    kind = given.get("kind") if given.get("kind") in _KINDS else "fact"
    speakers = {sentence.speaker for sentence in cited if sentence.voiced}
    speaker = speakers.pop() if len(speakers) == 1 and all(sentence.voiced for sentence in cited) else None
    evidence = [sentence.text for sentence in cited]
    return {"id": id_, "source": source, "speaker": speaker, "kind": kind, **texts, "evidence": evidence}, ""


def _accepted(
    claims: Sequence[dict[str, Any]], target: Path, sentences: Sequence[Sentence], date: str
) -> Iterator[tuple[dict[str, Any], str]]:
    """Each claim with what the loader has against it: the very one that reads the file at the next ingest."""
    target.parent.mkdir(parents=True, exist_ok=True)
    trial = target.with_suffix(".trial")
    for claim in claims:
        trial.write_text(json.dumps(claim, ensure_ascii=False), encoding="utf-8")
        refused = load_propositions(trial, sentences, date=date)[1]
        trial.unlink()
        yield claim, refused[0].reason if refused else ""


def total(spent: Sequence[Usage]) -> Usage:
    """Of several requests; the cost is unknown if one is."""
    costs = [one.cost_usd for one in spent]
    known = None if any(cost is None for cost in costs) else round(sum(cost or 0.0 for cost in costs), 8)
    return replace(
        Usage(),
        prompt_tokens=sum(one.prompt_tokens for one in spent),
        completion_tokens=sum(one.completion_tokens for one in spent),
        cost_usd=known,
    )


def _journal(target: Path) -> Path:
    return target.with_suffix(".done")


def _append(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
