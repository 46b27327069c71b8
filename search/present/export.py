"""A result set to take away: tables, reference lists and reading lists, as streams of bytes."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from importlib import import_module
from typing import Any

from search.errors import BadRequest
from search.fields import LABELS
from search.labels.genre import genre_labels
from search.model import Passage, ProgramLabel, RegionLabel, Role, Span, YearLabel
from search.present.cite import cite
from search.present.cite_record import CitationRecord
from search.present.reading_list import ReadingItem
from search.present.record_json import figure_json, labels_json

BOM = "\ufeff"
"""Without it, spreadsheet programs on Windows read UTF-8 as a local encoding."""

COLUMNS = (
    *("id", "permalink", "document", "title", "publication", "date", "year", "kind", "order", "section", "text"),
    *(name for name, _ in LABELS),
    *("source_file", "reference"),
    *("rank", "score", "tier", "partial", "marks", "document_url", "byline", "genre", "year_inferred", "page", "article_title"),
    *("supporters", "recipients", "inherited", "figures", "labels"),
)
"""The columns of tables. `labels` is everything known of each label (role, origin, inherited, evidence), as JSON in cells that hold
text; `inherited` are the values that the passage does not name itself."""

_FORMULA = re.compile(r"^[\s\x00-\x1f]*[=+\-@\t\r＝＋－＠]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~!]|^(?:[-+]|\d+[.)])(?=\s))", re.MULTILINE)

Writer = Callable[[Iterable["ExportRow"], date, str], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A passage found. `record` cites the passage: its `quote` is the passage's text, its `url` the permalink. `document_url` is the
    permalink of the whole document; without it a list of documents links to the first passage. `partial`: it answers the query only in
    part, or by another wording."""

    passage: Passage
    record: CitationRecord
    document_url: str = ""
    source_file: str = ""
    rank: int = 0
    score: float = 0.0
    tier: str = ""
    partial: bool = False
    marks: tuple[Span, ...] = ()
    byline: str = ""
    note: str = ""
    """What the reader of a list of their own wrote beside it."""

    @property
    def document_record(self) -> CitationRecord:
        """The citation of the whole document."""
        return replace(self.record, id=self.passage.document_id, url=self.document_url or self.record.url, quote="", page=None)


def export(rows: Iterable[ExportRow], form: str, accessed: date | None = None, *, title: str = "") -> Iterator[bytes]:
    """The rows in one of `FORMATS`, row by row as they come (a DOCX at the end). `accessed` is today if not given, `title` heads reading
    lists.

    Raises BadRequest for another form, before the first byte."""
    if form not in FORMATS:
        raise BadRequest(f"没有“{form}”这种导出格式。", hint=f"可用：{'、'.join(FORMATS)}。")
    return FORMATS[form][0](rows, accessed or date.today(), title)


def safe_cell(text: str) -> str:
    """A table cell that no spreadsheet program takes for a formula, without control characters."""
    text = _CONTROL.sub("", text)
    return "'" + text if _FORMULA.match(text) else text


def _safe_cells(cells: list[str]) -> list[str]:
    """The same of a row, most cells of which are harmless: what no pattern can match is not looked at cell by cell."""
    if _CONTROL.search("".join(cells)) is not None:
        return list(map(safe_cell, cells))
    return [cell if cell[:1].isalnum() else safe_cell(cell) for cell in cells]


