"""What a page says of itself to programs that read pages: Highwire Press, Dublin Core, PRISM and Open Graph tags, JSON-LD, COinS.

Zotero's reader of embedded metadata takes `DC.type` for the sort of an item and any `citation_journal_title` for a journal, so a newspaper
is named by `prism.publicationName` alone. A year that was only worked out from the text is given as `2020~` (EDTF: about 2020) and in no
field that asks for the day of publication.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from search.present.cite_formats import program_kind
from search.present.cite_gb import page_number
from search.present.cite_record import CitationRecord, CiteKind

__all__ = ["coins", "json_ld", "meta_tags"]

_FOREIGN = re.compile("[^\u3400-\u9fff\uff00-\uffee\u3001-\u3011]+")
"""What is not Chinese writing."""
_CONTEXT = "ctx_ver=Z39.88-2004&rft_val_fmt=info:ofi/fmt:kev:mtx:dc"
ZOTERO_TYPES = {
    CiteKind.NEWSPAPER: "newspaperArticle",
    CiteKind.JOURNAL: "journalArticle",
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
LONGEST_DESCRIPTION = 200


def meta_tags(record: CitationRecord) -> list[tuple[str, str]]:
    """Tags for the head of a page, as Zotero, Google Scholar and link previews read them; names with a colon are RDFa properties."""
    kind = program_kind(record)
    container = record.container or ""
    tags = [
        ("citation_title", record.full_title),
        *(("citation_author", name) for name in record.authors),
        ("citation_publication_date", _published(record, "/")),
        ("citation_journal_title", container if kind is CiteKind.JOURNAL else ""),
        ("citation_technical_report_institution", container if kind is CiteKind.REPORT else ""),
        ("citation_technical_report_number", record.number if kind is CiteKind.REPORT else ""),
        ("citation_firstpage", page_number(record.page_label) if record.page_label else ""),
        ("citation_language", "zh"),
        ("citation_public_url", record.url),
        ("DC.type", ZOTERO_TYPES[kind]),
        ("DC.title", record.full_title),
        *(("DC.creator", name) for name in record.authors),
        ("DC.date", _published(record, "-") or (f"{record.year}~" if record.year else "")),
        ("DC.identifier", record.url),
        ("DC.language", "zh"),
        ("DC.source", record.source_url or ""),
        ("prism.publicationName", container if kind in (CiteKind.NEWSPAPER, CiteKind.JOURNAL) else ""),
        ("og:type", "article"),
        ("og:title", record.full_title),
        ("og:description", record.quote[:LONGEST_DESCRIPTION]),
        ("og:url", record.url),
        ("og:site_name", record.site),
        ("og:locale", "zh_CN"),
        ("article:published_time", _published(record, "-")),
        *(("article:author", name) for name in record.authors),
    ]
    return [(name, content) for name, content in tags if content]


def json_ld(record: CitationRecord) -> dict[str, Any]:
    """schema.org data of the document or passage, for `application/ld+json`. The values are plain text: escape `<` when writing them into
    HTML."""
    data: dict[str, Any] = {"@context": "https://schema.org", "@type": SCHEMA_TYPES[program_kind(record)]}
    if record.quote:
        data |= {"@type": "Quotation", "text": record.quote}
        data["isPartOf"] = _whole(record)
    else:
        data |= _whole(record)
    if record.url:
        data |= {"url": record.url, "@id": record.url}
    return data


def coins(title: str, kind: str, *, url: str, date: str = "", container: str = "") -> str:
    """The `title` of a COinS span: an OpenURL 1.0 context object in Dublin Core, of which Zotero makes an item of a list.

    Chinese characters are written as they are, which every decoder of a query string passes on: percent signs would make them three times
    as long, an eighth of a page of hits."""
    pairs = (("rft.type", kind), ("rft.title", title), ("rft.source", container), ("rft.date", date), ("rft.identifier", url))
    return _CONTEXT + "".join([f"&{name}={_written(value)}" for name, value in pairs if value])


@lru_cache(1024)
def _written(value: str) -> str:
    return _FOREIGN.sub(_percent, value)


def _percent(found: re.Match[str]) -> str:
    return quote(found[0], safe=":/", errors="replace")


def _whole(record: CitationRecord) -> dict[str, Any]:
    """What is said of the publication itself."""
    data: dict[str, Any] = {"@type": SCHEMA_TYPES[program_kind(record)], "headline": record.full_title, "name": record.full_title}
    data["inLanguage"] = "zh-Hans"
    if record.authors:
        kind = "Organization" if record.kind is CiteKind.OFFICIAL or record.number else "Person"
        data["author"] = [{"@type": kind, "name": name} for name in record.authors]
    if published := _published(record, "-"):
        data["datePublished"] = published
    if record.container:
        data["isPartOf"] = {"@type": "Newspaper" if record.kind is CiteKind.NEWSPAPER else "Periodical", "name": record.container}
    if record.page_label:
        data["pagination"] = page_number(record.page_label)
    if record.number:
        data["identifier"] = record.number
    if record.source_url:
        data["sameAs"] = record.source_url
    return data


def _published(record: CitationRecord, between: str) -> str:
    """The day or year that is stated; nothing of one that was worked out."""
    if record.date:
        return between.join((f"{record.date.year}", f"{record.date.month:02}", f"{record.date.day:02}"))
    return str(record.year) if record.year and not record.year_inferred else ""
