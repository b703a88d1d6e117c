"""`sayso aidc`, `ladder` and `mxn`: figures in, an account with its sources out, and trouble in a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.cli import main

PLAIN = ("--servers", "1000", "--price", "2万元/月", "--capex", "5亿元", "--opex", "3000万元")


@pytest.fixture
def cli(capsys, tmp_path):
    """(status, out, err) of a command without any index."""

    def run(*arguments: str) -> tuple[int, str, str]:
        status = main(["--index", str(tmp_path / "none"), *arguments])
        return status, *capsys.readouterr()

    return run


def test_the_account_needs_no_index_and_cites_every_formula_of_his(cli):
    status, out, err = cli("aidc", *PLAIN, "--utilisation", "75%")
    assert (status, err) == (0, "")
    assert "54.17%" in out
    assert "cost = capital expenditure + yearly operating expenses × years [1][2]" in out
    assert "[1] 张亚林: “就運營方來說" in out
    assert "003_3772bafaed6e6384.txt:" in out


def test_json_has_amounts_to_the_cent_and_marks_that_resolve(cli):
    _, out, _ = cli("aidc", *PLAIN, "--utilisation", "60%,80%,90%,80%,65%", "--discount", "8%", "--json")
    told = json.loads(out)
    [account] = told["accounts"]
    assert (account["utilisation"], account["spread"]) == (0.75, 250_000_000.0)
    assert account["cash_flow"] == [-500e6, 114e6, 162e6, 186e6, 162e6, 126e6]
    assert told["break_even_utilisation"] == pytest.approx(65 / 120)
    numbers = {citation["n"] for citation in told["citations"]}
    assert {n for formula in told["formulas"] for n in formula["citations"]} <= numbers


def test_without_a_utilisation_both_ends_of_his_range_are_reckoned(cli):
    _, out, _ = cli("aidc", *PLAIN, "--json")
    assert [account["utilisation"] for account in json.loads(out)["accounts"]] == [0.7, 0.8]


def test_it_speaks_chinese_too(cli):
    assert "保本使用率" in cli("aidc", *PLAIN, "--language", "zh")[1]


def test_the_peak_is_warned_of_in_his_words(cli):
    assert "100% peak" in cli("aidc", *PLAIN, "--utilisation", "100%")[1]


@pytest.mark.parametrize(
    "bad", [("--capex", "-5亿元"), ("--vouchers", "-1元"), ("--discount", "-5%"), ("--servers", "-1")]
)
def test_what_is_negative_is_told_so_and_is_no_option(cli, bad):
    status, out, err = cli("aidc", *PLAIN, *bad)
    assert (status, out) == (2, "")
    assert bad[0].strip("-") in err
    assert any(words in err for words in ("negative", "not between 0% and 100%", "not a whole number"))


def test_what_is_missing_is_named_with_what_to_give(cli):
    status, out, err = cli("aidc", "--servers", "1000", "--hardware", "4亿元")
    assert (status, out) == (2, "")
    assert "--price (rent of one server (on a long lease), such as 2万元/月)" in err
    assert "--infrastructure" in err
    assert "--opex" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("aidc", *PLAIN, "--utilisation", "175%"),
        ("aidc", *PLAIN, "--years", "0"),
        ("aidc", *PLAIN[:-1], "3000万"),
        ("aidc", *PLAIN[:-1], "$1m"),
        ("aidc", *PLAIN, "--aid", "x\x1b[2J"),
        ("ladder", "--fallen", "2"),
        ("ladder", "--fallen", "2", "--pace", "0", "--year", "2025"),
        ("ladder", "--answers", "/nowhere"),
        ("mxn", "--models", "3"),
        ("mxn", "--models", "0", "--chips", "2"),
        ("mxn", "--models", "2", "--chips", "2", "--each", "30"),
    ],
)
def test_trouble_is_one_line_and_status_2(cli, arguments):
    status, out, err = cli(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("sayso: ")
    assert len(err.splitlines()) == 1
    assert "\x1b" not in err


def test_the_help_shows_an_example_that_works(capsys):
    with pytest.raises(SystemExit):
        main(["aidc", "--help"])
    out = capsys.readouterr().out
    [example] = [line.split() for line in out.splitlines() if line.strip().startswith("sayso aidc --")]
    assert main(example[1:]) == 0


def test_the_ladder_shows_his_rungs_with_their_dates_and_a_projection(cli):
    status, out, _ = cli("ladder", "--fallen", "2", "--pace", "1", "--year", "2025")
    assert status == 0
    assert "10^2 to 10^3  [2]" in out
    assert "10^4 is reached in 2027.0" in out
    assert "戴国浩 (reported)" in out


def test_the_ladder_measures_answers_that_a_batch_wrote(cli, tmp_path: Path):
    answers = tmp_path / "answers.jsonl"
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "cost_usd": 0.00021}
    answers.write_text(json.dumps({"answer": "x", "usage": usage}) + '\n{"error": "x"}\n', encoding="utf-8")
    own = json.loads(cli("ladder", "--answers", str(answers), "--json")[1])["own"]
    assert (own["answers"], own["cost"]) == (1, 0.00021)
    assert 3 < own["orders"] < 4


def test_mxn_counts_both_ways_and_says_what_is_not_his(cli):
    out = cli("mxn", "--models", "10", "--chips", "5", "--each", "30万元", "--layer", "500万元")[1]
    assert "CNY 15,000,000" in out
    assert "CNY 9,500,000" in out
    assert "the interviews name M×N only" in out
    told = json.loads(cli("mxn", "--models", "10", "--chips", "5", "--json")[1])
    assert (told["one_by_one"], told["through_layer"], told["saved"], told["direct_cost"]) == (50, 15, 35, None)
