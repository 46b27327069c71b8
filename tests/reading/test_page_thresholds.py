"""Where the page model changes path by size, distance or number: each constant with what lies on either side of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from search.model import Box, Setting, SourceLine
from search.reading.gridded import in_columns
from search.reading.ocr.sheet import ScannedLine, scanned_sheet
from search.reading.page import Glyphs, Piece, Sheet, arranged, sheet_of
from search.reading.page.captions import _lines_below
from search.reading.page.cut import _boxed, _Cut, _heads_columns, _is_float, _parted
from search.reading.page.drop_caps import with_drop_caps
from search.reading.page.excerpts import is_excerpt_across, mark_excerpts
from search.reading.page.furniture import _is_masthead, mark_furniture
from search.reading.page.half_lines import _Grid, _stretches
from search.reading.page.heads import _heads, apart_from_head
from search.reading.page.joining import joined_in_rows
from search.reading.page.marked import _Marks, _plainly_breaks, _roles
from search.reading.page.plausible import is_doubtful, is_plausible
from search.reading.page.rows import row_of
from search.reading.page.ruled import RuledTable, _is_ruled_paper, _lines, ruled_tables
from search.reading.page.setting import _edge, _right_edge
from tests.house.both_sides import Sides, both_sides
from tests.house.threshold_cases import cases_of, check_cases
from tests.reading.typeset import SIZE, piece

TABLE = Path(__file__).parent / "data" / "threshold_cases.toml"
CASES = cases_of(TABLE)
CONSTANTS: Final[tuple[str, ...]] = (
    "search.reading.gridded._FIRST",
    "search.reading.gridded._FULL_ROWS",
    "search.reading.gridded._MOST_COLUMNS",
    "search.reading.gridded._NEARLY",
    "search.reading.gridded._PROSE",
    "search.reading.ocr.sheet._BEARING",
    "search.reading.ocr.sheet._INK",
    "search.reading.ocr.sheet._LONG",
    "search.reading.ocr.sheet._MOST_EXCESS",
    "search.reading.ocr.sheet._SHARED",
    "search.reading.ocr.sheet._TELLING",
    "search.reading.page.arrange._GAP",
    "search.reading.page.arrange._INDENT",
    "search.reading.page.arrange._MAX_INDENT",
    "search.reading.page.arrange._OTHER_SIZE",
    "search.reading.page.arrange._TEXT_SHARE",
    "search.reading.page.captions._SMALL",
    "search.reading.page.columns._ALIGNED",
    "search.reading.page.columns._CELLS",
    "search.reading.page.columns._COLUMN",
    "search.reading.page.columns._DISPLAY",
    "search.reading.page.columns._FULL",
    "search.reading.page.columns._INDENT",
    "search.reading.page.columns._MARKED",
    "search.reading.page.columns._ONE_WIDTH",
    "search.reading.page.columns._OTHER_SIZE",
    "search.reading.page.columns._RAGGED",
    "search.reading.page.columns._WIDE_COLUMN",
    "search.reading.page.columns._WIDTH_STEP",
    "search.reading.page.columns._WORDY",
    "search.reading.page.cut._BOX_MOST",
    "search.reading.page.cut._BOX_ROWS",
    "search.reading.page.drop_caps._LINES",
    "search.reading.page.furniture._EDGE_ROWS",
    "search.reading.page.furniture._SMALL",
    "search.reading.page.glyphs._CHAIN",
    "search.reading.page.glyphs._LONG_SPACE",
    "search.reading.page.glyphs._NEAR",
    "search.reading.page.glyphs._PLAINLY",
    "search.reading.page.glyphs._SAME_SIZE",
    "search.reading.page.glyphs._SHIFT",
    "search.reading.page.heads._BLANK",
    "search.reading.page.heads._CENTRED",
    "search.reading.page.heads._DISPLAY",
    "search.reading.page.heads._SAME_HEIGHT",
    "search.reading.page.rows._WIDE",
    "search.reading.page.ruled._COVERED",
    "search.reading.page.ruled._SAME",
    "search.reading.page.ruled._THIN",
    "search.reading.page.setting._FEW",
    "search.reading.page.setting._HANGING",
    "search.reading.page.setting._NEAR_BODY",
    "search.reading.page.setting._OF_BODY",
    "search.reading.page.setting._SAME_EDGE",
)
"""The constants that the table has pages for."""
CLAUSE = "两地干部在田间共同商量来年的春耕，"


def piece_of(given: Sequence[Any]) -> Piece:
    """A piece from its text, box and size, whether it is bold, whether turned, and its block."""
    text, left, top, right, bottom, size, *marks = given
    bold, turned, block = marks or (False, False, -1)
    return Piece(text, left, top, right, bottom, size, bold, turned, block=block)


def shown(line: SourceLine) -> str:
    """A line with its style and its setting: column, em in front and behind, gap, size."""
    found = line.setting
    if found is None:
        return f"({line.style or '-'}) {line.text}"
    marks = "".join(name[0] for name in ("bold", "turned", "under_picture") if getattr(found, name))
    block = "" if found.block is None else f" §{found.block}"
    place = f"{found.column}: {found.start:.1f}…{found.room:.1f} ↕{found.gap:.2f} ×{found.size:.2f}"
    return f"{place}{marks and f' {marks}'}{block} {line.text}{' ▦' if line.style else ''}"


def told(given: dict[str, Any]) -> list[str]:
    """What is made of the sheets, the characters, the lines of a scan or the lines on a grid that are given."""
    if "sheets" in given:
        sheets = [_sheet(one) for one in given["sheets"]]
        return [shown(line) for line in arranged(sheets).lines]
    if "runs" in given:
        page = sheet_of(_glyphs(given["runs"]))
        made = sorted((part.text, round(part.left, 1), round(part.top, 1), part.turned) for part in page.pieces)
        return [f"vertical {page.vertical}", *(f"{text} {left},{top}{' turned' if turned else ''}" for text, left, top, turned in made)]
    if "scan" in given:
        found = [ScannedLine(((x, y), (x + w, y), (x + w, y + h), (x, y + h)), text, 0.98) for x, y, text, w, h in given["scan"]]
        sheet, _ = scanned_sheet(found, 600.0, 800.0)
        return [f"{part.text} {part.left:.1f}…{part.right:.1f} ×{part.size:.1f}" for part in sheet.pieces]
    lines = in_columns(tuple(SourceLine(number, text) for number, text in enumerate(given["grid"], 1)))
    return [shown(line) for line in lines or () if line.text]


def _sheet(given: dict[str, Any]) -> Sheet:
    """A sheet of its size, its pieces and the boxes of what is drawn on it."""
    width, height = given["size"]
    page = Sheet(width, height, [piece_of(one) for one in given["pieces"]])
    page.pictures, page.frames, page.rules = (_boxes(given.get(name, ())) for name in ("pictures", "frames", "rules"))
    return page


def _boxes(given: Sequence[Sequence[float]]) -> list[Box]:
    return [(left, top, right, bottom) for left, top, right, bottom in given]


def _glyphs(runs: Sequence[tuple[str, float, float, float, float, float]]) -> Glyphs:
    """Characters of runs: text, where the first begins, how far apart they are across and down, their size."""
    text = "".join(run[0] for run in runs)
    places = [(left + at * across, top + at * down + size) for run, left, top, across, down, size in runs for at in range(len(run))]
    sizes = np.array([run[5] for run in runs for _ in run[0]])
    widths = np.array([size if character > "\u2e7f" else size / 2 for character, size in zip(text, sizes, strict=True)])
    x, y = (np.array([place[axis] for place in places]) for axis in (0, 1))
    return Glyphs(text, x, y, widths, sizes, np.zeros(len(text), int), np.zeros(len(text), bool), 600.0, 800.0)


@pytest.mark.parametrize("constant", CONSTANTS)
def test_a_constant_parts_what_is_read(constant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page at the threshold is read in one way, and with another value of the constant in the other."""
    check_cases(monkeypatch, CASES, constant, told)


