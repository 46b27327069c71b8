"""CSV, and what tables have in common: a header row may say that every row is a document."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.encoding import decode
from search.reading.plain import without_controls
from search.reading.sidecar import field_of, metadata_of
from search.settings import Settings

SEPARATOR = " | "
"""Between the cells of a table line. A tab would be lost on every page that shows the line."""
_TEXT_COLUMNS = {"正文", "内容", "全文", "文本", "正文内容", "文章内容", "text", "content", "body", "fulltext"}
_DELIMITERS = (",", "\t", ";", "|")
_MOST_EMPTY = 8
"""Where fewer than one cell in so many is filled, the empty ones are left out."""
_DEFAULT_SHEET = re.compile(r"(?i)(?:sheet|工作表|表) ?[0-9]*")
_WIDEST = 2_000
_MAX_CELLS = 5_000_000


@dataclass(frozen=True, slots=True)
class TabledDocument:
    """A row of a table of documents. `number` is the row as a spreadsheet shows it."""

    number: int
    text: str
    metadata: Metadata
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """Which column holds the text, and which fields the others hold."""

    text: int
    fields: tuple[tuple[int, str], ...]


def header_of(cells: Sequence[str]) -> Header | None:
    """The header that makes a table one of documents, or None."""
    names = [cell.strip().strip("：:").lower().replace(" ", "") for cell in cells]
    text = next((index for index, name in enumerate(names) if name in _TEXT_COLUMNS), None)
    if text is None:
        return None
    return Header(text, tuple((index, cells[index]) for index in range(len(cells)) if index != text and field_of(cells[index])))


def documents(rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[TabledDocument] | None:
    """The documents of a table, or None when its first filled row is no such header. Rows without text are left out."""
    iterator = iter(rows)
    for _, cells in iterator:
        if any(cells):
            header = header_of(cells)
            return None if header is None else _documents(header, iterator)
    return None


def _documents(header: Header, rows: Iterator[tuple[int, Sequence[str]]]) -> Iterator[TabledDocument]:
    for number, cells in rows:
        text = cells[header.text] if header.text < len(cells) else ""
        if text.strip():
            said = {key: cells[index] for index, key in header.fields if index < len(cells) and cells[index].strip()}
            metadata, warnings = metadata_of(said, f"第 {number} 行")
            yield TabledDocument(number, text, metadata, warnings)


def table_lines(rows: Iterable[tuple[int, Sequence[str]]], first: int = 1) -> Iterator[SourceLine]:
    """Filled rows as lines of style `table`, numbered on from `first`; cells joined by SEPARATOR, empty ones at the end dropped."""
    for _, cells in rows:
        line = table_line(cells)
        if line:
            yield SourceLine(first, line, style="table", cells=tuple(" ".join(cell.split()) for cell in cells))
            first += 1


def sheet_lines(title: str, rows: Iterable[tuple[int, Sequence[str]]], first: int) -> list[SourceLine]:
    """The rows of a sheet under its name, unless that is one that the program gave and that says nothing."""
    named = not _DEFAULT_SHEET.fullmatch(title.strip())
    filled = list(table_lines(rows, first + named))
    return [SourceLine(first, title.strip(), style="heading2"), *filled] if filled and named else filled


def spanned(rows: Sequence[Sequence[tuple[str, int, int]]]) -> Iterator[tuple[list[str], list[str]]]:
    """Rows of cells with the rows and columns each spans → the cells written in each row, and one cell a column of it."""
    held: dict[int, tuple[str, int]] = {}
    for row in rows:
        cells: list[str] = []
        written = iter(row)
        following = next(written, None)
        while following is not None or len(cells) in held:
            if len(cells) in held:
                text, left = held.pop(len(cells))
                if left > 1:
                    held[len(cells)] = (text, left - 1)
                cells.append(text)
                continue
            assert following is not None
            text, down, across = following
            for _ in range(across):
                if down > 1:
                    held[len(cells)] = (text, down - 1)
                cells.append(text)
            following = next(written, None)
            if len(cells) > _WIDEST:
                break
        yield [text for text, _, _ in row], cells


def with_cells(lines: Iterable[SourceLine], rows: Sequence[tuple[str, Sequence[str]]]) -> Iterator[SourceLine]:
    """The lines, those of style `table` with their cells; `rows` are text and cells of each row in the order of the lines."""
    at = 0
    for line in lines:
        if line.style == "table":
            while at < len(rows) and rows[at][0] != line.text:
                at += 1
            if at < len(rows):
                line, at = replace(line, cells=tuple(rows[at][1])), at + 1
        yield line


def table_line(cells: Sequence[str]) -> str:
    """One row as text; line ends inside a cell become spaces. Empty cells show between others only, and not by the dozen."""
    texts = [" ".join(cell.split()) for cell in cells]
    line = SEPARATOR.join(texts if sum(map(bool, texts)) * _MOST_EMPTY >= len(texts) else filter(None, texts))
    return line.strip(" |") if texts and not (texts[0] and texts[-1]) else line


def counted(rows: Iterable[Sequence[str]], settings: Settings) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with their numbers from 1. Raises UnreadableSource when cells or characters pass all bounds."""
    seen = characters = 0
    for number, cells in enumerate(rows, 1):
        seen += len(cells) + 1
        characters += sum(map(len, cells))
        if seen > _MAX_CELLS or characters > settings.max_expanded_bytes:
            raise UnreadableSource("表格过大。", hint="请分成几个文件。")
        yield number, cells


def csv_rows(data: bytes, settings: Settings) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows of a CSV file; the delimiter is the one that parts the first filled line most. Raises UnreadableSource."""
    text, _ = without_controls(decode(data).text)
    head = next((line for line in text[:100_000].splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=lambda mark: (head.count(mark), -_DELIMITERS.index(mark)))
    csv.field_size_limit(max(settings.max_line_chars, 131_072))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from counted(reader, settings)
    except csv.Error:
        raise UnreadableSource(f"CSV 第 {reader.line_num} 行附近格式错误。", hint="请检查引号是否成对，或另存为 XLSX。") from None


def read_csv(source: Source, settings: Settings) -> Reading:
    """A CSV file that is no table of documents, as one document of table lines."""
    lines = tuple(table_lines(csv_rows(source.data, settings)))
    return Reading(lines, "csv", decode(source.data).encoding)


def read_row(source: Source, _settings: Settings) -> Reading:
    """A row of a table of documents: its text, as collected always UTF-8."""
    return _collected(source, "row", None)


def read_sheet(source: Source, _settings: Settings) -> Reading:
    """A sheet without such a header, as collected: one table line a line."""
    return _collected(source, "sheet", "table")


def _collected(source: Source, form: str, style: str | None) -> Reading:
    try:
        text, warnings = without_controls(source.data.decode("utf-8"))
    except UnicodeDecodeError:
        raise UnreadableSource("表格的行不是 UTF-8 编码。") from None
    lines = tuple(SourceLine(number, part, style=style) for number, part in enumerate(text.split("\n"), 1))
    return Reading(lines, form, "utf-8", warnings=warnings)
