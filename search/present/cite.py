"""Citations of a document or a passage, for people and for programs. Facts that are not known are left out, never made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from search.errors import BadRequest
from search.present.cite_formats import bibtex, csl_item, csl_json, ris
from search.present.cite_gb import EDITION_2015, EDITION_2025, gb_reference, page_number
from search.present.cite_record import CitationRecord, CiteKind
from search.present.cite_web import json_ld, meta_tags

__all__ = ["MEDIA_TYPES", "STYLES", "CitationRecord", "CiteKind", "cite", "csl_item", "json_ld", "meta_tags"]

Formatter = Callable[[CitationRecord, date], str]


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


STYLES: dict[str, Formatter] = {
    "gbt7714-2025": _gb_2025,
    "gbt7714-2025-author-year": _gb_2025_author_year,
    "gbt7714": _gb_2015,
    "gbt7714-author-year": _gb_2015_author_year,
    "bibtex": bibtex,
    "ris": ris,
    "csl-json": csl_json,
    "plain": _plain,
}
"""Key → formatter; `gbt7714` is the 2015 edition, which most journals still ask for."""

MEDIA_TYPES = {
    "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
    "csl-json": "application/vnd.citationstyles.csl+json",
}
"""Of the styles that are no plain text."""


def _chinese_when(record: CitationRecord) -> str:
    if record.date:
        return _chinese_date(record.date)
    if record.year is None:
        return ""
    return f"约{record.year}年（据文意推定）" if record.year_inferred else f"{record.year}年"


def _chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
