"""What pages say of themselves, read by other people's readers: extruct, and html-metadata, by which Wikipedia's Citoid cites a page.

Zotero's own translators are in no package registry; what they read (see `search/present/cite_web.py`) is what these readers find."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import extruct
import pytest
from flask import Flask

from search import Library, Settings, build, open_library
from search.command.keeping import PAPERS
from tests.node.installed import HERE, NoNode, installed
from web import create_app

SITE = "https://example.org/archive"
NEWSPAPER = "示例晨报_2020-05-12_02版"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A library of the example, one of whose documents is a newspaper's, with its date and page."""
    place = tmp_path_factory.mktemp("metadata") / "index_data"
    build([PAPERS], place)
    with open_library(place) as opened:
        yield opened


@pytest.fixture(scope="module")
def site(example: Library) -> Flask:
    return create_app(example, Settings(base_url=SITE))


def page(site: Flask, path: str) -> str:
    answer = site.test_client().get(path, headers={"Host": "example.org"})
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def read_by_citoid(text: str) -> dict[str, Any]:
    """What html-metadata reads."""
    try:
        tools = installed("client")
    except NoNode as reason:
        pytest.skip(str(reason))
    script = (HERE / "client" / "metadata.cjs").read_text("utf-8")
    done = subprocess.run(["node", "-e", script], cwd=tools, input=text, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def only(values: list[Any]) -> Any:
    """The one value that is there."""
    assert len(values) == 1, values
    return values[0]


def test_a_document_is_one_newspaper_article_to_extruct(site: Flask, example: Library) -> None:
    """JSON-LD, Open Graph and Dublin Core agree on sort, title, day and address, and each is said once."""
    title = example.document(NEWSPAPER).document.title
    found = extruct.extract(page(site, f"/d/{NEWSPAPER}"), syntaxes=["json-ld", "opengraph", "dublincore"], uniform=False)
    data = only(found["json-ld"])
    assert (data["@type"], data["headline"], data["datePublished"]) == ("NewsArticle", title, "2020-05-12")
    assert data["isPartOf"]["name"] == "示例晨报"
    graph = only(found["opengraph"])["properties"]
    assert len(dict(graph)) == len(graph), "a property is said twice"
    assert dict(graph)["og:title"] == title
    assert dict(graph)["article:published_time"] == "2020-05-12"
    core = {one["name"].lower(): one["content"] for one in only(found["dublincore"])["elements"]}
    assert (core["dc.type"], core["dc.title"], core["dc.date"]) == ("newspaperArticle", title, "2020-05-12")
    assert dict(graph)["og:url"] == data["url"] == core["dc.identifier"]
    assert str(data["url"]).startswith(f"{SITE}/d/")


def test_a_document_is_one_newspaper_article_to_citoid(site: Flask, example: Library) -> None:
    """Highwire, Dublin Core, PRISM, Open Graph and JSON-LD are all found; no journal is named, for a newspaper is none."""
    found = read_by_citoid(page(site, f"/d/{NEWSPAPER}"))
    title = example.document(NEWSPAPER).document.title
    assert found["highwirePress"] | {"public_url": ""} == {
        "title": title,
        "publication_date": "2020/05/12",
        "firstpage": "2",
        "language": "zh",
        "public_url": "",
    }
    assert found["dublinCore"]["type"] == "newspaperArticle"
    assert found["prism"]["publicationName"] == "示例晨报"
    assert found["openGraph"]["type"] == "article"
    assert found["openGraph"]["title"] == found["jsonLd"]["headline"] == title


def test_a_passage_is_a_thing_of_its_own_to_citoid(site: Flask, example: Library) -> None:
    """Opened at a passage the page is cited by the passage's lasting link, as a quotation from the article."""
    passage = example.search("消费扶贫 密云").hits[0].passage
    found = read_by_citoid(page(site, f"/d/{passage.document_id}?hit={passage.id}"))
    link = f"{SITE}/p/{passage.id}"
    assert found["highwirePress"]["public_url"] == found["dublinCore"]["identifier"] == found["openGraph"]["url"] == link
    assert (found["jsonLd"]["@type"], found["jsonLd"]["text"]) == ("Quotation", passage.text)
    assert found["openGraph"]["description"] == passage.text[:200]


def test_every_hit_of_a_page_can_be_taken_by_its_coins(site: Flask, example: Library) -> None:
    """The context objects of a page of results come out in order, with sort, title, newspaper, day and lasting link."""
    hits = example.search("消费扶贫").hits
    found = [one["rft"] for one in read_by_citoid(page(site, "/search?q=消费扶贫"))["coins"]]
    assert [one["identifier"] for one in found] == [f"{SITE}/p/{hit.passage.id}" for hit in hits]
    assert [one["title"] for one in found] == [hit.document.title for hit in hits]
    newspaper = next(one for one in found if one.get("source") == "示例晨报")
    assert newspaper["type"] == "newspaperArticle"
    assert newspaper["date"] in ("2020-05-12", "2019-11-06")


def test_a_document_without_anything_claims_nothing(tmp_path: Path) -> None:
    """A file that states no author, day or newspaper: no reader finds one, and the title is what the page shows."""
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "a.txt").write_text("没有题目也没有日期的一段话，只说到扶贫车间。\n", "utf-8")
    build([tmp_path / "papers"], tmp_path / "index_data")
    with open_library(tmp_path / "index_data") as bare:
        text = page(create_app(bare, Settings(base_url=SITE)), "/d/a")
        found = extruct.extract(text, syntaxes=["json-ld", "opengraph", "dublincore"], uniform=False)
    assert not {"datePublished", "author"} & set(only(found["json-ld"]))
    names = {one["name"].lower() for one in only(found["dublincore"])["elements"]}
    assert not {"dc.creator", "dc.date"} & names
    assert "article:published_time" not in dict(only(found["opengraph"])["properties"])
