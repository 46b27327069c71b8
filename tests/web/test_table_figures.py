"""Figures of tables from the file to the page: heads give unit, year and subject, rows the place; contradictions invent nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from search import Settings, build, open_library
from search.results import FigureRow, Question
from tests.reading.pdf_maker import Text, make_pdf
from tests.reading.test_page_tables import XS, YS
from tests.web.conftest import Reader
from web import create_app

ROWS = (
    ("受援县", "2019年资金（万元）", "2020年资金（万元）"),
    ("赤城县", "3250", "4100"),
    ("滦平县", "1,280.5", "2600"),
    ("合计", "4530.5", "6700"),
)


def ruled_pdf(rows: tuple[tuple[str, ...], ...]) -> bytes:
    """A page with a table whose cells are drawn."""
    high = 842.0
    lines = " ".join(f"{XS[0]} {high - y} m {XS[-1]} {high - y} l S" for y in YS[: len(rows) + 1])
    lines += " " + " ".join(f"{x} {high - YS[0]} m {x} {high - YS[len(rows)]} l S" for x in XS)
    texts = [Text(XS[at] + 4, high - YS[row] - 20, cell, 9) for row, line in enumerate(rows) for at, cell in enumerate(line)]
    texts.append(Text(XS[0], high - YS[0] + 20, "表1 对口帮扶资金安排"))
    shown = b"".join(
        b"BT/F1 %d Tf 1 0 0 1 %f %f Tm<%s>Tj ET\n" % (text.size, text.x, text.y, text.words.encode("utf-16-be").hex().encode())
        for text in texts
    )
    return make_pdf([[]], content=lines.encode() + b"\n" + shown)


def figures(path: Path) -> tuple[FigureRow, ...]:
    """The figures of a file, through the whole line."""
    build([str(path)], f"memory:{path.parent}")
    with open_library(f"memory:{path.parent}") as library:
        return library.figures(Question()).rows


def test_a_ruled_table_of_a_pdf_comes_to_the_figures_page(tmp_path: Path) -> None:
    """Each amount of a drawn table is on the page with the unit and the year of its head and the place of its row."""
    path = tmp_path / "资金.pdf"
    path.write_bytes(ruled_pdf(ROWS))
    found = {row.figure.text: row.figure for row in figures(path)}
    assert {text: figure.value for text, figure in found.items()} == {
        "3250": 32_500_000, "4100": 41_000_000, "1,280.5": 12_805_000, "2600": 26_000_000, "4530.5": 45_305_000, "6700": 67_000_000,
    }  # fmt: skip
    assert {figure.unit for figure in found.values()} == {"CNY"}
    assert (found["3250"].years, found["2600"].years) == ((2019,), (2020,))
    assert found["2600"].regions == ("河北省/承德市/滦平县",)
    assert "资金" in found["3250"].subject
    with open_library(f"memory:{tmp_path}") as library:
        page = Reader(create_app(library, Settings()).test_client())("/search?view=figures&unit=CNY&year=2020&region=河北省/承德市/滦平县")
    assert "2600" in page.html
    assert "3250" not in page.html


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("县,资金（万元）\n赤城县,1200元\n滦平县,3亿元\n", {"1200元": 1200, "3亿元": 300_000_000}),
        ("县,人数（人）\n赤城县,很多\n滦平县,30%\n", {"30%": 30}),
        ("县,资金（万元）\n赤城县,10^30亿元\n滦平县,5-3亿元\n蔚县,12\n", {"12": 120_000}),
    ],
    ids=["a cell's own unit holds", "no number of persons", "what is no number"],
)
def test_a_cell_that_contradicts_its_head_invents_nothing(tmp_path: Path, text: str, expected: dict[str, float]) -> None:
    """A cell says what it is; a head only adds what its cells leave open."""
    path = tmp_path / "表.csv"
    path.write_text(text, "utf-8")
    assert {row.figure.text: row.figure.value for row in figures(path)} == expected
