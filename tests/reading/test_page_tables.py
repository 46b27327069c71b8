"""Tables whose cells are drawn: rows with their cells, whatever draws the borders, and the text around them in its order."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model import Box, SourceLine
from search.reading.found import source_of
from search.reading.page import Piece, Sheet, arranged, ruled
from search.reading.pdf import read_pdf
from search.settings import Settings
from tests.reading.pdf_maker import Text, make_pdf
from tests.reading.typeset import column, piece, sheet

ABOVE = "两地今年上半年的帮扶资金已经全部拨付到位，各县的项目陆续开工建设，具体安排见下面的表格，请各单位对照执行。"
BELOW = "以上项目由县发展和改革局会同帮扶工作队按月调度，年底前全部完工并组织验收，验收结果向社会公布，接受监督。"
XS, YS = (40.0, 140.0, 260.0, 380.0), (200.0, 230.0, 260.0, 290.0, 320.0)
TEXTS = (("县名", "资金（万元）", "项目"), ("东川", "320", "茶园"), ("西山", "210", "冷库"), ("北原", "415", "道路"))


def _borders(xs: tuple[float, ...] = XS, ys: tuple[float, ...] = YS) -> list[Box]:
    """The four sides of every cell as thin boxes."""
    flat = [(left, y, right, y + 0.5) for left, right in pairwise(xs) for y in ys]
    return flat + [(x, top, x + 0.5, foot) for top, foot in pairwise(ys) for x in xs]


def _cells(texts: tuple[tuple[str, ...], ...] = TEXTS) -> list[Piece]:
    return [piece(text, XS[at] + 4, YS[row] + 8) for row, line in enumerate(texts) for at, text in enumerate(line) if text]


def _page(rules: list[Box], frames: list[Box], cells: list[Piece]) -> Sheet:
    page = sheet(column([ABOVE], 40.0, 100.0, 34), cells, column([BELOW], 40.0, 350.0, 34))
    page.rules, page.frames = rules, frames
    return page


def _rows(page: Sheet) -> list[SourceLine]:
    return [line for line in arranged([page]).lines if line.style == "table"]


def _frames() -> list[Box]:
    return [(left, top, right, foot) for top, foot in pairwise(YS) for left, right in pairwise(XS)]


def _whole_lines() -> list[Box]:
    return [(XS[0], y, XS[-1], y) for y in YS] + [(x, YS[0], x, YS[-1]) for x in XS]


@pytest.mark.parametrize(("rules", "frames"), [(_borders(), []), ([], _frames()), (_whole_lines(), [])], ids=["sides", "frames", "lines"])
def test_rows_have_their_cells(rules: list[Box], frames: list[Box]) -> None:
    """Borders drawn side by side, as rectangles or from end to end give the same rows."""
    assert [line.cells for line in _rows(_page(rules, frames, _cells()))] == list(TEXTS)
    assert [line.text for line in _rows(_page(rules, frames, _cells()))] == [" | ".join(row) for row in TEXTS]


def test_the_table_stands_between_the_paragraphs_around_it() -> None:
    """What stands above comes before, what stands below after."""
    styles = ["table" if line.style else "text" for line in arranged([_page(_borders(), [], _cells())]).lines if line.text]
    assert styles == ["text", "text", "table", "table", "table", "table", "text", "text"]


def test_a_cell_over_several_rows_stands_in_each() -> None:
    """Where no line parts two cells they are one: it is written once, and is a cell of every row it spans."""
    rules = [line for line in _borders() if line[:2] != (XS[0], YS[2])]
    cells = [part for part in _cells() if part.text not in {"东川", "西山"}]
    rows = _rows(_page(rules, [], [*cells, piece("两县", XS[0] + 4, YS[2] - 5)]))
    assert [line.cells[0] for line in rows] == ["县名", "两县", "两县", "北原"]
    assert [line.text for line in rows][1:3] == ["两县 | 320 | 茶园", "210 | 冷库"]


def test_a_cell_over_several_columns_stands_in_each() -> None:
    """A head over two columns is a cell of both."""
    rules = [line for line in _borders() if line != (XS[2], YS[0], XS[2] + 0.5, YS[1])]
    cells = [part for part in _cells() if part.text not in {"资金（万元）", "项目"}]
    rows = _rows(_page(rules, [], [*cells, piece("安排情况", 220.0, YS[0] + 8)]))
    assert rows[0].cells == ("县名", "安排情况", "安排情况")
    assert rows[0].text == "县名 | 安排情况"


def test_lines_of_one_cell_are_one_text() -> None:
    """A cell of two lines is read as one, and its row is not parted."""
    cells = [part for part in _cells() if part.text != "茶园"]
    two = [piece("高山生态茶园", XS[2] + 4, YS[1] + 3, 8.0), piece("改造提升", XS[2] + 4, YS[1] + 15, 8.0)]
    rows = _rows(_page(_borders(), [], cells + two))
    assert rows[1].cells == ("东川", "320", "高山生态茶园改造提升")


@given(st.randoms(use_true_random=False))
def test_the_order_of_pieces_and_borders_says_nothing(shuffler: random.Random) -> None:
    """A table gives the same rows in any order of its text layer and of its lines."""
    expected = [(line.text, line.cells, line.box) for line in _rows(_page(_borders(), [], _cells()))]
    rules, page = _borders(), _page([], [], _cells())
    shuffler.shuffle(rules)
    shuffler.shuffle(page.pieces)
    page.rules = rules
    assert [(line.text, line.cells, line.box) for line in _rows(page)] == expected


def test_a_frame_around_columns_of_text_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells that hold more text than a cell does make the grid a frame; the text is read as before."""
    monkeypatch.setattr(ruled, "_LONGEST_CELL", 10)
    long = (TEXTS[0], ("东川县和西山县以及北原县", "320", "茶园"), *TEXTS[2:])
    assert not any(line.cells for line in arranged([_page(_borders(), [], _cells(long))]).lines)
    monkeypatch.setattr(ruled, "_LONGEST_CELL", 12)
    assert any(line.cells for line in arranged([_page(_borders(), [], _cells(long))]).lines)


