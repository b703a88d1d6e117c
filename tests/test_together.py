"""Questions that several claims answer together: their file, and what becomes of them in the index."""

from __future__ import annotations

import json

import pytest

from rag.errors import UsageError
from rag.index.asks import Ask, asks_of
from rag.together import load_together
from rag.types import Proposition, Together

SHARED = {"claims": ["cups:c1", "cups:c2"], "asks": {"zh": ["为什么杯子薄?"], "en": ["Why are cups thin?"]}}


def _file(tmp_path, *lines):
    path = tmp_path / "together.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return path


def _claim(id_, *asks):
    return Proposition(id_, "cups", None, "fact", "杯", "cup", ("s1",), asks=asks)


def test_the_asks_of_both_languages_are_of_all_the_claims(tmp_path):
    assert load_together(_file(tmp_path, SHARED)) == [
        Together(("cups:c1", "cups:c2"), ("为什么杯子薄?", "Why are cups thin?"))
    ]


@pytest.mark.parametrize("change", [{"claims": ["cups:c1"]}, {"claims": "c1 c2"}, {"asks": ["?"]}, {"claims": [1, 2]}])
def test_a_line_of_another_shape_is_told_with_file_and_line(tmp_path, change):
    with pytest.raises(UsageError, match=r"together\.jsonl:2: no claims with asks"):
        load_together(_file(tmp_path, SHARED, SHARED | change))


def test_each_claim_that_is_there_owns_what_they_answer_together():
    together = [Together(("cups:c1", "gone:c9"), ("Why?", "What for?"))]
    assert asks_of([_claim("cups:c1", "Why?", "How?")], together, []) == [
        Ask("cups:c1", "Why?"),
        Ask("cups:c1", "How?"),
        Ask("cups:c1", "What for?"),
    ]


def test_all_claims_of_the_built_in_ones_exist(library):
    claims = {claim.id for claim in library.store.propositions()}
    assert {id_ for shared in library.store.together() for id_ in shared.claims} <= claims
