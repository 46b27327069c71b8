"""The page model: order by headlines and gutters, never by the order of the pieces; places and settings kept."""

from __future__ import annotations

import random
from collections import Counter
from copy import deepcopy
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model import Box, Reading
from search.reading.page import Glyphs, Piece, Sheet, arranged, sheet_of
from search.reading.page.plausible import is_plausible
from search.reading.page.sheet import turned, turned_back
from search.text.restore import restore
from search.text.restore.placed_line import is_entry
from tests.reading.typeset import SIZE, column, flow, piece, sheet

SPRING = "开春以后，村里的茶园来了三位农技员，白天下地看苗，晚上在祠堂里讲课。老人们起先不信，后来也搬着板凳来听。"
SUMMER = "到了夏天，冷库建成了，鲜叶当天就能送出山去，价钱比往年高出两成，合作社的账上头一回有了结余。"
AUTUMN = "秋收过后，两地的干部坐在一起算账，今年一共投入三百二十万元，修路八公里，带动一百四十户增收。"
WINTER = "冬闲时节，夜校开课了，缝纫、电工、家政三个班坐得满满当当，结业的人大多在春节前找到了活。"


def texts_of(*sheets: Sheet) -> list[str]:
    """The lines of pages, without indents and empty lines."""
    return [line.text.strip() for line in arranged(sheets).lines if line.text.strip()]


def blocks_of(*sheets: Sheet) -> list[tuple[str, str]]:
    """Kinds and texts of the blocks restored from pages."""
    found = arranged(sheets)
    restored = restore(Reading(found.lines, "pdf", page_sizes=found.page_sizes))
    return [(str(block.kind), block.text) for block in restored.blocks]


def newspaper() -> Sheet:
    """A headline over three columns, and below them two short articles side by side."""
    lefts = (20.0, 170.0, 320.0)
    return sheet(
        [piece("山上的茶园有了新账本", 120, 30, 24), piece("本报记者何青岚", 200, 64)],
        flow([SPRING, SUMMER], lefts, 90.0, 13, 4),
        [piece("夜校开课", 60, 240, 18), piece("算账", 340, 240, 18)],
        column([WINTER], 20.0, 270.0, 13),
        column([AUTUMN], 300.0, 270.0, 13),
    )