def test_the_table_has_pages_for_each_and_no_other() -> None:
    """Constants that are gone leave no case behind."""
    assert sorted({case.constant for case in CASES}) == sorted(CONSTANTS)


def side_by_side(rows: int, size: float = SIZE) -> list[Piece]:
    """Two columns of so many rows of running text."""
    return [piece(CLAUSE, left, 100 + 16 * row, size) for row in range(rows) for left in (20.0, 320.0)]


def grid_of(rows: int, columns: int, text: str = "茶园") -> Sheet:
    """A table of so many rows and columns, its borders drawn from end to end, the same text in each cell."""
    cells = [piece(text, 24 + 100 * column, 104 + 20 * row) for row in range(rows) for column in range(columns)]
    flat = [(20.0, 100.0 + 20 * row, 20.0 + 100 * columns, 100.0 + 20 * row) for row in range(rows + 1)]
    steep = [(20.0 + 100 * column, 100.0, 20.0 + 100 * column, 100.0 + 20 * rows) for column in range(columns + 1)]
    return Sheet(600.0, 800.0, cells, rules=flat + steep)


def tables_of(sheet: Sheet) -> int:
    """How many tables whose cells are drawn a sheet has."""
    return len(ruled_tables(sheet, sheet.pieces)[0])


def boxed(width: float) -> int:
    """How many pieces stand for those of a page with a drawn box of that width, which holds three of them."""
    beside = [piece(CLAUSE, 300.0, 100 + 16 * row) for row in range(6)]
    inside = [piece("茶园", 30.0, 110 + 16 * row) for row in range(3)]
    return len(_boxed(beside + inside, Sheet(600.0, 800.0, frames=[(20.0, 100.0, 20.0 + width, 170.0)]), _Cut(SIZE)))


