"""Citations of a document or a passage, for people and for programs. Facts that are not known are left out, never made up."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from search.errors import BadRequest
from search.present.cite_gb import EDITION_2015, EDITION_2025, gb_reference, page_number
from search.present.cite_record import CitationRecord, CiteKind

__all__ = ["STYLES", "CitationRecord", "CiteKind", "cite", "csl_item", "json_ld", "meta_tags"]

Formatter = Callable[[CitationRecord, date], str]

BIBTEX_TYPES = {CiteKind.NEWSPAPER: "article", CiteKind.JOURNAL: "article", CiteKind.REPORT: "techreport"}
BIBTEX_CONTAINERS = {CiteKind.NEWSPAPER: "journal", CiteKind.JOURNAL: "journal", CiteKind.REPORT: "institution"}
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
SCHEMA_TYPES = {
    CiteKind.NEWSPAPER: "NewsArticle",
    CiteKind.JOURNAL: "ScholarlyArticle",
    CiteKind.REPORT: "Report",
    CiteKind.OFFICIAL: "DigitalDocument",
    CiteKind.WEBPAGE: "WebPage",
    CiteKind.OTHER: "DigitalDocument",
}

_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {char: "\\" + char for char in "&%$#_{}"}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_KEY = re.compile(r"[^0-9A-Za-z\u3400-\u9fff_.:-]+")


def cite(record: CitationRecord, style: str, accessed: date) -> str:
    """The citation in one of `STYLES`, without a line end. Raises BadRequest for another style."""
    if style not in STYLES:
        raise BadRequest(f"没有“{style}”这种引文格式。", hint=f"可用：{'、'.join(STYLES)}。")
    return STYLES[style](record, accessed)


def _gb_2025(record: CitationRecord, accessed: date) -> str:
    return gb_reference(record, EDITION_2025, accessed)


def _gb_2025_author_year(record: CitationRecord, accessed: date) -> str:
    return gb_reference(record, EDITION_2025, accessed, author_year=True)


def _gb_2015(record: CitationRecord, accessed: date) -> str:
    return gb_reference(record, EDITION_2015, accessed)


def _gb_2015_author_year(record: CitationRecord, accessed: date) -> str:
    return gb_reference(record, EDITION_2015, accessed, author_year=True)


def _plain(record: CitationRecord, accessed: date) -> str:
    """“quote”——authors：《title》，newspaper，date，第 n 版，url（date of access）。"""
    quoted = f"“{record.quote}”——" if record.quote else ""
    authors = "、".join(record.authors)
    title = f"《{record.title}》" + (f"（{record.subtitle}）" if record.subtitle else "")
    page = f"第{page_number(record.page_label)}版" if record.page_label else f"第{record.page}页" if record.page else ""
    link = f"{record.url}（{_chinese_date(accessed)}访问）" if record.url else ""
    facts = [f"{authors}：{title}" if authors else title, record.container, _chinese_when(record), page, link]
    return quoted + "，".join(fact for fact in facts if fact) + "。"


def _bibtex(record: CitationRecord, accessed: date) -> str:
    container = BIBTEX_CONTAINERS.get(record.kind, "howpublished")
    year = record.known_year
    fields = {
        "title": record.full_title,
        "author": " and ".join(f"{{{_tex(name)}}}" for name in record.authors),
        container: record.container,
        "year": None if year is None else f"[{year}]" if record.year_inferred and not record.date else str(year),
        "month": str(record.date.month) if record.date else None,
        "date": record.date.isoformat() if record.date else None,
        "pages": page_number(record.page_label) if record.page_label else str(record.page) if record.page else None,
        "url": record.url,
        "urldate": accessed.isoformat() if record.url else None,
        "langid": "chinese",
        "annotation": record.quote,
    }
    key = _KEY.sub("-", record.id)
    raw = ("author", "url")
    lines = [f"  {name} = {{{value if name in raw else _tex(value)}}}," for name, value in fields.items() if value]
    return "\n".join([f"@{BIBTEX_TYPES.get(record.kind, 'misc')}{{{key},", *lines, "}"])


def _ris(record: CitationRecord, accessed: date) -> str:
    year = record.known_year
    notes = [record.quote, "出版年据文意推定" if record.year_inferred and record.date is None and year else ""]
    lines = [
        ("TY", RIS_TYPES[record.kind]),
        ("ID", record.id),
        ("TI", record.full_title),
        *(("AU", name) for name in record.authors),
        ("T2", record.container),
        ("PY", str(year) if year else ""),
        ("DA", f"{record.date:%Y/%m/%d}" if record.date else ""),
        ("SP", page_number(record.page_label) if record.page_label else str(record.page or "")),
        ("UR", record.url),
        ("Y2", f"{accessed:%Y/%m/%d}" if record.url else ""),
        ("LA", "zh"),
        *(("N1", note) for note in notes),
    ]
    body = [f"{tag}  - {_one_paragraph(value)}" for tag, value in lines if value]
    return "\r\n".join([*body, "ER  - "])


def _csl_json(record: CitationRecord, accessed: date) -> str:
    return json.dumps([csl_item(record, accessed)], ensure_ascii=False, indent=1)


STYLES: dict[str, Formatter] = {
    "gbt7714-2025": _gb_2025,
    "gbt7714-2025-author-year": _gb_2025_author_year,
    "gbt7714": _gb_2015,
    "gbt7714-author-year": _gb_2015_author_year,
    "bibtex": _bibtex,
    "ris": _ris,
    "csl-json": _csl_json,
    "plain": _plain,
}
"""Key → formatter; `gbt7714` is the 2015 edition, which most journals still ask for."""


def csl_item(record: CitationRecord, accessed: date) -> dict[str, Any]:
    """One item of CSL-JSON 1.0.2. Chinese names are literal: nothing says where a family name ends."""
    item: dict[str, Any] = {"id": record.id, "type": CSL_TYPES[record.kind], "title": record.full_title, "language": "zh-CN"}
    if record.authors:
        item["author"] = [{"literal": name} for name in record.authors]
    if record.container:
        item["container-title"] = record.container
    if record.date:
        item["issued"] = {"date-parts": [[record.date.year, record.date.month, record.date.day]]}
    elif record.year:
        item["issued"] = {"date-parts": [[record.year]]} | ({"circa": True} if record.year_inferred else {})
    if record.page_label or record.page:
        item["page"] = page_number(record.page_label) if record.page_label else str(record.page)
    if record.url:
        item |= {"URL": record.url, "accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]}}
    if record.quote:
        item["note"] = record.quote
    return item


def meta_tags(record: CitationRecord) -> list[tuple[str, str]]:
    """Highwire Press tags for the head of a document page, as Zotero and Google Scholar read them. A year that was only worked out from
    the text is no publication date."""
    published = f"{record.date:%Y/%m/%d}" if record.date else str(record.year) if record.year and not record.year_inferred else ""
    report = record.kind is CiteKind.REPORT
    tags = [
        ("citation_title", record.full_title),
        *(("citation_author", name) for name in record.authors),
        ("citation_publication_date", published),
        ("citation_technical_report_institution" if report else "citation_journal_title", record.container or ""),
        ("citation_firstpage", page_number(record.page_label) if record.page_label else ""),
        ("citation_language", "zh"),
        ("citation_public_url", record.url),
    ]
    return [(name, content) for name, content in tags if content]


def json_ld(record: CitationRecord) -> dict[str, Any]:
    """schema.org data of the document, for `application/ld+json`. The values are plain text: escape `<` when writing them into HTML."""
    data: dict[str, Any] = {"@context": "https://schema.org", "@type": SCHEMA_TYPES[record.kind]}
    data |= {"headline": record.full_title, "name": record.full_title, "inLanguage": "zh-Hans"}
    if record.authors:
        data["author"] = [{"@type": "Person", "name": name} for name in record.authors]
    if record.date:
        data["datePublished"] = record.date.isoformat()
    elif record.year and not record.year_inferred:
        data["datePublished"] = str(record.year)
    if record.container:
        data["isPartOf"] = {"@type": "Newspaper" if record.kind is CiteKind.NEWSPAPER else "Periodical", "name": record.container}
    if record.page_label:
        data["pagination"] = page_number(record.page_label)
    if record.url:
        data["url"] = record.url
    if record.source_url:
        data["sameAs"] = record.source_url
    return data


def _chinese_when(record: CitationRecord) -> str:
    if record.date:
        return _chinese_date(record.date)
    if record.year is None:
        return ""
    return f"约{record.year}年（据文意推定）" if record.year_inferred else f"{record.year}年"


def _chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _tex(text: str) -> str:
    return "".join(_TEX.get(char, char) for char in _one_paragraph(text))


def _one_paragraph(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).split())
