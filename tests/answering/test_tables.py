"""Tables count what their cells open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from search import Library, SearchError, build, open_library
from search.answering.tables import cross_table
from search.results import Filters, Question


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    """The five seeds."""
    build(["seeds"], "memory:tables")
    with open_library("memory:tables") as opened:
        yield opened


@pytest.mark.parametrize("level", [1, 2, 3])
def test_pair_cells_open_what_they_count(library: Library, level: int) -> None:
    """The filters `supporter` and `recipient` of a cell give the number that stands in it."""
    table = library.pairs(Question(), level=level)
    assert any(any(row) for row in table.cells)
    for (supporter, _), row in list(zip(table.supporters, table.cells, strict=True))[:4]:
        for (recipient, _), count in list(zip(table.recipients, row, strict=True))[:6]:
            view = Question(filters=Filters.read({"supporter": supporter, "recipient": recipient}))
            assert library.relations(view, limit=0).total == count


def test_districts_of_municipalities_are_in_the_county_table(library: Library) -> None:
    """密云区 stands right below 北京市 and is a supporter of county level all the same."""
    assert "密云区" in {name for _, name in library.pairs(Question(), level=3).supporters}


@pytest.mark.parametrize(("rows", "columns"), [("region", "year"), ("program", "year"), ("region", "program")])
def test_cross_cells_open_what_they_count(library: Library, rows: str, columns: str) -> None:
    """Choosing both values of a cell gives its count."""
    view = Question("扶贫")
    table = library.cross(view, rows, columns)
    for (a, _), row in list(zip(table.rows, table.cells, strict=True))[:5]:
        for (b, _), count in list(zip(table.columns, row, strict=True))[:5]:
            assert library.count(replace(view, filters=Filters.read({rows: a, columns: b}))) == count


def test_a_table_of_one_facet_twice_is_refused(library: Library) -> None:
    """Two different facets make a table."""
    with pytest.raises(SearchError):
        library.cross(Question(), "year", "year")


def test_figures_keep_to_unit_and_bounds(library: Library) -> None:
    """Every figure of a filtered table is of the unit and between the bounds."""
    table = library.figures(Question("密云"), unit="CNY", minimum=10_000_000, maximum=100_000_000)
    assert table.rows
    assert all(row.figure.unit == "CNY" and 10_000_000 <= row.figure.value <= 100_000_000 for row in table.rows)
    assert any(row.figure.value == 98_010_000 for row in table.rows)
    assert table.total == len(table.rows)


def test_figures_are_filtered_by_their_own_year(library: Library) -> None:
    """A year chosen is the figure's, not its passage's; a page of figures is a slice of all, and sums hold totals of one unit only."""
    year = Filters.read({"year": "2018"})
    table = library.figures(Question(filters=year))
    assert table.rows
    assert all(2018 in row.figure.years for row in table.rows)
    page = library.figures(Question(filters=year), sort="value-desc", offset=3, limit=4)
    assert page.total == table.total == len(table.rows)
    values = sorted((row.figure.value for row in table.rows), reverse=True)
    assert [row.figure.value for row in page.rows] == values[3:7]
    totals = [row.figure.value for row in table.rows if row.figure.unit == "CNY" and row.figure.per is None and row.figure.change is None]
    assert table.sums["CNY"][0] == len(totals)
    assert table.sums["CNY"][1] == pytest.approx(sum(totals))
    assert library.figures(Question(filters=year), per="rate").total == dict(table.pers).get("rate", 0)


def test_relations_are_pairs_with_their_clauses(library: Library) -> None:
    """A pair is one row with all that says so: its kinds, its beginning, and quotes that name both sides."""
    table = library.relations(Question(filters=Filters.read({"supporter": "北京市/丰台区"})))
    (row,) = [row for row in table.rows if (row.supporter, row.recipient) == ("北京市/丰台区", "内蒙古自治区/赤峰市/林西县")]
    assert row.since == 1996
    assert row.sinces == (1996, 2011)
    assert row.kinds[0] == "对口帮扶"
    assert row.said == len(row.evidence) > 2
    assert all("林西" in one.quote for one in row.evidence)


QUESTIONS = [
    ("谁帮助赤城县", "who", "海淀区→赤城县"),
    ("赤城县由谁帮扶？", "who", "海淀区→赤城县"),
    ("密云帮扶哪些县", "whom", "密云区→滦平县"),
    ("丰台什么时候开始帮扶林西", "since", "丰台区→林西县"),
    ("海淀区和赤城县什么时候结对", "since", "海淀区→赤城县"),
    ("滦平县由谁帮扶", "who", "密云区→滦平县"),
    ("谁对口支援玉树市", "who", "密云区→玉树市"),
    ("林西县得到谁的帮扶", "who", "丰台区→林西县"),
]


@pytest.mark.parametrize(("text", "asks", "pair"), QUESTIONS)
def test_questions_are_answered_from_records(library: Library, text: str, asks: str, pair: str) -> None:
    """A question of who helps whom or since when is told from relations, with the pair it asks for among them."""
    told = library.told(text)
    assert told is not None
    assert told.asks == asks
    assert pair in {f"{row.supporter.rpartition('/')[2]}→{row.recipient.rpartition('/')[2]}" for row in told.relations}


@pytest.mark.parametrize(
    ("text", "chosen", "answer"), [("财政援助资金", {"unit": "CNY", "per": "total"}, "9801万元"), ("县均 资金", {"per": "县"}, "4000万元")]
)
def test_amounts_are_two_clicks_away(library: Library, text: str, chosen: dict[str, str], answer: str) -> None:
    """A word and a choice of unit or rate show the amount an analyst asks for."""
    table = library.figures(Question(text), unit=chosen.get("unit"), per=chosen.get("per"))
    assert answer in {row.figure.text for row in table.rows}


def test_amount_of_a_year_is_told_from_figures(library: Library) -> None:
    """How much a place gave in a year is told by figures of that place and year; what nobody says is told as such, and a search is none."""
    told = library.told("北京2018年投入多少")
    assert told is not None
    assert "65.16亿元" in {row.figure.text for row in told.figures}
    nothing = library.told("谁帮助萍乡市")
    assert nothing is not None
    assert (nothing.relations, nothing.total) == ((), 0)
    assert library.told("消费扶贫 密云") is None


def test_neighbours_walk_the_result_list(library: Library) -> None:
    """Previous and next lead through the hits in their order."""
    view = Question("招聘会")
    ids = [hit.passage.id for hit in library.search(view).hits]
    assert len(ids) > 3
    for at, id_ in enumerate(ids):
        before, after, rank = library.neighbours(view, id_)
        assert rank == at + 1
        assert before == (ids[at - 1] if at else None)
        assert after == (ids[at + 1] if at + 1 < len(ids) else None)


def test_related_passages_are_of_other_documents(library: Library) -> None:
    """What is offered beside a passage comes from elsewhere."""
    hit = library.search("消费扶贫分中心").hits[0]
    related = library.related(hit.passage.id)
    assert related
    assert all(one.passage.document_id != hit.passage.document_id for one in related)


def test_explained_labels_name_their_reason(library: Library) -> None:
    """Every label of every passage has a reason that quotes the text or says whom it was taken from."""
    for document in library.documents()[:2]:
        for passage in library.document(document.id).document.passages[:12]:
            explained = library.explain(passage.id)
            for facet in ("regions", "years", "programs"):
                assert all(entry["why"] for entry in explained[facet])


@pytest.mark.parametrize(("rows", "columns"), [("region", "program"), ("program", "region"), ("region", "year"), ("year", "program")])
def test_the_unlabelled_come_last(rows: str, columns: str) -> None:
    """未标明 is the last row and the last column, in tables of any two fields."""
    values = {"region": ("北京市", "云南省", "none"), "year": ("2021", "2019", "none"), "program": ("labour", "consumption", "none")}
    cells = {(a, b): 1 for a in values[rows] for b in values[columns]}
    table = cross_table(cells, rows, columns, level=1, total=9)
    assert [value for value, _ in table.rows][-1] == "none"
    assert [value for value, _ in table.columns][-1] == "none"
    assert len(table.rows) == len(table.columns) == 3
