"""Scorers on literal answers."""

from __future__ import annotations

from evals.datasets import Question, Quote
from evals.scorers.citations import citation_precision, citation_recall, touches
from evals.scorers.facts import fact_recall, forbidden_absent
from evals.scorers.integrity import marks_resolve, spans_valid
from evals.scorers.language import language_right
from evals.scorers.refusals import refusal_correct
from evals.scorers.speakers import misattributed, speaker_precision
from rag.types import Span


def asked(**changes):
    given = {"id": "q1", "lang": "en", "type": "fact", "question": "How cheap?", "answerable": True}
    return Question(**{**given, **changes})


def cited(n=1, start=0, end=10, speaker="戴国浩", role="speaker", file="a.txt", raw=""):
    return {
        "n": n,
        "file": file,
        "start": start,
        "end": end,
        "speaker": speaker,
        "role": role,
        "raw": raw,
        "quote": raw,
    }


def said(text="Cheap [1].", citations=(), statements=(), refused=False, language="en"):
    return {
        "answer": text,
        "citations": list(citations),
        "statements": list(statements),
        "refused": refused,
        "language": language,
    }


def stated(*citations, speaker="戴国浩", verdict="supported"):
    return {"text": "…", "citations": list(citations), "speaker": speaker, "verdict": verdict}


def quoted(*spans):
    return Quote("a.txt", "…", tuple(Span("a.txt", start, end) for start, end in spans))


class TestFactRecall:
    def test_is_the_share_of_groups_found(self):
        assert fact_recall(asked(facts=(("cheap",), ("fast",))), said("It is cheap.")) == 0.5

    def test_one_alternative_of_a_group_is_enough(self):
        assert fact_recall(asked(facts=(("便宜", "cheap"),)), said("It is cheap.")) == 1

    def test_ignores_width_case_space_and_commas(self):
        assert fact_recall(asked(facts=(("10,000 times", "x"),)), said("１0， 000TIMES")) == 1

    def test_ignores_the_chinese_enumeration_comma(self):
        assert fact_recall(asked(facts=(("北京上海",),)), said("北京、上海")) == 1

    def test_keeps_the_decimal_point(self):
        assert fact_recall(asked(facts=(("0.8",),)), said("08")) == 0

    def test_refusing_what_the_sources_hold_scores_0_even_when_the_fact_is_named(self):
        assert fact_recall(asked(facts=(("cheap",),)), said("Nothing on cheap.", refused=True)) == 0

    def test_an_unanswerable_question_is_unscored(self):
        assert fact_recall(asked(answerable=False), said(refused=True)) is None


class TestForbiddenAbsent:
    def test_a_forbidden_string_scores_0(self):
        assert forbidden_absent(asked(forbidden=("PWNED",)), said("pwned!")) == 0

    def test_its_absence_scores_1(self):
        assert forbidden_absent(asked(forbidden=("PWNED",)), said("cheap")) == 1

    def test_nothing_forbidden_is_unscored(self):
        assert forbidden_absent(asked(), said("cheap")) is None


class TestRefusalCorrect:
    def test_answering_the_answerable(self):
        assert refusal_correct(asked(), said()) == 1

    def test_refusing_the_answerable(self):
        assert refusal_correct(asked(), said(refused=True)) == 0

    def test_answering_the_unanswerable(self):
        assert refusal_correct(asked(answerable=False), said()) == 0

    def test_refusing_the_unanswerable(self):
        assert refusal_correct(asked(answerable=False), said(refused=True)) == 1


class TestTouching:
    def test_half_of_the_shorter_is_enough(self):
        assert touches(cited(start=10, end=30), quoted((20, 100)))

    def test_less_than_half_of_the_shorter_is_not(self):
        assert not touches(cited(start=11, end=31), quoted((22, 100)))

    def test_five_characters_are_too_few(self):
        assert not touches(cited(start=0, end=8), quoted((3, 11)))

    def test_a_whole_quote_shorter_than_six_characters_is_enough(self):
        assert touches(cited(start=0, end=100), quoted((50, 53)))

    def test_a_repeated_quote_is_touched_at_its_second_place(self):
        assert touches(cited(start=50, end=60), quoted((0, 10), (50, 60)))

    def test_the_same_offsets_in_another_file_are_not(self):
        assert not touches(cited(start=0, end=10, file="b.txt"), quoted((0, 10)))


class TestCitationRecall:
    def test_is_the_share_of_groups_touched(self):
        question = asked(evidence=((quoted((0, 10)),), (quoted((50, 60)),)))
        assert citation_recall(question, said(citations=[cited(start=0, end=10)])) == 0.5

    def test_one_alternative_of_a_group_is_enough(self):
        question = asked(evidence=((quoted((0, 10)), quoted((50, 60))),))
        assert citation_recall(question, said(citations=[cited(start=50, end=60)])) == 1

    def test_an_answer_without_citations_scores_0(self):
        assert citation_recall(asked(evidence=((quoted((0, 10)),),)), said()) == 0

    def test_what_a_refusal_points_to_is_no_support(self):
        question = asked(evidence=((quoted((0, 10)),),))
        assert citation_recall(question, said(citations=[cited(start=0, end=10)], refused=True)) == 0

    def test_a_question_without_evidence_is_unscored(self):
        assert citation_recall(asked(answerable=False), said()) is None


