"""The library for assistants: a read-only MCP server over one open library, by the protocol's official SDK.

Passages come word for word with their lasting link and the state of it, so that an assistant quotes what stands there. Answers are bounded:
a page has at most `MOST` rows, a text at most `LONGEST` characters, and what was cut says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Annotated, Any, ParamSpec

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from search import __version__
from search.answering.library import Library
from search.errors import SearchError
from search.model import Passage
from search.question import Filters, Question, read_sort
from search.records import read_amount
from search.results import DocumentSummary
from search.wire import figure_table_json, labels_json, matches_json, relations_json

MOST = 20
LONGEST = 4_000
"""Characters of one passage."""
LONGEST_QUERY = 500
READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
INSTRUCTIONS = """帮扶检索：关于对口支援、东西部协作、扶贫协作的中文文献。先用 search 找段落，用 passage 读全文和链接状态；
引用时给出 permalink，一字不改。figures 是段落里的数据，relations 是谁帮谁，都带有说出它的那句话；没有 evidence 就不要下结论。
Chinese documents about paired assistance. Find passages by `search`, read one by `passage`, quote it word for word with its permalink."""

Given = ParamSpec("Given")
Words = Annotated[list[str] | None, Field(max_length=20)]
Text = Annotated[str, Field(max_length=LONGEST_QUERY)]
Size = Annotated[int, Field(ge=1, le=MOST)]
Page = Annotated[int, Field(ge=1, le=500)]
Answer = dict[str, Any]


class Assistant:
    """The tools, each one question to the library. `base_url` heads the links."""

    def __init__(self, library: Library, base_url: str) -> None:
        self._library = library
        self._base = base_url.rstrip("/")

    def search(
        self, query: Text = "", region: Words = None, year: Words = None, program: Words = None, supporter: Words = None,
        recipient: Words = None, sort: str = "relevance", page: Page = 1, size: Size = 10,
    ) -> Answer:  # fmt: skip
        """检索段落。query 支持 AND OR NOT "短语" 字段:值；region、supporter、recipient 是地区路径（河北省/承德市/滦平县），
        year 是 2019 或 2018-2020，program 是类型的键。total 是准数；relaxed 不为空时没有段落完全符合，
        给的只是相近的。Finds passages, with exact totals."""
        filters = self._filters(region=region, year=year, program=program, supporter=supporter, recipient=recipient)
        answer = self._library.search(Question(query, filters, read_sort(sort), page, size))
        full = answer.first_also if answer.also else len(answer.hits)
        return {
            "total": answer.total,
            "documents": answer.documents,
            "relaxed": answer.query.relaxed_message or answer.query.relaxed or None,
            "notes": [note.message for note in answer.query.notes],
            "partial_total": answer.also,
            "hits": [
                {**self._passage(hit.passage, hit.document), "tier": hit.tier.name.lower(), "partial": at >= full}
                for at, hit in enumerate(answer.hits)
            ],
            "generation": answer.manifest.generation if answer.manifest else None,
        }

    def passage(self, id: str) -> Answer:
        """一个段落的原文、标签，和它的链接状态：exact 原样、moved 已移动、changed 有改动（old_text 是旧文）、
        gone 已不存在（candidates 是可能的去处）。A passage word for word, and where its link leads today."""
        found = self._library.passage(id)
        resolution = found.resolution
        said = self._passage(found.passage, found.document) if found.passage and found.document else {}
        return {
            **said,
            "asked": id,
            "state": resolution.state.value,
            "old_text": resolution.old_text[:LONGEST] or None,
            "candidates": [self._passage(passage, document) for passage, document in found.candidates[:MOST]],
        }

    def locate(self, quote: Annotated[str, Field(min_length=1, max_length=LONGEST)]) -> Answer:
        """一段引文在哪里。score 100 是一字不差；80 以下是最相近的句子，difference 和 amounts 说明哪里不同。
        Where a quote stands, misquotes too."""
        found = matches_json(self._library.locate(quote)[:MOST])
        return {"matches": [{**match, "permalink": self._base + match["permalink"]} for match in found["matches"]]}

    def figures(
        self, query: Text = "", unit: str | None = None, minimum: str | None = None, maximum: str | None = None, region: Words = None,
        year: Words = None, program: Words = None, order: str = "document", page: Page = 1, size: Size = 20,
    ) -> Answer:  # fmt: skip
        """检索到的段落里的数据：数值、单位（CNY 是元）、各自的年份和地区，和说出它的那句话。sums 是各单位总量之和，重复的也计入。
        Figures with value, unit, their own year and places, and the clause that says them."""
        low, high = (read_amount(text) if text else None for text in (minimum, maximum))
        asked = Question(query, self._filters(region=region, year=year, program=program))
        offset = (page - 1) * size
        table = self._library.figures(asked, unit=unit, minimum=low, maximum=high, sort=order, offset=offset, limit=size)
        found = figure_table_json(table)
        return {**found, "figures": [{**row, "permalink": self._link(row["passage"])} for row in found["figures"]]}

    def relations(
        self, supporter: Words = None, recipient: Words = None, year: Words = None, query: Text = "", page: Page = 1, size: Size = 10
    ) -> Answer:
        """谁帮谁：每一对支援方和受援方、种类、起止年份，和说出它的每一句。Who helps whom, with every clause that says so."""
        asked = Question(query, self._filters(supporter=supporter, recipient=recipient, year=year))
        found = relations_json(self._library.relations(asked, offset=(page - 1) * size, limit=size))
        rows = []
        for row in found["relations"]:
            evidence = [{**one, "permalink": self._link(one["passage"])} for one in row["evidence"][:MOST]]
            rows.append({**row, "evidence": evidence})
        return {**found, "relations": rows}

    def documents(self, page: Page = 1, size: Size = 20) -> Answer:
        """收录的文献。The documents of the collection."""
        start = (page - 1) * size
        listed = self._library.documents(start, start + size)
        return {"total": self._library.manifest().documents, "documents": [self._document(one) for one in listed]}

    def _filters(self, **given: Sequence[str] | None) -> Filters:
        return self._library.filters({name: values for name, values in given.items() if values})

    def _passage(self, passage: Passage, document: DocumentSummary) -> Answer:
        labels = {name: [_bare(label) for label in found] for name, found in labels_json(passage).items()}
        said: Answer = {
            "id": passage.id,
            "permalink": self._link(passage.id),
            "text": passage.text[:LONGEST],
            "kind": passage.kind.value,
            "section": list(passage.section),
            "document": self._document(document),
            **labels,
        }
        return {**said, "cut": len(passage.text)} if len(passage.text) > LONGEST else said

    def _document(self, document: DocumentSummary) -> Answer:
        url = f"{self._base}/d/{document.id}"
        facts = {"year": document.year, "date": document.date, "publication": document.publication}
        return {"id": document.id, "title": document.title, "url": url, **facts, "passages": document.passages}

    def _link(self, passage_id: str) -> str:
        return f"{self._base}/p/{passage_id}"


def server(library: Library, base_url: str) -> MCPServer:
    """The server, not yet running."""
    made = MCPServer("bangfu", title="帮扶检索", instructions=INSTRUCTIONS, version=__version__, log_level="ERROR")
    assistant = Assistant(library, base_url)
    for tool in _tools(assistant):
        made.tool(annotations=READ_ONLY)(_sentences(tool))
    return made


def _tools(assistant: Assistant) -> Iterable[Callable[..., Answer]]:
    return (assistant.search, assistant.passage, assistant.locate, assistant.figures, assistant.relations, assistant.documents)


def _sentences(tool: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """What makes no sense is answered by the sentence that says so, never by a trace."""

    @wraps(tool)
    def told(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        try:
            return tool(*args, **kwargs)
        except SearchError as error:
            raise ToolError(f"{error.code}: {error}") from None

    return told


def _bare(label: Answer) -> Answer:
    """A label without what only a page needs."""
    return {name: value for name, value in label.items() if name not in ("score", "origin", "was") or value not in (None, "machine")}