def beside_cap(size: float, apart: float) -> int:
    """How many pieces a large letter and the two lines beside it are in the end."""
    lines = [piece(CLAUSE, 20 + size + apart, 100 + 10 * row) for row in range(2)]
    return len(with_drop_caps([piece("茶", 20.0, 98.0, size), *lines], SIZE))


def masthead(height: float) -> int:
    """How many pieces of a page are furniture: a small date whose middle is at that height, above two lines of text."""
    date = Piece("2031年3月5日", 20.0, height - 4, 90.0, height + 4, 8.0)
    sheet = Sheet(600.0, 800.0, [date, *(piece(CLAUSE, 20.0, height + 40 + 16 * row) for row in range(6))])
    return len(mark_furniture([sheet], SIZE)[0])


def stretches(apart: float) -> list[str]:
    """A line of text with a note in two half lines, so many points behind the text."""
    text = piece("茶园", 20.0, 100.0)
    note = [piece("上", 40 + apart, 98.0, 5.0), piece("下", 40 + apart, 107.0, 5.0)]
    return [one.text for one in _stretches([text], note, _Grid(10.0, 5.0, 20.0, 105.0))]


def joined(apart: float, words: tuple[str, str] = ("茶园", "冷库")) -> list[str]:
    """Two pieces of a row so many points apart as they are joined."""
    first = piece(words[0], 20.0, 100.0)
    return [one.text for one in joined_in_rows([first, piece(words[1], first.right + apart, 100.0)])]


def broken(size: float) -> bool:
    """Whether a line of that size plainly begins a block below one of the usual size."""
    usual, other = (Setting(1, 0.0, 0.0, 20.0, 1.0, one) for one in (1.0, size))
    return _plainly_breaks(SourceLine(1, CLAUSE), usual, other)


def roles(head: int) -> int:
    """How many of two blocks keep their role: a heading of so many characters and a paragraph of the rest to a hundred."""
    texts = ("茶" * head, "茶" * (100 - head))
    lines = [SourceLine(at, text, setting=Setting(1, 0.0, 0.0, 20.0, 1.0, 1.0, block=at)) for at, text in enumerate(texts)]
    return len(_roles(lines, [("H1",), ("P",)]))


def paper(rows: int) -> bool:
    """Whether the lines of a table of so many rows, one of them with two cells, part lines of text."""
    made = [row_of([piece(text, 20.0, 100.0)]) for text in ["茶园 | 冷库", *["茶园"] * (rows - 1)]]
    return _is_ruled_paper(RuledTable((0.0, 0.0, 1.0, 1.0), made))


def edge(shared: int, rows: int) -> float:
    """Where a column begins of whose rows so many begin farthest out, at 10, and all others at 20, but for one at 0."""
    return _edge([0.0] + [10.0] * shared + [20.0 + at * 6 for at in range(rows - shared - 1)], SIZE)


