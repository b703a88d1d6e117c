"""What turns a claim into its contrary (negation, opposites, modality): claim and evidence in, the reason against it out.

Both are cut into clauses, and a clause of the claim is held against those clauses of the evidence that speak of the same:
by common words in one language, by common concepts of the glossary across two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.folding import HAN, fold, words
from rag.polarity_words import AUXILIARY, DENIES, DISAGREES, IDIOMS, MODES, NO_MATTER, OPPOSITES, SOFTENS
from rag.stopwords import FRAME_CONCEPTS, STOP_HAN, STOP_LATIN
from rag.terms import CONCEPT, index_terms

_CLAUSE = re.compile(
    r"(?<!\d)[,.](?!\d)|(?<=\d)[,.](?=\s)|[;:!?…。、]|——|\s—\s|但是?|而是|因为|所以|\b(?:but|while|whereas|because|although|which)\b"
)
_EITHER = re.compile(r"(.)(?:不|没)\1")  # 好不好用 asks, and denies nothing
_OF_SOMETHING = 1  # so many of the opposites, from the top, are told of something beside them: costs fall
_MOVES = frozenset(
    CONCEPT + c for c in ("rise", "fall", "high", "low", "big", "small", "year", "month", "times_fold", "percent")
)
_MEMBER = re.compile(r"\band\b|\bor\b|[和与及并]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence: its folded text and what it speaks of."""

    text: str
    anchors: frozenset[str]


def contrary(claim: str, evidence: str, *, context: str = "", about: str = "") -> str | None:
    """The first of negation, opposite and modality that the evidence does not bear out, or None.

    `context`: what the evidence refers back to; `about`: what stands around it.
    """
    said, shown = _clauses(fold(claim)), _clauses(fold(evidence))
    around = fold(f"{evidence} {context} {about}")
    return (
        _denied(said, shown)
        or _crossed(said, shown)
        or _opposed(said, (*shown, *_clauses(fold(context))), around)
        or _other_mode(said, shown, fold(context))
    )


def anchors(folded: str) -> frozenset[str]:
    """Words, Han pairs, Latin stems and concepts of a text; single Han characters mean too little."""
    return frozenset(term for term in index_terms(folded) if not (len(term) == 1 and HAN.match(term)))


@lru_cache(maxsize=1024)
def _clauses(folded: str) -> tuple[Clause, ...]:
    folded = _EITHER.sub(r"\1\1", folded)
    parts = [part for part in _CLAUSE.split(folded) if part and part.strip()]
    return tuple(Clause(part, anchors(part)) for part in parts)


def alike(clause: Clause, shown: Sequence[Clause]) -> list[int]:
    """Which clauses of the evidence speak of the same: those with at least half as much in common as the best.

    All of them where none has anything in common.
    """
    common = [sum(2.0 if a.startswith(CONCEPT) else 1.0 for a in clause.anchors & other.anchors) for other in shown]
    best = max(common, default=0.0)
    return [n for n, score in enumerate(common) if score >= best / 2 and (score or not best)]


def _denied(said: Sequence[Clause], shown: Sequence[Clause]) -> str | None:
    if any(DISAGREES.search(c.text) for c in said) and not any(DISAGREES.search(c.text) for c in shown):
        return "a disagreement that is not in what is cited"
    for clause in said:
        same = _same(clause, shown)
        if same and _denials(clause) % 2 not in {_denials(other) % 2 for other in same}:
            return "a negation too many or too few"
        if (
            not same
            and _denials(clause)
            and not any(_denials(c) or SOFTENS.search(c.text) for c in _about(clause, shown))
        ):
            return "a negation that is not in what is cited"
    for clause in shown:
        for match in DENIES.finditer(NO_MATTER.sub("", IDIOMS.sub("", clause.text))):
            if lost := _lost(clause.text, match.end(), said, shown):
                return f"what is cited denies {lost}"
    return None


def _denials(clause: Clause) -> int:
    return len(DENIES.findall(NO_MATTER.sub("", IDIOMS.sub("", clause.text))))


def _same(clause: Clause, shown: Sequence[Clause]) -> list[Clause]:
    """Clauses of the evidence that say the claim's clause nearly word for word."""
    if len(clause.anchors) < 4:
        return []
    close = [len(clause.anchors & other.anchors) / len(clause.anchors) for other in shown]
    best = max(close, default=0.0)
    return [other for other, share in zip(shown, close, strict=True) if share == best] if best > 0.75 else []


def _about(clause: Clause, shown: Sequence[Clause]) -> Iterator[Clause]:
    """Those that speak of the same; with their neighbours where little is in common."""
    near = alike(clause, shown)
    weak = max((len(clause.anchors & shown[n].anchors) for n in near), default=0) < 2
    for m in {m for n in near for m in (range(n - 1, n + 2) if weak else (n,)) if 0 <= m < len(shown)}:
        yield shown[m]


