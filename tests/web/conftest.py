"""One index for all page tests: the seeds and a few sources of our own, built once a run; and one whose sources were edited."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import Page as BrowserPage
from selectolax.lexbor import LexborHTMLParser, LexborNode

from search import Library, Settings, build, open_library
from tests.chromium import FLAGS, find_chromium
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


# --- a real browser ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def server(index: str) -> Iterator[str]:
    """The address of `bangfu serve` over the index, in a process of its own that ends with the session."""
    with serving(index) as address:
        yield address


@contextmanager
def serving(index: str) -> Iterator[str]:
    """`bangfu serve` over an index, ended on leaving; gives its address."""
    port = _free_port()
    command = "from search.command.cli import main; main()"
    folder = index.removeprefix("whoosh:")
    arguments = ["serve", "--index", folder, "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen([sys.executable, "-c", command, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for the session."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield browser
        browser.close()


class Visitor:
    """Opens pages of the site in fresh profiles and watches them: an error of a script or a refused resource fails the test."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def profile(self, **options: Any) -> BrowserContext:
        settings: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}, "reduced_motion": "reduce", "locale": "zh-CN", **options}
        context = self.browser.new_context(**settings)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("console", lambda message: self.complaints.append(message.text) if "Content Security Policy" in message.text else None)
        self.contexts.append(context)
        return context

    def open(self, url: str, **options: Any) -> BrowserPage:
        page = self.profile(**options).new_page()
        page.goto(self.address + url)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert self.complaints == []


@pytest.fixture
def visitor(chromium: Browser, server: str) -> Iterator[Visitor]:
    """Opens pages in the browser: `visitor.open("/search?q=…")`."""
    made = Visitor(chromium, server)
    yield made
    made.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1800):
        assert process.poll() is None, "the server ended before it was ready"
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the server was not ready in time")
