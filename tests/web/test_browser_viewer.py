"""The manifest and the hits of a document in the viewer that IIIF readers are built on, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser

from search import build
from tests.node.installed import NoNode, installed
from tests.reading.pdf_maker import Text, make_pdf
from tests.web.conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

FIRST = "第一次联席会议明确了结对帮扶机制并安排资金。"
SECOND = "次页另有一段关于劳务协作的说明文字。"
READER = """async ([address, query]) => {
    const manifest = await (await fetch(address)).json();
    const search = manifest.service.find((one) => one.type === "SearchService2");
    const found = await (await fetch(`${search.id}?q=${encodeURIComponent(query)}`)).json();
    const [canvas, place] = found.items[0].target.split("#xywh=");
    const shown = manifest.items.find((one) => one.id === canvas);
    const picture = shown.items[0].items[0].body;
    const viewer = OpenSeadragon({element: document.body, showNavigationControl: false, immediateRender: true, animationTime: 0,
        tileSources: {type: "image", url: picture.id, crossOriginPolicy: "Anonymous", ajaxWithCredentials: false}});
    await new Promise((done, failed) => {
        viewer.addOnceHandler("open", done);
        viewer.addOnceHandler("open-failed", (event) => failed(new Error(event.message)));
    });
    const [left, top, wide, high] = place.split(",").map(Number);
    const item = viewer.world.getItemAt(0), size = item.getContentSize();
    const mark = document.createElement("div");
    mark.id = "hit";
    viewer.addOverlay({element: mark, location: item.imageToViewportRectangle(left, top, wide, high)});
    viewer.viewport.fitBounds(item.imageToViewportRectangle(left, top, wide, high), true);
    await new Promise((done) => viewer.world.getItemAt(0).getFullyLoaded() ? done() : item.addOnceHandler("fully-loaded-change", done));
    return {canvas: shown.label.none[0], said: [shown.width, shown.height], size: [size.x, size.y], hits: found.items.length,
        text: found.items[0].body.value};
}"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served index over a PDF of two pages."""
    place = tmp_path_factory.mktemp("viewer")
    (place / "简报.pdf").write_bytes(make_pdf([[Text(90, 700, FIRST, 14)], [Text(90, 700, SECOND, 14)]]))
    build([str(place / "简报.pdf")], f"whoosh:{place / 'index'}")
    with serving(f"whoosh:{place / 'index'}") as served:
        yield served


@pytest.fixture(scope="module")
def viewer() -> str:
    """OpenSeadragon, as the lock file names it."""
    try:
        folder = installed("viewer")
    except NoNode as reason:
        pytest.skip(str(reason))
    script: Path = folder / "node_modules" / "openseadragon" / "build" / "openseadragon" / "openseadragon.min.js"
    return script.read_text("utf-8")


def test_a_viewer_opens_a_document_at_its_hit(chromium: Browser, address: str, viewer: str) -> None:
    """A reader on another site finds the page by manifest and search, its picture has the size that the canvas says, and the viewer goes to
    the place of the hit, whose text the annotation gives."""
    page = chromium.new_page(viewport={"width": 900, "height": 600})
    page.set_content("<!doctype html><style>body{margin:0;height:600px}</style>")  # about:blank: every request is one across sites
    page.add_script_tag(content=viewer)
    found: dict[str, Any] = page.evaluate(READER, [f"{address}/d/{quote('简报')}/manifest.json", "劳务协作"])
    assert (found["canvas"], found["hits"]) == ("2", 1)
    assert found["size"] == found["said"]
    assert found["text"].endswith(SECOND)
    box = page.locator("#hit").bounding_box()
    assert box is not None
    assert abs(box["x"] + box["width"] / 2 - 450) < 5, "the hit is in the middle"
    assert abs(box["y"] + box["height"] / 2 - 300) < 5
    page.close()


def test_the_manifest_names_what_a_viewer_asks_for(address: str) -> None:
    """Every address in the manifest answers, to readers of other sites too."""
    with urlopen(f"{address}/d/{quote('简报')}/manifest.json", timeout=10) as answer:
        manifest = json.load(answer)
    pictures = [canvas["items"][0]["items"][0]["body"]["id"] for canvas in manifest["items"]]
    assert len(pictures) == 2
    for url in (manifest["homepage"][0]["id"], *pictures, f"{manifest['service'][0]['id']}?q={quote('帮扶')}"):
        with urlopen(url, timeout=20) as answer:
            assert answer.status == 200
            assert url == manifest["homepage"][0]["id"] or answer.headers["Access-Control-Allow-Origin"] == "*"
