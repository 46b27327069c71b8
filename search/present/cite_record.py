"""What a citation may say of a document or a passage: facts that are known, and nothing else."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from search.labels.genre import genres_cited
from search.labels.imprint import authors_of
from search.model import Document, Passage


class CiteKind(StrEnum):
    """The sort of publication, as far as the document itself shows it."""

    NEWSPAPER = "newspaper"
    JOURNAL = "journal"
    REPORT = "report"
    OFFICIAL = "official"
    """A document of an authority: notice, opinion, decision, measures."""
    WEBPAGE = "webpage"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class CitationRecord:
    """The facts of one citation. None and empty mean: not known; no style ever fills them in.

    `container` is the newspaper or journal; `page_label` its page (版次) as printed, `page` the page of the source a passage stands on.
    `year_inferred`: the year was worked out from the text. `url` is the lasting link, `source_url` where the source itself was published.
    `quote` is the passage cited, empty for a whole document."""

    id: str
    title: str
    kind: CiteKind = CiteKind.OTHER
    subtitle: str | None = None
    authors: tuple[str, ...] = ()
    container: str | None = None
    date: date | None = None
    year: int | None = None
    year_inferred: bool = False
    page_label: str | None = None
    page: int | None = None
    url: str = ""
    source_url: str | None = None
    site: str = ""
    quote: str = ""
    number: str = ""
    """The number of an official document (文号)."""

    @classmethod
    def of(cls, document: Document, passage: Passage | None = None, *, url: str = "", site: str = "") -> CitationRecord:
        """The record of a document, or of one of its passages: on a page of several articles a passage is cited by the title of its own,
        with its own authors, without the subtitle that is under another. `url` is the absolute permalink, `site` the name of the site."""
        article = _one_line(passage.article_title) if passage else ""
        other = article not in ("", _one_line(document.title))
        return cls(
            id=passage.id if passage else document.id,
            title=article if other else _one_line(document.title),
            kind=_kind(document),
            subtitle=None if other else _subtitle(document),
            authors=passage.imprint.authors if passage and other else authors_of(document.byline) or _issuer(document),
            container=_one_line(document.publication) if document.publication else None,
            date=None if document.year_inferred else document.date,
            year=document.year,
            year_inferred=document.year_inferred,
            page_label=document.page_label,
            page=passage.page if passage else None,
            url=url,
            source_url=document.url,
            site=site,
            quote=passage.text if passage else "",
            number=(document.official.number or "") if document.official and not other else "",
        )

    @property
    def full_title(self) -> str:
        """Title and subtitle as the standard joins them; the styles replace the colon by their own."""
        return f"{self.title}: {self.subtitle}" if self.subtitle else self.title

    @property
    def is_year_inferred(self) -> bool:
        """Whether all that is known of the time is a year worked out from the text."""
        return self.date is None and self.year is not None and self.year_inferred

    @property
    def known_year(self) -> int | None:
        return self.date.year if self.date else self.year


_TABLE = tomllib.loads((Path(__file__).parent / "data" / "periodicals.toml").read_text(encoding="utf-8"))
_JOURNAL, _NEWSPAPER = (re.compile(f"(?:{'|'.join(_TABLE['ending'][kind])})$") for kind in ("journal", "newspaper"))


def _issuer(document: Document) -> tuple[str, ...]:
    """The body that issued an official document, which is its author."""
    return (document.official.issuer,) if document.official and document.official.issuer else ()


def periodical(publication: str | None) -> CiteKind | None:
    """Whether what something was published in is a newspaper or a journal, by its name."""
    if _JOURNAL.search(publication or ""):
        return CiteKind.JOURNAL
    return CiteKind.NEWSPAPER if _NEWSPAPER.search(publication or "") else None


def _kind(document: Document) -> CiteKind:
    if (found := periodical(document.publication)) or document.page_label:
        return found or CiteKind.NEWSPAPER
    if cited := genres_cited().get(document.genre):
        return CiteKind(cited)
    if document.official and document.official.number:
        return CiteKind.OFFICIAL
    return CiteKind.WEBPAGE if document.format == "html" or document.url else CiteKind.OTHER


def _subtitle(document: Document) -> str | None:
    """A subtitle that is one: newspapers set whole introductions there, which no reference carries."""
    subtitle = _one_line(document.subtitle or "").lstrip("—-– ")
    return subtitle if subtitle and len(subtitle) <= 40 and subtitle != document.title and not subtitle.endswith("。") else None


def _one_line(text: str) -> str:
    return " ".join(text.split())
