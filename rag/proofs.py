"""A claim and the sentences it cites in, the reason against it out, with all that the library knows about them."""

from __future__ import annotations

from collections.abc import Sequence

from rag.index.library import Library
from rag.types import Sentence
from rag.verification import background, dated, topic, unproved, voice_of


def reason_against(text: str, cited: Sequence[Sentence], library: Library) -> str | None:
    """None when everything that code can check speaks for the claim."""
    context, about = [], []
    for id_ in dict.fromkeys(sentence.span.source for sentence in cited):
        source, sentences = library.source(id_), library.sentences_of(id_)
        own = [sentence for sentence in cited if sentence.span.source == id_]
        context.append(f"{dated(source.date)} {background(own, sentences)}")
        about.append(topic(own, sentences, source, library.people))
    return unproved(
        text, voice_of(cited), cited, context=" ".join(context), about=" ".join(about), people=library.people
    )
