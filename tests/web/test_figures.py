"""The view of figures: facets that count figures, and sums only on demand, with what makes them doubtful."""

from __future__ import annotations

import re

from tests.web.conftest import Page, Reader

TOTALS = "/search?view=figures&unit=CNY&per=total"


def figures_of(page: Page) -> int:
    """How many figures a page says there are."""
    found = re.search(r"([\d,]+) 个数据", page.text("#count"))
    return int(found[1].replace(",", "")) if found else 0


def test_facets_count_figures(read: Reader) -> None:
    """A value beside the figures leads to as many figures as it counts, also where one is chosen already."""
    for url in ("/search?q=帮扶&view=figures", f"{TOTALS}&year=2019"):
        page = read(url)
        links = page.all("#filters ul.values > li:not(.on):not(.part) > a.val")
        assert links
        for link in links[:12:3]:
            count = int(link.css_first(".n").text().split()[0].replace(",", ""))  # type: ignore[union-attr]
            assert figures_of(read(link.attributes["href"] or "")) == count


def test_the_full_page_of_a_facet_counts_figures(read: Reader) -> None:
    """All places of the figures, each with figures; a facet that figures have no values of is none."""
    page = read("/facet/region?q=帮扶&view=figures")
    link = page.all("a.val")[0]
    count = int(link.css_first(".n").text().split()[0].replace(",", ""))  # type: ignore[union-attr]
    assert figures_of(read(link.attributes["href"] or "")) == count
    assert read.client.get("/facet/mechanism?view=figures").status_code == 404


def test_sums_come_only_on_demand(read: Reader) -> None:
    """Nothing is added up until asked for; then the page says what is counted twice and sets sums side by side that cannot both be so."""
    page = read(TOTALS)
    assert not page.all(".sums")
    added = read(page.href('a[href*="sums=1"]'))
    said = added.text(".sums")
    assert "其中" in said
    assert "1.09亿元" in said.replace(" ", "")
    assert "1.14亿元" in said.replace(" ", "")
    assert added.all(".sums svg.chart a")
    assert not read("/search?view=figures&unit=CNY&sums=1").all(".sums")


def test_a_year_of_the_chart_opens_its_figures(read: Reader) -> None:
    """A bar of the sums leads to the figures of its year."""
    bar = read(f"{TOTALS}&sums=1").all(".sums svg.chart a")[0]
    assert figures_of(read(bar.attributes["href"] or "")) > 0