def _lost(text: str, at: int, said: Sequence[Clause], shown: Sequence[Clause]) -> str:
    """The denied words when the claim has them and denies nothing beside them, else ""."""
    word = _predicate(IDIOMS.sub("", text)[at:])
    denied = _content(word)
    idioms = len(IDIOMS.findall(text))  # "unreachable" is there for 遥不可及 and denies nothing else
    if any(denied & c.anchors and not _denials(c) for c in shown):
        return ""  # it is both said and denied there
    for n, clause in enumerate(said):
        beside = said[max(0, n - 1) : n + 2]
        softened = sum(len(SOFTENS.findall(c.text)) for c in beside) > idioms
        if denied & clause.anchors and not softened and not any(_denials(c) for c in beside):
            return word
    return ""


def _predicate(scope: str) -> str:
    """What is denied: the first word behind the negation that is no copula, auxiliary or adverb."""
    if not HAN.search(scope[:4]):
        return " ".join(scope.split()[:4])
    cut = words(scope[:10])
    while len(cut) > 1 and cut[0] in AUXILIARY:
        cut = cut[1:]
    return cut[0] if cut else ""


def _content(folded: str) -> frozenset[str]:
    """The anchors that carry meaning by themselves."""
    plain = frozenset(CONCEPT + concept for concept in FRAME_CONCEPTS)
    return anchors(folded) - STOP_HAN - STOP_LATIN - plain


def _opposed(said: Sequence[Clause], shown: Sequence[Clause], around: str) -> str | None:
    for name, one, other in OPPOSITES:
        for side, opposite, told in ((one, other, name), (other, one, f"the opposite of {name}")):
            for clause in said:
                if not (marks := _marked(side, clause.text)):
                    continue
                near = [c.text for c in _about(clause, shown)]
                against = set().union(*(_marked(opposite, text) for text in near))
                # A denied fall may be told as a rise; only what is said, or denied, of both is compared.
                if any(_marked(side, text) for text in near):
                    continue
                there = " ".join(c.text for c in shown)
                if _find(side, there) and any(_find(opposite, c.text) for c in said):
                    continue  # both are told on both sides
                if name == "cheap" and _last(opposite, around) > _last(side, around):
                    return f"{told} where what is cited says the opposite"
                if marks & against or (name == "the present" and _find(opposite, there) and not _find(side, there)):
                    return f"{told} where what is cited says the opposite"
    return None


def _last(words: str, text: str) -> int:
    """Where the words stand for the last time; -1 if nowhere."""
    return max((match.start() for match in _pattern(words).finditer(text)), default=-1)


def _crossed(said: Sequence[Clause], shown: Sequence[Clause]) -> str | None:
    """What rises in the claim and only falls in the evidence, or the other way round."""
    for name, one, other in OPPOSITES[:_OF_SOMETHING]:
        for side, opposite in ((one, other), (other, one)):
            both = _affected(opposite, shown) - _affected(side, shown)
            if _affected(side, said) & both and not any(_denials(clause) for clause in said):
                told = name if side is one else f"the opposite of {name}"
                return f"{told} where what is cited says the opposite"
    return None


def _affected(words: str, clauses: Sequence[Clause]) -> frozenset[str]:
    """The concepts that stand beside the words, in one member of an enumeration."""
    found: set[str] = set()
    for clause in clauses:
        for member in _MEMBER.split(clause.text):
            for match in _pattern(words).finditer(member):
                window = member[max(0, match.start() - 12) : match.end() + (12 if HAN.search(member) else 40)]
                found |= {term for term in anchors(window) if term.startswith(CONCEPT)}
    return frozenset(found) - _MOVES


def _marked(words: str, text: str) -> set[bool]:
    """Whether the words stand in the text with a negation right before them, without, or both; empty if not at all."""
    return {
        bool(DENIES.search(IDIOMS.sub("", text[max(0, m.start() - 8) : m.start()])))
        for m in _pattern(words).finditer(text)
    }


def _other_mode(said: Sequence[Clause], shown: Sequence[Clause], context: str) -> str | None:
    for told, marks, allowed, against, strictly in MODES:
        for clause in said:
            if not _find(marks, clause.text) or ("plan" in told and _denials(clause)):
                continue
            if same := _same(clause, shown):
                if not any(_find(marks, c.text) or (_find(strictly or allowed, c.text)) for c in same):
                    return told
                continue
            close = [c.text for c in _about(clause, shown)]
            near = close if "duty" in told else [*_near(clause, shown), context]
            if not any(_find(allowed, text) for text in near) and not any(_find(marks, c.text) for c in shown):
                return told
            if (
                against
                and any(_find(against, text) for text in near)
                and not any(_find(strictly, text) for text in close)
            ):
                return told
    return None


def _near(clause: Clause, shown: Sequence[Clause]) -> Iterator[str]:
    for n in alike(clause, shown):
        for m in range(max(0, n - 1), min(len(shown), n + 3)):
            yield shown[m].text


@lru_cache(maxsize=64)
def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words)


def _find(words: str, text: str) -> bool:
    return bool(_pattern(words).search(text))
