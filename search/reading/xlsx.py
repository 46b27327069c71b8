"""XLSX workbooks → rows of text, by openpyxl's streaming reader."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import openpyxl
from lxml.etree import LxmlError
from openpyxl.utils.exceptions import InvalidFileException

from search.errors import UnreadableSource
from search.model import Reading, Source, SourceLine
from search.reading.container import open_package
from search.reading.plain import without_controls
from search.reading.table import counted, sheet_lines
from search.settings import Settings

_MAX_ROWS = 1_048_576
_BROKEN = (
    InvalidFileException, BadZipFile, ParseError, LxmlError, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError,
    EOFError, AssertionError, RecursionError, OverflowError, RuntimeError, NotImplementedError, LookupError, MemoryError,
)  # fmt: skip
_WHAT = "XLSX 文件"


def sheets(data: bytes, settings: Settings) -> Iterator[tuple[str, Iterator[tuple[int, Sequence[str]]]]]:
    """Name and numbered rows of every visible sheet; take the rows before the next sheet. Raises UnreadableSource."""
    open_package(data, _WHAT, settings).close()
    with warnings.catch_warnings():
        # openpyxl warns of every extension it does not keep; nothing is written back, so nothing is lost
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                if sheet.sheet_state == "visible":
                    yield str(sheet.title), counted(_rows(sheet), settings)
        except UnreadableSource:
            raise
        except _BROKEN:
            raise UnreadableSource(f"{_WHAT}已损坏，打不开。", hint="请用 Excel 或 WPS 打开后另存。") from None


def _rows(sheet: Any) -> Iterator[Sequence[str]]:
    sheet.reset_dimensions()  # what a sheet states of its size need not be true
    try:
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
            if number > _MAX_ROWS:
                raise UnreadableSource("表格超过一百万行。")
            yield [_cell(value) for value in row]
    except _BROKEN:
        raise UnreadableSource(f"{_WHAT}已损坏，打不开。", hint="请用 Excel 或 WPS 打开后另存。") from None


def _cell(value: object) -> str:
    """A cell as its reader sees it, as far as that is known: whole numbers without a point, dates without midnight."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return without_controls(str(value).replace("_x000D_", ""))[0]


def read_xlsx(source: Source, settings: Settings) -> Reading:
    """A workbook that is no table of documents, as one document of table lines, sheet after sheet."""
    lines: list[SourceLine] = []
    for title, rows in sheets(source.data, settings):
        lines.extend(sheet_lines(title, rows, len(lines) + 1))
    return Reading(tuple(lines), "xlsx")
