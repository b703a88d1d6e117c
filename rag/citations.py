"""Drafts that point at sentences in, statements and `Citation`s cut from the source out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

import rjieba

from rag.folding import HAN
from rag.types import Citation, Draft, Sentence, Source, Statement, Verdict
from rag.verification import verdict, voice_of, whole


def resolve(
    drafts: Sequence[Draft], sentences: Mapping[str, Sentence], sources: Mapping[str, Source]
) -> tuple[list[Statement], list[Citation]]:
    """Unknown ids lose their support; a draft with none left is dropped, unless it is to be shown as unsupported. Neighbouring sentences of one voice make one
    citation, and the same words are cited once.
    """
    numbers: dict[tuple[str, int, int], int] = {}
    citations: list[Citation] = []
    statements: list[Statement] = []
    for draft in drafts:
        cited = sorted((sentences[id_] for id_ in set(draft.sentences) if id_ in sentences), key=_position)
        if not cited:
            if draft.verdict == "unsupported":
                statements.append(Statement(draft.text, (), None, "unsupported", draft.reason))
            continue
        marks = []
        for run in _runs(cited, sources):
            key = (run[0].span.source, run[0].span.start, run[-1].span.end)
            if key not in numbers:
                numbers[key] = len(numbers) + 1
                citations.append(_citation(numbers[key], run, sources[run[0].span.source]))
            marks.append(numbers[key])
        speaker = voice_of(cited)
        told = draft.verdict or _verdict(draft, speaker, cited)
        statements.append(Statement(draft.text, tuple(marks), speaker, told, draft.reason))
    return statements, citations


def _verdict(draft: Draft, speaker: str | None, cited: Sequence[Sentence]) -> Verdict:
    if draft.proposition:  # the loader proved it, with the context that its sentences refer back to
        return "verbatim" if whole(draft.text, cited) else "supported"
    return verdict(draft.text, speaker, cited)


def _position(sentence: Sentence) -> tuple[str, int]:
    return sentence.span.source, sentence.span.start


def _runs(cited: Sequence[Sentence], sources: Mapping[str, Source]) -> list[list[Sentence]]:
    runs: list[list[Sentence]] = []
    for sentence in cited:
        if runs and _adjoins(runs[-1][-1], sentence, sources[sentence.span.source]):
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return runs


def _adjoins(before: Sentence, after: Sentence, source: Source) -> bool:
    """Same voice and turn, and nothing but white space between them in the raw text."""
    if (before.span.source, before.turn, before.speaker, before.role) != (
        after.span.source,
        after.turn,
        after.speaker,
        after.role,
    ):
        return False
    return not source.raw[before.span.end : after.span.start].strip()


def _citation(n: int, run: Sequence[Sentence], source: Source) -> Citation:
    first = run[0]
    start, end = first.span.start, run[-1].span.end
    quote = run[0].text
    for sentence in run[1:]:
        quote += ("" if HAN.search(quote[-2:]) or quote[-1] in "。！？”" else " ") + sentence.text
    return Citation(
        n=n,
        source=source.id,
        file=source.file,
        start=start,
        end=end,
        quote=quote,
        raw=source.raw[start:end],
        speaker=first.speaker,
        role=first.role,
        title=source.title,
        outlet=source.outlet,
        date=source.date,
        gloss=tuple(dict.fromkeys(pair for sentence in run for pair in misprints(sentence))),
    )


def misprints(sentence: Sentence) -> list[tuple[str, str]]:
    """What differs between a sentence and its likely original, whole words on both sides."""
    if not sentence.gloss:
        return []
    before, after = rjieba.cut(sentence.text), rjieba.cut(sentence.gloss)  # all of it, punctuation too
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    changed = [codes for codes in matcher.get_opcodes() if codes[0] != "equal"]
    return [("".join(before[i:j]), "".join(after[k:m])) for _, i, j, k, m in changed if i < j and k < m]