def test_columns_are_read_under_their_headlines() -> None:
    """The article over three columns comes first and whole, then each short one with its own headline."""
    kinds = blocks_of(newspaper())
    assert [text for kind, text in kinds if kind == "body"] == [SPRING, SUMMER, WINTER, AUTUMN]
    assert [text for kind, text in kinds if kind == "title"] == ["山上的茶园有了新账本", "夜校开课", "算账"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_pieces_says_nothing(shuffler: random.Random) -> None:
    """A page gives the same lines with the same places in any order of its text layer."""
    expected = arranged([newspaper()]).lines
    page = newspaper()
    shuffler.shuffle(page.pieces)
    assert arranged([page]).lines == expected


def test_a_headline_over_the_middle_column_is_that_of_all() -> None:
    """A short headline that crosses no gutter stands over every column whose text begins below it at one height."""
    page = sheet([piece("新账本", 205, 30, 20)], flow([SPRING, SUMMER], (20.0, 170.0, 320.0), 70.0, 13, 4))
    assert blocks_of(page) == [("title", "新账本"), ("body", SPRING), ("body", SUMMER)]


def test_cells_of_a_table_stay_in_their_rows() -> None:
    """Short pieces on common rows are no columns of text."""
    rows = [("县名", "资金", "项目"), ("东川", "三百万", "茶园"), ("西山", "二百万", "冷库"), ("北原", "四百万", "道路")]
    cells = [piece(cell, 40 + 120 * at, 100 + 20 * row) for row, line in enumerate(rows) for at, cell in enumerate(line)]
    page = sheet(column([SPRING, SUMMER], 20.0, 300.0, 30), cells)
    assert [text.split() for kind, text in blocks_of(page) if kind == "table"] == [list(row) for row in rows]


def test_a_caption_interrupts_no_paragraph() -> None:
    """What stands right below a picture in smaller type is a caption after the column; the paragraph around it is whole."""
    lines = column([SPRING, SUMMER], 20.0, 40.0, 20)
    for line in lines[2:]:
        line.top, line.bottom = line.top + 150, line.bottom + 150
    page = sheet(lines, [piece("农技员在讲课", 60, 190, 8)])
    page.pictures = [(20.0, 80.0, 220.0, 186.0)]
    assert blocks_of(page) == [("body", SPRING), ("body", SUMMER), ("caption", "农技员在讲课")]


def test_a_box_inside_a_column_is_read_after_the_columns() -> None:
    """Text in a drawn box with a headline of its own does not cut the paragraph it stands in."""
    left = column([AUTUMN, WINTER], 20.0, 40.0, 20)
    lines = column([SPRING, SUMMER], 250.0, 40.0, 20)
    for line in lines[2:]:
        line.top, line.bottom = line.top + 140, line.bottom + 140
    boxed = [piece("链接", 300, 85, 14), *column(["两地自二〇一七年起结对，每年互访两次，干部互派已有九批。"], 260.0, 110.0, 18)]
    page = sheet(left, lines, boxed)
    page.frames = [(248.0, 78.0, 455.0, 180.0)]
    bodies = [text for kind, text in blocks_of(page) if kind == "body"]
    assert bodies[:4] == [AUTUMN, WINTER, SPRING, SUMMER]


def test_a_drop_cap_goes_back_to_its_paragraph() -> None:
    """A large first letter beside two lines belongs to the head of the first."""
    lines = column([SPRING[1:]], 50.0, 100.0, 20, indent=0)
    for line in lines[2:]:
        line.left, line.right = line.left - 30, line.right - 30
    page = sheet([piece(SPRING[0], 20, 98, 28)], lines, column([SUMMER, AUTUMN], 20.0, 100.0 + 16 * len(lines), 23))
    assert blocks_of(page)[0] == ("body", SPRING)


def test_a_vertical_headline_is_one_title_before_its_text() -> None:
    """A headline that runs down beside the columns is one block."""
    page = sheet([piece("茶园新账本", 500, 40, 28, turned=True)], flow([SPRING, SUMMER], (20.0, 170.0, 320.0), 50.0, 13, 4))
    assert blocks_of(page)[0] == ("title", "茶园新账本")


def test_a_paragraph_goes_on_over_a_page() -> None:
    """Running heads and page numbers are set aside, and what a page break cut is whole."""
    lines = column([SUMMER, SPRING * 2], 60.0, 80.0, 40)
    rest = [piece(line.text, line.left, 80 + 16 * at) for at, line in enumerate(lines[4:])]
    bodies = [lines[:4], [*rest, *column([AUTUMN], 60.0, 80 + 16 * len(rest), 40)], column([WINTER], 60.0, 80.0, 40)]
    pages = [sheet([piece("帮扶简报", 260, 30, 8)], body, [piece(f"—{number}—", 280, 770, 8)]) for number, body in enumerate(bodies, 1)]
    found = arranged(pages)
    restored = restore(Reading(found.lines, "pdf", page_sizes=found.page_sizes))
    assert [block.text for block in restored.blocks] == [SUMMER, SPRING * 2, AUTUMN, WINTER]
    assert {removal.reason for removal in restored.removed} == {"running-head", "page-number"}


def test_an_article_goes_on_where_its_jump_line_leads() -> None:
    """（下转第2版） and （上接第1版） join the parts of an article; what stands between comes after it."""
    first = sheet(
        [piece("新账本", 200, 30, 24)],
        flow([SPRING], (20.0, 170.0, 320.0), 70.0, 13, 2),
        [piece("（下转第2版）", 380, 120)],
        [piece("夜校", 200, 300, 24)],
        flow([WINTER], (20.0, 170.0, 320.0), 340.0, 13, 2),
    )
    second = sheet([piece("（上接第1版）", 20, 40)], flow([SUMMER], (20.0, 170.0, 320.0), 60.0, 13, 2))
    assert [text for _, text in blocks_of(first, second)] == ["新账本", SPRING, SUMMER, "夜校", WINTER]


def test_entries_of_contents_stay_apart() -> None:
    """Lines with leaders and a page number are entries of a table of contents, no headings and no prose."""
    entries = ["一、总体要求…………………………1", "二、结对关系…………………………3", "三、重点任务…………………………4"]
    page = sheet([piece("目录", 250, 40, 16)], [piece(entry, 60, 90 + 20 * at) for at, entry in enumerate(entries)])
    assert blocks_of(page) == [("title", "目录"), *(("body", entry) for entry in entries)]


def test_lines_keep_page_and_box() -> None:
    """Each line has its page, and a box on the page as it is shown."""
    found = arranged([newspaper(), newspaper()])
    assert found.page_sizes == ((600.0, 800.0), (600.0, 800.0))
    for line in found.lines:
        if line.text:
            assert line.page in (1, 2)
            assert line.box is not None
            assert 0 <= line.box[0] < line.box[2] <= 600


def glyphs(lines: list[tuple[str, float, float]], *, step: tuple[float, float] = (SIZE, 0.0), turn: int = 0) -> Glyphs:
    """Characters of lines that begin at a place, each `step` after the other."""
    text = "".join(line for line, _, _ in lines)
    x = [left + at * step[0] for line, left, _ in lines for at in range(len(line))]
    y = [top + at * step[1] for line, _, top in lines for at in range(len(line))]
    count = len(text)
    full = np.full(count, SIZE)
    return Glyphs(text, np.array(x), np.array(y), full, full, np.full(count, turn), np.zeros(count, bool), 600.0, 800.0)


LINES = [SPRING[:20], SPRING[20:40], SUMMER[:20], SUMMER[20:40]]


def test_vertical_writing_is_read_from_right_to_left() -> None:
    """A page of columns of characters is found to be vertical by distances alone, its forms turned back."""
    written = [(line.replace("，", "︐"), 400.0 - 18 * at, 60.0) for at, line in enumerate(LINES)]
    page = sheet_of(glyphs(written, step=(0.0, SIZE)))
    assert page.vertical
    assert [part.text for part in sorted(page.pieces, key=lambda part: part.top)] == LINES


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_a_page_on_its_side_is_turned(quarter: int) -> None:
    """A page whose characters are turned by quarter turns gives the lines of the upright page."""
    step = {1: (0.0, SIZE), 2: (-SIZE, 0.0), 3: (0.0, -SIZE)}[quarter]
    away = {1: (-18.0, 0.0), 2: (0.0, -18.0), 3: (18.0, 0.0)}[quarter]
    written = [(line, 300.0 + away[0] * at, 400.0 + away[1] * at) for at, line in enumerate(LINES)]
    page = sheet_of(glyphs(written, step=step, turn=quarter))
    assert [part.text for part in sorted(page.pieces, key=lambda part: part.top)] == LINES


def test_characters_outside_the_page_are_not_read() -> None:
    """What a file draws beyond the box of its page is not on it."""
    page = sheet_of(glyphs([(LINES[0], 60.0, 100.0), (LINES[1], 700.0, 100.0), (LINES[2], 60.0, 900.0)]))
    assert [part.text for part in page.pieces] == [LINES[0]]


@given(st.permutations(range(40)))
def test_characters_may_come_in_any_order(order: list[int]) -> None:
    """Characters placed one by one, in any order, make the same pieces."""
    whole = glyphs([(LINES[0], 60.0, 100.0), (LINES[1], 60.0, 118.0)])
    mixed = deepcopy(whole)
    mixed.text = "".join(whole.text[at] for at in order)
    mixed.x, mixed.y = whole.x[order], whole.y[order]
    assert sorted(part.text for part in sheet_of(mixed).pieces) == sorted(LINES[:2])


@given(st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(100, 200), st.floats(100, 200)), st.integers(0, 3))
def test_boxes_turn_back(box: tuple[float, float, float, float], turns: int) -> None:
    """Turning a box and turning it back gives the box."""
    there = turned(box, turns, 600.0, 800.0)
    assert turned_back(there, turns, 600.0, 800.0) == pytest.approx(box)


