"""The feed read by a feed reader: what is new comes first, and nothing that stayed as it was is called changed."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from search import Library, build, open_library
from search.results import Question
from search.settings import Settings
from web import create_app
from web.routes import machine

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import feedparser

TEXT = "青山区与绿水县结对帮扶{n}。\n\n双方商定在产业协作方面继续加大力度，第{n}批资金已经到位。\n"


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[tuple[Path, Library, FlaskClient]]:
    """A folder of three files, its index, and a site over it."""
    folder = tmp_path / "files"
    folder.mkdir()
    for number in range(3):
        (folder / f"file{number}.txt").write_text(TEXT.format(n=number), "utf-8")
    url = f"whoosh:{tmp_path / 'index'}"
    build([folder], url)
    with open_library(url) as library:
        yield folder, library, create_app(library, Settings()).test_client()


def parsed(client: FlaskClient, url: str) -> Any:
    """The feed as feedparser has it, without a fault."""
    answer = client.get(url)
    assert answer.status_code == 200
    found = feedparser.parse(answer.get_data(), response_headers={"content-type": answer.content_type})
    assert not found.bozo, found.get("bozo_exception")
    assert found.feed.title
    assert found.feed.updated_parsed
    return found


def rebuilt(folder: Path, library: Library) -> None:
    build([folder], f"whoosh:{folder.parent / 'index'}")
    library.refresh()


def test_what_is_new_comes_first_and_what_stayed_is_not_changed(shelf: tuple[Path, Library, FlaskClient]) -> None:
    """After a file more, a reader sees exactly its passages as new, at the head; all other entries are as they were, to the letter."""
    folder, library, client = shelf
    before = parsed(client, "/feed.atom?q=产业协作")
    (folder / "another.txt").write_text(TEXT.format(n="七"), "utf-8")
    rebuilt(folder, library)
    after = parsed(client, "/feed.atom?q=产业协作")
    known = {entry.id: (entry.updated, entry.published, entry.title, entry.summary) for entry in before.entries}
    fresh = [entry for entry in after.entries if entry.id not in known]
    assert len(fresh) == 1
    assert after.entries[0].id == fresh[0].id
    assert "第七批" in fresh[0].summary
    assert fresh[0].published >= max(entry.published for entry in before.entries)
    assert {entry.id: (entry.updated, entry.published, entry.title, entry.summary) for entry in after.entries[1:]} == known


def test_an_edit_makes_only_the_edited_passage_new(shelf: tuple[Path, Library, FlaskClient]) -> None:
    """A passage beside an edited one stays as old as it is; one that moved to another place of its document too."""
    folder, library, client = shelf
    before = {entry.id for entry in parsed(client, "/feed.atom").entries}
    (folder / "file1.txt").write_text("另起一段，说的是劳务协作。\n\n" + TEXT.format(n=1), "utf-8")
    rebuilt(folder, library)
    fresh = [entry for entry in parsed(client, "/feed.atom").entries if entry.id not in before]
    assert ["劳务协作" in entry.summary for entry in fresh] == [True]


def test_pages_follow_one_another(shelf: tuple[Path, Library, FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    """`next` leads through all entries once, in one order, and ends."""
    client = shelf[2]
    whole = [entry.id for entry in parsed(client, "/feed.atom?q=帮扶").entries]
    monkeypatch.setattr(machine, "FEED_ENTRIES", 2)
    found, url = [], "/feed.atom?q=帮扶"
    while url:
        page = parsed(client, url)
        found += [entry.id for entry in page.entries]
        url = next((link.href.removeprefix("http://localhost") for link in page.feed.links if link.rel == "next"), "")
    assert found == whole
    assert len(whole) > 2


@pytest.mark.parametrize("query", ["%00", "%01%0b%1f", "%ef%bf%be", "%ff%fe", "%3C%26%22%5D%5D%3E", "没有这样的词", "", "%F0%9F%98%80"])
def test_every_query_has_a_valid_feed(client: FlaskClient, query: str) -> None:
    """What no XML may hold is left out of the title; an empty search has a feed too."""
    parsed(client, f"/feed.atom?q={query}")


def test_new_since(shelf: tuple[Path, Library, FlaskClient]) -> None:
    """Since a generation, what later builds brought; since a day, all of that day on; of a day to come, nothing."""
    folder, library, client = shelf
    old = library.manifest().generation
    (folder / "another.txt").write_text(TEXT.format(n="七"), "utf-8")
    rebuilt(folder, library)
    asked = Question("产业协作")
    (one,) = library.newest(asked, since=old).hits
    assert "第七批" in one.hit.passage.text
    assert one.generation == library.manifest().generation
    assert len(library.newest(asked, since="2020-01-01").hits) == 4
    assert library.newest(asked, since="2999-01-01").hits == ()
    body = client.get(f"/api/v1/new?q=产业协作&since={old}").get_json()
    assert [hit["hit"]["id"] for hit in body["hits"]] == [one.hit.passage.id]
    assert client.get("/api/v1/new?since=20200101T000000Z-00000000").status_code == 404
    assert client.get("/api/v1/new?since=2020-01-01&years=1").status_code == 400
    assert library.newest(asked, since="2020-01-01", limit=3).more


def test_the_sitemap_is_in_parts_with_the_days_of_change(shelf: tuple[Path, Library, FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its index names parts that hold every document once, with the time of its last change, which an edit moves for one alone."""
    folder, library, client = shelf
    monkeypatch.setattr(machine, "SITEMAP_PART", 2)

    def places() -> dict[str, str]:
        whole = etree.fromstring(client.get("/sitemap.xml").get_data())
        found: dict[str, str] = {}
        for part in whole.findall("{*}sitemap/{*}loc"):
            tree = etree.fromstring(client.get(str(part.text).removeprefix("http://localhost")).get_data())
            for url in tree.findall("{*}url"):
                assert url.findtext("{*}loc") not in found
                found[str(url.findtext("{*}loc"))] = url.findtext("{*}lastmod") or ""
        return found

    before = places()
    documents = [place for place in before if "/d/" in place]
    assert len(documents) == len(library.documents()) == 3
    assert all(before[place].startswith("20") for place in documents)
    time.sleep(1.1)  # the ledger tells seconds
    (folder / "file1.txt").write_text(TEXT.format(n="九"), "utf-8")
    rebuilt(folder, library)
    changed = [place for place, day in places().items() if day != before[place]]
    assert ["file1" in place for place in changed] == [True]
    assert client.get("/sitemap-9.xml").status_code == 404
    assert client.get("/sitemap-0.xml").status_code == 404


def test_browsers_suggest(client: FlaskClient) -> None:
    """The search description names suggestions, which answer in the form that browsers read."""
    described = etree.fromstring(client.get("/opensearch.xml").get_data())
    urls = {url.get("rel") or url.get("type"): url.get("template") for url in described.findall("{*}Url")}
    template = urls["suggestions"]
    assert template
    body = client.get(template.removeprefix("http://localhost").replace("{searchTerms}", "消费"))
    assert body.mimetype == "application/x-suggestions+json"
    text, queries, totals = body.get_json(force=True)
    assert text == "消费"
    assert any("消费" in query for query in queries)
    assert len(queries) == len(totals)
    assert client.get("/suggest.json?q=").get_json(force=True)[1] == []
