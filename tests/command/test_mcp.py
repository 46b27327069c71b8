"""`bangfu mcp`, asked by the SDK's own client over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from search import build, open_library
from search.command.assistant import LONGEST, MOST

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
BASE = "https://example.org/archive"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An index of the seeds and of one passage longer than an answer may be."""
    folder = tmp_path_factory.mktemp("mcp")
    (folder / "long.txt").write_text("青山区与绿水县结对。\n\n" + "山高水长，" * 1500 + "到此为止。\n", "utf-8")
    url = f"whoosh:{folder / 'index'}"
    build([SEEDS, folder / "long.txt"], url)
    return url


def asked(index: str, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a conversation with the server gives."""
    command = ["-m", "search", "mcp", "--engine", index, "--base-url", BASE]

    async def whole() -> Any:
        server = StdioServerParameters(command=sys.executable, args=command, env={**os.environ})
        async with Client(server, read_timeout_seconds=60) as client:
            return await talk(client)

    with ThreadPoolExecutor(1) as apart:  # a loop may be running in this thread: a browser's, between its tests
        return apart.submit(lambda: asyncio.run(whole())).result()


async def call(client: Client, tool: str, **given: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, given)
    assert not result.is_error, result.content
    body = result.structured_content
    assert isinstance(body, dict)
    return body


def test_an_assistant_finds_reads_and_quotes(index: str) -> None:
    """Search gives exact totals and passages word for word; each can be read by its id, located by its words, and links are absolute."""

    async def talk(client: Client) -> None:
        found = await call(client, "search", query="消费扶贫", region=["河北省"], size=5)
        with open_library(index) as library:
            wanted = library.search("消费扶贫", filters={"region": "河北省"}, size=5)
            assert found["total"] == wanted.total
            assert [hit["text"] for hit in found["hits"]] == [hit.passage.text[:LONGEST] for hit in wanted.hits]
        hit = found["hits"][0]
        assert hit["permalink"] == f"{BASE}/p/{hit['id']}"
        read = await call(client, "passage", id=hit["id"])
        assert (read["state"], read["text"], read["permalink"]) == ("exact", hit["text"], hit["permalink"])
        located = await call(client, "locate", quote=hit["text"][:20])
        assert located["matches"][0]["permalink"] == hit["permalink"]

    asked(index, talk)


def test_an_assistant_gets_figures_relations_and_documents(index: str) -> None:
    """Rows come with the clause that says them and a link to it; totals are those of the library."""

    async def talk(client: Client) -> None:
        figures = await call(client, "figures", query="资金", unit="CNY", minimum="100万", order="value-desc", size=3)
        values = [row["value"] for row in figures["figures"]]
        assert values == sorted(values, reverse=True)
        assert len(values) == 3
        assert all(row["text"] in row["quote"] and row["permalink"].startswith(BASE) for row in figures["figures"])
        relations = await call(client, "relations", supporter=["北京市"], size=2)
        assert relations["total"] >= len(relations["relations"]) > 0
        assert all(one["permalink"].startswith(BASE) for row in relations["relations"] for one in row["evidence"])
        documents = await call(client, "documents", size=2, page=2)
        with open_library(index) as library:
            assert documents["total"] == len(library.documents())
            assert [one["id"] for one in documents["documents"]] == [one.id for one in library.documents()[2:4]]

    asked(index, talk)


def test_answers_are_bounded_and_nothing_is_written(index: str) -> None:
    """Every tool says that it only reads; more rows than a page holds are refused, a long passage is cut and says so."""

    async def talk(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == {"search", "passage", "locate", "figures", "relations", "documents"}
        assert all(tool.annotations and tool.annotations.read_only_hint and tool.description for tool in tools)
        for given in ({"size": MOST + 1}, {"page": 0}, {"query": "x" * 501}):
            assert (await client.call_tool("search", {"query": "扶贫", **given})).is_error
        (hit,) = (await call(client, "search", query="山高水长", size=1))["hits"]
        assert len(hit["text"]) == LONGEST
        assert hit["cut"] > LONGEST

    asked(index, talk)


ABSURD: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("search", {"region": ["没有的地方"]}, "没有的地方"),
    ("search", {"sort": "best"}, "relevance"),
    ("search", {"year": ["soon"]}, "年份"),
    ("passage", {"id": "nowhere00000"}, "没有这个段落"),
    ("figures", {"minimum": "much"}, "不是数"),
    ("locate", {"quote": ""}, "quote"),
)
"""A tool, what it is given, and a word of the sentence it answers with."""


def test_what_makes_no_sense_is_said(index: str) -> None:
    """An error is a sentence that names what would do, never a trace, and the server goes on."""

    async def talk(client: Client) -> None:
        for tool, given, said in ABSURD:
            result = await client.call_tool(tool, given)
            text = "".join(getattr(one, "text", "") for one in result.content)
            assert result.is_error, tool
            assert said in text
            assert "Traceback" not in text
            assert (await call(client, "documents"))["total"] > 0

    asked(index, talk)