def test_rubbish_is_told_from_text() -> None:
    """Fonts without a table to Unicode give characters no language has; accents and formulas are no rubbish."""
    assert is_plausible([piece(SPRING, 0, 0)])
    assert is_plausible([piece("L’été dernier, les élèves ont préparé la fête de l’école à côté du théâtre", 0, 0)])
    assert not is_plausible([piece("ÓìYV_ÐÂÇé¿öÏÂµÄ·öÆ¶Ð\xadÍ¬¹¤×÷ÒªµãÖ¸ÄÏ", 0, 0)])
    assert not is_plausible([piece("\ufffd\ufffd扶\ufffd\ufffd", 0, 0)])


_places = st.integers(0, 60).map(lambda step: 10.0 * step)
_parts = st.builds(
    piece,
    st.text("茶园新账本，。（）1a", min_size=1, max_size=12),
    _places,
    _places,
    st.sampled_from([6.0, 8.0, 10.0, 10.0, 14.0, 24.0]),
    turned=st.sampled_from([False, False, False, True]),
)
_boxes = st.builds(lambda left, top, wide, high: (left, top, left + wide, top + high), _places, _places, _places, _places)


@st.composite
def _grids(draw: st.DrawFn) -> list[Box]:
    """The borders of cells, some left out."""
    across, along = (
        draw(st.lists(_places, min_size=2, max_size=4, unique=True)),
        draw(st.lists(_places, min_size=2, max_size=4, unique=True)),
    )
    xs, ys = sorted(across), sorted(along)
    lines = [(left, y, right, y) for left, right in pairwise(xs) for y in ys] + [
        (x, top, x, foot) for top, foot in pairwise(ys) for x in xs
    ]
    return [line for line in lines if draw(st.integers(0, 5))]


