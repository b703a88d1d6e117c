"""Propositions of a source in, those that their evidence proves out; the others are named with the reason."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rag.errors import DocumentError
from rag.folding import fold, squeeze
from rag.gaps import asks_of
from rag.types import Proposition, Sentence
from rag.verification import background, dated, unproved

_FIELDS = ("id", "source", "speaker", "kind", "zh", "en", "evidence")


def load_propositions(
    path: Path, sentences: Sequence[Sentence], *, date: str = ""
) -> tuple[list[Proposition], list[DocumentError]]:
    """`path`: one JSON object a line, `evidence` being snippets of the source. A snippet resolves to the one sentence
    that holds it, script, width, spacing and punctuation aside; a claim stands only if it passes verification.
    """
    held = [(sentence, squeeze(sentence.text)) for sentence in sentences]
    accepted: dict[str, Proposition] = {}
    refused: list[DocumentError] = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            proposition = _proposition(line, held, date, where)
            if proposition.id in accepted:
                raise DocumentError(where, f"id {proposition.id} is already used above")
            accepted[proposition.id] = proposition
        except DocumentError as refusal:
            refused.append(refusal)
    return [*accepted.values()], refused


def _check_types(fields: Mapping[str, Any]) -> None:
    texts = [
        name for name in ("id", "source", "kind", "zh", "en") if not (isinstance(fields[name], str) and fields[name])
    ]
    if texts:
        raise TypeError(f'"{texts[0]}" is not a text')
    if not isinstance(fields["speaker"], str | None):
        raise TypeError('"speaker" is neither a name nor null')
    evidence = fields["evidence"]
    if not isinstance(evidence, list) or not all(isinstance(item, str) and squeeze(item) for item in evidence):
        raise TypeError('"evidence" is not a list of snippets')


def _cues(given: Any) -> tuple[str, str]:
    """They assert nothing, so nothing has to prove them."""
    if not isinstance(given, dict) or any(
        not isinstance(given.get(language), list) or not all(isinstance(cue, str) for cue in given[language])
        for language in ("zh", "en")
    ):
        raise TypeError('"cues" is not {"zh": [texts], "en": [texts]}')
    return "、".join(given["zh"]), "; ".join(given["en"])


def _proposition(line: str, held: Sequence[tuple[Sentence, str]], date: str, where: str) -> Proposition:
    try:
        given = json.loads(line)
        fields = {name: given[name] for name in _FIELDS}
        _check_types(fields)
        cues = _cues(given.get("cues", {"zh": [], "en": []}))
        asks = asks_of(given.get("asks", {"zh": [], "en": []}))
    except (ValueError, KeyError, TypeError) as error:
        raise DocumentError(where, f"not a proposition ({error})") from error
    source = held[0][0].span.source if held else ""
    if fields["source"] != source:
        raise DocumentError(where, f"is of the source {fields['source']}, not of {source}")
    evidence: list[Sentence] = []
    for snippet in fields["evidence"]:
        wanted = squeeze(snippet)
        found = [sentence for sentence, text in held if wanted in text]
        found = [sentence for sentence in found if sentence.complete] if len(found) > 1 else found
        if len(found) != 1:
            raise DocumentError(
                where, f"evidence “{snippet}” stands in {len(found)} sentences of the source, not in one"
            )
        if found[0] not in evidence:
            evidence.append(found[0])
    evidence.sort(key=lambda sentence: sentence.span.start)
    ids = tuple(sentence.id for sentence in evidence)
    # Two files may number their claims alike; in the index ids must differ.
    proposition = Proposition(
        **{**fields, "id": f"{fields['source']}:{fields['id']}", "evidence": ids, "cues": cues, "asks": asks}
    )
    context = f"{dated(date)} {background(evidence, [sentence for sentence, _ in held])}"
    for text in (proposition.zh, proposition.en):
        if reason := unproved(text, proposition.speaker, evidence, context=context):
            raise DocumentError(where, f"{reason}: {fold(text)[:60]}")
    return proposition
