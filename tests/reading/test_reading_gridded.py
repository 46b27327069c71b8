"""Text on a grid of characters: columns side by side come back one after the other, and all else is left as it was."""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.model import BlockKind, SourceLine
from search.reading import gridded
from search.reading.found import source_of
from search.reading.gridded import in_columns
from search.reading.plain import read_plain
from search.settings import Settings
from search.text.restore import restore

PARAGRAPHS = (
    "去年入冬以来，两地的农技员一共走访了三十七个村子，把每一块梯田的土样都带回县里的实验室，逐一检测酸碱度和有机质含量。",
    "检测的结果并不乐观。将近一半的地块缺磷，靠河的几片地又偏碱，种了多年的老品种产量一年比一年低，村民们心里都着急。",
    "帮扶工作队请来大学的教授，在村口支起黑板讲了三个晚上。哪块地该改种燕麦，哪块地适合种紫苏，一条一条写得清清楚楚。",
    "春天播种的时候，县里统一调来了良种和有机肥，每亩补助两百元。合作社派出农机，七天时间就把四千亩地全部耕完播完。",
    "到了秋天，燕麦的亩产比往年多出八十多斤，紫苏籽还没收割就被外地的油坊订购一空，村里第一次分到了二十万元的红利。",
    "村支书在总结会上说，种地也要讲科学。明年他打算再拿出一千亩地来试种药材，请两地的专家继续帮忙出主意、找销路。",
)


def _set(paragraphs: tuple[str, ...], columns: int, width: int, *, tight: bool = False) -> str:
    """The paragraphs in columns of so many characters, with two em of indent, filled with spaces as `pdftotext -layout` does."""
    lines: list[str] = []
    for paragraph in paragraphs:
        text = "\0\0" + paragraph
        lines += [text[at : at + width].replace("\0", "  ") for at in range(0, len(text), width)]
    high = -(-len(lines) // columns)
    beside = zip_longest(*(lines[at * high : (at + 1) * high] for at in range(columns)), fillvalue="")
    gap = 1 if tight else 6
    starts = [at * (width + 2 + gap) for at in range(columns)]
    rows = []
    for row in beside:
        text = ""
        for start, piece in zip(starts, row, strict=True):
            text = text.ljust(start) + piece if piece else text
        rows.append(text)
    return "\n".join(rows)


def _bodies(text: str) -> list[str]:
    reading = read_plain(source_of("版面.txt", text.encode()), Settings())
    return [block.text for block in restore(reading).blocks if block.kind is BlockKind.BODY]


@pytest.mark.parametrize("columns", [2, 3, 4])
@pytest.mark.parametrize("width", [16, 19, 24])
def test_columns_side_by_side_are_read_one_after_the_other(columns: int, width: int) -> None:
    """Every paragraph comes back whole, in order, whatever the number of columns and their width."""
    assert _bodies(_set(PARAGRAPHS * 2, columns, width)) == list(PARAGRAPHS * 2)


def test_a_headline_over_the_columns_comes_first() -> None:
    """A short line in the middle of the page above the columns is read before them, though it stands over the second alone."""
    page = _set(PARAGRAPHS, 3, 18)
    wide = max(map(len, page.splitlines()))
    text = "梯田上的新账本".center(wide) + "\n\n" + page
    blocks = restore(read_plain(source_of("版面.txt", text.encode()), Settings())).blocks
    assert blocks[0].text == "梯田上的新账本"
    assert [block.text for block in blocks[1:]] == list(PARAGRAPHS)


def test_each_page_has_columns_of_its_own() -> None:
    """Pages parted by form feeds may have other columns each, and keep their numbers."""
    text = _set(PARAGRAPHS, 2, 24) + "\n\f" + _set(PARAGRAPHS[::-1], 3, 18)
    reading = read_plain(source_of("版面.txt", text.encode()), Settings())
    assert [block.text for block in restore(reading).blocks] == [*PARAGRAPHS, *PARAGRAPHS[::-1]]
    assert {line.page for line in reading.lines if line.text} == {1, 2}


def test_text_without_form_feeds_has_no_pages() -> None:
    """Pages are counted only where the text has them."""
    reading = read_plain(source_of("版面.txt", _set(PARAGRAPHS, 2, 20).encode()), Settings())
    assert {line.page for line in reading.lines} == {None}


TABLE = "\n".join(
    f"{name:　<6}      {county:　<5}        {money}      {people}"
    for name, county, money, people in [
        ("县区名称", "结对", "资金", "人数"),
        ("赤城", "海淀", "3721", "115"),
        ("滦平", "密云", "1986", "97"),
        ("林西", "丰台", "1080", "34"),
        ("丰宁", "怀柔", "2250", "51"),
        ("沽源", "昌平", "1430", "66"),
        ("张北", "东城", "1770", "72"),
        ("康保", "石景山", "1520", "45"),
    ]
)


@pytest.mark.parametrize("text", [TABLE, "\n".join(PARAGRAPHS), _set(PARAGRAPHS, 1, 30)], ids=["table", "paragraphs", "one column"])
def test_what_has_no_columns_of_text_is_left_as_it_was(text: str) -> None:
    """A table, running text and a single column are read line by line."""
    lines = tuple(SourceLine(number, line) for number, line in enumerate(text.splitlines(), 1))
    assert in_columns(lines) is None


@pytest.mark.parametrize(("rows", "is_read"), [(5, False), (6, True)])
def test_enough_lines_must_hold_two_columns(rows: int, is_read: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line less than the bound and the text is left alone."""
    monkeypatch.setattr(gridded, "_BESIDE_ROWS", 6)
    page = _set(PARAGRAPHS, 2, 20).splitlines()[:rows]
    lines = tuple(SourceLine(number, line) for number, line in enumerate(page, 1))
    assert (in_columns(lines) is not None) is is_read


@given(st.lists(st.text(st.sampled_from("甲乙，。 　a1\t"), max_size=60), max_size=30))
def test_nothing_is_lost_or_added(rows: list[str]) -> None:
    """Whatever the lines, their characters come back, spaces aside."""
    lines = tuple(SourceLine(number, row) for number, row in enumerate(rows, 1))
    found = in_columns(lines)
    if found is not None:
        assert Counter("".join("".join(line.text.split()) for line in found)) == Counter("".join("".join(row.split()) for row in rows))


@given(st.integers(2, 4), st.integers(14, 28), st.integers(0, 5))
def test_characters_of_columns_are_kept(columns: int, width: int, turn: int) -> None:
    """Columns of any number and width lose no character."""
    text = _set((PARAGRAPHS[turn:] + PARAGRAPHS[:turn]) * 3, columns, width)
    found = in_columns(tuple(SourceLine(number, row) for number, row in enumerate(text.splitlines(), 1)))
    assert found is not None
    assert Counter("".join("".join(line.text.split()) for line in found)) == Counter("".join(text.split()))
