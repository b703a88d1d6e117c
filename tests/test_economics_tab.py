"""What stands in the economics tab; tests/slow/test_sums.py opens it in a browser."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from ui.economics_tab import INVENTED
from ui.economics_texts import economics_translations
from ui.economics_views import account_view, ladder_view, measured_view, middle_view
from ui.visitors import reader_language

SLIDERS = {"utilisation": "75%", "years": "5"}


def marks(html: str) -> set[str]:
    return set(re.findall(r'href="#(cite-\d+-\d+)"', html))


def cards(html: str) -> set[str]:
    return set(re.findall(r'id="(cite-\d+-\d+)"', html))


@pytest.mark.parametrize(("language", "words"), [("zh", "保本使用率"), ("en", "rental income")])
def test_an_account_is_shown_with_plots_and_a_card_for_every_mark(engine, language, words):
    told, over, flow, details, cited = account_view({**INVENTED, **SLIDERS}, engine, language)
    assert words in told
    assert "54&#46;17&#37;" in told
    assert (len(over.data), len(flow.data)) == (3, 2)
    assert marks(details) == cards(cited)
    assert "article?source&#61;003" in cited


def test_empty_inputs_are_asked_for_and_plot_nothing(engine):
    told, over, flow, details, _ = account_view(SLIDERS, engine, "en")
    assert "Still needed" in told
    assert (over, flow) == (None, None)
    assert marks(details)


def test_bad_input_is_told_and_inert(engine):
    told, *others = account_view({**INVENTED, **SLIDERS, "capex": "<img src=x>元"}, engine, "en")
    assert "Can&#39;t be reckoned" in told
    assert "<img" not in told
    assert others == [None, None, "", ""]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_ladder_shows_his_rungs_and_the_readers_projection(engine, language):
    told, figure, cited = ladder_view([2, 1, 2025, 4, None], engine, language)
    assert ("2027年" if language == "zh" else "10&#44;000 times is reached in 2027&#46;") in told
    assert len(marks(told)) == 4
    assert marks(told) == cards(cited)
    assert [*figure.data[0].base] == [1, 2, 1, 4]


def test_an_answer_is_measured_against_the_baseline(engine):
    own, told = measured_view("戴国浩怎么看算力成本?", engine, "en")
    assert (own.cost, own.orders) == (0.0, None)
    assert "costs no tokens" in told


def test_the_matrix_marks_what_was_chosen(engine):
    told, figure, cited = middle_view([10, 5, "30万元", "500万元"], engine, "zh")
    assert "1&#44;500万元" in told
    assert marks(told) == cards(cited)
    assert (figure.data[1].x, figure.data[1].y) == ((5,), (10,))
    assert "Can&#39;t" in middle_view([10, 5, "30", ""], engine, "en")[0]


def test_the_readers_language_is_that_of_the_browser():
    def asks(header: str):
        return SimpleNamespace(headers={"accept-language": header}, cookies={})

    assert [reader_language(asks(header)) for header in ("zh-CN,en;q=0.5", "en-US,zh;q=0.5", "")] == ["zh", "en", "en"]


def test_every_word_is_there_in_both_languages():
    words = economics_translations()
    assert words["en"].keys() == words["zh"].keys()
    assert all(key.startswith("economics_") for key in words["en"])
    assert not [key for key, text in words["en"].items() if not text or not words["zh"][key]]
