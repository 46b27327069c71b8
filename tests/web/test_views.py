"""Small laws of what templates show: what a chart draws, how snippets join, whose title a hit carries."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from search import Library, build, open_library
from search.results import Question
from search.settings import Settings
from tests.web.conftest import Reader
from web import create_app
from web.shown.charts import histogram
from web.shown.results import joined

YEARS = st.lists(st.tuples(st.integers(1900, 2100), st.integers(0, 500), st.just("/"), st.booleans()), unique_by=lambda item: item[0])


@given(YEARS)
def test_every_counted_year_is_drawn_or_named(years: list[tuple[int, int, str, bool]]) -> None:
    """A year with passages is a bar or is named beside the chart; a chosen year is always a bar; labels never run into each other."""
    chart = histogram(years, width=480, height=64, label_room=38)
    known = {str(item[0]) for item in years if item[1] or item[3]}
    assert {bar.label for bar in chart.bars} | set(chart.beyond) == known
    assert {str(item[0]) for item in years if item[3]} <= {bar.label for bar in chart.bars}
    spots = [bar.middle for bar in chart.bars if bar.show_label]
    assert all(after - before >= 38 - 2 for before, after in pairwise(spots))


def test_an_empty_decade_is_not_drawn() -> None:
    """Years across a wide gap leave the drawing, so that the others keep their room."""
    chart = histogram([(1996, 1, "/", False), (2018, 9, "/", False), (2020, 20, "/", False), (2035, 1, "/", False)], width=480, height=64)
    assert [bar.label for bar in chart.bars] == ["2018", "2020"]
    assert chart.beyond == ("1996", "2035")


def test_bars_leave_room_to_be_hit() -> None:
    """Forty years have room in a panel; of more the earliest leave the drawing, unless one of them is chosen."""
    years = [(year, 3, "/", False) for year in range(1980, 2021)]
    full = histogram(years[1:], width=240, height=48)
    assert (full.first, len(full.bars), full.beyond) == ("1981", 40, ())
    more = histogram(years, width=240, height=48)
    assert (more.first, len(more.bars), more.beyond) == ("1981", 40, ("1980",))
    chosen = histogram([(1980, 3, "/", True), *years[1:]], width=240, height=48)
    assert (chosen.first, len(chosen.bars), chosen.beyond) == ("1980", 41, ())


def test_one_ellipsis_stands_between_two_snippets() -> None:
    """Where one snippet ends and the next begins with an ellipsis, one is shown."""
    assert [str(item) for item in joined(["甲…", "…乙…", "…丙"])] == ["甲…", "乙…", "丙"]
    assert [str(item) for item in joined(["…甲。", "…乙"])] == ["…甲。", "…乙"]


def test_a_hit_carries_the_title_of_its_own_article(read: Reader, library: Library) -> None:
    """On a page of several articles a hit is headed by its article, then by the page; and it is cited by its article."""
    hits = library.search(Question("消费扶贫"), size=100).hits
    others = {hit.passage.id: hit for hit in hits if hit.passage.article_title not in ("", hit.document.title)}
    assert others
    page = read("/search?q=消费扶贫&size=100&copies=all")
    shown = {row.css_first(".cut a").attributes["href"].rpartition("#")[2]: row for row in page.all(".hit")}  # type: ignore[union-attr]
    for identifier, hit in others.items():
        title, whole = shown[identifier].css_first("h2 a"), shown[identifier].css_first(".whole")
        assert title is not None
        assert whole is not None
        assert title.text() == hit.passage.article_title
        assert hit.document.title in whole.text()
        cited = library.cite(identifier, "gbt7714-2025", accessed=date(2026, 1, 2), url="https://example.org/p/x")
        assert hit.passage.article_title.replace("\u3000", " ") in cited
        assert hit.document.title not in cited


def test_located_quotes_are_marked_where_they_stand(read: Reader, library: Library) -> None:
    """The quote is marked within the words around it, and its link asks the browser to mark it, too."""
    text = next(hit.passage.text for hit in library.search(Question("消费扶贫")).hits if len(hit.passage.text) > 60)
    page = read(f"/locate?quote={text[20:45]}")
    assert page.text(".found mark").replace(" ", "") == text[20:45].replace(" ", "")
    assert len(page.text(".found p")) > 30
    assert ":~:text=" in page.href(".found a")


def test_a_document_names_the_units_that_help(tmp_path: Path) -> None:
    """A company that a document says to help a county stands on its page, and leads to that pair."""
    (tmp_path / "power.txt").write_text("国家电网定点帮扶湖北省巴东县。\n\n国家电网为巴东县建电站。", encoding="utf-8")
    build([str(tmp_path)], "memory:units-of-views")
    with open_library("memory:units-of-views") as library:
        read = Reader(create_app(library, Settings()).test_client())
        page = read(f"/d/{library.documents()[0].id}")
        (link,) = [one for one in page.all(".who a") if one.text() == "国家电网"]
        assert "巴东县" in read(link.attributes["href"] or "").html
