"""Every kind of page in a real Chromium: no accessibility violation, no sideways scrolling, and a picture to look at."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe

from search import Library
from search.results import Question
from tests.web.conftest import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ARTEFACTS = Path(__file__).parents[1] / "artefacts"
LONG = "云南省/临沧市/双江拉祜族佤族布朗族傣族自治县"
PAGES = {
    "home": "/",
    "results": "/search?q=消费扶贫",
    "filtered": f"/search?q=帮扶&region={quote(LONG)}&not_program=health&year=2018-2022",
    "none": "/search?q=密云&region=上海市&year=2016",
    "one": "/search?q=茶叶&copies=fold",
    "documents": "/search?q=扶贫&view=documents",
    "kwic": "/search?q=密云&view=kwic",
    "list": "/list?p=000000000000",
    "trends": "/trends?words=消费扶贫，劳务协作，教育",
    "compare": "/compare?q=消费扶贫&with=劳务协作",
    "wide": "/search?q=密云&view=kwic&context=100",
    "cross": "/search?q=帮扶&view=cross&level=2",
    "figures": "/search?q=资金&view=figures",
    "sums": "/search?q=资金&view=figures&unit=CNY&per=total&sums=1",
    "facet": "/facet/region",
    "pairs": "/pairs",
    "advanced": "/advanced?q=扶贫",
    "help": "/help",
    "about": "/about",
    "locate": "/locate?quote=扶贫车间",
    "cite": "/cite?q=密云&then=3&on=2025-01-01",
    "missing": "/no-such-page",
    "document": "",
    "beside": "",
    "embed": "",
}
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
}


COLOUR_OPTIONS = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""What the scheme of colours can change; everything else is the same page."""


def address(name: str, library: Library) -> str:
    """The address of a page kind; documents are those of a real hit."""
    if PAGES[name]:
        return PAGES[name]
    passage = library.search(Question("消费扶贫")).hits[0].passage
    if name == "embed":
        return f"/embed/{passage.id}"
    source = "&source=1" if name == "beside" else ""
    return f"/d/{passage.document_id}?q=消费扶贫&hit={passage.id}{source}#{passage.id}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_accessible_and_whole(visitor: Visitor, library: Library, name: str, scheme: str) -> None:
    """axe finds nothing; nothing is wider than the page at 1366 and at 320 px; a picture is kept."""
    page = visitor.open(address(name, library), color_scheme=scheme)
    found = Axe().run(page, options=AXE_OPTIONS if scheme == "light" else COLOUR_OPTIONS).response["violations"]
    told = [f"{item['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for item in found for node in item["nodes"][:3]]
    assert told == []
    ARTEFACTS.mkdir(exist_ok=True)
    pictured = scheme == "light" or name in ("home", "results", "document")
    if pictured:
        page.screenshot(path=ARTEFACTS / f"{name}-desk-{scheme}.png")
    for width in (1366, 320) if scheme == "light" else (360,):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} px"
    if pictured:
        page.screenshot(path=ARTEFACTS / f"{name}-phone-{scheme}.png")


def test_drawer_is_accessible(visitor: Visitor) -> None:
    """The open drawer of filters has no violation either, and its targets are large enough."""
    page = visitor.open("/search?q=帮扶&region=河北省", viewport={"width": 320, "height": 640})
    page.click(".open-filters")
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    assert [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"][:3]] == []
    page.screenshot(path=ARTEFACTS / "drawer-phone-light.png")


def test_open_labels_are_accessible(visitor: Visitor, library: Library) -> None:
    """Labels opened to their evidence have no violation."""
    page = visitor.open(address("document", library))
    page.locator(".labels summary").nth(2).click()
    found = Axe().run(page, options=AXE_OPTIONS).response["violations"]
    assert [f"{item['id']}: {node['html'][:160]}" for item in found for node in item["nodes"][:3]] == []


def test_forced_colours_keep_the_marks(visitor: Visitor) -> None:
    """In forced colours marks have the system's own colours of a mark."""
    page = visitor.open("/search?q=消费扶贫", forced_colors="active")
    ground, around = page.evaluate(
        """() => ['.hit mark', 'body'].map((one) => getComputedStyle(document.querySelector(one)).backgroundColor)"""
    )
    assert ground != around
