"""A claim and the sentences it cites in, a verdict or the reason against it out. Code, for both modes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.folding import fold, squeeze
from rag.people import People
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


_DENIED = re.compile(
    r"(?:并不|不是|并非|没有|没|未必|尚未|无法|不)(?!断|同|仅|止|只|但|论|管|少|限)(?:会|能|是|很|太)?([\u4e00-\u9fff]{2})"
)
_NOT_BEING = re.compile(r"(?:并不是|不是|并非)([^，,。]{3})")
_DONE = re.compile(
    r"已经?(?:实现|达到|完成|做到|降|下降)|\b(?:has|have) (?:already )?(?:achieved|reached|fallen|completed)\b"
)
_HAPPENED = re.compile(r"已|了|过去|完成|达到|实现|降到|\b(?:has|have|had|already|was|were)\b")
_PLANNED = re.compile(
    r"目标|计划|希望|打算|将会|未来|有望|争取|冲刺|\b(?:goal|target|plan\w*|hope\w*|aim\w*|will|future)\b"
)


def voice_of(cited: Sequence[Sentence]) -> str | None:
    """The one person whose words or view all the sentences carry; None for several, or for the narrator's."""
    speakers = {sentence.speaker for sentence in cited}
    return speakers.pop() if len(speakers) == 1 and all(sentence.voiced for sentence in cited) else None


def verdict(text: str, speaker: str | None, cited: Sequence[Sentence]) -> Verdict:
    """`verbatim` when the claim is whole cited sentences and nothing else, `supported` when nothing speaks against it."""
    if unproved(text, speaker, cited):
        return "unsupported"
    words = squeeze(text)
    whole = words == squeeze("".join(s.text for s in cited)) or any(words == squeeze(s.text) for s in cited)
    return "verbatim" if words and whole else "supported"


def unproved(
    text: str, speaker: str | None, cited: Sequence[Sentence], *, context: str = "", people: People | None = None
) -> str | None:
    """Why the cited sentences don't prove the claim, or None. Checks who speaks, numbers, negation and direction.

    `context`: what the cited words refer back to, such as the date of the article or the sentence that "this" means;
    its numbers may be repeated. `people`: everybody known; one whom the claim names must speak or stand in the cited words.
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
    if people is not None and (
        strangers := _named(text, people) - _named(evidence, people) - {s.speaker for s in cited}
    ):
        return f"names {', '.join(sorted(filter(None, strangers)))}, of whom what is cited says nothing"
    missing = stated(text) - values(evidence) - values(context)
    if missing:
        return f"numbers not in what is cited: {', '.join(f'{number:g}' for number in sorted(missing))}"
    return _reversed(fold(text), fold(evidence)) or _overstated(fold(text), fold(f"{evidence} {context}"))


def _reversed(claim: str, evidence: str) -> str | None:
    if _NEGATION.search(claim) and not re.search(
        r"[不没沒未无無非别少难難]|\b(?:not|no|never|without)\b|n't", evidence
    ):
        return "a negation that is not in what is cited"
    for denied in _DENIED.findall(evidence):
        if denied in _DENIED.sub("", claim) and denied not in _DENIED.sub("", evidence):
            return f"what is cited denies {denied}"
    for denied in _NOT_BEING.findall(evidence):
        if f"是{denied}" in claim and not re.search(rf"[不非]是{re.escape(denied)}", claim):
            return f"what is cited denies {denied}"
    for direction, opposite, name in ((_UP, _DOWN, "a rise"), (_DOWN, _UP, "a fall")):
        if direction.search(claim) and opposite.search(evidence) and not direction.search(evidence):
            return f"{name} where what is cited says the opposite"
    return None


def _named(text: str, people: People) -> set[str | None]:
    found = (people.named(mention) for mention in people.mention.findall(fold(text)))
    return {person.name for person in found if person}


def _overstated(claim: str, evidence: str) -> str | None:
    """A goal is not a result."""
    if _DONE.search(claim) and _PLANNED.search(evidence) and not _HAPPENED.search(evidence):
        return "a result where what is cited states a goal"
    return None
