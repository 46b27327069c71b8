"""Citations for programs: BibTeX with the dates and types of biblatex, RIS, CSL-JSON.

What a program renders by the style of GB/T 7714 must come out as our own reference does, so the types follow the type mark: what is read
on the network and is nothing more particular ([EB/OL]) is a web page in all three.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from search.present.cite_gb import page_number, type_mark
from search.present.cite_record import CitationRecord, CiteKind

__all__ = ["bibtex", "csl_item", "csl_json", "program_kind", "ris"]

BIBTEX_TYPES = {
    CiteKind.NEWSPAPER: "article",
    CiteKind.JOURNAL: "article",
    CiteKind.REPORT: "report",
    CiteKind.WEBPAGE: "online",
}
PERIODICALS = (CiteKind.NEWSPAPER, CiteKind.JOURNAL)
RIS_TYPES = {
    CiteKind.NEWSPAPER: "NEWS",
    CiteKind.JOURNAL: "JOUR",
    CiteKind.REPORT: "RPRT",
    CiteKind.OFFICIAL: "GOVDOC",
    CiteKind.WEBPAGE: "ELEC",
    CiteKind.OTHER: "GEN",
}
CSL_TYPES = {
    CiteKind.NEWSPAPER: "article-newspaper",
    CiteKind.JOURNAL: "article-journal",
    CiteKind.REPORT: "report",
    CiteKind.OFFICIAL: "document",
    CiteKind.WEBPAGE: "webpage",
    CiteKind.OTHER: "document",
}

_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {char: "\\" + char for char in "&%$#_{}"}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_KEY = re.compile(r"[^0-9A-Za-z\u3400-\u9fff_.:-]+")
_INFERRED_NOTE = "出版年据文意推定"


def program_kind(record: CitationRecord) -> CiteKind:
    """What sort of publication a program is told it is, in agreement with the type mark of our own references."""
    mark = type_mark(record)
    if mark == "EB/OL":
        return CiteKind.WEBPAGE
    if mark.startswith("Z"):
        return CiteKind.OFFICIAL if record.number else CiteKind.OTHER
    return record.kind


def bibtex(record: CitationRecord, accessed: date) -> str:
    """One entry. Classic styles read `year`, biblatex reads `date`; a year worked out from the text is `2020~` (about 2020) there."""
    kind = program_kind(record)
    fields = {
        "title": record.full_title,
        "author": " and ".join(f"{{{_tex(name)}}}" for name in record.authors),
        "entrysubtype": "newspaper" if kind is CiteKind.NEWSPAPER else None,
        "journal": record.container if kind in PERIODICALS else None,
        "number": record.number,
        "year": str(record.known_year) if record.known_year else None,
        "date": _biblatex_date(record),
        "pages": _page(record),
        "url": record.url,
        "urldate": accessed.isoformat() if record.url else None,
        "langid": "chinese",
        "note": "；".join(_notes(record, kind)),
        "annotation": record.quote,
    }
    fields["type"] = "报告" if kind is CiteKind.REPORT else None
    key = _KEY.sub("-", record.id)
    raw = ("author", "url", "date")
    lines = [f"  {name} = {{{value if name in raw else _tex(value)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{BIBTEX_TYPES.get(kind, 'misc')}{{{key},", *lines, "}"])


def ris(record: CitationRecord, accessed: date) -> str:
    """One record, lines ended by CR LF, without a last line end."""
    lines = [
        ("TY", RIS_TYPES[program_kind(record)]),
        ("ID", record.id),
        ("TI", record.full_title),
        *(("AU", name) for name in record.authors),
        ("T2", record.container),
        ("PY", str(record.known_year or "")),
        ("DA", f"{record.date:%Y/%m/%d}" if record.date else ""),
        ("SP", _page(record)),
        ("SN", record.number),
        ("UR", record.url),
        ("Y2", f"{accessed:%Y/%m/%d}" if record.url else ""),
        ("LA", "zh"),
        ("N1", record.quote),
        ("N1", _INFERRED_NOTE if record.is_year_inferred else ""),
    ]
    body = [f"{tag}  - {_one_paragraph(value)}" for tag, value in lines if value]
    return "\r\n".join([*body, "ER  - "])


def csl_json(record: CitationRecord, accessed: date) -> str:
    """A list of one item."""
    return json.dumps([csl_item(record, accessed)], ensure_ascii=False, indent=1)


def csl_item(record: CitationRecord, accessed: date) -> dict[str, Any]:
    """One item of CSL-JSON 1.0.2. Chinese names are literal: nothing says where a family name ends."""
    kind = program_kind(record)
    item: dict[str, Any] = {"id": record.id, "type": CSL_TYPES[kind], "title": record.full_title, "language": "zh-CN"}
    if record.authors:
        item["author"] = [{"literal": name} for name in record.authors]
    if record.container and kind in PERIODICALS:
        item["container-title"] = record.container
    if record.number:
        item["number"] = record.number
    if record.date:
        item["issued"] = {"date-parts": [[record.date.year, record.date.month, record.date.day]]}
    elif record.year:
        item["issued"] = {"date-parts": [[record.year]]} | ({"circa": True} if record.year_inferred else {})
    if page := _page(record):
        item["page"] = page
    if record.url:
        item |= {"URL": record.url, "accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]}}
    if note := "；".join((*_notes(record, kind), record.quote)).rstrip("；"):
        item["note"] = note
    return item


def _notes(record: CitationRecord, kind: CiteKind) -> Iterator[str]:
    """Where a report, a notice or a page was published is no part of its reference in the standard, and every field for it is rendered."""
    if record.container and kind not in PERIODICALS:
        yield record.container
    if record.is_year_inferred:
        yield _INFERRED_NOTE


def _biblatex_date(record: CitationRecord) -> str | None:
    if record.date:
        return record.date.isoformat()
    return f"{record.year}~" if record.is_year_inferred else str(record.year) if record.year else None


def _page(record: CitationRecord) -> str:
    return page_number(record.page_label) if record.page_label else str(record.page or "")


def _tex(text: str) -> str:
    return "".join(_TEX.get(char, char) for char in _one_paragraph(text))


def _one_paragraph(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).split())