def right_edge(shared: int, beyond: int, rows: int) -> tuple[float, int]:
    """Where the rows of a column end, and how many do: so many at 500, so many farther out each at its own place, the rest before."""
    rest = rows - shared - beyond
    return _right_edge([500.0] * shared + [600.0 + 20 * at for at in range(beyond)] + [400.0 - 20 * at for at in range(rest)], SIZE)


def excerpt_rows(rows: int) -> bool:
    """Whether so many large rows across two columns whose sentences they part are an excerpt."""
    above, below = ([piece(CLAUSE, left, top + 16 * row) for row in range(4) for left in (20.0, 320.0)] for top in (100, 320))
    return is_excerpt_across(above, [piece("茶园兴村", 200.0, 200 + 20.0 * row, 14.0) for row in range(rows)], below, SIZE)


def excerpts_above(size: float) -> int:
    """How many rows are excerpts where one is large, and the row below it, which goes on that above it, is of a size."""
    parts = [piece(CLAUSE, 20.0, 100.0), piece("茶园", 20.0, 120.0, 14.0), piece(CLAUSE, 20.0, 140.0, size), piece(CLAUSE, 20.0, 156.0)]
    rows = [row_of([part]) for part in parts]
    mark_excerpts(rows, SIZE)
    return sum(row.caption for row in rows)


def cut_first(columns: int) -> int:
    """How many gutters of a page are cut along first whose first two columns begin together below a headline."""
    lefts = [20.0 + 150 * at for at in range(columns)]
    rows = [
        piece(CLAUSE[:13], left, top + 16 * row) for at, left in enumerate(lefts) for top in (140 if at < 2 else 60,) for row in range(6)
    ]
    through = [(left - 20, left) for left in lefts[1:]]
    return len(apart_from_head([piece("新账本", 60.0, 100.0, 24.0), *rows], through, SIZE))


