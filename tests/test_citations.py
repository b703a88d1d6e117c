"""Citations: cut from the source by code, one for a run of one voice, numbered as they come."""

from __future__ import annotations

import pytest
from builders import said
from hypothesis import given
from hypothesis import strategies as st

from rag.citations import misprints, resolve
from rag.types import Draft, Sentence, Source, Span, Statement

RAW = "很(hěn)贵。会降。\n何时?\n明年。 It will fall. Soon."
SOURCE = Source("x", "x.txt", RAW, "访谈", "某报", "2025")


def sentence(id_, raw, text=None, *, turn=0, speaker="王小明", role="speaker", gloss=""):
    start = RAW.index(raw)
    return Sentence(id_, Span("x", start, start + len(raw)), text or raw, speaker, role, turn, gloss=gloss)


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
    assert (citation.speaker, citation.role, citation.source) == ("王小明", "speaker", "x")
    assert (citation.file, citation.title, citation.outlet, citation.date) == (
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


@pytest.mark.parametrize("first", ["很贵。", "很贵；", "要用GPU。", "“用GPU”"])
def test_chinese_sentences_are_joined_without_a_space(first):
    raw = f"{first}会降。"
    both = {"a": said(first, id_="a"), "b": said("会降。", id_="b", start=len(first))}
    _, (citation,) = resolve([Draft("贵", ("a", "b"))], both, {"x": Source("x", "x.txt", raw)})
    assert citation.quote == raw


def test_the_same_words_are_cited_once():
    statements, citations = resolved(Draft("贵", ("dear",)), Draft("明年", ("next",)), Draft("很贵", ("dear",)))
    assert [statement.citations for statement in statements] == [(1,), (2,), (1,)]
    assert [citation.n for citation in citations] == [1, 2]


def test_an_unknown_id_loses_its_support():
    (statement,), citations = resolved(Draft("贵", ("dear", "nope")))
    assert (statement.citations, len(citations)) == ((1,), 1)


def test_a_draft_of_unknown_ids_alone_is_dropped():
    assert resolved(Draft("谎", ("nope",)), Draft("谎", ())) == ([], [])


def test_a_dropped_draft_does_not_take_the_next_with_it():
    (statement,), _ = resolved(Draft("谎", ("nope",)), Draft("很贵", ("dear",)))
    assert statement.text == "很贵"


def test_a_statement_is_the_draft_with_its_marks_speaker_and_verdict():
    assert resolved(Draft("很贵", ("dear",)))[0] == [Statement("很贵", (1,), "王小明", "verbatim")]


def test_an_unsupported_draft_without_evidence_is_shown_with_its_reason_and_nobodys_name():
    draft = Draft("会涨", ("nope",), verdict="unsupported", reason="nothing is cited")
    assert resolved(draft) == ([Statement("会涨", (), None, "unsupported", "nothing is cited")], [])


def test_an_unsupported_draft_with_evidence_keeps_its_citation_and_reason():
    draft = Draft("会涨", ("falls",), verdict="unsupported", reason="a rise")
    assert resolved(draft)[0] == [Statement("会涨", (1,), "王小明", "unsupported", "a rise")]


@pytest.mark.parametrize(("text", "verdict"), [("很贵", "verbatim"), ("2025年很贵", "supported")])
def test_a_proposition_is_not_verified_again_with_less_at_hand_than_its_loader_had(text, verdict):
    (statement,), _ = resolved(Draft(text, ("dear",), proposition="p"))
    assert statement.verdict == verdict


@pytest.mark.parametrize(
    ("printed", "meant", "pairs"),
    [
        ("我们用模形训练", "我们用模型训练", [("模形", "模型")]),
        ("大模行训练很贵", "大模型训练很贵", [("大模行", "大模型")]),  # one word there, two here
        ("人工只能很贵", "人工智能很贵", [("人工只能", "人工智能")]),  # two words there, one here
        ("算立要用模形", "算力要用模型", [("算立", "算力"), ("模形", "模型")]),
        ("算立" + "要便宜" * 100, "算力" + "要便宜" * 100, [("算立", "算力")]),  # difflib would skip words so frequent
        ("快1014倍", "快10^14倍", [("1014", "10^14")]),
        ("家当、办事", "产业、服务", [("家当", "产业"), ("办事", "服务")]),  # a pair must stand in the quote
        ("Kmii很贵", "Kimi很贵", [("Kmii", "Kimi")]),
        ("chep very", "cheap very", [("chep", "cheap")]),
        ("要便宜", "算力要便宜", []),  # nothing stands there that could be marked
        ("算力要要便宜", "算力要便宜", []),
        ("算力要便宜", "", []),
    ],
)
def test_a_misprint_is_told_in_whole_words_with_its_likely_original(printed, meant, pairs):
    assert misprints(sentence("a", "会降。", printed, gloss=meant)) == pairs


def test_a_citation_tells_the_misprints_of_all_its_sentences_once():
    cited = {
        "a": sentence("a", "很(hěn)贵。", "算立很贵。", gloss="算力很贵。"),
        "b": sentence("b", "会降。", "算立和模形。", gloss="算力和模型。"),
    }
    _, (citation,) = resolve([Draft("贵", ("a", "b"))], cited, {"x": SOURCE})
    assert citation.gloss == (("算立", "算力"), ("模形", "模型"))


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
