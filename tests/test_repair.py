"""Repair: characters that lost a byte get it back, and nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.cleaning import CleanText, clean
from rag.reading import STEPS
from rag.repair import repair_lost_bytes

# As they stand in seeds 003 and 004; private-use characters are written as escapes.
DAMAGED = [
    ("量產(chǎn)和規(guī);\ue1f7涞兀\ue0d5\ue142w板卡", "量產和規模化落地，涵蓋板卡"),
    ("規(guī);\ue1ea纳虡I(yè)模式", "規模化的商業模式"),
    ("在規(guī);\ue214^(guò)程中", "在規模化過程中"),
    ("無(wú)法規(guī);\ue1ee┴,也", "無法規模化供貨,也"),
    ("因?yàn)榭蛻羲麄円膊徽J(rèn)識", "因為客戶他們也不認識"),
    ("因?yàn)橹撬阒行氖且粋(gè)系統(tǒng)", "因為智算中心是一個系統"),
    ("因?yàn)榈侥壳盀橹,我們", "因為到目前為止,我們"),
    ("因?yàn)槿\ue084蚨紩?huì)面臨", "因為全球都會面臨"),
    ("《科創(chuàng)板日?qǐng)?bào)》", "《科創板日報》"),
    ("我們?nèi)匀粫?huì)按照", "我們仍然會按照"),
    ("我們?cè)诟餍懈鳂I(yè)的落地", "我們在各行各業的落地"),
]


@pytest.mark.parametrize(("damaged", "expected"), DAMAGED)
def test_a_damaged_snippet_reads_as_it_was_written(damaged, expected):
    assert clean(damaged, STEPS).text == expected


def test_a_character_lost_in_the_middle_does_not_make_a_wrong_word():
    assert "芯期" not in clean("然后因?yàn)槲覀兡壳坝袃煽钚酒诹慨a(chǎn)", STEPS).text


def test_what_cannot_be_told_is_marked_lost_instead_of_guessed():
    assert "□" in clean("我們?nèi)?shí)測(cè)", STEPS).text


def test_a_repaired_word_spans_all_the_damage():
    raw = "因?yàn)榭蛻羲麄円膊徽J(rèn)識"
    text = clean(raw, STEPS)
    start, end = text.span(1, text.text.index("識"))
    assert raw[start:end] == "?yàn)榭蛻羲麄円膊徽J"


@pytest.mark.parametrize(
    "text",
    [
        "因為客戶他們也不認識我們",
        "为什么?因为算力贵。",
        "使用率是70%-80%(平均);其次是成本。",
        "計算機視覺(CV)?是的",
        "Is it cheap? (yes)",
        "",
    ],
)
def test_undamaged_text_is_untouched(text):
    assert repair_lost_bytes(CleanText.of(text)).text == text


@given(st.text(alphabet="因為客戶我們?们(yànèhuì)€;:,a1。\ue1f7涞兀榭蛻羲", max_size=40))
def test_no_text_makes_repair_fail(raw):
    repair_lost_bytes(CleanText.of(raw))


@given(st.text())
def test_text_without_a_question_mark_or_private_character_is_untouched(raw):
    plain = "".join(c for c in raw if c != "?" and not "\ue000" <= c <= "\uf8ff")
    assert repair_lost_bytes(CleanText.of(plain)).text == plain
