"""A claim and the sentences it cites in, a verdict or the reason against it out. Code, for both modes."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from itertools import pairwise

from rag.cover import foreign, uncovered
from rag.folding import fold, squeeze
from rag.people import People
from rag.polarity import contrary
from rag.quantities import Quantity, claimed, quantities
from rag.speech import SAYS_EN, SAYS_ZH
from rag.types import Sentence, Source, Verdict

_SAYS = re.compile(rf"(?:\W|还|也|曾|则|进一步|一再|坚定地?|always |also )*(?:{SAYS_ZH}|(?:{SAYS_EN})\b)")
_OUTSIDE = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]*://\S+|\bjavascript:|!\[[^\]]*\]|</?[A-Za-z][^>]*>")
_AROUND = 6  # sentences before a cited one that may name what it speaks of
_REFERS_BACK = re.compile(r"[这那其此它他她]|\b(?:this|that|it|he|she)\b")


def voice_of(cited: Sequence[Sentence]) -> str | None:
    """The one person whose words or view all the sentences carry; None for several, or for the narrator's."""
    speakers = {sentence.speaker for sentence in cited}
    return speakers.pop() if len(speakers) == 1 and all(sentence.voiced for sentence in cited) else None


def dated(date: str) -> str:
    """An ISO date with its units, so that the 7 of July is no number of anything else.

    >>> dated("2023-07-11"), dated("--05-24"), dated("2025")
    ('2023年7月11日', '5月24日', '2025年')
    """
    parts = date.removeprefix("--").split("-")
    units = "月日" if date.startswith("--") else "年月日"
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, units, strict=False) if part.isdigit())


def background(cited: Sequence[Sentence], sentences: Sequence[Sentence]) -> str:
    """The sentence before each cited one that begins by referring back; what it says may be repeated in a claim."""
    ids = {sentence.id for sentence in cited}
    return " ".join(a.text for a, b in pairwise(sentences) if b.id in ids and _REFERS_BACK.search(fold(b.text[:24])))


def topic(cited: Sequence[Sentence], sentences: Sequence[Sentence], source: Source, people: People) -> str:
    """What the cited words are about without saying so: the title, the speakers and their organisations, the question
    that was asked, the sentences around. Things and people may be named from here, numbers and views not.
    """
    ids, turns = {sentence.id for sentence in cited}, {sentence.turn for sentence in cited}
    places = [n for n, sentence in enumerate(sentences) if sentence.id in ids]
    beside = {m for n in places for m in range(n - _AROUND, n + 2) if 0 <= m < len(sentences)}
    asked = [s.text for s in sentences if s.role == "interviewer" and s.turn + 1 in turns]
    present = [person for person in map(people.named, source.speakers) if person]
    names = [name for p in present for name in (p.name, p.english, p.title, p.title_en, *p.organisations)]
    return " ".join([source.title, *names, *asked, *(sentences[m].text for m in sorted(beside))])


def verdict(text: str, speaker: str | None, cited: Sequence[Sentence]) -> Verdict:
    """`verbatim` when the claim is whole cited sentences and nothing else, `supported` when nothing speaks against it."""
    if unproved(text, speaker, cited):
        return "unsupported"
    return "verbatim" if whole(text, cited) else "supported"


def unproved(
    text: str,
    speaker: str | None,
    cited: Sequence[Sentence],
    *,
    context: str = "",
    about: str | None = None,
    people: People | None = None,
) -> str | None:
    """Why the cited sentences don't prove the claim, or None; the first reason is given.

    `context`: what the cited words refer back to, such as the date of the article or the sentence that "this" means;
    its numbers may be repeated. `about`: the `topic`; people and things may be named from it, and without it nobody can
    say which are foreign. `people`: everybody known.
    """
    if not cited:
        return "nothing is cited"
    if reason := _misattributed(speaker, cited) or (people is not None and _merged(text, cited, people)):
        return reason
    if whole(text, cited):
        return None  # a sentence proves itself
    evidence = " ".join(sentence.searchable for sentence in cited)
    near = f"{evidence} {context}"
    return (
        _leading_out(text, evidence)
        or _stranger(text, near, about or "", {s.speaker for s in cited}, people)
        or _miscounted(text, evidence, near)
        or contrary(text, evidence, context=context, about=about or "")
        or (about is not None and (foreign(text, f"{near} {about}", people) or uncovered(text, near, people)))
        or None
    )


def _leading_out(text: str, evidence: str) -> str | None:
    """An address, image or tag that the cited words don't have. It says nothing, so no other check would mind it."""
    found = _OUTSIDE.search(text)
    return f"{found[0]} is not in the cited words" if found and found[0] not in evidence else None


def whole(text: str, cited: Sequence[Sentence]) -> bool:
    """Whether it is one of the cited sentences, or all of them, and nothing else."""
    words = squeeze(text)
    return bool(words) and (
        words == squeeze("".join(s.text for s in cited)) or any(words == squeeze(s.text) for s in cited)
    )


def _misattributed(speaker: str | None, cited: Sequence[Sentence]) -> str | None:
    if speaker is not None:
        others = {sentence.speaker for sentence in cited if not (sentence.voiced and sentence.speaker == speaker)}
        if others:
            told = ", ".join(sorted(str(other or "the narrator") for other in others))
            return f"cited words are not {speaker}'s but {told}'s"
    elif any(sentence.role == "interviewer" for sentence in cited):
        return "an interviewer's question proves nothing"
    return None


def _merged(text: str, cited: Sequence[Sentence], people: People) -> str | None:
    """What several people say is told of each by name: else one's words would seem to have the others behind them."""
    voices = {sentence.speaker for sentence in cited if sentence.voiced and sentence.speaker}
    if len(voices) < 2:
        return None
    folded = fold(text)
    silent = sorted(voice for voice in voices - _named(text, people) if fold(voice) not in folded)
    return f"cites {', '.join(silent)} without saying who said what" if silent else None


def _stranger(text: str, evidence: str, about: str, voices: Set[str | None], people: People | None) -> str | None:
    if people is None:
        return None
    named, shown = _named(text, people), _named(evidence, people)
    if strangers := named - shown - _named(about, people) - voices:
        return f"names {', '.join(sorted(filter(None, strangers)))}, of whom what is cited says nothing"
    if voices != {None} and (others := _sayers(text, people) - shown - voices):
        return f"gives {', '.join(sorted(others))} what another says"
    return None


def _sayers(text: str, people: People) -> set[str]:
    """Those of whom the text says that they say, think or hope something."""
    folded = fold(text)
    found = (people.named(m[0]) for m in people.mention.finditer(folded) if _SAYS.match(folded, m.end()))
    return {person.name for person in found if person}


def _miscounted(text: str, evidence: str, near: str) -> str | None:
    shown = quantities(near)
    counts = any(not q.unit and 2 <= q.value < 10 for q in claimed(evidence))
    missing = {q.value for q in claimed(text) if not (q.listed and not counts) and not _shown(q, shown)}
    return (
        f"numbers not in what is cited: {', '.join(f'{number:g}' for number in sorted(missing))}" if missing else None
    )


def _shown(quantity: Quantity, shown: Sequence[Quantity]) -> bool:
    """The number stands there; and with its unit, if it has one there at all."""
    same = [other for other in shown if other.value == quantity.value]
    if quantity.unit and any(other.unit for other in same):
        return any(other.unit == quantity.unit for other in same)
    return bool(same)


def _named(text: str, people: People) -> set[str | None]:
    found = (people.named(mention) for mention in people.mention.findall(fold(text)))
    return {person.name for person in found if person}
