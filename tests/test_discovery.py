"""People whom no manifest names: whom a narrator lets speak, and whom an introduction presents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.discovery import interviewee, speakers_told


def told(text: str) -> list[str]:
    return [person.name for person in speakers_told(text)]


@pytest.mark.parametrize(
    "text",
    [
        "施晚棠说,机器人会飞。",
        "施晚棠笑着说,机器人会飞。",
        "施晚棠告诉记者,机器人会飞。",
        "施晚棠向记者介绍,机器人会飞。",
        "施晚棠随后补充,机器人会飞。",
        "生产负责人施晚棠坦言,机器人会飞。",
        "“机器人会飞。”施晚棠回忆。",
    ],
)
def test_a_surname_and_a_verb_of_saying_are_a_speaker(text):
    assert told(text) == ["施晚棠"]


def test_a_name_of_two_characters_is_a_name():
    assert told("张伟表示,会降。") == ["张伟"]


def test_people_come_in_the_order_of_the_text_and_once():
    assert told("阮青崖表示,会降。施晚棠认为不会。阮青崖强调,会。") == ["阮青崖", "施晚棠"]


@pytest.mark.parametrize(
    "text",
    [
        "该公司在公告中称,投资很大。",
        "公告中称,投资很大。",
        "记者表示不信。",
        "有人说,会降。",
        "多方表示,会降。",
        "经济学家认为,会涨。",
        "高管认为,会降。",
        "程序员说,会降。",
        "季报称,会降。",
        "国家认为,会降。",
        "简单来说,会降。",
        "时间告诉我们,会降。",
    ],
)
def test_words_of_the_dictionary_are_nobody(text):
    assert told(text) == []


@pytest.mark.parametrize("text", ["她表示,会降。", "小棠说,会降。", "公司说,会降。"])
def test_without_a_surname_there_is_no_name(text):
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [("王小明也说,会降。", "王小明"), ("马云曾说,会降。", "马云"), ("李四光在接受采访时表示,会降。", "李四光")],
)
def test_an_adverb_before_the_verb_is_no_part_of_the_name(text, name):
    assert told(text) == [name]


TAGGED = pytest.mark.xfail(strict=True, reason="the dictionary itself tags these as names")


@pytest.mark.parametrize(
    "text",
    [
        "黄金价格说明了一切。",
        pytest.param("这段时间说明了问题。", marks=TAGGED),
        pytest.param("一张图说明了变化。", marks=TAGGED),
        "金融机构认为,会降。",
        "安全专家认为,会涨。",
        pytest.param("白皮书指出,会降。", marks=TAGGED),
    ],
)
def test_the_end_of_a_longer_word_is_nobody(text):
    assert told(text) == []


@pytest.mark.parametrize("name", ["诸葛亮", "司马光", "欧阳修"])
def test_a_surname_of_two_characters_is_one(name):
    assert told(f"{name}表示,会降。") == [name]


@pytest.mark.parametrize(
    "text",
    [
        "“It will fall,” said Anna Weber.",
        "Anna Weber said it will fall.",
        "Anna Weber, chief executive of Nordfeld, said it will fall.",
        "It will fall, according to Anna Weber.",
        "Anna Weber has also argued that it will fall.",
        "Dr. Anna Weber told us so.",
        "But Anna Weber said no.",
    ],
)
def test_english_speakers_are_found_before_and_after_the_verb(text):
    assert told(text) == ["Anna Weber"]


def test_a_sentence_may_begin_with_according_to():
    assert told("According to Anna Weber, it fell.") == ["Anna Weber"]


@pytest.mark.parametrize("name", ["Ludwig van Beethoven", "Anna K. Weber", "Ann O’Neil", "Jean-Paul Weber"])
def test_english_names_of_other_shapes(name):
    assert told(f"{name} said no.") == [name]


@pytest.mark.parametrize("text", ["Locals said no.", "Nordfeld said so.", "The company said so.", "It was said.", ""])
def test_one_word_or_none_is_no_english_name(text):
    assert told(text) == []


def test_the_surname_is_an_alias_in_english_alone():
    found = speakers_told("Anna Weber said no. 施晚棠说,会。")
    assert {person.name: person.aliases for person in found} == {"Anna Weber": ("Weber",), "施晚棠": ()}


@pytest.mark.parametrize(
    ("intro", "name"),
    [
        ("柯念慈,三十六岁,在楼顶养蜂。", "柯念慈"),
        ("柯念慈,女,在楼顶养蜂。", "柯念慈"),
        ("柯念慈,一家公司的创始人。", "柯念慈"),
        ("专访王小明:算力会便宜", "王小明"),
        ("本报采访了王小明。", "王小明"),
        ("Tess Okonjo runs the library.", "Tess Okonjo"),
        ("Dr. Tess Okonjo is a librarian.", "Tess Okonjo"),
        ("Tess Okonjo, 41, lives here.", "Tess Okonjo"),
    ],
)
def test_an_introduction_presents_the_interviewee(intro, name):
    assert interviewee(intro).name == name


@pytest.mark.parametrize(
    "intro", ["一座图书馆。", "苏州,一座城市的人。", "The Grand Library was built.", "", "It rained."]
)
def test_an_introduction_may_present_nobody(intro):
    assert interviewee(intro) is None


@given(st.text())
def test_any_text_has_some_speakers_or_none(text):
    speakers_told(text)
    interviewee(text)
