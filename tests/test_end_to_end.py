"""From raw files to an answer: what is cited was said, by the one who is named."""

from __future__ import annotations

import json
import re

import pytest
from builders import INTERVIEW
from conftest import ROOT

from rag import Settings, open_chat_engine
from rag.corpus import Corpus
from rag.embeddings import HashingEmbedding
from rag.ingest import ingest

TUNING = ROOT / "evals" / "founders" / "tuning.jsonl"
QUESTIONS = [json.loads(line) for line in TUNING.read_text(encoding="utf-8").splitlines()]
VARIED = QUESTIONS[:: max(1, len(QUESTIONS) // 100)][:100]  # all types stand in a row in the file
MANIFEST = {
    "documents": [{"file": "a.txt", "title": "访谈", "interviewers": ["某报"], "speakers": ["王小明", "李四光"]}],
    "people": [{"name": "王小明", "english": "Wang Xiaoming"}, {"name": "李四光", "english": "Li Siguang"}],
}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """An engine over one invented interview of two people."""
    root = tmp_path_factory.mktemp("small")
    (root / "documents").mkdir()
    (root / "documents" / "a.txt").write_text(INTERVIEW, encoding="utf-8")
    (root / "documents" / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    ingest(Corpus([root / "documents"]), root / "index", HashingEmbedding())
    return open_chat_engine(Settings(index=root / "index"))


def cited(answer):
    return [(citation.speaker, citation.raw) for citation in answer.citations]


@pytest.mark.parametrize("question", ["王小明的机房为什么建在贵州?", "王小明的機房為什麼建在貴州?"])
def test_a_question_is_answered_with_the_persons_own_words(small, question):
    assert ("王小明", "因为贵州气温低,冷却费用只有上海的三分之一。") in cited(small.query(question))


def test_an_english_question_is_answered_in_english_from_chinese_words(small):
    answer = small.query("How much did the electricity bill fall?")
    assert answer.language == "en"
    assert cited(answer) == [("王小明", "我们的机房三年来把电费降低了40%。")]


def test_the_right_speaker_is_named(small):
    assert cited(small.query("谁说贵州的水电很充足?")) == [("李四光", "我补充一点,贵州的水电很充足。")]


def test_what_one_did_not_say_another_does_not_say_for_him(small):
    answer = small.query("贵州水电充足吗?", speakers=["王小明"])
    assert (answer.refused, answer.refusal_reason, answer.citations) == (True, "not_said_by_speaker", ())


@pytest.mark.parametrize(
    "question",
    [
        "王小明认为光伏电站没有利润吗?",
        "光伏电站有利润吗?",
        "Are solar power plants profitable, according to Wang Xiaoming?",
        "有人说光伏电站已经没有利润",
    ],
)
def test_the_interviewers_premise_is_never_cited(small, question):
    answer = small.query(question)
    assert not [citation for citation in answer.citations if "没有利润" in citation.raw]
    assert not [statement for statement in answer.statements if "没有利润" in statement.text]


@pytest.mark.parametrize("question", ["王小明的身高是多少?", "火星殖民什么时候开始?", "What about the Mars colony?"])
def test_what_nobody_spoke_of_is_refused(small, question):
    answer = small.query(question)
    assert (answer.refused, answer.refusal_reason, answer.citations) == (True, "not_in_corpus", ())


def test_the_last_of_a_stream_is_the_whole_answer(small):
    question = "王小明的机房为什么建在贵州?"
    *_, last = small.stream_chat(question)
    assert (last.answer, last.citations) == (small.query(question).answer, small.query(question).citations)


def test_an_answer_is_the_same_every_time(small):
    first, second = (small.query("王小明的机房为什么建在贵州?") for _ in range(2))
    assert (first.answer, first.citations) == (second.answer, second.citations)


@pytest.fixture(scope="module")
def answers(engine):
    return [engine.query(line["question"], history=line["history"]) for line in VARIED]


def test_there_are_a_hundred_questions_of_every_type():
    assert len(VARIED) == 100
    assert {line["type"] for line in VARIED} == {line["type"] for line in QUESTIONS}


def test_every_citation_is_the_raw_text_at_its_place(answers, engine):
    wrong = [
        citation
        for answer in answers
        for citation in answer.citations
        if engine.library().source(citation.source).raw[citation.start : citation.end] != citation.raw
    ]
    assert wrong == []


def test_marks_and_citations_agree_one_to_one(answers):
    for answer in answers:
        marks = {int(mark) for mark in re.findall(r"(?<!\\)\[(\d+)\]", answer.answer)}
        assert [citation.n for citation in answer.citations] == list(range(1, len(marks) + 1)) == sorted(marks)
        assert {n for statement in answer.statements for n in statement.citations} == marks


def test_no_interviewer_is_ever_cited(answers):
    assert {citation.role for answer in answers for citation in answer.citations} <= {"speaker", "reported", "narrator"}


def test_a_view_is_only_ever_supported_by_that_persons_voice(answers):
    for answer in answers:
        by_n = {citation.n: citation for citation in answer.citations}
        for statement in answer.statements:
            if statement.speaker:
                assert {by_n[n].speaker for n in statement.citations} == {statement.speaker}
                assert {by_n[n].role for n in statement.citations} <= {"speaker", "reported"}


def test_a_refusal_cites_nothing_and_gives_its_reason(answers):
    for answer in answers:
        assert answer.refused == (answer.refusal_reason is not None) == (not answer.citations)


def test_an_answer_speaks_the_language_of_its_question(answers):
    assert [a.question for a, line in zip(answers, VARIED, strict=True) if a.language != line["lang"]] == []


def test_the_question_that_the_interview_leaves_open_is_refused_and_named(engine):
    answer = engine.query("郭为觉得资本市场最追捧哪些国产厂商?")
    assert (answer.refused, answer.refusal_reason) == (True, "not_in_corpus")
    assert "没有得到回答" in answer.answer


def test_whoever_did_not_speak_of_it_is_named(engine):
    answer = engine.query("张亚林怎么看量子计算?")
    assert answer.refusal_reason == "not_said_by_speaker"
    assert "张亚林" in answer.answer


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("张亚林觉得ChatGPT突然火起来是撞大运还是早晚的事?", "谈到它的是郭为"),
        ("What does Guo Wei say about utilisation of AI data centres?", "It was Zhang Yalin who spoke of it"),
        ("What did Zhang Yalin say of his supervisor?", ""),
        ("张亚林的博士导师是谁?", ""),  # what another tells of his own supervisor is nothing of this one's
    ],
)
def test_whoever_spoke_of_it_instead_is_named_for_a_view(engine, question, named):
    answer = engine.query(question)
    assert answer.refused
    assert named in answer.answer
    assert named or not any(who in answer.answer for who in ("谈到它的是", "who spoke of it"))


def test_he_is_never_somebody_whom_nobody_asked_about(engine):
    answer = engine.query("How old is he?", history=["Who is the chief scientist of Infinigence?"])
    assert all("Yao" not in statement.text for statement in answer.statements)


def test_a_comparison_asks_each_and_says_who_did_not_speak_of_it(engine):
    answer = engine.query("郭为和戴国浩各自打算什么时候上市?")
    assert {citation.speaker for citation in answer.citations} == {"郭为"}
    assert "没有找到戴国浩对此的说法" in answer.answer or "文章没有讲到戴国浩" in answer.answer


def test_what_is_said_in_the_same_breath_comes_right_after(engine):
    answer = engine.query("What does Guo Wei say about an IPO?")
    assert not answer.refused
    numbers = [statement.citations for statement in answer.statements]
    assert numbers == sorted(numbers)
