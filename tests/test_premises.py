"""A figure that a question supposes, beside the one that is told."""

from __future__ import annotations

import pytest

from rag import phrases
from rag.premises import supposes_otherwise


@pytest.mark.parametrize(
    ("question", "told", "otherwise"),
    [
        ("王小明做了三年杯子,对吧?", ["王小明做了五年杯子。"], True),
        ("王小明做了五年杯子,对吧?", ["王小明做了5年杯子。"], False),
        ("Ada's cups cost 30 dollars?", ["Ada says her cups cost 20 dollars.", "They once were 30 dollars."], False),
        ("Was Ada's shop founded in 2020?", ["Ada founded her shop in 2023."], True),
        ("Did Ada need three years in 2020?", ["It took her three years."], False),
        ("那个二十多岁的陶工是谁?", ["王小明29岁。"], False),  # loosely said
        ("过去三五年杯子涨价了吗?", ["王小明说两年里涨了一倍。"], False),
        ("Give me 3 reasons why cups sell", ["Cups sell for 20 dollars."], False),  # counts something else
        ("杯子卖得怎么样?", ["卖了三成。"], False),
        ("三年?", [], False),
    ],
)
def test_only_an_exact_figure_of_the_same_unit_differs(question, told, otherwise):
    assert supposes_otherwise(question, told) is otherwise


@pytest.mark.parametrize(
    ("question", "language", "said"),
    [
        ("宜昌点军智算中心用了三年才投运?", "zh", True),
        ("宜昌点军智算中心只用了一年就投运?", "zh", False),
        ("Did the Yichang compute centre take three years to start operating?", "en", True),
    ],
)
def test_an_answer_says_so_and_does_not_repeat_the_wrong_figure(engine, question, language, said):
    answer = engine.query(question)
    assert not answer.refused
    assert answer.answer.endswith(phrases.OTHERWISE[language]) is said
    assert "三年" not in answer.answer
    assert "three years" not in answer.answer
