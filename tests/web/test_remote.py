"""The Python library as its users use it: at hand and over HTTP, the same questions with the same answers."""

from __future__ import annotations

import doctest
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

import search
from search import Library, LibraryClosed, SearchError, Settings, connect, open_library
from search.answering import library as library_module
from search.answering import library_search
from search.engine import choice
from search.errors import BadRequest, EngineUnavailable, NotFound
from search.remote import RemoteLibrary
from search.results import LinkState, Question
from tests.web.conftest import Aged
from web import create_app


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    """The site over real HTTP."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def remote(address: str) -> Iterator[RemoteLibrary]:
    with connect(address) as opened:
        yield opened


QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("消费扶贫 密云", {}),
    ("扶贫", {"filters": {"year": "2019-2020", "not_program": ["health"]}, "sort": "year-desc", "page": 2, "size": 7}),
    ("没有这个词啊啊啊", {}),
    ("", {"filters": {"region": "河北省"}, "size": 3}),
]


@pytest.mark.parametrize(("text", "how"), QUESTIONS)
def test_a_search_is_the_same_at_hand_and_over_http(library: Library, remote: RemoteLibrary, text: str, how: dict[str, Any]) -> None:
    """Totals, facets, order, texts, marks, snippets and labels agree."""
    here, there = library.search(text, **how), remote.search(text, **how)
    for name in ("total", "documents", "groups", "also", "tiers"):
        assert getattr(there, name) == getattr(here, name)
    assert {name: [(one.value, one.count) for one in values] for name, values in there.facets.items()} == {
        name: [(one.value, one.count) for one in values] for name, values in here.facets.items()
    }
    for one, other in zip(here.hits, there.hits, strict=True):
        assert (one.passage.id, one.passage.text, one.marks, one.tier) == (other.passage.id, other.passage.text, other.marks, other.tier)
        assert (one.passage.regions, one.passage.years) == (other.passage.regions, other.passage.years)
        assert [label.key for label in one.passage.programs] == [label.key for label in other.passage.programs]
        assert [cut.html for cut in one.snippets] == [cut.html for cut in other.snippets]


def test_all_hits_come_one_by_one(library: Library, remote: RemoteLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Iteration gives every full hit once, in order, whatever the size of a page; none of a relaxed text."""
    wanted = [hit.passage.id for page in (1, 2) for hit in library.search("扶贫", page=page, size=100).hits]
    assert [hit.passage.id for hit in library.hits("扶贫")] == wanted
    monkeypatch.setattr("search.remote.PAGE", 25)
    assert [hit.passage.id for hit in remote.hits("扶贫")] == wanted
    assert (
        [hit.passage.id for hit in remote.hits("扶贫", limit=30)]
        == wanted[:30]
        == [hit.passage.id for hit in library.hits("扶贫", limit=30)]
    )
    assert list(library.hits("没有这个词啊啊啊")) == list(remote.hits("没有这个词啊啊啊")) == []


def test_everything_else_can_be_asked_over_http_too(library: Library, remote: RemoteLibrary) -> None:
    """Passages, quotes, figures, relations, documents, suggestions, what is new, citations and files."""
    hit = library.search("消费扶贫").hits[0]
    page = remote.passage(hit.passage.id)
    assert page.passage
    assert (page.passage.text, page.resolution.state) == (hit.passage.text, LinkState.EXACT)
    assert [one.text for one in page.passage.figures] == [one.text for one in hit.passage.figures]
    assert [match.id for match in remote.locate(hit.passage.text)] == [match.id for match in library.locate(hit.passage.text)]
    here, there = library.figures(Question("资金"), unit="CNY", minimum=1e6), remote.figures("资金", unit="CNY", minimum=1e6)
    assert (there.total, there.rows[0].figure, dict(there.sums)) == (here.total, here.rows[0].figure, dict(here.sums))
    pairs = library.relations(Question()), remote.relations()
    assert [(row.supporter, row.recipient, row.said, row.since) for row in pairs[0].rows] == [
        (row.supporter, row.recipient, row.said, row.since) for row in pairs[1].rows
    ]
    assert [one.id for one in remote.documents()] == [one.id for one in library.documents()]
    assert [one.text for one in remote.suggest("消费")] == [one.text for one in library.suggest("消费")]
    assert [one.hit.passage.id for one in remote.newest("消费扶贫").hits] == [
        one.hit.passage.id for one in library.newest(Question("消费扶贫")).hits
    ]
    assert hit.document.title in remote.cite(hit.passage.id, "gbt7714-2025")
    assert b"".join(remote.export("消费扶贫", "jsonl")).count(b"\n") == library.search("消费扶贫").total
    assert remote.count(Question("扶贫")) == library.count(Question("扶贫"))