def _values(row: ExportRow, accessed: date) -> dict[str, Any]:
    record, passage = row.record, row.passage
    values = (
        passage.id, record.url, passage.document_id, record.title, record.container, record.date.isoformat() if record.date else None,
        record.known_year, passage.kind.value, passage.order, list(passage.section), passage.text,
        *(_listed(getattr(passage, name)) for name, _ in LABELS),
        row.source_file, cite(record, "gbt7714-2025", accessed),
        row.rank, round(row.score, 4), row.tier, row.partial, [list(mark) for mark in row.marks], row.document_url, row.byline or None,
        genre_labels().get(passage.imprint.genre),
        record.year_inferred, passage.page, passage.article_title or None,
        *([label.path for label in passage.regions if label.role is role] for role in (Role.SUPPORTER, Role.RECIPIENT)),
        _inherited(passage), [figure_json(figure) for figure in passage.figures], labels_json(passage),
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _inherited(passage: Passage) -> list[str]:
    """The values that the passage has of its heading, section, article or document."""
    return [str(_value(label)) for name, _ in LABELS for label in getattr(passage, name) if label.inherited]


def _listed(labels: Iterable[RegionLabel | YearLabel | ProgramLabel]) -> list[str | int]:
    """The values of labels, each once: years ascending, others in their order."""
    values = dict.fromkeys(map(_value, labels))
    return sorted(values, key=lambda value: value if isinstance(value, int) else 0)


def _value(label: RegionLabel | YearLabel | ProgramLabel) -> str | int:
    """What a table says of a label: the path of a place, a year, the name of a type."""
    match label:
        case RegionLabel():
            return label.path
        case YearLabel():
            return label.year
        case _:
            return label.label


def _csv(rows: Iterable[ExportRow], accessed: date, _title: str) -> Iterator[bytes]:
    yield (BOM + ",".join(COLUMNS) + "\r\n").encode()
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(_safe_cells([_cell(value) for value in _values(row, accessed).values()]))
        yield line.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    """A value as the text of a cell: ranges as 12-16, figures as the text has them, labels as JSON."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return "; ".join(map(_item, value))
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value)


def _item(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["text"])
    return f"{value[0]}-{value[1]}" if isinstance(value, list) else str(value)


def _jsonl(rows: Iterable[ExportRow], accessed: date, _title: str) -> Iterator[bytes]:
    for row in rows:
        yield json.dumps(_values(row, accessed), ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _xlsx(rows: Iterable[ExportRow], accessed: date, _title: str) -> Iterator[bytes]:
    # openpyxl is a fifth of a second of imports that no page needs until a workbook is asked for.
    writer = import_module("search.present.workbook")
    whole: bytes = writer.workbook(COLUMNS, (list(map(_typed, _values(row, accessed).values())) for row in rows))
    yield whole


def _typed(value: object) -> str | int | float:
    """A cell of a workbook: numbers stay numbers."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _cell(value)


def _parquet(rows: Iterable[ExportRow], accessed: date, _title: str) -> Iterator[bytes]:
    try:
        writer = import_module("search.present.parquet")
    except ImportError as error:
        raise BadRequest("没有装 pyarrow，写不了 Parquet。", hint="请安装：pip install 'bangfu[tables]'。") from error
    pieces: Iterator[bytes] = writer.parquet(COLUMNS, (_values(row, accessed) for row in rows))
    return pieces


def _bibtex(rows: Iterable[ExportRow], accessed: date, _title: str) -> Iterator[bytes]:
    for row in rows:
        yield (cite(row.record, "bibtex", accessed) + "\n\n").encode("utf-8", "replace")


def _ris(rows: Iterable[ExportRow], accessed: date, _title: str) -> Iterator[bytes]:
    for row in rows:
        yield (cite(row.record, "ris", accessed) + "\r\n\r\n").encode("utf-8", "replace")


def _references(rows: Iterable[ExportRow], style: str, accessed: date) -> Iterator[bytes]:
    """A numbered list with each document, or article of one, once, in the order of its first passage."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        known = row.passage.document_id, row.record.title
        if known not in seen:
            seen.add(known)
            yield f"[{len(seen)}] {cite(row.document_record, style, accessed)}\n".encode("utf-8", "replace")


def _gb_2025(rows: Iterable[ExportRow], accessed: date, _title: str) -> Iterator[bytes]:
    return _references(rows, "gbt7714-2025", accessed)


def _gb_2015(rows: Iterable[ExportRow], accessed: date, _title: str) -> Iterator[bytes]:
    return _references(rows, "gbt7714", accessed)


def _markdown(rows: Iterable[ExportRow], accessed: date, title: str) -> Iterator[bytes]:
    if title:
        yield f"# {_escape(title)}\n\n".encode("utf-8", "replace")
    last = None
    for item in _items(rows, accessed):
        if (item.document_id, item.title) != last:
            last = item.document_id, item.title
            yield f"## {_escape(item.title)}\n\n{_escape(item.reference)}\n\n".encode("utf-8", "replace")
        quote = "\n".join(f"> {_escape(line)}" for line in item.quote.splitlines() or [""])
        link = f"[{_escape(item.url)}](<{item.url.replace('>', '%3E')}>)\n\n" if item.url else ""
        note = f"{_escape(item.note)}\n\n" if item.note else ""
        yield f"{quote}\n\n{note}{link}".encode("utf-8", "replace")


def _docx(rows: Iterable[ExportRow], accessed: date, title: str) -> Iterator[bytes]:
    # python-docx is a tenth of a second of imports that no page needs until a Word file is asked for.
    writer = import_module("search.present.export_docx")
    pieces: Iterator[bytes] = writer.reading_list_docx(_items(rows, accessed), title, accessed)
    return pieces


def _items(rows: Iterable[ExportRow], accessed: date) -> Iterator[ReadingItem]:
    for row in rows:
        reference = cite(row.document_record, "gbt7714-2025", accessed)
        yield ReadingItem(row.passage.document_id, row.record.title, reference, row.passage.text, row.record.url, row.note)


def _escape(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", text)


FORMATS: dict[str, tuple[Writer, str, str]] = {
    "csv": (_csv, "text/csv; charset=utf-8", "csv"),
    "jsonl": (_jsonl, "application/x-ndjson; charset=utf-8", "jsonl"),
    "xlsx": (_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "parquet": (_parquet, "application/vnd.apache.parquet", "parquet"),
    "bibtex": (_bibtex, "application/x-bibtex; charset=utf-8", "bib"),
    "ris": (_ris, "application/x-research-info-systems; charset=utf-8", "ris"),
    "gbt7714": (_gb_2025, "text/plain; charset=utf-8", "txt"),
    "gbt7714-2015": (_gb_2015, "text/plain; charset=utf-8", "txt"),
    "markdown": (_markdown, "text/markdown; charset=utf-8", "md"),
    "docx": (_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
}
"""Form → writer, media type, file extension. `gbt7714` is the edition in force."""
