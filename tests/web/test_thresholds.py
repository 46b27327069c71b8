"""Where the site changes path, or stops, by how much there is: both sides of each constant, which is patched small.

What is refused is refused with a sentence, a list that was cut says so or leads to the whole, and numbers are those of the whole."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from search import Library, build, open_library
from search.model import BlockKind, Document, Party, Passage, Relation
from search.results import FacetValue, PairTable
from search.settings import Settings
from tests.house.constants import patch_constant
from web import create_app
from web.data.compile_china import outline, simplified
from web.front import Front, SiteReply
from web.kept import KeptPage, KeptPages
from web.routes.reading import _article_citations
from web.shown.advanced import all_places
from web.shown.charts import histogram, shade, stretch
from web.shown.document import _units
from web.shown.home import _count_places
from web.shown.labels import page_title
from web.shown.largest import largest
from web.shown.map import build_map, places
from web.shown.results import year_text
from web.shown.studies import asked_words
from web.site import LibraryDoor
from web.site import site as site_of_request
from web.state import SearchState

TAKERS = ("滦平县", "赤城县", "阳原县", "沽源县")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Three files in which two districts help four counties, with amounts, in several years."""
    folder = tmp_path_factory.mktemp("thresholds") / "in"
    folder.mkdir()
    for number, taker in enumerate(TAKERS):
        lines = [
            f"{2017 + at}年，北京市密云区结对帮扶{taker}，密云区投入帮扶资金{number + 1}{at + 1}0万元，建设蘑菇大棚。" for at in range(3)
        ]
        text = "\n\n".join(
            [f"密云区与{taker}结对", *lines, "两地的中学每年秋天互派二十名教师听课，为期一个学期。", f"海淀区结对帮扶{taker}。"]
        )
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    build([folder], "memory:web-thresholds")
    with open_library("memory:web-thresholds") as opened:
        yield opened


@pytest.fixture(scope="module")
def site(library: Library) -> Flask:
    """The site over it."""
    return create_app(library, Settings())


@pytest.fixture
def reader(site: Flask) -> FlaskClient:
    """Somebody who reads it."""
    return site.test_client()


def page(reader: FlaskClient, url: str) -> LexborHTMLParser:
    """A page."""
    answer = reader.get(url)
    assert answer.status_code == 200, url
    return LexborHTMLParser(answer.get_data(as_text=True))


def words(tree: LexborHTMLParser) -> str:
    """What its main part says."""
    found = tree.css_first("main")
    assert found is not None
    return " ".join(found.text().split())


# --- what is refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("constant", "bound", "url", "status"),
    [
        ("MAX_URL", 40, "/search?q=" + "a" * 23, 200),
        ("MAX_URL", 40, "/search?q=" + "a" * 40, 414),
        ("MAX_PARAMETERS", 3, "/search?q=a&year=2018&year=2019", 200),
        ("MAX_PARAMETERS", 3, "/search?q=a&year=2018&year=2019&year=2020", 400),
        ("MAX_VALUE", 30, "/search?q=a&document=" + "a" * 11, 200),
        ("MAX_VALUE", 30, "/search?q=a&document=" + "a" * 31, 400),
    ],
)
def test_addresses_are_refused_beyond_a_bound(
    monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, constant: str, bound: int, url: str, status: int
) -> None:
    """An address within the bound is answered, one beyond it refused with the status that says why."""
    patch_constant(monkeypatch, f"web.http.{constant}", bound)
    assert reader.get(url).status_code == status