def test_a_gone_passage_says_so_over_http(aged: Aged) -> None:
    """The state of a link and its candidates come through, though the answer is a 410."""
    server = make_server("127.0.0.1", 0, aged.client.application)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with connect(f"http://127.0.0.1:{server.server_port}") as remote:
        gone = remote.passage(aged.gone)
        assert (gone.passage, gone.resolution.state) == (None, LinkState.GONE)
        assert remote.passage(aged.changed).resolution.state is LinkState.CHANGED
    server.shutdown()
    server.server_close()


def test_errors_are_those_of_the_library(remote: RemoteLibrary, address: str) -> None:
    """What makes no sense is refused with the site's sentence; a site that is none, or does not answer, is said to be."""
    with pytest.raises(BadRequest, match="排序"):
        remote.search("扶贫", sort="best")
    with pytest.raises(BadRequest, match="min"):
        remote.figures("扶贫", minimum=float("inf"))
    with pytest.raises(NotFound, match="没有这个段落"):
        remote.passage("nowhere00000")
    with pytest.raises(BadRequest, match="网址"):
        connect("index_data")
    with pytest.raises(EngineUnavailable, match="没有回答"):
        connect("http://127.0.0.1:9", seconds=2)
    with pytest.raises((EngineUnavailable, NotFound)):
        connect(f"{address}/nothing/here")


def test_a_site_that_asks_for_a_token_gets_it(library: Library) -> None:
    """With the token all is answered, without it the sentence says what is wanted."""
    server = make_server("127.0.0.1", 0, create_app(library, Settings(read_token="secret")))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with connect(url, token="secret") as remote:
        assert remote.search("扶贫").total > 0
    with pytest.raises(SearchError, match="令牌"):
        connect(url)
    server.shutdown()
    server.server_close()


def test_what_is_closed_is_said_to_be(index: str, address: str) -> None:
    """A question after `close` is refused in a sentence; closing twice is harmless; repr says it."""
    library, remote = open_library(index), connect(address)
    for one in (library, remote):
        one.close()
        one.close()
        with pytest.raises(LibraryClosed, match="已经关闭"):
            one.search("扶贫")
        assert "closed" in repr(one)
    with pytest.raises(LibraryClosed):
        library.documents()


def test_paths_are_accepted(index: str) -> None:
    """An index can be named by its folder, as a string or a Path."""
    folder = index.removeprefix("whoosh:")
    for place in (Path(folder), folder, index):
        with open_library(place) as library:
            assert len(library.documents()) > 0


def test_answers_are_short_in_a_notebook_cell_and_show_their_marks(library: Library, remote: RemoteLibrary) -> None:
    """repr is a line; HTML has the marks and no markup of the text; data frames have a row a hit."""
    for one in (library, remote):
        answer = one.search("消费扶贫")
        assert len(repr(answer)) < 120
        assert all(len(repr(hit)) < 120 for hit in answer)
        html = answer._repr_html_()
        assert html.count("<mark") >= len(answer)
        assert "<script" not in html
        table = answer.to_pandas()
        assert list(table["id"]) == [hit.passage.id for hit in answer]
        assert {"text", "years", "regions", "tier"} <= set(table.columns)
    figures = library.figures(Question("资金"), unit="CNY")
    assert list(figures.to_pandas()["value"]) == [row.figure.value for row in figures]
    assert "<table" in figures._repr_html_()
    relations = library.relations(Question())
    assert len(relations.to_pandas()) == len(relations)
    assert "支援方" in relations._repr_html_()
    assert len(repr(library)) < 200
    assert len(repr(library.document(library.documents()[0].id))) < 120


def test_docstrings_are_true(index: str) -> None:
    """The examples of the public API run as they stand."""
    asked = {"open_library": open_library, "INDEX": index, "Path": Path}
    found = [doctest.testmod(module, extraglobs=asked) for module in (library_module, library_search, choice)]
    assert [(one.failed, one.attempted > 0) for one in found] == [(0, True)] * len(found)
    assert {name for name in search.__all__ if not getattr(search, name).__doc__} <= {"__version__"}
