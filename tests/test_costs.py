"""Tokens and prices: every text is only text, and a price that nobody knows is no price of zero."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import child_env
from hypothesis import given
from hypothesis import strategies as st

from rag.costs import Model, baseline_usd, count_tokens, model_row, usage
from rag.models import models, server_of, servers
from rag.types import Usage

COUNT = "from rag.costs import count_tokens; print(count_tokens('Costs fall.'))"


def test_no_text_is_no_token():
    assert count_tokens("") == 0


@pytest.mark.parametrize("mark", ["<|endoftext|>", "<|endofprompt|>", "<|im_start|>"])
def test_a_special_token_in_a_document_is_text(mark):
    assert count_tokens(mark) > 1


@given(st.text(max_size=40))
def test_any_text_has_at_most_a_token_a_byte(text):
    assert count_tokens(text) <= len(text.encode())


def test_a_known_models_price_is_for_a_million_tokens():
    model = Model("m", 8192, price_in=2.0, price_out=8.0, price_date="2025-04")
    assert usage(model, 500_000, 250_000) == Usage(500_000, 250_000, 3.0)


def test_a_small_request_costs_little_but_not_nothing():
    assert usage(model_row("gpt-4o-mini"), 1000, 100).cost_usd == pytest.approx(0.00021)


def test_an_unknown_model_has_a_small_context_and_no_price():
    row = model_row("somebodys-own-7b")
    assert (row.context, row.price_in, row.price_out) == (8192, None, None)
    assert usage(row, 1000, 100) == Usage(1000, 100, None)


def test_half_a_price_is_none():
    assert usage(Model("m", 8192, price_in=1.0, price_out=None, price_date=""), 10, 10).cost_usd is None


def test_every_known_price_is_whole_and_dated():
    for row in models().values():
        assert row.context >= 8192
        assert (row.price_in is None) == (row.price_out is None)
        assert row.price_in is None or (0 < row.price_in <= row.price_out and row.price_date)


def test_every_model_is_asked_at_a_server_of_the_table():
    assert {row.server for row in models().values()} <= set(servers())


@pytest.mark.parametrize(
    ("name", "server", "asked"),
    [
        ("qwen-turbo", "qwen", "qwen-turbo"),
        ("ollama/qwen3:8b", "ollama", "qwen3:8b"),
        ("org/own-7b", None, "org/own-7b"),
    ],
)
def test_a_models_name_says_who_is_asked(name, server, asked):
    found, told = server_of(name)
    assert (found and found.name, told) == (server, asked)


def test_the_baseline_is_the_whole_corpus_at_the_first_price():
    assert baseline_usd(1_000_000, 1_000_000) == 180.0


def test_the_ratio_is_to_what_the_answer_cost():
    assert usage(Model("m", 8192, 1.0, 1.0, "2025"), 1_000_000, 0, baseline=60.0).times_cheaper == 60.0
    assert usage(Model("m", 8192, None, None, ""), 10, 10, baseline=60.0).times_cheaper is None


def counted(**env: str) -> subprocess.CompletedProcess[str]:
    """Tokens counted in a new Python, where nothing is cached and the network is guarded."""
    return subprocess.run([sys.executable, "-c", COUNT], env=child_env(**env), capture_output=True, text=True)


def test_counting_needs_no_network():
    assert counted().stdout.strip() == "3"


def test_counting_needs_no_network_whatever_cache_the_user_names(tmp_path):
    assert counted(TIKTOKEN_CACHE_DIR=str(tmp_path)).stdout.strip() == "3"
