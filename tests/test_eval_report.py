"""Figures of rows, and the reports that tell them: a terminal's, Markdown's and the page's."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest

from evals.figures import BEGIN, END, renewed
from evals.finished import Finished
from evals.measure import Item, Measure
from evals.page import page
from evals.report import failed_scores, failures, markdown, printable, shown, table
from evals.summary import figure, percentile, summarise, wilson

HEADLINE = ("fact_recall", "misattributed")
GROUPS = ({"language": ("en",)}, {"language": ("zh",)}, {"language": ("en",)})
ROWS = [
    {"id": "q1", "scores": {"fact_recall": 1.0, "misattributed": 2.0}, "latency_ms": 900.0, "warm_up": True},
    {"id": "q2", "scores": {"fact_recall": None, "misattributed": 1.0}, "latency_ms": 7.0, "warm_up": False},
    {"id": "q3", "error": "TimeoutError: "},
]
ROWS = [{**row, "asked": "How cheap?", "groups": groups, "gold": []} for row, groups in zip(ROWS, GROUPS, strict=True)]


@pytest.fixture
def summary():
    return summarise(ROWS, HEADLINE, ("zh", "en"))


def test_what_could_not_be_scored_is_in_no_mean(summary):
    assert (summary.whole.figures["fact_recall"].value, summary.whole.figures["fact_recall"].scored) == (1.0, 1)


def test_groups_stand_in_the_given_order(summary):
    assert [group.name for group in summary.groups] == ["all", "zh", "en"]


def test_a_group_with_nothing_scored_has_no_figure(summary):
    assert summary.groups[1].figures["fact_recall"] is None


def test_counts_are_summed(summary):
    assert summary.whole.figures["misattributed"].value == 3


def test_an_error_is_counted_and_not_scored(summary):
    assert summary.errors == 1


def test_latency_leaves_out_the_warm_up_and_errors(summary):
    assert (summary.latency.timed, summary.latency.p50) == (1, 7.0)


def test_an_amount_is_told_by_its_median_and_an_interval_that_was_measured():
    found = figure("total_ms", [float(n) for n in range(1, 101)])
    assert (found.value, found.low, found.high) == (50.0, 41.0, 61.0)


def test_baselines_have_figures_of_their_own():
    rows = [{**ROWS[0], "beside": {"BM25": {"fact_recall": 0.25}}}]
    assert summarise(rows, HEADLINE).beside["BM25"]["fact_recall"].value == 0.25


def test_the_table_shows_a_dash_for_what_was_not_scored(summary):
    row = next(line for line in table(summary, title="t", headline=HEADLINE).splitlines() if line.startswith("zh"))
    assert row.split() == ["zh", "1", "0", "–", "1"]


def test_markdown_has_the_same_figures(summary):
    told = markdown(summary, title="T", note="N.", headline=HEADLINE)
    assert "| fact_recall | 1.000 | [0.207, 1.000] | 1 |" in told
    assert "| zh | 1 | – | 1 |" in told


def test_wilson_is_open_at_a_perfect_score():
    low, high = wilson(1.0, 10)
    assert (round(low, 3), high) == (0.722, 1.0)


@pytest.mark.parametrize(("share", "value"), [(0.5, 2), (0.95, 4)])
def test_percentile_is_a_value_that_was_measured(share, value):
    assert percentile([4, 1, 3, 2], share) == value


def test_only_what_may_fail_fails():
    row = {"scores": {"fact_recall": 1.0, "citation_precision": 0.2}}
    assert failed_scores(row, ("fact_recall",)) == {}


def test_a_count_above_0_is_a_failure():
    assert failed_scores({"scores": {"misattributed": 1.0}}, HEADLINE) == {"misattributed": 1.0}


def test_an_error_is_shown_with_its_question():
    (block,) = failures(ROWS[2:], HEADLINE)
    assert "How cheap?" in block
    assert "TimeoutError" in block


def test_control_characters_are_shown_not_sent():
    assert printable("a\x1b[2J\u202eb\n") == "a\\x1b[2J\\u202eb\n"


class _Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.attributes = []

    def handle_starttag(self, tag, attrs):
        self.attributes += attrs


META = {"code": "0123456789", "index": "0123456789"}
HOSTILE = "<script>alert(1)</script><img src=http://evil.example/x> 戴国浩"
CITED = {"n": 1, "file": HOSTILE, "start": 0, "end": 9, "speaker": HOSTILE, "role": "speaker", "quote": HOSTILE}


@pytest.fixture
def finished():
    row = {
        "id": "q1",
        "asked": HOSTILE,
        "history": [HOSTILE],
        "refused": False,
        "answer": HOSTILE,
        "citations": [CITED],
        "gold": [("facts", HOSTILE)],
        "groups": {"type": (HOSTILE,)},
        "scores": {"fact_recall": 0.0, "misattributed": 1.0},
        "latency_ms": 5.0,
        "warm_up": False,
    }
    rows = [row, {**row, "id": "q2", "latency_ms": 9.0}, {**ROWS[2], "error": HOSTILE}]
    measure = Measure("m", HOSTILE, HOSTILE, [Item("q1", "", 1)], dict, dict, HEADLINE, HEADLINE, failing=HEADLINE)
    return Finished(measure, rows, {"corpus": HOSTILE, "gated": False})


def test_the_page_runs_nothing_of_what_it_shows_and_asks_nobody(finished):
    told = page([finished])
    assert "alert(1)" in told
    assert "<script>alert" not in told
    assert "<img" not in told
    tags = _Tags()
    tags.feed(told)
    assert all(value.startswith("#") for name, value in tags.attributes if name in ("src", "href", "action"))
    assert not any(name.startswith("on") for name, _ in tags.attributes)
    assert "default-src 'none'" in told


def test_every_failed_item_is_on_the_page_with_answer_citation_and_gold(finished):
    told = page([finished])
    assert "Failed: 3 of 3 items" in told
    for label in ("before", "asked", "answer", "[1]", "facts", "error"):
        assert f"<dt>{label}</dt>" in told


def test_an_error_turns_the_light_red_and_nothing_compared_is_not_green(finished):
    assert 'class="light red"' in page([finished])
    assert 'class="light green"' not in page([Finished(finished.measure, finished.rows[:2], finished.meta)])


def test_a_refusal_is_told_as_one():
    row = {"asked": "A?", "answer": "Not said.", "refused": True, "citations": []}
    assert shown(row) == [("asked", "A?"), ("refused", "Not said.")]


def test_the_documents_figures_are_renewed_between_their_marks(finished):
    told = renewed(
        f"# Evals\n{BEGIN}\nold\n{END}\nRest.\n", [json.loads(json.dumps({**finished.to_dict(), "meta": META}))]
    )
    assert "old" not in told
    assert told.startswith("# Evals\n")
    assert told.endswith(f"{END}\nRest.\n")
    assert "| fact recall | 0.000 | 0.000 to 0.658 | 2 |" in told
    assert "| misattributed | 2 | – | 2 |" in told
