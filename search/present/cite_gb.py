"""References by GB/T 7714, editions 2015 and 2025, numeric (顺序编码制) and author–year (著者-出版年制).

Relied on, 2015 (GB/T 7714—2015, 4.4–4.6, 8.8, 10.2): newspapers `题名[N]. 报纸名, 年-月-日(版次)[引用日期]. URL.`; electronic resources
`题名[EB/OL]. 年: 页码(更新日期)[引用日期]. URL.`; more than three authors end in 等; an estimated year is given in square brackets; an
unknown author is left out in numeric lists and 佚名 in author–year lists; half-width marks.

An official document is cited with the body that issued it as author and its number (文号) after the title, as other material, [Z].

Relied on, 2025 (GB/T 7714—2025, in force since 2026-07-01): its text is not freely published. What is used here is what its drafters
announced (news.whu.edu.cn/info/1015/489767.htm: uniform marks, date of access dropped for all but network resources) and what the
maintained styles made from it agree on (zotero-chinese/styles, biblatex-gb7714-2015 from 1.1u): full-width marks except `.` and `[ ]`;
the date of access only with resources that exist on the network alone ([EB/OL]); newspapers and reports with their full date. Where
neither speaks, the 2015 rule is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from search.present.cite_record import CitationRecord, CiteKind

MARKS = {CiteKind.NEWSPAPER: "N", CiteKind.JOURNAL: "J", CiteKind.REPORT: "R"}
NAMED_AUTHORS = 3
ANONYMOUS = "佚名"

_PAGE_NUMBER = re.compile(r"^(?:第|[A-Z]?版面?[:：]?)?\s*([A-Za-z]?\d+)\s*版?$")


@dataclass(frozen=True, slots=True)
class Edition:
    """The punctuation of an edition, and whether only network resources carry a date of access."""

    comma: str
    colon: str
    opening: str
    closing: str
    access_on_network_only: bool


EDITION_2015 = Edition(", ", ": ", "(", ")", access_on_network_only=False)
EDITION_2025 = Edition("，", "：", "（", "）", access_on_network_only=True)


def gb_reference(record: CitationRecord, edition: Edition, accessed: date, *, author_year: bool = False) -> str:
    """One reference without a number, ending in a full stop."""
    mark = type_mark(record)
    title = edition.colon.join(part for part in (record.title, record.subtitle, record.number) if part) + f"[{mark}]"
    responsible = _authors(record, edition)
    if author_year:
        responsible = edition.comma.join(part for part in (responsible or ANONYMOUS, _year(record)) if part)
    issue = _issue(record, edition, author_year=author_year)
    if record.url and (mark == "EB/OL" or not edition.access_on_network_only):
        issue += f"[{accessed.isoformat()}]"
    parts = (responsible, title, issue, record.url)
    return ". ".join(part for part in parts if part) + "."


def type_mark(record: CitationRecord) -> str:
    """Type and carrier: `N`, `R/OL`, `EB/OL`, `Z` …; what is read on the network and is nothing more particular is EB."""
    if record.kind in MARKS:
        return MARKS[record.kind] + ("/OL" if record.url else "")
    if record.number:
        return "Z/OL" if record.url else "Z"
    return "EB/OL" if record.url else "Z"


def page_number(label: str) -> str:
    """04 of 第04版: the standard's marks already say that it is a page."""
    found = _PAGE_NUMBER.match(label.strip())
    return (found[1].lstrip("0") or found[1]) if found else label.strip()


def _authors(record: CitationRecord, edition: Edition) -> str:
    names = list(record.authors[:NAMED_AUTHORS])
    return edition.comma.join([*names, "等"] if len(record.authors) > NAMED_AUTHORS else names)


def _issue(record: CitationRecord, edition: Edition, *, author_year: bool) -> str:
    """Where and when it was published. In author–year lists a bare year has already been said."""
    if record.kind in (CiteKind.NEWSPAPER, CiteKind.JOURNAL):
        when = record.date.isoformat() if record.date else "" if author_year else _year(record)
        issue = edition.comma.join(part for part in (record.container, when) if part)
        return issue + (f"{edition.opening}{page_number(record.page_label)}{edition.closing}" if record.page_label else "")
    full = record.date.isoformat() if record.date else ""
    bare = "" if author_year else _year(record)
    page = f"{edition.colon}{record.page}" if record.page and bare else ""
    if record.url and not edition.access_on_network_only:
        return f"{bare}{page}{_enclosed(full, edition)}" if page else _enclosed(full or bare, edition)
    return _enclosed(full or bare, edition) if type_mark(record) == "EB/OL" else f"{full or bare}{page}"


def _enclosed(text: str, edition: Edition) -> str:
    return f"{edition.opening}{text}{edition.closing}" if text else ""


def _year(record: CitationRecord) -> str:
    if record.known_year is None:
        return ""
    return f"[{record.known_year}]" if record.year_inferred and record.date is None else str(record.known_year)
