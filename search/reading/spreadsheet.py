"""Workbooks other than .xlsx (.xls, .et, .ods) → rows of text, by calamine (MIT, in Rust)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

import python_calamine

from search.errors import UnreadableSource
from search.model import Reading, Source, SourceLine
from search.reading.container import open_package
from search.reading.ole import damaged, encrypted
from search.reading.plain import without_controls
from search.reading.table import counted, sheet_lines
from search.settings import Settings

_WHAT = "电子表格"
_BROKEN = (python_calamine.CalamineError, OSError, ValueError, TypeError, IndexError, KeyError, OverflowError, RuntimeError, MemoryError)
_MAX_CELLS = 5_000_000


def sheets(data: bytes, settings: Settings) -> Iterator[tuple[str, Iterator[tuple[int, Sequence[str]]]]]:
    """Name and numbered rows of every visible sheet; take the rows before the next sheet. Raises UnreadableSource."""
    if data.startswith(b"PK"):
        open_package(data, _WHAT, settings).close()
    try:
        book = python_calamine.load_workbook(io.BytesIO(data))
        visible = [sheet.name for sheet in book.sheets_metadata if _is_shown(sheet)]
    except python_calamine.PasswordError:
        raise encrypted(_WHAT) from None
    except (*_BROKEN, BaseException) as error:  # a panic in Rust is a BaseException of its own
        raise _refusal(error) from None
    for name in visible:
        yield name, counted(_rows(book, name), settings)


def _is_shown(sheet: python_calamine.SheetMetadata) -> bool:
    kinds, visibility = python_calamine.SheetTypeEnum, python_calamine.SheetVisibleEnum
    return sheet.typ == kinds.WorkSheet and sheet.visible == visibility.Visible


def _rows(book: python_calamine.CalamineWorkbook, name: str) -> Iterator[Sequence[str]]:
    try:
        sheet = book.get_sheet_by_name(name)
        if (sheet.total_height + 1) * (sheet.total_width + 1) > _MAX_CELLS:  # it gives the last of either, from 0
            raise UnreadableSource("表格过大。", hint="请分成几个文件。")
        rows = sheet.iter_rows()
        yield from ([] for _ in range(sheet.start[0] if sheet.start else 0))
        for row in rows:
            yield [_cell(value) for value in row]
    except UnreadableSource:
        raise
    except (*_BROKEN, BaseException) as error:
        raise _refusal(error) from None


def _refusal(error: BaseException) -> BaseException:
    """Ours for what the library raises, its panics among them; anything else (an interrupt) is let through."""
    if isinstance(error, _BROKEN) or type(error).__name__ == "PanicException":
        return damaged(_WHAT)
    return error


def _cell(value: object) -> str:
    """A cell as its reader sees it, as far as that is known: whole numbers without a point, dates without midnight."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return without_controls(str(value))[0]


def read_spreadsheet(source: Source, settings: Settings) -> Reading:
    """A workbook that is no table of documents, as one document of table lines, sheet after sheet."""
    lines: list[SourceLine] = []
    for title, rows in sheets(source.data, settings):
        lines.extend(sheet_lines(title, rows, len(lines) + 1))
    return Reading(tuple(lines), "ods" if source.data.startswith(b"PK") else "xls")
