"""Tables of documents: a workbook, CSV or JSON file whose header names a text column yields a source a row."""

from __future__ import annotations

from collections.abc import Iterator

from search.model import Metadata, Source
from search.reading.found import FoundSource, source_of
from search.reading.json_text import json_documents
from search.reading.registry import workbook_sheets
from search.reading.sidecar import override
from search.reading.sniff import CSV, JSON, ODS, XLS, XLSX
from search.reading.table import csv_rows, documents, table_lines
from search.settings import Settings

TABLES = frozenset({CSV, XLSX, XLS, ODS, JSON})


def documents_in(source: Source, form: str, said: Metadata | None, warnings: tuple[str, ...], settings: Settings) -> Iterator[FoundSource]:
    """A source a row, and one for every other filled sheet; the table itself when no sheet has such a header.

    A row's own words beat the sidecar of the table. Raises UnreadableSource for a broken table.
    """
    if form in {CSV, JSON}:
        found = json_documents(source.data, settings) if form == JSON else documents(csv_rows(source.data, settings))
        if found is None:
            yield FoundSource(source.name, source, sidecar=said, warnings=warnings)
            return
        for row in found:
            yield _row(f"{source.name}/行 {row.number}", row.text, override(said, row.metadata), warnings + row.warnings)
        return
    titled = [title for title, rows in workbook_sheets(form, source.data, settings) if documents(rows) is not None]
    if not titled:
        yield FoundSource(source.name, source, sidecar=said, warnings=warnings)
        return
    for title, rows in workbook_sheets(form, source.data, settings):
        if title not in titled:
            text = "\n".join(line.text for line in table_lines(rows))
            if text:
                yield _row(f"{source.name}/工作表 {_name(title)}", text, said, warnings)
            continue
        place = "" if len(titled) == 1 else f"{_name(title)}/"
        for row in documents(rows) or ():
            yield _row(f"{source.name}/{place}行 {row.number}", row.text, override(said, row.metadata), warnings + row.warnings)


def _row(name: str, text: str, said: Metadata | None, warnings: tuple[str, ...]) -> FoundSource:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return FoundSource(name, source_of(name, text.encode("utf-8", errors="replace")), sidecar=said, warnings=warnings)


def _name(title: str) -> str:
    return title.replace("/", "_").strip() or "无名"
