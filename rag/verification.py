"""A claim and the sentences it cites in, a verdict or the reason against it out. Code, for both modes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.folding import fold, squeeze
from rag.quantities import stated, values
from rag.types import Sentence, Verdict

_NEGATION = re.compile(
    r"(?<![是能要可])不(?!断|同|仅|止|只|但|论|管|少|限|错|停|妨|久|过是)|没有|沒有|未必|尚未|从未|并非|绝非|无法|而非|别"
    r"|\b(?:not|no|never|cannot|nor|without|n't|neither)\b|n't\b"
)
_UP = re.compile(r"上升|上涨|增长|增加|提高|提升|变贵|\b(?:rises?|rising|rose|increas\w+|grow\w*|higher|rais\w+)\b")
_DOWN = re.compile(
    r"下降|下落|下跌|降低|减少|降了|降\d|降本|下降|变便宜|\b(?:falls?|falling|fell|fallen|decreas\w+|reduc\w+|lower\w*|cheaper|drop\w*|cut\w*|declin\w+)\b"
)


def verdict(text: str, speaker: str | None, cited: Sequence[Sentence]) -> Verdict:
    """`verbatim` when the claim is the cited words themselves, `supported` when nothing speaks against it."""
    words = squeeze(text)
    if cited and words and words in squeeze("".join(sentence.text for sentence in cited)):
        return "verbatim"
    return "unsupported" if unproved(text, speaker, cited) else "supported"


def unproved(text: str, speaker: str | None, cited: Sequence[Sentence], *, context: str = "") -> str | None:
    """Why the cited sentences don't prove the claim, or None. Checks who speaks, numbers, negation and direction.

    `context`: what the cited words refer back to, such as the date of the article or the sentence that "this" means;
    its numbers may be repeated.
    """
    if not cited:
        return "nothing is cited"
    if speaker is not None:
        others = {sentence.speaker for sentence in cited if not (sentence.voiced and sentence.speaker == speaker)}
        if others:
            return f"cited words are not {speaker}'s but {', '.join(sorted(str(other or 'the narrator') for other in others))}'s"
    elif any(sentence.role == "interviewer" for sentence in cited):
        return "an interviewer's question proves nothing"
    evidence = " ".join(sentence.searchable for sentence in cited)
    missing = stated(text) - values(evidence) - values(context)
    if missing:
        return f"numbers not in what is cited: {', '.join(f'{number:g}' for number in sorted(missing))}"
    return _reversed(fold(text), fold(evidence))


def _reversed(claim: str, evidence: str) -> str | None:
    if _NEGATION.search(claim) and not re.search(
        r"[不没沒未无無非别少难難]|\b(?:not|no|never|without)\b|n't", evidence
    ):
        return "a negation that is not in what is cited"
    for direction, opposite, name in ((_UP, _DOWN, "a rise"), (_DOWN, _UP, "a fall")):
        if direction.search(claim) and opposite.search(evidence) and not direction.search(evidence):
            return f"{name} where what is cited says the opposite"
    return None
