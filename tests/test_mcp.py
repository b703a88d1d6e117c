"""`sayso mcp` as an assistant's client sees it: over a real pipe, with the official SDK."""

from __future__ import annotations

import asyncio
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import ROOT, child_env

PLAIN = {"servers": "1000", "price": "2万元/月", "capex": "5亿元"}
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "answer": ("ask", {"question": "戴国浩说的M×N中间层是什么?"}),
    "nobody": ("ask", {"question": "算力?", "speakers": ["Nobody"]}),
    "hits": ("search", {"question": "智算中心 使用率", "top_k": 3}),
    "listed": ("sources", {}),
    "account": ("aidc_account", {"figures": {**PLAIN, "opex": "3000万元", "utilisation": "75%"}}),
    "missing": ("aidc_account", {"figures": PLAIN, "language": "zh"}),
    "wrong": ("aidc_account", {"figures": {**PLAIN, "opex": "-1元"}}),
}


@pytest.fixture(scope="module")
def called(index) -> dict[str, Any]:
    """The names of the tools, and what each call of one session gave."""
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    server = StdioServerParameters(
        command=sys.executable, args=["-m", "rag", "--index", str(index), "mcp"], env=child_env(), cwd=str(ROOT)
    )

    async def talk() -> dict[str, Any]:
        async with Client(stdio_client(server)) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            return {"tools": tools, **{name: await client.call_tool(*call) for name, call in CALLS.items()}}

    with ThreadPoolExecutor(1) as apart:  # this thread may have an event loop, a browser's
        return apart.submit(asyncio.run, talk()).result()


def test_an_assistant_can_ask_search_and_list(called):
    assert called["tools"] == ["ask", "search", "sources", "aidc_account"]
    assert called["answer"].structured_content["citations"][0]["speaker"] == "戴国浩"
    assert len(called["hits"].structured_content["hits"]) == 3
    assert len(called["listed"].structured_content["sources"]) == 5


def test_an_assistant_reckons_the_account_and_is_told_what_is_missing(called):
    account = called["account"].structured_content
    assert account["accounts"][0]["spread"] == 250_000_000
    assert {citation["speaker"] for citation in account["citations"]} == {"张亚林"}
    assert [one["name"] for one in called["missing"].structured_content["missing"]] == ["opex"]
    assert "negative" in called["wrong"].structured_content["error"]


def test_an_unknown_speaker_is_an_error_that_says_so(called):
    assert called["nobody"].is_error
    assert "Nobody" in called["nobody"].content[0].text