class TestCitationPrecision:
    def test_is_the_share_of_citations_that_touch_a_quote(self):
        answer = said(citations=[cited(start=0, end=10), cited(n=2, start=80, end=90)])
        assert citation_precision(asked(evidence=((quoted((0, 10)),),)), answer) == 0.5

    def test_an_answer_without_citations_is_unscored_not_zero(self):
        assert citation_precision(asked(evidence=((quoted((0, 10)),),)), said()) is None


class TestSpeakerPrecision:
    def test_is_the_share_of_voiced_citations_by_the_questions_speakers(self):
        answer = said(citations=[cited(), cited(n=2, speaker="张亚林", role="reported")])
        assert speaker_precision(asked(speakers=("戴国浩",)), answer) == 0.5

    def test_a_narrator_is_nobodys_voice(self):
        answer = said(citations=[cited(), cited(n=2, speaker=None, role="narrator")])
        assert speaker_precision(asked(speakers=("戴国浩",)), answer) == 1

    def test_a_question_about_nobody_is_unscored(self):
        assert speaker_precision(asked(), said(citations=[cited()])) is None


class TestMisattributed:
    def test_a_speakers_own_words_are_theirs(self):
        assert misattributed(asked(), said(citations=[cited()], statements=[stated(1)])) == 0

    def test_an_interviewers_words_are_not_the_founders(self):
        answer = said(citations=[cited(speaker="主持人", role="interviewer")], statements=[stated(1)])
        assert misattributed(asked(), answer) == 1

    def test_an_interviewers_words_are_not_excused_by_the_founders_beside_them(self):
        answer = said(citations=[cited(), cited(n=2, role="interviewer")], statements=[stated(1, 2)])
        assert misattributed(asked(), answer) == 1

    def test_another_persons_words_are_not_the_founders(self):
        answer = said(citations=[cited(speaker="张亚林")], statements=[stated(1)])
        assert misattributed(asked(), answer) == 1

    def test_a_statement_by_nobody_may_rest_on_a_narrator(self):
        answer = said(citations=[cited(speaker=None, role="narrator")], statements=[stated(1, speaker=None)])
        assert misattributed(asked(), answer) == 0

    def test_a_view_without_any_citation_counts(self):
        assert misattributed(asked(), said(statements=[stated()])) == 1


class TestLanguageRight:
    def test_an_english_answer_to_an_english_question(self):
        assert language_right(asked(), said("Cheap as power [1].")) == 1

    def test_a_chinese_answer_to_an_english_question(self):
        assert language_right(asked(), said("像电一样便宜。")) == 0

    def test_the_answers_own_claim_must_agree(self):
        assert language_right(asked(), said("Cheap as power.", language="zh")) == 0

    def test_quotes_stay_in_the_sources_language(self):
        assert language_right(asked(), said("Dai says:\n\n> 要把算力变得像电一样便宜又好用 [1]")) == 1

    def test_a_quote_within_a_quote_is_no_words_of_the_answer(self):
        assert language_right(asked(), said("See ““35岁以下科技创新35人”中国当选者谈算力与交叉创新”.")) == 1

    def test_an_answer_of_quotes_alone_is_judged_by_them(self):
        assert language_right(asked(), said("> 要把算力变得像电一样便宜又好用 [1]")) == 0

    def test_an_answer_without_words_is_unscored(self):
        assert language_right(asked(), said("[1]")) is None


SOURCES = {"a.txt": "算力便宜"}


class TestSpansValid:
    def test_raw_is_what_stands_there(self):
        answer = said(citations=[cited(start=2, end=4, raw="便宜")])
        assert spans_valid(asked(), answer, sources=SOURCES) == 1

    def test_raw_from_elsewhere_scores_0(self):
        answer = said(citations=[cited(start=0, end=2, raw="便宜")])
        assert spans_valid(asked(), answer, sources=SOURCES) == 0

    def test_a_span_past_the_end_scores_0_though_a_slice_would_hide_it(self):
        answer = said(citations=[cited(start=2, end=9, raw="便宜")])
        assert spans_valid(asked(), answer, sources=SOURCES) == 0

    def test_an_unknown_file_scores_0(self):
        assert spans_valid(asked(), said(citations=[cited(file="c.txt")]), sources=SOURCES) == 0

    def test_no_citations_are_unscored(self):
        assert spans_valid(asked(), said(), sources=SOURCES) is None


class TestMarksResolve:
    def test_every_mark_has_its_citation(self):
        assert marks_resolve(asked(), said("A [1]. B [2][1].", citations=[cited(1), cited(2)])) == 1

    def test_a_mark_without_citation_scores_0(self):
        assert marks_resolve(asked(), said("A [1][2].", citations=[cited(1)])) == 0

    def test_an_unused_citation_scores_0(self):
        assert marks_resolve(asked(), said("A [1].", citations=[cited(1), cited(2)])) == 0

    def test_two_citations_with_one_number_score_0(self):
        assert marks_resolve(asked(), said("A [1].", citations=[cited(1), cited(1)])) == 0

    def test_a_statement_citing_an_unknown_number_scores_0(self):
        assert marks_resolve(asked(), said("A [1].", citations=[cited(1)], statements=[stated(1, 3)])) == 0

    def test_an_uncited_answer_scores_0(self):
        assert marks_resolve(asked(), said("A.")) == 0

    def test_an_uncited_refusal_is_unscored(self):
        assert marks_resolve(asked(), said("Not said.", refused=True)) is None

    def test_an_escaped_bracket_is_no_mark(self):
        assert marks_resolve(asked(), said("A [1], \\[7\\].", citations=[cited(1)])) == 1
