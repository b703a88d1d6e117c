"""`sayso mcp` as an assistant's client sees it: over a real pipe, with the official SDK."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from conftest import ROOT, child_env


def called(index, *calls: tuple[str, dict[str, Any]]) -> tuple[list[str], list[Any]]:
    """The names of the tools, and what each call gave."""
    from mcp import Client, StdioServerParameters
    from mcp.client.stdio import stdio_client

    server = StdioServerParameters(
        command=sys.executable, args=["-m", "rag", "--index", str(index), "mcp"], env=child_env(), cwd=str(ROOT)
    )

    async def talk() -> tuple[list[str], list[Any]]:
        async with Client(stdio_client(server)) as client:
            tools = [tool.name for tool in (await client.list_tools()).tools]
            return tools, [await client.call_tool(name, arguments) for name, arguments in calls]

    return asyncio.run(talk())


def test_an_assistant_can_ask_search_and_list(index):
    tools, (answer, found, listed) = called(
        index,
        ("ask", {"question": "戴国浩说的M×N中间层是什么?"}),
        ("search", {"question": "智算中心 使用率", "top_k": 3}),
        ("sources", {}),
    )
    assert tools == ["ask", "search", "sources", "aidc_account"]
    assert answer.structured_content["citations"][0]["speaker"] == "戴国浩"
    assert len(found.structured_content["hits"]) == 3
    assert len(listed.structured_content["sources"]) == 5


def test_an_assistant_reckons_the_account_and_is_told_what_is_missing(index):
    plain = {"servers": "1000", "price": "2万元/月", "capex": "5亿元"}
    _, (account, missing, wrong) = called(
        index,
        ("aidc_account", {"figures": {**plain, "opex": "3000万元", "utilisation": "75%"}}),
        ("aidc_account", {"figures": plain, "language": "zh"}),
        ("aidc_account", {"figures": {**plain, "opex": "-1元"}}),
    )
    assert account.structured_content["accounts"][0]["spread"] == 250_000_000
    assert {citation["speaker"] for citation in account.structured_content["citations"]} == {"张亚林"}
    assert [one["name"] for one in missing.structured_content["missing"]] == ["opex"]
    assert "negative" in wrong.structured_content["error"]


def test_an_unknown_speaker_is_an_error_that_says_so(index):
    _, (failed,) = called(index, ("ask", {"question": "算力?", "speakers": ["Nobody"]}))
    assert failed.is_error
    assert "Nobody" in failed.content[0].text
