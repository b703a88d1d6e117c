"""Tokens and prices: every text is only text, and a price that nobody knows is no price of zero."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from conftest import ROOT, child_env
from hypothesis import given
from hypothesis import strategies as st

from rag.costs import Model, count_tokens, model_row, usage
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


def test_every_row_of_the_table_is_whole():
    for name in json.loads((ROOT / "rag" / "models.json").read_text(encoding="utf-8")):
        row = model_row(name)
        assert row.context >= 8192
        assert 0 < row.price_in <= row.price_out
        assert row.price_date


def counted(**env: str) -> subprocess.CompletedProcess[str]:
    """Tokens counted in a new Python, where nothing is cached and the network is guarded."""
    return subprocess.run([sys.executable, "-c", COUNT], env=child_env(**env), capture_output=True, text=True)


def test_counting_needs_no_network():
    assert counted().stdout.strip() == "3"


def test_counting_needs_no_network_whatever_cache_the_user_names(tmp_path):
    assert counted(TIKTOKEN_CACHE_DIR=str(tmp_path)).stdout.strip() == "3"
