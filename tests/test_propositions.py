"""Propositions: those that their evidence proves go in, the others are named with the reason."""

from __future__ import annotations

import json

import pytest
from builders import INTERVIEW, reading_of

from rag.propositions import load_propositions

GOOD = {
    "id": "p1",
    "source": "x",
    "speaker": "王小明",
    "kind": "number",
    "zh": "王小明说,他们的机房三年来把电费降低了40%。",
    "en": "Wang Xiaoming says their machine rooms cut the electricity bill by 40% in three years.",
    "evidence": ["我们的机房三年来把电费降低了40%"],
}
SENTENCES = reading_of(INTERVIEW).sentences


@pytest.fixture
def load(tmp_path):
    def loaded(*lines: object):
        path = tmp_path / "x.jsonl"
        text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
        path.write_text(text, encoding="utf-8")
        return load_propositions(path, SENTENCES)

    return loaded


def test_a_proved_claim_points_at_the_sentence_that_holds_its_snippet(load):
    (claim,), _ = load(GOOD)
    assert [s.text for s in SENTENCES if s.id in claim.evidence] == ["我们的机房三年来把电费降低了40%。"]


def test_a_snippet_is_found_whatever_its_script_and_spacing(load):
    (claim,), _ = load(GOOD | {"evidence": ["我們的機房 三年來把電費降低了４０％"]})
    assert len(claim.evidence) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"zh": "王小明说电费降低了50%。"}, "numbers not in what is cited: 50"),
        ({"en": "Wang Xiaoming says they cut the bill by 4%."}, "numbers not in what is cited: 4"),
        ({"zh": "王小明说电费上升了。"}, "a rise where what is cited says the opposite"),
        ({"speaker": "李四光"}, "cited words are not 李四光's but 王小明's"),
        ({"evidence": ["有人说光伏电站已经没有利润"], "zh": "没有利润。", "en": "No profit."}, "某报's"),
        ({"evidence": ["这句话不在文中"]}, "stands in 0 sentences"),
        ({"evidence": []}, "nothing is cited"),
    ],
)
def test_an_unproved_claim_is_refused_with_the_reason(load, change, reason):
    accepted, (refusal,) = load(GOOD | change)
    assert not accepted
    assert str(refusal).startswith("x.jsonl:1: ")
    assert reason in str(refusal)


def test_a_snippet_in_two_sentences_is_refused(load):
    _, (refusal,) = load(GOOD | {"evidence": ["贵州"]})
    assert "sentences of the source, not in one" in str(refusal)


@pytest.mark.parametrize("line", ["{", "[]", "3", '{"id": "p1"}'])
def test_a_line_that_is_no_proposition_is_refused_and_the_next_goes_in(load, line):
    accepted, refused = load(line, GOOD)
    assert (len(accepted), len(refused)) == (1, 1)


@pytest.mark.parametrize("change", [{"zh": 3}, {"evidence": 3}, {"evidence": [3]}, {"id": None}])
def test_a_field_of_the_wrong_type_is_refused(load, change):
    assert load(GOOD | change)[1]


def test_a_repeated_id_is_refused(load):
    accepted, refused = load(GOOD, GOOD)
    assert (len(accepted), len(refused)) == (1, 1)


def test_blank_lines_count_for_the_number_in_the_reason(load):
    _, (refusal,) = load("", GOOD, "{")
    assert str(refusal).startswith("x.jsonl:3: ")
