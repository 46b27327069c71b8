"""Who helps whom on the site: a pair's page, a place's page, the map; each number opens what it counts, each quote says so."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from search import Library
from search.results import PairTable, Question
from tests.house.constants import patch_constant
from tests.web.conftest import Page, Reader
from web.shown import map as map_view
from web.shown.labels import within_quotes
from web.shown.map import MOST_ARCS, Dot, build_map, places

PAIR = "/relation/" + quote("北京市/丰台区→内蒙古自治区/赤峰市/林西县")


@pytest.fixture
def pairs(read: Reader) -> list[str]:
    """The addresses of the pages of the pairs of the list."""
    return [link.attributes["href"] or "" for link in read("/relations?size=100").all('a[href^="/relation/"]')]


def test_every_pair_has_a_page_with_all_its_quotes(read: Reader, pairs: list[str]) -> None:
    """The list links to a page for each pair; it holds as many quotes as it says, and each leads to a passage that is there."""
    assert len(pairs) > 5
    for url in pairs:
        page = read(url)
        links = page.all("ol.relations a")
        assert f"{len(links)} 处原话" in page.text("dl.pair-facts")
        for link in links[:2]:
            href = link.attributes["href"] or ""
            assert page_has(read(href.partition("#")[0]), href.partition("#")[2], link.text())


def page_has(page: Page, anchor: str, said: str) -> bool:
    """Whether the passage of this anchor holds the words of a quote, shortened or not."""
    text = page.one(f'[id="{anchor}"]').text()
    return said.rstrip("…") in within_quotes(text)


def test_a_pair_tells_since_when_and_how_much_a_year(read: Reader) -> None:
    """The page of a pair answers since when, and lists amounts with their years."""
    page = read(PAIR)
    assert "1996" in page.text("dl.pair-facts")
    years = page.text("table.years")
    assert "810万元" in years.replace(" ", "")


@pytest.mark.parametrize(
    ("url", "status"),
    [("/relation/甲→乙", 404), ("/relation/北京市", 404), (f"{PAIR}?page=9", 404), (f"{PAIR}?page=0", 400), (f"{PAIR}?page=x", 400)],
)
def test_a_pair_that_nobody_names_is_none(read: Reader, url: str, status: int) -> None:
    """A pair that no clause names, and a page past the last, are not found; a page that is no number is a mistake."""
    assert read.client.get(url).status_code == status


def test_a_place_shows_its_years(read: Reader) -> None:
    """A bar of the years on the page of a place leads to as many passages of the place as it counts."""
    page = read("/place/北京市")
    bar = page.all("svg.chart a")[0]
    counted = int(bar.text().partition("：")[2].split()[0].replace(",", ""))
    assert f"共 {counted} 条" in read(bar.attributes["href"] or "").text("#count")


def test_every_arc_opens_what_it_counts(read: Reader) -> None:
    """Arcs of the map are cells of the table: the same addresses, which open as many pairs."""
    page = read("/pairs")
    arcs = page.all("svg.map .arcs a")
    assert arcs
    cells = {link.attributes["href"]: link.text() for link in page.all("table.counts td a")}
    for arc in arcs:
        assert f"：{cells[arc.attributes['href']]} 对" in (arc.attributes["aria-label"] or "")


def test_the_map_knows_every_province_and_county(library: Library) -> None:
    """All provinces have outlines, and every place of the pairs of the collection has a point."""
    assert sum(bool(place.outline) for place in places().values()) == 34
    for level in (1, 2, 3):
        table = library.pairs(Question(), level=level)
        for path, _name in (*table.supporters, *table.recipients):
            assert path in places()


def test_what_the_map_leaves_out_is_counted() -> None:
    """Links of places it does not know, and those beyond the widest, are said to be left out."""
    known = [path for path in places() if path.count("/") == 1][: MOST_ARCS + 2]
    table = PairTable((("北京市", "北京市"), ("无此地", "无此地")), tuple((path, path) for path in known), ((1,) * len(known),) * 2)
    drawn = build_map(table, lambda one, other: f"{one} {other}")
    assert len(drawn.arcs) == MOST_ARCS
    assert drawn.left_out == 2 * len(known) - MOST_ARCS
    ring = build_map(PairTable((("北京市", ""),), (("北京市", ""),), ((3,),)), lambda *_: "")
    assert "a9 9" in ring.arcs[0].path


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("甲市“万企帮万村”行动帮乙县", "甲市‘万企帮万村’行动帮乙县"),
        ("‘内’与“外”", "“内”与‘外’"),
        ("“十三五期间甲市帮乙县", "十三五期间甲市帮乙县"),
        ("甲市帮乙县”", "甲市帮乙县"),
        ("甲市帮乙县", "甲市帮乙县"),
    ],
)
def test_quotes_within_quotes_are_single(text: str, within: str) -> None:
    """What is put into quotation marks has single ones within; a mark without its fellow at an end goes."""
    assert within_quotes(text) == within


@pytest.mark.parametrize(("letter", "names"), [(16, ["北京", "河北", "", "湖北"]), (1, ["北京", "河北", "天津", "湖北"])])
def test_no_name_on_the_map_is_over_another(monkeypatch: pytest.MonkeyPatch, letter: int, names: list[str]) -> None:
    """Of two places side by side one name is left of its dot; where there is no room a name is left out, never the dot."""
    patch_constant(monkeypatch, "web.shown.map._LETTER", letter)
    given = ((100, "北京"), (102, "河北"), (104, "天津"), (300, "湖北"))
    dots = list(map_view._named(Dot(x, 100, name) for x, name in given))
    assert [dot.name for dot in dots] == names
    assert [dot.x for dot in dots] == [100, 102, 104, 300]
    assert [dot.left for dot in dots[:2]] == [False, letter > 1]
