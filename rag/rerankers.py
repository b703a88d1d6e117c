"""Retrieved nodes in, `Candidate` claims out, ranked by how much of the question each one covers.

A proposition is one candidate; a passage falls into its sentences. The score is the share of the question's weight
(rare terms weigh more) that the claim's own words cover; what stands beside it (the interviewer's question, its
neighbours, the title) counts in part, for the sentence that answers often leaves the topic's name out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.folding import fold
from rag.index.library import Library
from rag.people import People
from rag.question import Question, Term
from rag.terms import CONCEPT, index_terms
from rag.types import Passage, Proposition, Sentence

BESIDE = 0.45  # of a match in a claim's own words; tuning set, .3 to .6 are within noise
_MONEY = re.compile(r"\d\s*(?:[十百千万亿]*(?:元|美元|人民币|块)|(?:million|billion|thousand)?\s*(?:yuan|dollars?|rmb|usd|cny))|(?:rmb|usd|cny|\$|¥)\s*(?:nearly |about )?\d")
_CUES = {
    "number": re.compile(r"\d|[一二两三四五六七八九十百千万亿]+(?:倍|个|年|家|款|成|亿|万)|\b(?:two|three|four|five|six|seven|eight|nine|ten)\b"),
    "when": re.compile(r"\d{4}\s*年|\d+月|\d+日|\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"),
    "why": re.compile(r"因为|由于|原因|所以|因此|使得|为了|\bbecause\b|\bsince\b|\breason|\bdue to\b|\bso that\b|\bas\b"),
    "list": re.compile(r"、|包括|第一|一是|首先|分别|\binclud|\bfirst\b|,.*\band\b"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim that may answer: a proposition with its evidence, or one sentence of the source."""

    source: str
    speaker: str | None
    sentences: tuple[Sentence, ...]
    proposition: Proposition | None
    cover: float

    @property
    def words(self) -> str:
        return " ".join(sentence.searchable for sentence in self.sentences)


class CoverReranker(BaseNodePostprocessor):
    """`metadata["candidate"]` of each returned node is its `Candidate`; interviewers' questions never become one."""

    library: Callable[[], Any]
    speakers: tuple[str, ...] = ()

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if not isinstance(query_bundle, Question):
            raise TypeError(f"the reranker needs a Question, not {type(query_bundle).__name__}")
        library: Library = self.library()
        weights = _weights(query_bundle, library)
        prior = {node.node_id: node.score or 0.0 for node in nodes}
        ranked: dict[str, NodeWithScore] = {}
        for node in nodes:
            for id_, candidate, beside in _candidates(node, library):
                if id_ in ranked:
                    continue
                cover = _cover(query_bundle, weights, candidate, beside, library.people)
                scored = Candidate(candidate.source, candidate.speaker, candidate.sentences, candidate.proposition, cover)
                score = cover + 0.05 * prior[node.node_id] + _cue(query_bundle, candidate)
                ranked[id_] = NodeWithScore(node=TextNode(id_=id_, metadata={"candidate": scored}), score=score)
        return sorted(ranked.values(), key=lambda node: (-(node.score or 0.0), node.node_id))


def _candidates(node: NodeWithScore, library: Library) -> Iterator[tuple[str, Candidate, str]]:
    """(id, candidate, the words beside it)"""
    if proposition := node.metadata.get("proposition"):
        found = library.sentences(proposition.evidence)
        evidence = tuple(found[id_] for id_ in proposition.evidence if id_ in found)
        claim = Candidate(proposition.source, proposition.speaker, evidence, proposition, 0.0)
        yield proposition.id, claim, _title(library, proposition.source)
        return
    passage: Passage = node.metadata["passage"]
    around = library.passage_sentences(passage)
    for i, sentence in enumerate(around):
        if sentence.role == "interviewer" or not sentence.complete:
            continue
        beside = [passage.question, *(near.searchable for near in around[max(0, i - 1) : i + 2] if near is not sentence)]
        beside.append(_title(library, passage.source))
        yield sentence.id, Candidate(passage.source, sentence.speaker, (sentence,), None, 0.0), " ".join(beside)


def _title(library: Library, source: str) -> str:
    found = library.source(source)
    return f"{found.title} {' '.join(found.speakers)}"


def _weights(question: Question, library: Library) -> list[float]:
    """Inverse document frequency of each term (Robertson and Spärck Jones 1976), by its most frequent form."""
    total = library.lexical.count
    weights = []
    for term in question.terms:
        frequency = max((library.lexical.document_frequency(form) for form in term.forms), default=0)
        rarity = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        # A word that the corpus never uses may be a paraphrase; a known concept that it never names is a gap.
        unknown = 0.55 if frequency == 0 and term.kind == "word" else 1.0
        weights.append(term.weight * rarity * unknown)
    return weights


def _cover(question: Question, weights: Sequence[float], candidate: Candidate, beside: str, people: People) -> float:
    own = _terms(candidate.words) | (_terms(_both(candidate.proposition)) if candidate.proposition else frozenset())
    near = _terms(beside)
    total = sum(weights)
    if not total:
        return 0.0
    covered = sum(
        weight * max(_match(term, own), BESIDE * _match(term, near)) for term, weight in zip(question.terms, weights, strict=True)
    )
    return covered / total * _entity(question, candidate, people)


def _match(term: Term, present: frozenset[str]) -> float:
    """1 when any whole form is there; for a longer Han word the share of its bigrams, less a little."""
    whole = [form for form in term.forms if form.startswith(CONCEPT) or form == term.forms[0]]
    if any(form in present for form in whole):
        return 1.0
    parts = [form for form in term.forms if form not in whole]
    return 0.7 * sum(form in present for form in parts) / len(parts) if parts else 0.0


def _entity(question: Question, candidate: Candidate, people: People) -> float:
    """1 when the claim is of somebody or something the question names, 0 when of another."""
    if not question.people and not question.organisations:
        return 1.0
    of_organisations = {p.name for o in question.organisations for p in people.of_organisation(o)}
    if candidate.speaker is not None and candidate.speaker in {*question.people, *of_organisations}:
        return 1.0
    told = fold(candidate.words + (_both(candidate.proposition) if candidate.proposition else ""))
    if candidate.speaker is None or question.organisations:
        named = [n for p in people.people if p.name in question.people for n in (p.name, p.english)]
        named += [n for o in people.organisations if o.name in question.organisations for n in (o.name, o.english, *o.aliases)]
        if any(fold(name) in told for name in named if name):
            return 1.0
    return 0.0


def _cue(question: Question, candidate: Candidate) -> float:
    """A little for a claim of the kind that is asked for; much against one without money when money is asked."""
    text = fold(_both(candidate.proposition) if candidate.proposition else candidate.words)
    if question.money and not _MONEY.search(text):
        return -1.0
    pattern = _CUES.get(question.asks)
    bonus = 0.06 if pattern and pattern.search(text) else 0.0
    return bonus + (0.04 if candidate.proposition and candidate.proposition.kind == _KIND.get(question.asks) else 0.0)


_KIND = {"why": "reason", "list": "list", "number": "number", "how": "method", "compare": "comparison"}


def _both(proposition: Proposition) -> str:
    return f"{proposition.zh} {proposition.en}"


@lru_cache(maxsize=4096)
def _terms(text: str) -> frozenset[str]:
    return frozenset(index_terms(text))
