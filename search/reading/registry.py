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
    sniff.DOC: ("word97", "read_word97"),
    sniff.PPT: ("powerpoint97", "read_powerpoint97"),
    sniff.XLS: ("spreadsheet", "read_spreadsheet"),
    sniff.ODS: ("spreadsheet", "read_spreadsheet"),
    sniff.RTF: ("rtf", "read_rtf"),
    sniff.ODF: ("odf", "read_odf"),
    sniff.PPTX: ("pptx", "read_pptx"),
    sniff.EPUB: ("epub", "read_epub"),
    sniff.OFD: ("ofd", "read_ofd"),
    sniff.EML: ("mail", "read_mail"),
    sniff.MHT: ("mail", "read_saved_page"),
    sniff.MSG: ("outlook", "read_outlook"),
    sniff.IMAGE: ("ocr", "read_picture"),
    sniff.JSON: ("json_text", "read_json"),
    sniff.XML: ("xml_text", "read_xml"),
    sniff.SUBTITLES: ("subtitles", "read_subtitles"),
}

_PLAIN = frozenset({sniff.TEXT, sniff.CSV, sniff.ROW, sniff.SHEET, sniff.SUBTITLES})
"""Formats that our own code reads, line by line."""
HARMLESS = 1 << 16
"""Bytes of such a file up to which no more can be wrong with it than a process costs that would contain it."""
_LIMITED = frozenset(_READERS) - _PLAIN - {sniff.PDF, sniff.IMAGE}
"""Formats whose parsers a file may lead astray, native code among them: they are read in a limited process. PDF and pictures have processes
of their own."""


def is_limited(form: str, size: int) -> bool:
    """Whether a file of so many bytes is read in a limited process."""
    return form in _LIMITED or (form in _PLAIN and size > HARMLESS)


def reader_of(form: str) -> Reader:
    """The reader of a format that `sniff.format_of` names (not of an archive or web archive: those are expanded, never read)."""
    module, function = _READERS[form]
    return cast(Reader, getattr(import_module(f"search.reading.{module}"), function))


def workbook_sheets(form: str, data: bytes, settings: Settings) -> Iterator[tuple[str, Iterator[tuple[int, Sequence[str]]]]]:
    """The sheets of a workbook, by the reader of its format, loaded when the first such workbook is met."""
    module = "xlsx" if form == sniff.XLSX else "spreadsheet"
    return cast(_Sheets, import_module(f"search.reading.{module}").sheets)(data, settings)