@pytest.mark.parametrize(("bound", "status"), [(40, 200), (39, 413)])
def test_bodies_are_refused_beyond_a_bound(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, bound: int, status: int) -> None:
    """A form of forty bytes is read where forty are allowed."""
    patch_constant(monkeypatch, "web.http.MAX_BODY", bound)
    body = "quote=" + "a" * 34
    answer = reader.post("/locate", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == status


class Sent:
    """A body as the server hands it on, in pieces."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            yield piece


@pytest.mark.parametrize(
    ("bodies", "stated", "pieces", "outcome"),
    [(1, "4", (b"ab", b"cd"), b"abcd"), (0, "4", (b"abcd",), 503), (1, "5", (b"abcde",), 413), (1, "4", (b"ab", b"cdef"), 413)],
)
def test_the_server_reads_so_many_bodies_of_such_a_size(
    monkeypatch: pytest.MonkeyPatch, bodies: int, stated: str, pieces: tuple[bytes, ...], outcome: object
) -> None:
    """A body of four bytes is read where four are allowed and a body more fits; not one that says it is longer, nor one that is."""
    patch_constant(monkeypatch, "web.front.BODIES", bodies)
    patch_constant(monkeypatch, "web.http.MAX_BODY", 4)
    front = Front(lambda *_: [])
    scope: Any = SimpleNamespace(headers={"content-length": stated})
    sent: Any = Sent(*pieces)
    with ThreadPoolExecutor(1) as thread:  # where a browser test ran before, this thread has an event loop
        read = thread.submit(lambda: asyncio.run(front._body(scope, sent))).result()
    assert (read if isinstance(read, bytes) else read.status) == outcome
    assert front._bodies == 0


@pytest.mark.parametrize(("seconds", "queued", "begun"), [(0.02, 503, 200), (20.0, 200, 200)])
def test_who_waits_too_long_for_a_thread_is_sent_away(monkeypatch: pytest.MonkeyPatch, seconds: float, queued: int, begun: int) -> None:
    """Behind work that takes its time a request is refused when its turn does not come soon enough; the work begun is never cut off."""
    patch_constant(monkeypatch, "web.front.QUEUED_SECONDS", seconds)
    front, at_work, free = Front(lambda *_: []), threading.Event(), threading.Event()

    def long() -> SiteReply | None:
        at_work.set()
        return SiteReply(200, []) if free.wait(20) else None

    def short() -> SiteReply | None:
        return SiteReply(200, [])

    async def told() -> list[int]:
        with ThreadPoolExecutor(1) as lane:
            works = [lane.submit(long), lane.submit(short)]
            at_work.wait(20)
            answers = [asyncio.ensure_future(front._begun_in_time(work)) for work in works]
            await asyncio.sleep(0.2)
            free.set()
            return [answer.status for answer in await asyncio.gather(*answers) if answer]

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(told())).result() == [begun, queued]


@pytest.mark.parametrize(("most", "status"), [(2, 200), (1, 400)])
def test_a_list_of_too_many_is_refused(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, most: int, status: int) -> None:
    """Two passages are a list where two are allowed; a note is cut to its length."""
    patch_constant(monkeypatch, "web.shown.reading_list.MOST", most)
    patch_constant(monkeypatch, "web.routes.reading_list.LONGEST_NOTE", 3)
    answer = reader.get("/list?p=aaaaaaaaaaaa&n=一二三四&p=bbbbbbbbbbbb")
    assert answer.status_code == status
    assert "一二三四" not in words(LexborHTMLParser(answer.get_data(as_text=True)))


# --- what is packed, kept, looked for -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("smallest", "packed"), [(1, True), (10**9, False)])
def test_small_pages_are_sent_plain(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, smallest: int, packed: bool) -> None:
    """The same page, packed where it is large enough to gain by it."""
    patch_constant(monkeypatch, "web.http.SMALLEST_COMPRESSED", smallest)
    answer = reader.get("/help", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers.get("Content-Encoding") == "gzip") is packed
    assert answer.status_code == 200


def test_a_new_generation_is_looked_for_every_few_seconds(monkeypatch: pytest.MonkeyPatch, library: Library) -> None:
    """Asked again sooner than the bound the door looks for nothing new; then it does."""
    patch_constant(monkeypatch, "web.site.REFRESH_SECONDS", 5.0)
    now, looked = 0.0, []
    monkeypatch.setattr(library, "refresh", lambda: looked.append(now))
    door = LibraryDoor(library, Settings(), clock=lambda: now)
    for later in (4.9, 5.0, 9.9, 10.0):
        now = later
        door.library()
    assert looked == [5.0, 10.0]


# --- pages and parts ---------------------------------------------------------------------------------------------------------


def values(tree: LexborHTMLParser) -> list[str]:
    """The values that the page of a facet lists, in its order."""
    return [str(box.attributes["value"]) for box in tree.css("main li input[type=checkbox]")]


@pytest.mark.parametrize("facet", ["/facet/region?by=official", "/facet/region", "/facet/program", "/facet/year", "/facet/program?by=name"])
@pytest.mark.parametrize("rows", [1, 3, 200])
def test_pages_of_a_facet_are_the_facet(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, rows: int, facet: str) -> None:
    """Going on from page to page, every value comes once, in the order of the whole list; the page says how many there are."""
    patch_constant(monkeypatch, "web.shown.facet_page.PAGE_ROWS", 10_000)
    whole = values(page(reader, facet))
    patch_constant(monkeypatch, "web.shown.facet_page.PAGE_ROWS", rows)
    url, seen, pages = facet, [], 0
    while url:
        tree = page(reader, url)
        seen += values(tree)
        assert next(count.text() for count in tree.css(".bar .count")).endswith(f"共 {sum(value != 'none' for value in whole)} 项")
        more = [str(link.attributes["href"]) for link in tree.css("main a[href*='start=']")]
        url, pages = (more[-1] if more else ""), pages + 1
        assert pages <= len(whole)
    assert seen == whole
    assert pages == -(-len(whole) // rows)


@pytest.mark.parametrize("most", [1, 1_000])
def test_an_answer_holds_so_many_values_of_a_facet_and_says_how_many_there_are(
    monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, most: int
) -> None:
    """The first values of every facet are sent, with the number of all."""
    whole = reader.get("/api/v1/search").get_json()
    assert {name: len(values) for name, values in whole["facets"].items()} == whole["facet_totals"]
    assert max(whole["facet_totals"].values()) > 1
    patch_constant(monkeypatch, "search.wire.answers.MOST_SENT", most)
    cut = reader.get("/api/v1/search").get_json()
    assert cut["facets"] == {name: values[:most] for name, values in whole["facets"].items()}
    assert cut["facet_totals"] == whole["facet_totals"]


@pytest.mark.parametrize("part", [1, 3, 4])
def test_parts_of_the_sitemap_are_all_documents(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, part: int) -> None:
    """In one part or in several, every document is there once."""
    patch_constant(monkeypatch, "web.routes.machine.SITEMAP_PART", part)
    whole = reader.get("/sitemap.xml").get_data(as_text=True)
    parts = re.findall(r"<loc>[^<]*(/sitemap-\d+\.xml)</loc>", whole)
    assert len(parts) == (0 if part == 4 else -(-4 // part))
    listed = [url for one in parts or ["/sitemap.xml"] for url in re.findall("/d/[^<]+", reader.get(one).get_data(as_text=True))]
    assert len(listed) == len(set(listed)) == 4


@pytest.mark.parametrize("most", [1, 3, 4])
def test_the_list_of_documents_is_whole(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, most: int) -> None:
    """Asked without a page every document is given once, in one piece or in several; a page has so many at most."""
    patch_constant(monkeypatch, "web.api_form.MOST_DOCUMENTS", most)
    whole = reader.get("/api/v1/documents").get_json()["documents"]
    assert len({one["id"] for one in whole}) == len(whole) == 4
    assert reader.get("/api/v1/documents?page=1").get_json()["documents"] == whole[:most]


@pytest.mark.parametrize(("ports", "undrawn"), [(12, 0), (1, 7)])
def test_pairs_that_are_in_no_stream_are_counted(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, ports: int, undrawn: int) -> None:
    """Of eight pairs all are drawn where there is room; with one place on either side, the page says how many are not, and the table has
    them all."""
    patch_constant(monkeypatch, "web.shown.pairs.PORTS", ports)
    tree = page(reader, "/pairs?level=3")
    text = words(tree)
    assert (f"另有 {undrawn} 条没有画出" in text) is bool(undrawn)
    assert all(taker in text for taker in TAKERS)


PAIRS = PairTable(
    (("北京市/密云区", "密云区"), ("北京市/海淀区", "海淀区")),
    (("河北省/承德市/滦平县", "滦平县"), ("河北省/张家口市/赤城县", "赤城县")),
    ((3, 1), (0, 2)),
)


@pytest.mark.parametrize(("most", "left"), [(3, 0), (2, 1)])
def test_arcs_beyond_those_drawn_are_counted(monkeypatch: pytest.MonkeyPatch, most: int, left: int) -> None:
    """Three pairs are three arcs, or the two widest and one left out."""
    patch_constant(monkeypatch, "web.shown.map.MOST_ARCS", most)
    view = build_map(PAIRS, lambda *_: "")
    assert (len(view.arcs), view.left_out) == (most, left)
    assert [arc.width for arc in view.arcs] == sorted(arc.width for arc in view.arcs)


@pytest.mark.parametrize(("names", "widest"), [(4, 20.0), (1, 4.0)])
def test_names_and_widths_of_a_map_have_their_bounds(monkeypatch: pytest.MonkeyPatch, names: int, widest: float) -> None:
    """So many places are named, all have their dots, and the largest count is the widest arc."""
    patch_constant(monkeypatch, "web.shown.map.MOST_NAMES", names)
    patch_constant(monkeypatch, "web.shown.map.WIDEST", widest)
    patch_constant(monkeypatch, "web.shown.map._LETTER", 1)  # small enough that no name is over another
    view = build_map(PAIRS, lambda *_: "")
    assert sum(bool(dot.name) for dot in view.dots) == names
    assert len(view.dots) == 4
    assert max(arc.width for arc in view.arcs) == widest
    assert places()


@pytest.mark.parametrize(("rows", "columns", "cut"), [(3, 2, False), (2, 2, True), (3, 1, True)])
def test_a_table_too_large_says_so(monkeypatch: pytest.MonkeyPatch, site: Flask, rows: int, columns: int, cut: bool) -> None:
    """A table within its bounds is whole and says nothing; else the largest rows and columns stay, in their order, and it is said."""
    patch_constant(monkeypatch, "web.shown.largest.ROWS", rows)
    patch_constant(monkeypatch, "web.shown.largest.COLUMNS", columns)
    down, across = (("a", "a"), ("b", "b"), ("c", "c")), (("x", "x"), ("y", "y"))
    with site.test_request_context():
        left, top, cells, said = largest(down, across, ((5, 1), (0, 1), (9, 0)))
    assert (len(left), len(top), bool(said)) == (rows, columns, cut)
    assert [name for name, _ in left] == (["a", "b", "c"] if rows == 3 else ["a", "c"])
    assert all(len(row) == columns for row in cells)


def _tree(*values: str) -> tuple[FacetValue, ...]:
    children = tuple(FacetValue(f"甲/{value}", value, 1) for value in values)
    return (FacetValue("甲", "甲", len(values), children=children), FacetValue("none", "未标明", 1))


@pytest.mark.parametrize(("most", "listed"), [(4, 4), (3, 3), (1, 1)])
def test_places_offered_are_the_upper_ones(monkeypatch: pytest.MonkeyPatch, most: int, listed: int) -> None:
    """Of a tree the places from the top down, as many as the bound allows."""
    patch_constant(monkeypatch, "web.shown.advanced.MOST_PLACES", most)
    tree = _tree("一", "二", "三")
    assert all_places(tree) == ("甲", "甲/一", "甲/二", "甲/三")[:listed]
    assert sum(map(_count_places, tree)) == 4


def test_the_home_page_lists_some_and_counts_all(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient) -> None:
    """With one row of a facet and no place of a document the page still leads to all of them."""
    whole = page(reader, "/")
    for constant, value in (("ROWS_SHOWN", 1), ("PLACES_SHOWN", 0)):
        patch_constant(monkeypatch, f"web.shown.home.{constant}", value)
    few = page(reader, "/")
    assert len(words(few)) < len(words(whole))
    links = (
        {str(link.attributes.get("href")) for link in tree.css("main a") if "/facet/" in str(link.attributes.get("href"))}
        for tree in (few, whole)
    )
    assert next(links) >= next(links)


@pytest.mark.parametrize(("longest", "text"), [(4, "蘑菇大棚"), (3, "蘑菇大…")])
def test_titles_say_so_much_of_a_query(monkeypatch: pytest.MonkeyPatch, site: Flask, longest: int, text: str) -> None:
    """A query as long as the bound is in the title whole, a longer one ends in an ellipsis."""
    patch_constant(monkeypatch, "web.shown.labels.LONGEST_TITLE", longest)
    with site.test_request_context():
        assert page_title(SearchState().with_query("蘑菇大棚")).split(" · ")[0].startswith(text)


@pytest.mark.parametrize(("named", "more"), [(3, False), (2, True)])
def test_titles_name_so_many_filters_and_count_them(monkeypatch: pytest.MonkeyPatch, site: Flask, named: int, more: bool) -> None:
    """Three filters are named where three are, else the title says how many there are."""
    patch_constant(monkeypatch, "web.shown.labels.MOST_NAMED", named)
    with site.test_request_context():
        state = SearchState().with_query("a").add("year", "2018").add("year", "2019").add("year", "2020")
        assert ("等 3 项" in page_title(state)) is more


@pytest.mark.parametrize(("shown", "text"), [(3, "2012、2015–2016、2019"), (2, "2015–2016、2019")])
def test_of_many_years_the_latest_are_shown(monkeypatch: pytest.MonkeyPatch, shown: int, text: str) -> None:
    """Runs of years, the latest of them."""
    patch_constant(monkeypatch, "web.shown.results.YEARS_SHOWN", shown)
    assert year_text([2012, 2015, 2016, 2019]) == text


def test_labels_of_a_hit_that_are_not_named_are_counted(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient) -> None:
    """A hit names some of its places and types; where it names fewer than it has, it says how many it has."""
    whole = words(page(reader, "/search?q=蘑菇"))
    for constant in ("PLACES_SHOWN", "TYPES_SHOWN"):
        patch_constant(monkeypatch, f"web.shown.results.{constant}", 1)
    few = words(page(reader, "/search?q=蘑菇"))
    assert "密云区、" not in few or few != whole
    assert few.count("等 2") > whole.count("等 2")


def test_words_of_trends_are_bounded(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient) -> None:
    """As many words as the bound allows are drawn, and they are in the box, so that what was left out is seen."""
    assert asked_words("蘑菇，大棚，教师") == ("蘑菇", "大棚", "教师")
    patch_constant(monkeypatch, "web.shown.studies.MOST_WORDS", 2)
    assert asked_words("蘑菇，大棚，教师") == ("蘑菇", "大棚")
    box = page(reader, "/trends?words=蘑菇，大棚，教师").css_first("input[name=words]")
    assert box is not None
    assert box.attributes["value"] == "蘑菇，大棚"
    patch_constant(monkeypatch, "web.routes.studies.LONGEST", 2)
    box = page(reader, "/trends?words=蘑菇，大棚，教师").css_first("input[name=words]")
    assert box is not None
    assert box.attributes["value"] == "蘑菇"


@pytest.mark.parametrize(("most", "said"), [(10**6, False), (1, True)])
def test_a_comparison_of_some_passages_says_so(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, most: int, said: bool) -> None:
    """Words of two sets are those of all of their passages, or it is said of how many; totals are of all; values are cut to the largest."""
    patch_constant(monkeypatch, "search.answering.library_search.MOST_COMPARED", most)
    text = words(page(reader, "/compare?q=蘑菇&with=教师"))
    assert ("每组只数了前 1 条里的词" in text) is said
    assert "12 条，出自 4 篇" in text
    patch_constant(monkeypatch, "web.shown.studies.TOP_VALUES", 1)
    assert text != words(page(reader, "/compare?q=蘑菇&with=教师"))


@pytest.mark.parametrize(("gap", "years"), [(3, [2010, 2013, 2014]), (2, [2013, 2014])])
def test_years_far_apart_share_no_chart(monkeypatch: pytest.MonkeyPatch, gap: int, years: list[int]) -> None:
    """A gap as wide as the bound is drawn, a wider one ends the chart, unless a year beyond it is chosen."""
    patch_constant(monkeypatch, "web.shown.charts.GAP", gap)
    known = [(2010, 1, "", False), (2013, 5, "", False), (2014, 5, "", False)]
    assert [one[0] for one in stretch(known)] == years
    assert [one[0] for one in stretch([(2010, 1, "", True), *known[1:]])] == [2010, 2013, 2014]


@pytest.mark.parametrize("shades", [1, 2, 5])
def test_shades_run_from_none_to_the_darkest(monkeypatch: pytest.MonkeyPatch, shades: int) -> None:
    """Nothing has none, the largest the darkest, and more is never lighter."""
    patch_constant(monkeypatch, "web.shown.charts.SHADES", shades)
    found = [shade(count, 10) for count in range(11)]
    assert found[0] == 0
    assert found[1] == 1
    assert found[-1] == shades
    assert found == sorted(found)


# --- pages of a document, answers --------------------------------------------------------------------------------------------


def test_a_long_document_is_shown_with_fewer_labels_and_counts_its_figures(
    monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, library: Library
) -> None:
    """A document of more passages than the bound is shown whole with labels closed; of its figures some are listed and all are counted."""
    document = library.documents()[0]
    whole = page(reader, f"/d/{document.id}")
    patch_constant(monkeypatch, "web.shown.document.LABELS_UP_TO", document.passages - 1)
    heavy = page(reader, f"/d/{document.id}")
    assert len(str(heavy.html)) < len(str(whole.html))
    assert [node.attributes["id"] for node in heavy.css(".text [id]")] == [node.attributes["id"] for node in whole.css(".text [id]")]
    patch_constant(monkeypatch, "web.shown.document.LABELS_UP_TO", document.passages)
    assert len(str(page(reader, f"/d/{document.id}").html)) == len(str(whole.html))
    figures = library.document(document.id).document
    assert figures is not None
    count = sum(len(passage.figures) for passage in figures.passages)
    assert count > 1
    patch_constant(monkeypatch, "web.shown.document.FIGURES_UP_TO", 1)
    assert str(count) in words(page(reader, f"/d/{document.id}"))


@pytest.mark.parametrize(("whole", "part"), [(4, 2), (4, 4), (6, 2)])
def test_parts_of_a_document_are_the_document(
    monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, library: Library, whole: int, part: int
) -> None:
    """A document of six passages on one page, or in parts: every passage is in one part, in order, and behind the last there is none."""
    document = library.documents()[0]
    assert document.passages == 6
    ids = [one.id for one in library.document(document.id).document.passages]
    patch_constant(monkeypatch, "web.shown.parts.LONGEST_WHOLE", whole)
    patch_constant(monkeypatch, "web.shown.parts.PART", part)
    parts = 1 if whole >= 6 else -(-6 // part)
    shown = [
        [str(node.attributes["id"]) for node in page(reader, f"/d/{document.id}?part={number}").css("[id]")]
        for number in range(1, parts + 1)
    ]
    assert [id_ for one in shown for id_ in one if id_ in ids] == ids
    assert (reader.get(f"/d/{document.id}?part={parts + 1}").status_code == 404) is (parts > 1)


def test_a_long_outline_and_what_was_removed_are_cut(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, library: Library) -> None:
    """With no room for headings and removals the page has all of its passages still."""
    document = library.documents()[0].id
    whole = page(reader, f"/d/{document}").css(".text [id]")
    for constant in ("OUTLINE_UP_TO", "REMOVED_UP_TO"):
        patch_constant(monkeypatch, f"web.shown.document.{constant}", 0)
        assert len(page(reader, f"/d/{document}").css(".text [id]")) == len(whole) > 0


@pytest.mark.parametrize(("told", "lines"), [(5, 4), (2, 2)])
def test_an_answer_lists_some_and_counts_all(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, told: int, lines: int) -> None:
    """Four counties are listed where there is room; the sentence above counts four either way."""
    patch_constant(monkeypatch, "web.shown.relations.TOLD", told)
    answer = page(reader, "/search?q=密云帮扶哪些县").css_first(".told")
    assert answer is not None
    assert "4 个" in answer.text()
    assert sum(taker in answer.text() for taker in TAKERS) == lines


def test_amounts_of_a_pair_are_cut_not_lost(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient) -> None:
    """A line names some amounts of a pair; its own page has all of them."""
    patch_constant(monkeypatch, "web.shown.relations.AMOUNTS", 1)
    line = words(page(reader, "/relations?supporter=北京市/密云区&recipient=河北省/承德市/滦平县"))
    whole = words(page(reader, "/relation/北京市/密云区→河北省/承德市/滦平县"))
    assert all(amount in whole for amount in ("110万元", "120万元", "130万元"))
    assert "滦平县" in line


@pytest.mark.parametrize(("most", "said"), [(40, False), (0, True)])
def test_the_page_of_shared_sentences_says_where_it_stops(
    monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, library: Library, most: int, said: bool
) -> None:
    """Where sentences were not followed the page says that it looked at a part; places that are not named are counted."""
    document = library.documents()[0].id
    patch_constant(monkeypatch, "search.answering.shared.MOST_FOLLOWED", max(most, 1))
    patch_constant(monkeypatch, "search.answering.shared.MOST_SENTENCES", most or 1)
    patch_constant(monkeypatch, "search.answering.shared.PLACES", 1)
    patch_constant(monkeypatch, "search.answering.shared.SHORTEST", 3)
    text = words(page(reader, f"/d/{document}/shared"))
    assert ("只看了前面的一部分" in text) is said
    assert said or "另有 2 段" in text


@pytest.mark.parametrize(("years", "listed"), [(12, 3), (1, 1)])
def test_years_to_choose_pairs_by_are_the_fullest(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, years: int, listed: int) -> None:
    """As many years as the bound allows are offered."""
    patch_constant(monkeypatch, "web.routes.who_helps.PAIR_YEARS", years)
    found = {
        year for year in ("2017", "2018", "2019") for link in page(reader, "/pairs").css("main .pickers a") if link.text().strip() == year
    }
    assert len(found) == listed


def test_the_page_of_a_place_lists_its_largest_amounts(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient) -> None:
    """Of the amounts read for a place the first are listed; with room for one, one is."""
    whole = words(page(reader, "/place/北京市/密云区"))
    patch_constant(monkeypatch, "web.routes.who_helps.PLACE_ROWS", 1)
    few = words(page(reader, "/place/北京市/密云区"))
    assert whole.count("万元") > few.count("万元") > 0
    assert "430万元" in few


def test_kept_pages_are_counted_with_their_own_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three pages of ten bytes are kept in thirty where a page weighs its bytes alone; where each weighs ten more, one is."""
    for overhead, kept in ((0, 3), (10, 1), (25, 0)):
        patch_constant(monkeypatch, "web.kept.OVERHEAD", overhead)
        pages = KeptPages(30)
        for key in "abc":
            pages.put(key, KeptPage(bytes(10), key))
        assert sum(pages.get(key) is not None for key in "abc") == kept


@pytest.mark.parametrize("entries", [1, 3, 50])
def test_pages_of_a_feed_are_the_feed(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, entries: int) -> None:
    """From page to page every hit is an entry once."""
    patch_constant(monkeypatch, "web.routes.machine.FEED_ENTRIES", entries)
    seen: list[str] = []
    for number in range(1, 14):
        found = re.findall(r"<entry>.*?<id>([^<]+)</id>", reader.get(f"/feed.atom?q=蘑菇&page={number}").get_data(as_text=True), re.DOTALL)
        seen += found
        if len(found) < entries:
            break
    assert len(seen) == len(set(seen)) == 12


@pytest.mark.parametrize("quotes", [1, 2, 50])
def test_quotes_of_a_pair_are_in_pages(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, library: Library, quotes: int) -> None:
    """Every clause that says a pair is on one page, and behind the last page there is none."""
    patch_constant(monkeypatch, "web.routes.who_helps.PAIR_QUOTES", quotes)
    said = library.pair("北京市/密云区", "河北省/承德市/滦平县").clauses.total
    assert said > 2
    url, pages = "/relation/北京市/密云区→河北省/承德市/滦平县", -(-said // quotes)
    shown = [page(reader, f"{url}?page={number}").html for number in range(1, pages + 1)]
    assert len(set(shown)) == pages
    assert reader.get(f"{url}?page={pages + 1}").status_code == 404


def test_amounts_of_a_place_are_the_largest_read(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient) -> None:
    """With one amount read it is the largest of the place."""
    whole = words(page(reader, "/place/北京市/密云区"))
    patch_constant(monkeypatch, "web.routes.who_helps.PLACE_READ", 1)
    text = words(page(reader, "/place/北京市/密云区"))
    assert "430万元" in text
    assert text.count("410万元") < whole.count("410万元")


@pytest.mark.parametrize(("described", "whole"), [(10**6, True), (5, False)])
def test_a_document_is_described_by_its_beginning(
    monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, library: Library, described: int, whole: bool
) -> None:
    """The description of its page holds its first paragraph up to the bound."""
    patch_constant(monkeypatch, "web.routes.reading.DESCRIBED", described)
    tag = page(reader, f"/d/{library.documents()[0].id}").css_first('meta[name="description"]')
    assert tag is not None
    assert (len(str(tag.attributes["content"])) > 5) is whole


@pytest.mark.parametrize(("children", "more"), [(6, False), (1, True)])
def test_a_branch_of_a_facet_shows_some_and_leads_to_all(
    monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, children: int, more: bool
) -> None:
    """Two districts stand below the city where two are shown; else one, and the link to the whole list."""
    patch_constant(monkeypatch, "web.shown.facets.CHILDREN_SHOWN", children)
    panels = page(reader, "/search?q=蘑菇").css("form a[href*='region=']") or page(reader, "/search?q=蘑菇").css("a[href*='region=']")
    shown = {link.text().strip() for link in panels}
    assert ({"承德市", "张家口市"} <= {name.split(" ")[0].strip() for name in shown}) is not more
    assert page(reader, "/search?q=蘑菇").css("a[href*='/facet/region']")


@pytest.mark.parametrize(("shown", "listed"), [(2, 2), (1, 1)])
def test_a_shut_panel_previews_some_values(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, shown: int, listed: int) -> None:
    """Two values where two are previewed, else one; the way to all of them stands below."""
    patch_constant(monkeypatch, "web.shown.facets.SHUT_SHOWN", shown)
    panel = page(reader, "/search?q=蘑菇").css_first(".folded:has(input[name=about])")
    assert panel is not None
    assert len(panel.css("input[type=checkbox]")) == listed
    assert panel.css("a[href*='/facet/about']")


@pytest.mark.parametrize(("narrowest", "first"), [(6, "1981"), (12, "2001")])
def test_bars_leave_room_to_be_hit(monkeypatch: pytest.MonkeyPatch, narrowest: int, first: str) -> None:
    """Of more years than have room, the earliest leave the drawing."""
    patch_constant(monkeypatch, "web.shown.charts.NARROWEST", narrowest)
    assert histogram([(year, 3, "/", False) for year in range(1980, 2021)], width=240, height=48).first == first


@pytest.mark.parametrize(("most", "cited"), [(2, {1: "p1", 2: "p2"}), (1, {})])
def test_a_page_of_many_articles_is_cited_as_a_whole(monkeypatch: pytest.MonkeyPatch, most: int, cited: dict[int, str]) -> None:
    """Two articles have a citation each where two may; of more, the document is cited."""
    patch_constant(monkeypatch, "web.routes.reading.MOST_ARTICLES", most)
    passages = tuple(Passage(f"p{at}", "d", at, BlockKind.BODY, "文", (), article=at, article_title=f"题{at}") for at in (1, 2))
    found: Any = SimpleNamespace(document=Document("d", "版面", "d.txt", "", "txt", passages))
    assert _article_citations(found, lambda identifier: identifier) == cited


@pytest.mark.parametrize(("shown", "units"), [(3, ["甲公司", "乙公司", "丙公司"]), (2, ["甲公司", "乙公司"])])
def test_units_of_a_document_are_those_it_names_most(monkeypatch: pytest.MonkeyPatch, site: Flask, shown: int, units: list[str]) -> None:
    """Three units help a place: as many are named as the bound allows, those said most first."""
    patch_constant(monkeypatch, "web.shown.document.UNITS_SHOWN", shown)
    taker = Party("河北省", "河北省")
    said = tuple(
        Relation(Party(name, "", True), taker, "帮扶", 0, 1) for name in ("丙公司", "甲公司", "甲公司", "乙公司", "甲公司", "乙公司")
    )
    document = Document("d", "题", "d.txt", "", "txt", (Passage("p", "d", 1, BlockKind.BODY, "文", (), relations=said),))
    with site.test_request_context():
        assert [link.label for link in _units(document, SearchState(), site_of_request().urls())] == units


@pytest.mark.parametrize("quoted", [5, 120])
def test_copies_are_looked_for_by_so_much_of_their_text(monkeypatch: pytest.MonkeyPatch, reader: FlaskClient, quoted: int) -> None:
    """The link to the copies of a passage quotes its beginning, or all of it."""
    patch_constant(monkeypatch, "web.shown.results.QUOTED", quoted)
    links = [str(link.attributes["href"]) for link in page(reader, "/search?q=互派二十名教师").css("a[href*='/locate?quote=']")]
    quotes = [parse_qs(urlsplit(link).query)["quote"][0] for link in links]
    text = "两地的中学每年秋天互派二十名教师听课，为期一个学期。"
    assert quotes
    assert all(text.startswith(one) for one in quotes)
    assert {len(one) for one in quotes} == {min(quoted, len(text))}


# --- the drawing of China -------------------------------------------------------------------------------------------------------


def test_outlines_are_as_coarse_as_wished(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bend is kept where it is wider than the bound, and rings smaller than theirs are left out, but never the first."""
    line = [(0.0, 0.0), (5.0, 1.0), (10.0, 0.0)]
    ring = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0), (0.0, 0.0)]
    for coarse, small, points, rings in ((0.9, 3.0, 3, 2), (1.1, 5.0, 2, 1)):
        patch_constant(monkeypatch, "web.data.compile_china.COARSE", coarse)
        patch_constant(monkeypatch, "web.data.compile_china.SMALL", small)
        assert len(simplified(line)) == points
        assert outline([ring, ring]).count("M") == rings
