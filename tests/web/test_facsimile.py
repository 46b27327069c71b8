"""The page beside the text: pictures, places of passages and hits, the original, and what IIIF viewers are told."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from search import Library, Settings, build, open_library
from tests.house.constants import patch_constant
from tests.reading.package_maker import make_ofd, ofd_text
from tests.reading.pdf_maker import Text, make_pdf
from web import create_app

WORDS = ["第一次联席会议明确了结对帮扶机制并安排资金，", "带动两县群众稳定增收。"]
SECOND = "次页另有一段关于劳务协作的说明文字。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index over a PDF of two pages, an OFD and a text."""
    place = tmp_path_factory.mktemp("facsimile")
    sources = place / "sources"
    sources.mkdir()
    first = [Text(90, 700, WORDS[0], 14), Text(62, 680, WORDS[1], 14)]
    (sources / "简报.pdf").write_bytes(make_pdf([first, [Text(90, 700, SECOND, 14)]]))
    (sources / "公函.ofd").write_bytes(make_ofd([ofd_text(28, 40, WORDS[0]) + ofd_text(20, 46, WORDS[1])]))
    (sources / "笔记.txt").write_text("\n".join(WORDS), "utf-8")
    build([str(sources)], f"whoosh:{place / 'index'}")
    return place


@pytest.fixture(scope="module")
def library(folder: Path) -> Iterator[Library]:
    """That index, open."""
    with open_library(f"whoosh:{folder / 'index'}") as opened:
        yield opened


@pytest.fixture
def client(library: Library) -> FlaskClient:
    """A reader without script."""
    return create_app(library, Settings()).test_client(use_cookies=False)


def test_a_page_shows_its_picture_and_the_hits(client: FlaskClient) -> None:
    """The page has the picture, a rectangle on the line that holds the words, and links to the text and to the next page."""
    html = client.get("/d/简报/page/1?q=结对帮扶").text
    assert "/d/简报/page/1.webp" in html
    assert html.count('class="hit"') == 1
    assert "/d/简报/page/2?q=" in html
    assert "<script" not in html.split("<main")[1]
    assert client.get("/d/简报/page/3").status_code == 404
    assert client.get("/d/笔记/page/1").status_code == 404


