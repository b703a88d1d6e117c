"""Verification: what the cited sentences prove, and what they don't."""

from __future__ import annotations

import pytest
from builders import LI, WANG, said
from hypothesis import given
from hypothesis import strategies as st

from rag.people import People
from rag.types import Person, Role, Sentence, Source, Span
from rag.verification import background, dated, topic, unproved, verdict, voice_of

BOTH = People([WANG, LI])


def judged(claim: str, evidence: str) -> str:
    return verdict(claim, "王小明", [said(evidence)])


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("成本下降了10,000倍", "成本降了一万倍。"),
        ("Costs fell 10,000-fold", "成本下降了1万倍。"),
        ("使用率在70%左右", "使用率大概是七成。"),
        ("王小明认为算力应该便宜", "算力要像电一样便宜。"),
        ("成本不会上升", "成本不会再上升了。"),
    ],
)
def test_a_claim_that_says_the_same_is_supported(claim, evidence):
    assert judged(claim, evidence) == "supported"


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("成本下降了1000倍", "成本下降了一万倍。"),
        ("成立于2018年", "公司成立于2019年。"),
        ("成本在上升", "成本在下降。"),
        ("Costs are rising", "成本在下降。"),
        ("公司没有上市", "公司已经上市了。"),
        ("He never sold it", "我卖掉了它。"),
    ],
)
def test_a_changed_number_direction_or_negation_is_unsupported(claim, evidence):
    assert judged(claim, evidence) == "unsupported"


def test_words_without_the_negation_before_them_are_not_verbatim():
    assert judged("便宜", "算力不便宜。") != "verbatim"


def test_a_claim_that_lost_the_negation_is_unsupported():
    assert judged("王小明认为算力现在很便宜", "算力现在并不便宜。") == "unsupported"


def test_a_goal_is_no_fact():
    assert judged("成本已经下降了1万倍", "我们的目标是让成本下降1万倍。") == "unsupported"


def test_another_persons_words_are_not_verbatim_evidence_of_mine():
    assert verdict("算力便宜", "王小明", [said("算力便宜。", by="李四光")]) == "unsupported"


def test_the_sources_own_words_are_verbatim_whatever_their_width_and_punctuation():
    assert judged("算力便宜，是目标", "算力便宜,是目标。") == "verbatim"


@pytest.mark.parametrize("claim", ["算力便宜", "会降", "算力便宜，会降"])
def test_one_cited_sentence_or_all_of_them_are_verbatim(claim):
    assert verdict(claim, "王小明", [said("算力便宜。", id_="a"), said("会降。", id_="b")]) == "verbatim"


@pytest.mark.parametrize(
    ("cited", "voice"),
    [
        ([said("便宜。"), said("会降。")], "王小明"),
        ([said("便宜。"), said("会降。", by="李四光")], None),
        ([said("便宜吗?", by="某报", role="interviewer")], None),
        ([said("便宜。", by=None, role="narrator")], None),
    ],
)
def test_a_voice_is_the_one_person_who_says_it_all(cited, voice):
    assert voice_of(cited) == voice


@pytest.mark.parametrize(
    ("speaker", "by", "role"),
    [
        ("王小明", "李四光", "speaker"),
        ("王小明", "某报", "interviewer"),
        ("王小明", None, "narrator"),
        (None, "某报", "interviewer"),
    ],
)
def test_nobody_is_quoted_with_what_another_said(speaker, by, role):
    assert unproved("算力很便宜", speaker, [said("算力是便宜的。", by=by, role=role)])


def test_the_reason_tells_whose_words_were_cited():
    cited = [said("便宜。", by="李四光"), said("会降。", by=None, role="narrator")]
    assert unproved("会降", "王小明", cited) == "cited words are not 王小明's but the narrator, 李四光's"


def test_the_narrator_proves_what_is_nobodys_view():
    assert unproved("公司成立于2018年", None, [said("公司2018年成立。", by=None, role="narrator")]) is None


def test_a_number_of_the_context_may_be_repeated():
    evidence = [said("今年要降价。")]
    assert unproved("2025年要降价", "王小明", evidence)
    assert unproved("2025年要降价", "王小明", evidence, context="2025-07") is None


@pytest.mark.parametrize(
    "claim", ["![x](http://evil.example/a.png)", "<img src=http://evil.example/b>", "see http://evil.example/?q=1"]
)
def test_an_address_that_nobody_cites_is_no_claim_of_theirs(claim):
    assert "not in the cited words" in unproved(claim, "王小明", [said("算力便宜。")])
    assert unproved(claim, "王小明", [said(f"算力便宜, {claim} 。")]) is None


def test_a_claim_without_evidence_is_unproved():
    assert unproved("算力便宜", None, []) == "nothing is cited"


@given(st.text(min_size=1, max_size=40).filter(lambda text: any(c.isalnum() for c in text)))
def test_a_sentence_always_proves_itself(text):
    assert verdict(text, "王小明", [said(text)]) in ("verbatim", "supported")
    assert unproved(text, "王小明", [said(text)]) is None


def test_one_persons_words_do_not_get_the_others_behind_them():
    people = People([Person("王小明"), Person("李四光")])
    cited = [said("王小明辞职了。", by="李四光", id_="a"), said("算力要便宜。", id_="b")]
    assert "without saying who said what" in (unproved("王小明辞职了。", None, cited, people=people) or "")
    assert unproved("李四光说王小明辞职了。", "李四光", cited[:1], people=people) is None


def test_several_people_may_be_cited_for_what_is_told_of_each_by_name():
    cited = [said("王小明辞职了。", by="李四光", id_="a"), said("算力要便宜。", id_="b")]
    assert unproved("李四光说王小明辞职了，王小明说算力要便宜", None, cited, people=BOTH) is None