@given(st.lists(st.tuples(st.lists(_parts, max_size=40), st.lists(_boxes, max_size=3), st.lists(_boxes, max_size=3), _grids()), max_size=3))
def test_no_character_is_lost_or_added(pages: list[tuple[list[Piece], list[Box], list[Box], list[Box]]]) -> None:
    """Whatever stands wherever on a page, every character comes out once, in lines and in blocks or removals."""
    sheets = [Sheet(700.0, 700.0, pieces, pictures, frames, rules) for pieces, pictures, frames, rules in deepcopy(pages)]
    wanted = Counter("".join(part.text for pieces, *_ in pages for part in pieces))
    found = arranged(sheets)
    assert Counter("".join("".join(line.text.replace(" | ", "").split()) for line in found.lines)) == wanted
    restored = restore(Reading(found.lines, "pdf", page_sizes=found.page_sizes))
    kept = "".join(block.text for block in restored.blocks) + "".join(removal.text for removal in restored.removed)
    assert Counter("".join(kept.replace(" | ", "").split())) == wanted


def test_dots_within_a_line_that_ends_in_a_figure_make_no_entry() -> None:
    """宫花……据说就有90|多种: the number is no page, since the dots do not lead to it; in a table of contents they do."""
    text = "茶园里种着宫花……据说光是这一种花的火谱上就有90多种，最有气势的还要数老杆火了。"
    lines = column([text, SPRING, SUMMER], 50, 50, text.index("多") + 2)
    assert text in [found for _, found in blocks_of(sheet(lines))]
    entries = ["一、产业协作……………………………12", "二、劳务协作..........34", text[: text.index("多")], "投入…90"]
    assert [is_entry(entry) for entry in entries] == [True, True, False, False]


def test_a_caption_above_the_title_comes_after_the_text() -> None:
    """A picture at the top of the page: its caption is not the first thing of the article, but follows it."""
    pieces = [piece("图为云岭县的茶园（资料图片）", 60, 220, 8), piece("云岭县的春天", 60, 250, 20), *column([SPRING, SUMMER], 50, 300, 30)]
    page = sheet(pieces)
    page.pictures = [(50.0, 50.0, 350.0, 215.0)]
    blocks = restore(Reading(arranged([page]).lines, "pdf")).blocks
    assert [str(block.kind) for block in blocks] == ["title", "body", "body", "caption"]
