"""Boilerplate: the article stays, what stands around it goes."""

from __future__ import annotations

import pytest
from builders import PEOPLE
from hypothesis import given
from hypothesis import strategies as st

from rag.boilerplate import drop_boilerplate
from rag.cleaning import CleanText
from rag.people import People

TITLE = "算力像电一样便宜是我们的目标"
BODY = ["首先,要让模型和芯片高效配合。", "其次,要建一张算力的电网。"]
ARTICLE = "\n".join([TITLE, *BODY, ""])
NOBODY = People()
HEADLINES = ["欧冠升谈境外投资者", "未满一岁坐游船", "发动机机油压力过高", "南红真假鉴别方法", "海南机场暑运旅客"]


def kept(text: str, people: People = NOBODY) -> list[str]:
    return [line for line in drop_boilerplate(CleanText.of(text), people).text.splitlines() if line.strip()]


def test_an_article_alone_is_untouched():
    assert kept(ARTICLE) == [TITLE, *BODY]


@pytest.mark.parametrize(
    "before",
    [
        "首页 | 新闻 | 财经",
        "来源:互联网   发布日期:2024-07-15   浏览:88次",
        "【资料图】",
        "展会信息港",
    ],
)
def test_what_stands_before_the_title_goes(before):
    assert kept(f"{before}\n{ARTICLE}") == [TITLE, *BODY]


@pytest.mark.parametrize(
    "after",
    [
        "编辑:彭湖",
        "赞助本站\n相关内容\n推荐内容",
        "Copyright © 2010-2024    关于我们 | 联系我们 | 广告服务",
        "标签:\n" + "\n".join(f"- {headline}" for headline in HEADLINES),
    ],
)
def test_what_stands_after_the_last_sentence_goes(after):
    assert kept(ARTICLE + after) == [TITLE, *BODY]


def test_credits_close_the_article_and_the_news_after_them_goes():
    credits = "制作人:陆熠欣\n制片人:常瑜\n编导:戴瑾\n英特尔预计,员工总数将减少。\n"
    body = [f"第{n}点,算力的电网要像水网一样便宜又可靠。" for n in "一二三"]
    assert kept("\n".join([TITLE, *body, credits])) == [TITLE, *body]


def test_a_list_of_points_is_no_list_of_headlines():
    points = [f"- 算力的电网要便宜,这是第{n}点。" for n in "一二三四五"]
    assert kept(ARTICLE + "\n".join(points)) == [TITLE, *BODY, *points]


def test_an_expander_goes_and_the_heading_behind_it_stays():
    assert kept(f"{BODY[0]}\n展开剩余 71 %缓解算力瓶颈\n{BODY[1]}") == [BODY[0], "缓解算力瓶颈", BODY[1]]


def test_a_short_turn_of_a_known_speaker_is_no_metadata():
    assert kept(f"{ARTICLE}王小明:会的\n{BODY[0]}", PEOPLE) == [TITLE, *BODY, "王小明:会的", BODY[0]]


def test_a_last_answer_of_one_word_is_kept():
    assert kept(f"{ARTICLE}某报:你觉得会降吗?\n王小明:会。", PEOPLE)[-1] == "王小明:会。"


def test_a_short_label_of_nobody_is_metadata():
    assert kept(f"{ARTICLE}责编:会的\n{BODY[0]}") == [TITLE, *BODY, BODY[0]]


def test_a_lead_that_the_article_repeats_goes():
    said = "成立六年多,累计融资额近七十亿元人民币,估值已达一百六十亿元,这是最新成绩单。"
    lead = f"导读{said[:38]}..."
    assert kept(f"{TITLE}\n{BODY[0]}\n{lead}\n{BODY[1]}\n{said}\n") == [TITLE, *BODY, said]


@given(st.text(alphabet="算力。,:|- \n【】编辑?a", max_size=80))
def test_only_whole_pieces_of_the_text_are_ever_left(raw):
    text = drop_boilerplate(CleanText.of(raw), PEOPLE)
    assert [raw[start] for start in text.starts] == list(text.text)
