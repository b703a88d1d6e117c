"""One source in, a `Reading` out: its clean text and its sentences, all noise gone. The whole of ingest's first half."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.boilerplate import drop_boilerplate
from rag.cleaning import CleanText, clean, drop_invisible, drop_markup, drop_pinyin
from rag.corpus import Gloss
from rag.folding import fold
from rag.people import People
from rag.repair import repair_lost_bytes
from rag.sentences import split_sentences
from rag.turns import split_turns
from rag.types import Sentence, Source

# Raised whenever a change here or below gives other sentences, so that an old index is read again.
VERSION = 1
STEPS = (drop_invisible, drop_markup, repair_lost_bytes, drop_pinyin)


@dataclass(frozen=True, slots=True)
class Reading:
    """`source` with the speakers that its turns showed."""

    source: Source
    text: CleanText
    sentences: tuple[Sentence, ...]
    unanswered: tuple[str, ...]


def read(source: Source, people: People, glosses: Sequence[Gloss] = ()) -> Reading:
    """Clean, cut into turns and sentences, and attribute. `people`: everybody known to the corpus."""
    text = clean(source.raw, STEPS)
    folded = fold(text.text)
    present = People(
        [p for p in people.people if p.name in source.speakers or People([p]).mention.search(folded)],
        people.organisations,
        source.interviewers,
    )
    text = drop_boilerplate(text, present.labels)
    turns = split_turns(text.text, present)
    sentences = split_sentences(source.id, text, turns, present)
    sentences = [_glossed(sentence, [g for g in glosses if g.source == source.id]) for sentence in sentences]
    heard = [s.speaker for s in sentences if s.voiced and s.speaker]
    speakers = source.speakers or tuple(dict.fromkeys(heard))
    unanswered = tuple(s.id for s in sentences if not turns[s.turn].answered)
    return Reading(replace(source, speakers=speakers), text, tuple(sentences), unanswered)


def _glossed(sentence: Sentence, glosses: Sequence[Gloss]) -> Sentence:
    likely = sentence.text
    for gloss in glosses:
        likely = likely.replace(gloss.written, gloss.likely)
    return replace(sentence, gloss=likely) if likely != sentence.text else sentence