@pytest.mark.parametrize(
    ("claim", "about", "reason"),
    [
        ("李四光的算力要便宜", "", "names 李四光, of whom what is cited says nothing"),
        ("李四光的算力要便宜", "李四光", None),
        ("李四光说算力要便宜", "李四光", "gives 李四光 what another says"),
        ("王小明说算力要便宜", "李四光", None),
    ],
)
def test_a_person_is_named_from_around_and_says_nothing_that_another_said(claim, about, reason):
    assert unproved(claim, "王小明", [said("算力要便宜一些。")], about=about, people=BOTH) == reason


def test_the_narrator_may_tell_what_a_person_named_around_says():
    told = [said("他说算力要便宜一些。", by=None, role="narrator")]
    assert unproved("李四光说算力要便宜", None, told, about="李四光", people=BOTH) is None


@pytest.mark.parametrize(
    ("evidence", "proved"),
    [
        ("电、地和人都贵。", True),
        ("10个地方的电、地和人都贵。", True),
        ("5年的电、地和人都贵。", True),  # years are no count of things
        ("4个地方的电、地和人都贵。", False),
        ("2个地方的电、地和人都贵。", False),
    ],
)
def test_things_that_are_listed_may_be_counted_unless_the_evidence_counts_otherwise(evidence, proved):
    assert (unproved("有三个原因:电、地和人", "王小明", [said(evidence)]) is None) is proved


@pytest.mark.parametrize(
    ("claim", "evidence", "around", "reason"),
    [
        (
            "成本在上升",
            "这是大趋势。",
            {"context": "成本在下降。"},
            "a rise where what is cited says the opposite",
        ),
        ("公司计划降价", "这是好事。", {}, "a plan that is not in what is cited"),
        ("公司计划降价", "这是好事。", {"context": "公司计划降价。"}, None),
        ("机房很便宜", "机房要讲价钱。", {"about": "机房很贵。"}, "cheap where what is cited says the opposite"),
        ("机房很便宜", "机房要讲价钱。", {"about": "机房很贵，后来便宜。"}, None),
    ],
)
def test_what_stands_around_can_speak_for_or_against_a_claim(claim, evidence, around, reason):
    assert unproved(claim, "王小明", [said(evidence)], **around) == reason


@pytest.mark.parametrize(
    ("around", "reason"),
    [({}, None), ({"about": ""}, "贵州"), ({"about": "贵州"}, None), ({"about": "", "context": "贵州"}, None)],
)
def test_a_thing_is_named_only_from_the_evidence_or_around_it(around, reason):
    assert unproved("贵州的机房要降价", "王小明", [said("机房要降价。")], **around) == reason


def test_a_known_person_is_no_foreign_thing():
    evidence = [said("机房要降价。")]
    assert unproved("王小明要给机房降价", "王小明", evidence, about="") == "王小明"
    assert unproved("王小明要给机房降价", "王小明", evidence, about="", people=BOTH) is None


def test_what_only_stands_around_proves_nothing():
    claim, evidence = "上海的气温低，冷却的费用少", [said("光伏电站已经没有利润。")]
    assert "only 0 of the" in (unproved(claim, "王小明", evidence, about=claim) or "")
    assert unproved(claim, "王小明", evidence, context=claim, about=claim) is None


def test_people_are_not_counted_among_the_things_that_the_evidence_must_have():
    claim, evidence = "王小明和李四光的机房，冷却，光伏，贵州", [said("机房的电费和冷却费用都在下降。")]
    assert unproved(claim, "王小明", evidence, about="王小明李四光光伏贵州", people=BOTH) is None


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2023-07-11", "2023年7月11日"),
        ("2024-12", "2024年12月"),
        ("2025", "2025年"),
        ("--05-24", "5月24日"),
        ("", ""),
    ],
)
def test_a_date_tells_what_each_number_counts(date, told):
    assert dated(date) == told


def spoken(*texts: str) -> list[Sentence]:
    return [said(text, id_=text) for text in texts]


@pytest.mark.parametrize(("at", "before"), [(1, "电很贵。"), (2, ""), (3, "地很贵。")])
def test_the_background_is_the_sentence_that_a_cited_one_refers_back_to(at, before):
    sentences = spoken("电很贵。", "这是大事。", "地很贵。", "它会降。")
    assert background([sentences[at]], sentences) == before


@pytest.mark.parametrize(
    ("at", "around"),
    [(0, "a b"), (2, "a b c d"), (7, "b c d e f g h i"), (9, "d e f g h i j")],
)
def test_the_topic_has_the_title_six_sentences_before_and_one_behind(at, around):
    sentences = spoken(*"abcdefghij")
    assert topic([sentences[at]], sentences, Source("x", "x.txt", "", "访谈"), People()) == f"访谈 {around}"


def in_turn(turn: int, texts: str, role: Role = "speaker") -> list[Sentence]:
    return [Sentence(text, Span("x", 0, 1), text, "王小明", role, turn) for text in texts]


def test_the_topic_has_the_question_that_was_asked_and_no_other():
    first, second, third = (in_turn(turn, question, "interviewer") for turn, question in ((0, "A"), (2, "B"), (4, "C")))
    answer = in_turn(3, "ijklmnop")
    sentences = [*first, *in_turn(1, "abcdefgh"), *second, *answer, *third]
    assert topic([answer[6]], sentences, Source("x", "x.txt", "", "访谈"), People()) == "访谈 B i j k l m n o p"


def test_the_topic_has_the_known_speakers_with_their_names_and_organisations():
    source = Source("x", "x.txt", "", "访谈", speakers=("王小明", "路人"))
    assert topic([], [], source, BOTH).split() == ["访谈", "王小明", "Wang", "Xiaoming", "便宜算力"]
