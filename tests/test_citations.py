"""Citations: cut from the source by code, one for a run of one voice, numbered as they come."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rag.citations import resolve
from rag.types import Draft, Sentence, Source, Span

RAW = "很(hěn)贵。会降。\n何时?\n明年。 It will fall. Soon."
SOURCE = Source("x", "x.txt", RAW, "访谈", "某报", "2025")


def sentence(id_, raw, text=None, *, turn=0, speaker="王小明", role="speaker"):
    start = RAW.index(raw)
    return Sentence(id_, Span("x", start, start + len(raw)), text or raw, speaker, role, turn)


SENTENCES = {
    "dear": sentence("dear", "很(hěn)贵。", "很贵。"),
    "falls": sentence("falls", "会降。"),
    "when": sentence("when", "何时?", turn=1, speaker="某报", role="interviewer"),
    "next": sentence("next", "明年。", turn=2),
    "will": sentence("will", "It will fall.", turn=2),
    "soon": sentence("soon", "Soon.", turn=2),
}


def resolved(*drafts):
    return resolve(drafts, SENTENCES, {"x": SOURCE})


def test_the_raw_text_is_cut_from_the_source_and_the_quote_is_clean():
    _, (citation,) = resolved(Draft("贵", ("dear",)))
    assert (citation.raw, citation.quote) == ("很(hěn)贵。", "很贵。")
    assert RAW[citation.start : citation.end] == citation.raw


def test_a_citation_tells_who_and_where():
    _, (citation,) = resolved(Draft("贵", ("dear",)))
    assert (citation.speaker, citation.role, citation.file, citation.title, citation.outlet, citation.date) == (
        "王小明",
        "speaker",
        "x.txt",
        "访谈",
        "某报",
        "2025",
    )


def test_neighbours_of_one_voice_are_one_citation():
    _, (citation,) = resolved(Draft("贵但会降", ("falls", "dear")))
    assert (citation.raw, citation.quote) == ("很(hěn)贵。会降。", "很贵。会降。")


def test_another_turn_between_makes_two_citations():
    (statement,), citations = resolved(Draft("会降", ("falls", "next")))
    assert [citation.raw for citation in citations] == ["会降。", "明年。"]
    assert statement.citations == (1, 2)


def test_two_voices_are_never_one_citation():
    (statement,), citations = resolved(Draft("何时", ("falls", "when")))
    assert [citation.speaker for citation in citations] == ["王小明", "某报"]
    assert statement.speaker is None


def test_english_sentences_are_joined_by_a_space():
    _, (citation,) = resolved(Draft("falls", ("will", "soon")))
    assert citation.quote == "It will fall. Soon."


def test_the_same_words_are_cited_once():
    statements, citations = resolved(Draft("贵", ("dear",)), Draft("明年", ("next",)), Draft("很贵", ("dear",)))
    assert [statement.citations for statement in statements] == [(1,), (2,), (1,)]
    assert [citation.n for citation in citations] == [1, 2]


def test_an_unknown_id_loses_its_support():
    (statement,), citations = resolved(Draft("贵", ("dear", "nope")))
    assert (statement.citations, len(citations)) == ((1,), 1)


def test_a_draft_of_unknown_ids_alone_is_dropped():
    assert resolved(Draft("谎", ("nope",)), Draft("谎", ())) == ([], [])


def test_an_unsupported_statement_is_shown_as_such():
    (statement,), _ = resolved(Draft("王小明说会涨1000倍", ("falls",)))
    assert statement.verdict == "unsupported"


@given(st.lists(st.lists(st.sampled_from([*SENTENCES, "nope"]), max_size=4).map(tuple), max_size=6))
def test_marks_and_citations_agree_one_to_one(pointed):
    statements, citations = resolved(*(Draft("贵", ids) for ids in pointed))
    numbers = [citation.n for citation in citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {n for statement in statements for n in statement.citations} == set(numbers)
    assert all(RAW[citation.start : citation.end] == citation.raw for citation in citations)