@pytest.mark.parametrize(
    ("bound", "most"), [("_MOST_LINES", len(_borders())), ("_MOST_CROSSINGS", len(YS) * len(XS)), ("_MOST_GRIDS", 1), ("_MOST_CELLS", 12)]
)
def test_a_sheet_of_too_many_lines_is_a_drawing(bound: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides of the bounds on what is drawn."""
    monkeypatch.setattr(ruled, bound, most)
    assert any(line.cells for line in arranged([_page(_borders(), [], _cells())]).lines)
    monkeypatch.setattr(ruled, bound, most - 1)
    assert not any(line.cells for line in arranged([_page(_borders(), [], _cells())]).lines)


@pytest.mark.parametrize("drawing", ["one by one", "in one go", "rectangles"])
def test_a_table_of_a_pdf_has_its_cells(drawing: str) -> None:
    """Borders stroked one by one, as one path, or as rectangles, under a page that is turned upside down in its coordinates."""
    xs, ys = (60, 200, 340, 480), (700, 670, 640, 610, 580)
    lines = [f"{xs[0]} {y} m {xs[-1]} {y} l" for y in ys] + [f"{x} {ys[0]} m {x} {ys[-1]} l" for x in xs]
    paths = {
        "one by one": " S ".join(lines) + " S",
        "in one go": " ".join(lines) + " S",
        "rectangles": " ".join(f"{x} {foot} {right - x} {top - foot} re S" for top, foot in pairwise(ys) for x, right in pairwise(xs)),
    }[drawing]
    texts = [Text(xs[at] + 6, ys[row] - 20, text) for row, line in enumerate(TEXTS) for at, text in enumerate(line)]
    shown = b"".join(
        b"BT /F1 %g Tf %g %g Td <%s> Tj ET\n" % (text.size, text.x, text.y, text.words.encode("utf-16-be").hex().encode()) for text in texts
    )
    data = make_pdf([[]], content=paths.encode() + b"\n" + shown)
    reading = read_pdf(source_of("表.pdf", data), Settings())
    assert [line.cells for line in reading.lines if line.style == "table"] == list(TEXTS)


@pytest.mark.parametrize(("high", "by_leaf"), [(590.0, True), (840.0, False)])
def test_an_opened_book_is_read_leaf_by_leaf(high: float, by_leaf: bool) -> None:
    """A form on the right leaf, whose cells show no gutter, does not come before what stands on the left one; on a sheet that is not
    broad, text beside a form is read by height."""
    texts = ("建筑工程施工许可证的正本", "编号一〇二四", "根据审查结果准予施工的建设项目名单", "特发此证", "发证机关和日期见附页")
    left = [piece(text, 60.0, 170.0 + 40 * at, 18.0) for at, text in enumerate(texts)]
    page = sheet(left, [Piece(cell.text, cell.left + 420, cell.top, cell.right + 420, cell.bottom, cell.size) for cell in _cells()])
    page.rules = [(line[0] + 420, line[1], line[2] + 420, line[3]) for line in _borders()]
    page.width, page.height = 840.0, high
    found = [line.text.strip() for line in arranged([page]).lines if line.text.strip()]
    assert (found[: len(texts)] == list(texts)) is by_leaf
