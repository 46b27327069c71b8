"""One index for all page tests: the seeds and a few sources of our own, built once a run; and one whose sources were edited."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser, LexborNode

from search import Library, Settings, build, open_library
from web import create_app

ROOT = Path(__file__).parents[2]
SOURCES = Path(__file__).parent / "sources"


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The engine URL of an index over seeds and our own sources."""
    url = f"whoosh:{tmp_path_factory.mktemp('web') / 'index'}"
    build([str(ROOT / "seeds"), str(SOURCES)], url)
    return url


@pytest.fixture(scope="session")
def library(index: str) -> Iterator[Library]:
    """That index, open."""
    with open_library(index) as opened:
        yield opened


@pytest.fixture(scope="session")
def app(library: Library) -> Flask:
    """The site over it."""
    made = create_app(library, Settings())
    made.testing = False
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader without script and without cookies."""
    return app.test_client(use_cookies=False)


@dataclass(frozen=True)
class Page:
    """A page as a reader gets it."""

    status: int
    html: str
    tree: LexborHTMLParser

    def all(self, selector: str) -> list[LexborNode]:
        return self.tree.css(selector)

    def one(self, selector: str) -> LexborNode:
        found = self.tree.css_first(selector)
        assert found is not None, f"no {selector} on the page"
        return found

    def text(self, selector: str) -> str:
        return " ".join(self.one(selector).text().split())

    def href(self, selector: str) -> str:
        value = self.one(selector).attributes["href"]
        assert value is not None
        return value


class Reader:
    """Reads pages of a client as trees."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def __call__(self, url: str, status: int = 200) -> Page:
        answer = self.client.get(url)
        html = answer.get_data(as_text=True)
        assert answer.status_code == status, f"{url}: {answer.status_code}"
        return Page(answer.status_code, html, LexborHTMLParser(html))


@pytest.fixture
def read(client: FlaskClient) -> Reader:
    """`read(url)` gives a page."""
    return Reader(client)


@dataclass(frozen=True)
class Aged:
    """A site whose sources were edited after links had been given out."""

    client: FlaskClient
    same: str
    changed: str
    gone: str
    index: str


OLD = {
    "变化.txt": "一篇会改的文献\n\n2019年，北京市密云区向河北省滦平县投入帮扶资金三千万元，建成蔬菜大棚两百个，带动贫困人口八百人增收。\n\n"
    "2018年，密云区的医生到滦平县医院坐诊，教会当地医生十二项新技术，受到群众欢迎。\n\n"
    "这一段以后会整个删去：劳务协作帮助三百人来京就业，人均月收入四千元。\n",
}
NEW = {
    "变化.txt": "一篇会改的文献\n\n2019年，北京市密云区向河北省滦平县投入帮扶资金四千万元，建成蔬菜大棚两百个，带动贫困人口八百人增收。\n\n"
    "2018年，密云区的医生到滦平县医院坐诊，教会当地医生十二项新技术，受到群众欢迎。\n",
}


@pytest.fixture(scope="session")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aged]:
    """Builds, remembers the links, edits, builds again."""
    folder = tmp_path_factory.mktemp("aged")
    url = f"whoosh:{folder / 'index'}"
    sources = folder / "sources"
    _write(sources, OLD)
    build([str(sources)], url)
    with open_library(url) as before:
        document = before.document(before.documents()[0].id).document
        ids = {passage.text[:4]: passage.id for passage in document.passages}
    shutil.rmtree(sources)
    _write(sources, NEW)
    build([str(sources)], url)
    with open_library(url) as after:
        client = create_app(after, Settings()).test_client()
        yield Aged(client, ids["2018"], ids["2019"], ids["这一段以"], url)


def _write(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
