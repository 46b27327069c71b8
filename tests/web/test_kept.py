"""Kept pages: what was sent once is sent again the same, until another generation comes, and within a bound."""

from __future__ import annotations

import gzip
from pathlib import Path

from flask.testing import FlaskClient

from search import build, open_library
from web import create_app
from web.kept import OVERHEAD, KeptPage, KeptPages

URL = "/search?q=扶贫"
PACKED = {"Accept-Encoding": "gzip"}


def test_a_page_asked_for_again_is_the_same_page(client: FlaskClient) -> None:
    """The kept page has the body, validator and headers of the page as it was made, packed or plain; HEAD has no body."""
    made = client.get(URL)
    packed = [client.get(URL, headers=PACKED) for _ in range(3)]
    plain = client.get(URL)
    assert {gzip.decompress(one.get_data()) for one in packed} == {made.get_data()} == {plain.get_data()}
    assert {(one.headers["ETag"], one.headers["Content-Type"], one.headers["Cache-Control"]) for one in packed} == {
        (made.headers["ETag"], made.headers["Content-Type"], made.headers["Cache-Control"])
    }
    assert plain.headers["ETag"] == made.headers["ETag"]
    assert client.head(URL, headers=PACKED).get_data() == b""
    assert client.get(URL, headers={**PACKED, "If-None-Match": made.headers["ETag"]}).status_code == 304


def test_only_whole_pages_of_results_are_kept(client: FlaskClient) -> None:
    """Errors and redirects are made anew each time, and another host has its own page."""
    for url in ("/search?page=0", "/search?q=扶贫&within=密云", "/search?page=9999&q=扶贫"):
        assert client.get(url, headers=PACKED).status_code == client.get(url, headers=PACKED).status_code != 200
    first = client.get(URL, headers=PACKED, base_url="http://one.test").get_data()
    assert client.get(URL, headers=PACKED, base_url="http://two.test").get_data() != b""
    assert client.get(URL, headers=PACKED, base_url="http://one.test").get_data() == first


def test_kept_pages_stay_within_their_bytes() -> None:
    """The page not asked for longest goes first, and one larger than the whole bound is not kept."""
    pages = KeptPages(3 * (OVERHEAD + 10))
    for key in "abc":
        pages.put(key, KeptPage(bytes(10), key))
    assert pages.get("a") is not None
    pages.put("d", KeptPage(bytes(10), "d"))
    assert [key for key in "abcd" if pages.get(key)] == ["a", "c", "d"]
    pages.put("e", KeptPage(bytes(10_000), "e"))
    assert pages.get("e") is None


def test_another_generation_has_other_pages(tmp_path: Path) -> None:
    """Once a rebuilt library is open, the same address shows what is in it now, though the page had been kept."""
    sources = tmp_path / "in"
    sources.mkdir()
    (sources / "甲.txt").write_text("2019年，密云区开展消费扶贫，带动受援地区群众增收。\n", encoding="utf-8")
    index = f"whoosh:{tmp_path / 'index'}"
    build([sources], index)
    with open_library(index) as library:
        client = create_app(library).test_client()
        first = [client.get(URL, headers=PACKED).get_data() for _ in range(2)]
        assert first[0] == first[1]
        (sources / "乙.txt").write_text("2020年，怀柔区的扶贫车间吸纳了两百人就业。\n", encoding="utf-8")
        build([sources], index)
        assert library.refresh()
        page = gzip.decompress(client.get(URL, headers=PACKED).get_data()).decode()
    assert "共 2 条" in page
    assert "共 1 条" not in page
