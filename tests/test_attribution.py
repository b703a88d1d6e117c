"""Attribution: which of a narrator's sentences carry somebody's words or view."""

from __future__ import annotations

from builders import PEOPLE, WANG
from hypothesis import given
from hypothesis import strategies as st

from rag.attribution import attribute
from rag.people import People

NARRATOR = (None, "narrator")
REPORTED = ("王小明", "reported")
SPEAKER = ("王小明", "speaker")


def voices(*paragraph: str, people: People = PEOPLE) -> list[tuple[str | None, str]]:
    return attribute(paragraph, people)


def test_x_said_is_reported():
    assert voices("王小明表示,算力会降价。") == [REPORTED]


def test_the_sentence_after_x_said_goes_on_with_it():
    assert voices("王小明表示,算力会降价。", "而且会很快。") == [REPORTED, REPORTED]


def test_a_quotation_is_the_persons_own_words():
    assert voices("“算力像电一样便宜,这是我们的目标。”王小明说。") == [SPEAKER]


def test_a_quotation_is_attributed_by_the_next_sentence():
    assert voices("“算力像电一样便宜,这是我们的目标。”", "王小明说,这不遥远。")[0] == SPEAKER


def test_a_quotation_over_two_sentences_is_all_the_persons():
    assert voices("王小明说:“算力像电一样便宜,这是目标。", "我们一定做得到,很快。”") == [SPEAKER, SPEAKER]


def test_a_quotation_of_nobody_is_the_narrators():
    assert voices("“算力像电一样便宜,这是我们的目标。”标语写道。") == [NARRATOR]


def test_a_term_in_scare_quotes_is_no_quotation():
    assert voices("王小明坦言,最难的是“落地”。") == [REPORTED]


def test_what_a_person_is_is_not_what_a_person_says():
    assert voices("王小明是便宜算力的创始人。") == [NARRATOR]


def test_an_interviewers_view_is_no_persons_view():
    assert voices("记者认为,算力会降价。") == [NARRATOR]


def test_a_new_time_ends_what_somebody_said():
    assert voices("王小明认为很贵。", "如今,公司已经上市。") == [REPORTED, NARRATOR]


def test_he_is_the_last_person_named():
    assert voices("李四光来了。", "王小明来了。", "他认为算力会降价。")[-1] == REPORTED


def test_he_is_the_only_person_where_there_is_one():
    assert voices("他认为算力会降价。", people=People([WANG])) == [REPORTED]


def test_english_says_is_reported_under_the_name_of_the_manifest():
    assert voices("Wang Xiaoming said compute will get cheaper.") == [REPORTED]


def test_an_english_quotation_is_the_persons_own_words():
    assert voices("“Compute will be as cheap as power, and soon.” Wang Xiaoming said.") == [SPEAKER]


@given(st.lists(st.text(alphabet="王小明李四光说,。“”他表示a ", max_size=30), max_size=6))
def test_every_sentence_gets_one_voice_of_a_known_person_or_the_narrator(paragraph):
    found = voices(*paragraph)
    assert len(found) == len(paragraph)
    assert {voice for voice in found if voice != NARRATOR} <= {
        (name, role) for name in ("王小明", "李四光") for role in ("speaker", "reported")
    }
