"""Which reader reads which format. Readers are imported when first needed: a server that only searches never loads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import cast

from search.model import Reading, Source
from search.reading import sniff
from search.settings import Settings

Reader = Callable[[Source, Settings], Reading]
_Sheets = Callable[[bytes, Settings], Iterator[tuple[str, Iterator[tuple[int, Sequence[str]]]]]]

_READERS = {
    sniff.TEXT: ("plain", "read_plain"),
    sniff.MARKDOWN: ("markdown", "read_markdown"),
    sniff.HTML: ("html", "read_html"),
    sniff.PDF: ("pdf", "read_pdf"),
    sniff.DOCX: ("docx", "read_docx"),
    sniff.XLSX: ("xlsx", "read_xlsx"),
    sniff.CSV: ("table", "read_csv"),
    sniff.ROW: ("table", "read_row"),
    sniff.SHEET: ("table", "read_sheet"),
}


def reader_of(form: str) -> Reader:
    """The reader of a format that `sniff.format_of` names (not of an archive: that is expanded, never read)."""
    module, function = _READERS[form]
    return cast(Reader, getattr(import_module(f"search.reading.{module}"), function))


def workbook_sheets(data: bytes, settings: Settings) -> Iterator[tuple[str, Iterator[tuple[int, Sequence[str]]]]]:
    """`xlsx.sheets`, loaded when the first workbook is met."""
    return cast(_Sheets, import_module("search.reading.xlsx").sheets)(data, settings)
