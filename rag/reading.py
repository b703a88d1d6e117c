"""One source in, a `Reading` out: its clean text and its sentences, all noise gone. The whole of ingest's first half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.boilerplate import drop_boilerplate
from rag.cleaning import (
    CleanText,
    clean,
    drop_invisible,
    drop_markdown,
    drop_markup,
    drop_pinyin,
    drop_timestamps,
)
from rag.corpus import Gloss
from rag.discovery import interviewee, speakers_told
from rag.folding import fold
from rag.labels import find_labels
from rag.people import People
from rag.repair import repair_lost_bytes
from rag.sentences import split_sentences
from rag.turns import split_turns
from rag.types import Sentence, Source

# Raised whenever a change here or below gives other sentences, so that an old index is read again.
VERSION = 6
# Twice, for an entity may stand for an invisible character.
STEPS = (drop_invisible, drop_markup, drop_invisible, repair_lost_bytes, drop_pinyin, drop_timestamps)


@dataclass(frozen=True, slots=True)
class Reading:
    """`source` with the speakers that its turns showed."""

    source: Source
    text: CleanText
    sentences: tuple[Sentence, ...]
    unanswered: tuple[str, ...]


def read(source: Source, people: People, glosses: Sequence[Gloss] = ()) -> Reading:
    """Clean, cut into turns and sentences, and attribute. `people`: everybody known to the corpus."""
    steps = (*STEPS, drop_markdown) if source.file.lower().endswith(".md") else STEPS
    text = clean(source.raw, steps)
    present = _present(source, text.text, people)
    text = drop_boilerplate(text, present)
    present = _with_unknown(present, text.text, source)
    turns = split_turns(text.text, present)
    sentences = split_sentences(source.id, text, turns, present)
    own = [gloss for gloss in glosses if gloss.source == source.id]
    sentences = [_glossed(sentence, own) for sentence in sentences]
    heard = [s.speaker for s in sentences if s.voiced and s.speaker]
    speakers = source.speakers or tuple(dict.fromkeys(heard))
    unanswered = tuple(s.id for s in sentences if not turns[s.turn].answered)
    return Reading(replace(source, speakers=speakers), text, tuple(sentences), unanswered)


def _present(source: Source, text: str, people: People) -> People:
    """Those of the corpus whom this document names."""
    folded = fold(text)
    here = [p for p in people.people if p.name in source.speakers or People([p]).mention.search(folded)]
    return People(here, people.organisations, source.interviewers or (source.outlet,) * bool(source.outlet))


def _with_unknown(present: People, text: str, source: Source) -> People:
    """Joined by those whom only the document itself makes known: told by the narrator, or introduced before the
    questions and answers begin.
    """
    labels = find_labels(text, present)
    intro = text[: labels[0].start] if labels else text
    found = list(present.people)
    if not present.people and any(label.key in present.answers for label in labels):
        found += filter(None, [interviewee(intro)])
    elif not source.speakers:
        known = {name for person in found for name in (person.name, *person.aliases)}
        found += [person for person in speakers_told(intro) if person.name not in known]
    return People(found, present.organisations, present.interviewers)


def _glossed(sentence: Sentence, glosses: Sequence[Gloss]) -> Sentence:
    likely = sentence.text
    for gloss in glosses:
        likely = likely.replace(gloss.written, gloss.likely)
    return replace(sentence, gloss=likely) if likely != sentence.text else sentence