def test_the_picture_is_kept_and_bounded(client: FlaskClient, folder: Path) -> None:
    """A page is drawn once, in two widths only; a page or width that is not there draws nothing."""
    answer = client.get("/d/简报/page/1.webp")
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert Image.open(io.BytesIO(answer.data)).size[0] == 1400
    assert Image.open(io.BytesIO(client.get("/d/简报/page/1.webp?width=700").data)).size[0] == 700
    client.get("/d/简报/page/1.webp?width=650")
    assert len(list((folder / "index" / "pages").iterdir())) == 2
    assert client.get("/d/简报/page/9.webp").status_code == 404
    assert client.get("/d/公函/page/1.webp").status_code == 404
    assert client.get("/d/简报/page/1.webp", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_boxes_lie_on_the_ink(client: FlaskClient, library: Library) -> None:
    """In the box of every line there is ink, and next to none outside all boxes."""
    picture = np.asarray(Image.open(io.BytesIO(client.get("/d/简报/page/1.webp").data)).convert("L")).copy()
    if picture.min() > 150:
        pytest.skip("no font shows Chinese here")
    found = library.facsimile("简报", 1)
    scale = picture.shape[1] / found.size[0]
    all_ink = int((picture < 128).sum())
    for placed in found.placed:
        for box in placed.boxes:
            left, top, right, bottom = (round(side * scale) for side in box)
            part = picture[top - 3 : bottom + 3, left - 3 : right + 3]
            assert (part < 128).any()
            part[:] = 255
    assert int((picture < 128).sum()) < 0.02 * all_ink


def test_a_page_that_cannot_be_drawn_shows_its_words(client: FlaskClient) -> None:
    """An OFD has no picture here; its lines stand at their places all the same."""
    html = client.get("/d/公函/page/1?q=帮扶机制").text
    assert WORDS[1] in html.split("<svg")[-1]
    assert 'class="hit"' in html


def test_the_original_is_a_download(client: FlaskClient, folder: Path) -> None:
    """The very bytes, never shown in place; a document whose source was not kept says so."""
    with client.get("/d/公函/original") as answer:
        assert answer.data == (folder / "sources" / "公函.ofd").read_bytes()
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.content_type == "application/octet-stream"


def test_sources_can_be_left_where_they_are(folder: Path, tmp_path: Path) -> None:
    """With BANGFU_KEEP_SOURCES=0 nothing is kept, and the pages say there is no picture."""
    url = f"whoosh:{tmp_path / 'index'}"
    build([str(folder / "sources")], url, settings=Settings(keep_sources=0))
    assert not (tmp_path / "index" / "sources").exists()
    with open_library(url) as opened:
        reader = create_app(opened, Settings()).test_client()
        assert reader.get("/d/简报/page/1").status_code == 200
        assert reader.get("/d/简报/page/1.webp").status_code == 404
        assert reader.get("/d/简报/original").status_code == 404


def test_viewers_are_told_of_canvases_and_hits(client: FlaskClient) -> None:
    """Presentation 3: a canvas a page with its picture; Content Search 2: the words' places within the canvas."""
    answer = client.get("/d/简报/manifest.json")
    manifest = answer.get_json()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert (manifest["type"], len(manifest["items"])) == ("Manifest", 2)
    canvas = manifest["items"][0]
    body = canvas["items"][0]["items"][0]["body"]
    assert (body["format"], body["width"], body["height"]) == ("image/webp", canvas["width"], canvas["height"])
    assert manifest["service"][0]["type"] == "SearchService2"
    found = client.get("/d/简报/iiif/search?q=劳务协作").get_json()
    (item,) = found["items"]
    target, _, place = item["target"].partition("#xywh=")
    assert target == manifest["items"][1]["id"]
    x, y, width, height = map(int, place.split(","))
    assert 0 <= x < x + width <= canvas["width"]
    assert 0 <= y < y + height <= canvas["height"]
    assert client.get("/d/简报/iiif/search").get_json()["items"] == []
    assert client.get("/d/笔记/manifest.json").status_code == 404


def test_the_document_leads_to_its_pages(client: FlaskClient) -> None:
    """The document page links to the pages; a text without pages has no such link. Passages say how they were read."""
    assert re.search(r'href="/d/简报/page/1', client.get("/d/简报").text)
    assert "/page/" not in client.get("/d/笔记").text


def test_passages_know_how_they_were_read(library: Library) -> None:
    """Born digital, or by geometry; only OCR has a score."""
    routes = {one.id: {(p.route, p.score) for p in library.document(one.id).document.passages} for one in library.documents()}
    assert routes == {"简报": {("geometry", None)}, "公函": {("geometry", None)}, "笔记": {("digital", None)}}


def test_text_and_page_stand_side_by_side(client: FlaskClient) -> None:
    """The page of the source stands beside the text on request, its passages knowing their pages; documents without pages offer none."""
    plain = client.get("/d/简报?q=结对帮扶").text
    assert "beside=page" in plain
    html = client.get("/d/简报?q=结对帮扶&beside=page").text
    assert html.count("<figure class=sheet") == 1
    assert 'data-page="1"' in html
    assert 'data-page="2"' in html
    assert html.count('class="hit"') == 1
    assert "beside=page" not in client.get("/d/笔记").text
    assert "<figure class=sheet" not in client.get("/d/笔记?beside=page").text


@pytest.mark.parametrize(("most", "found"), [(2, 2), (1, 1)])
def test_viewers_are_told_so_many_places(monkeypatch: pytest.MonkeyPatch, client: FlaskClient, most: int, found: int) -> None:
    """A character that is on both pages is found on both where two places are told, else on the first."""
    patch_constant(monkeypatch, "web.routes.facsimile._MOST_FOUND", most)
    assert len(client.get("/d/简报/iiif/search?q=一").get_json()["items"]) == found