DIRECT = [
    pytest.param("search.reading.page.excerpts._MOST_ROWS", 2, excerpt_rows, 2, 3, True, False),
    pytest.param("search.reading.page.excerpts._ONE_SIZE", None, excerpts_above, 10.25, 10.35, 1, 0),
    pytest.param("search.reading.page.heads._MOST_COLUMNS", 3, cut_first, 3, 4, 1, 3),
    pytest.param(
        "search.reading.page.captions._MOST_LINES",
        2,
        lambda rows: len(_lines_below((20.0, 20.0, 220.0, 90.0), [piece("茶园", 30.0, 94 + 9.0 * row, 8.0) for row in range(rows)], SIZE)),
        2,
        3,
        2,
        2,
    ),
    pytest.param("search.reading.page.cut._BOX_WIDTH", None, boxed, 80.5, 79.5, 7, 9),
    pytest.param("search.reading.page.cut._DEEPEST", 3, lambda depth: len(_parted(side_by_side(4), _Cut(SIZE), depth)), 3, 4, 2, 1),
    pytest.param(
        "search.reading.page.cut._FLOAT",
        None,
        lambda size: _is_float([piece(CLAUSE, 20.0, 100.0, size)], _Cut(SIZE)),
        9.5,
        9.7,
        True,
        False,
    ),
    pytest.param(
        "search.reading.page.cut._FLOAT_ROWS",
        2,
        lambda rows: _is_float([piece(CLAUSE, 20.0, 100 + 16.0 * row, 8.0) for row in range(rows)], _Cut(SIZE)),
        2,
        3,
        True,
        False,
    ),
    pytest.param(
        "search.reading.page.cut._HEAD_ROWS",
        2,
        lambda rows: _heads_columns(
            [piece("茶园", left, 60.0 - 20 * row, 14.0) for row in range(rows) for left in (30.0, 330.0)], side_by_side(4), _Cut(SIZE)
        ),
        2,
        3,
        True,
        False,
    ),
    pytest.param("search.reading.page.drop_caps._CLOSE", None, lambda apart: beside_cap(28.0, apart), 12.9, 13.1, 2, 3),
    pytest.param("search.reading.page.drop_caps._LARGE", None, lambda size: beside_cap(size, 2.0), 17.1, 16.9, 2, 3),
    pytest.param("search.reading.page.furniture._MARGIN", None, masthead, 159.0, 161.0, 1, 0),
    pytest.param(
        "search.reading.page.furniture._MAX_CHARS",
        10,
        lambda text: _is_masthead([piece(text, 20.0, 20.0, 8.0)], [], 0, SIZE),
        "2031年3月15日",
        "2031年11月15日",
        True,
        False,
    ),
    pytest.param("search.reading.page.half_lines._GOES_ON", None, stretches, 11.9, 12.1, ["茶园上下"], ["茶园", "上下"]),
    pytest.param(
        "search.reading.page.heads._BYLINE",
        5,
        lambda text: _heads([piece(text, 20.0, 100.0)], SIZE),
        "本报记者周",
        "本报记者周山",
        True,
        False,
    ),
    pytest.param("search.reading.page.joining.APART", None, joined, 4.1, 4.3, ["茶园冷库"], ["茶园", "冷库"]),
    pytest.param(
        "search.reading.page.joining.WORD_GAP",
        None,
        lambda apart: joined(apart, ("tea", "garden")),
        1.7,
        1.9,
        ["teagarden"],
        ["tea garden"],
    ),
    pytest.param("search.reading.page.marked._LIES", None, lambda denied: _Marks(50, denied).lies, 5, 6, False, True),
    pytest.param("search.reading.page.marked._FEW", None, lambda denied: _Marks(20, denied).lies, 3, 4, False, True),
    pytest.param("search.reading.page.marked._SIZE", None, broken, 1.05, 1.07, False, True),
    pytest.param("search.reading.page.marked._MOST_HEADS", None, roles, 35, 36, 2, 1),
    pytest.param(
        "search.reading.page.plausible._SHORTEST", 5, lambda text: is_plausible([piece(text, 20.0, 100.0)]), "¡¢£¤", "¡¢£¤¥", True, False
    ),
    pytest.param("search.reading.page.plausible._LINE_SHARE", None, is_doubtful, "茶" * 9 + "\ufffd", "茶" * 8 + "\ufffd", False, True),
    pytest.param(
        "search.reading.page.rows._LETTERS",
        4,
        lambda text: row_of([piece(one, 20 + 20.0 * at, 100.0) for at, one in enumerate(text)]).text,
        "夜校开课",
        "新账本",
        "夜校开课",
        "新 账 本",
    ),
    pytest.param(
        "search.reading.page.ruled._SHORTEST",
        None,
        lambda length: len(_lines(Sheet(600.0, 800.0, rules=[(20.0, 20.0, 20.0 + length, 20.0)]))[0]),
        3.1,
        2.9,
        1,
        0,
    ),
    pytest.param("search.reading.page.ruled._MOST_LINES", 6, lambda columns: tables_of(grid_of(2, columns)), 2, 3, 1, 0),
    pytest.param("search.reading.page.ruled._MOST_CELLS", 6, lambda columns: tables_of(grid_of(2, columns)), 3, 4, 1, 0),
    pytest.param("search.reading.page.ruled._LONGEST_CELL", 4, lambda text: tables_of(grid_of(2, 2, text)), "茶园冷库", "茶园冷库路", 1, 0),
    pytest.param("search.reading.page.ruled._TABULAR", None, paper, 4, 5, False, True),
    pytest.param("search.reading.page.setting._EDGE_ROWS", None, lambda shared: edge(shared, 40), 3, 2, 10.0, 0.0),
    pytest.param("search.reading.page.setting._EDGE_SHARE", None, lambda rows: edge(2, rows), 13, 20, 10.0, 0.0),
    pytest.param("search.reading.page.setting._FIRM_SHARE", None, lambda shared: right_edge(shared, 0, 20), 4, 3, (500.0, 4), (500.0, 1)),
    pytest.param(
        "search.reading.page.setting._BEYOND_SHARE", None, lambda beyond: right_edge(10, beyond, 20), 2, 3, (500.0, 10), (640.0, 1)
    ),
]
"""Constant, its value in the test (None: its own), what is asked, what is given just on this side and on the other, and both answers."""


@pytest.mark.parametrize(("constant", "sides"), both_sides(DIRECT))
def test_what_lies_on_either_side_is_told_apart(monkeypatch: pytest.MonkeyPatch, constant: str, sides: Sides) -> None:
    """What is given on either side of a constant, as near to it as can be, is taken in one way and in the other."""
    sides.check(monkeypatch, constant)
