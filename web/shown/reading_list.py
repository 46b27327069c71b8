"""A reading list as a page: passages that a reader chose, each wherever it leads today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search import Library, SearchError
from search.results import LinkState
from web.locale import gettext as _
from web.shown.frame import Frame
from web.shown.results import day_text, source_text
from web.state import SearchState

MOST = 300
"""Passages of one list."""


@dataclass(frozen=True, slots=True)
class KeptPassage:
    """A passage of a list. `state` says what became of it since it was chosen, empty where nothing did."""

    id: str
    title: str
    url: str
    permalink: str
    text: str
    told: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class KeptList:
    """View model of `list.html`."""

    frame: Frame
    items: tuple[KeptPassage, ...]
    unknown: int
    forms: tuple[tuple[str, str], ...]


FORMS = (("docx", "Word"), ("csv", "CSV"), ("markdown", "Markdown"), ("gbt7714", "GB/T 7714"), ("bibtex", "BibTeX"), ("ris", "RIS"))


def build_list(frame: Frame, library: Library, chosen: Sequence[tuple[str, str]]) -> KeptList:
    """The list of passages by their ids, in the order given; ids that were never given out are only counted."""
    found = [_kept(frame, library, identifier, note) for identifier, note in chosen]
    return KeptList(frame, tuple(item for item in found if item), found.count(None), FORMS)


def _kept(frame: Frame, library: Library, identifier: str, note: str) -> KeptPassage | None:
    try:
        page = library.passage(identifier)
    except SearchError as error:
        if error.status != 404:
            raise
        return None
    urls, lang = frame.urls, frame.lang
    permalink = urls.passage(identifier, lang=lang)
    if page.passage is None or page.document is None:
        gone = page.resolution
        return KeptPassage(identifier, gone.old_document_title, permalink, permalink, gone.old_text, "", str(_("这一段已不在了")), note)
    passage, document = page.passage, page.document
    changed = page.resolution.state is LinkState.CHANGED
    return KeptPassage(
        identifier,
        passage.article_title or document.title,
        permalink if changed else urls.document(document.id, SearchState(lang=lang), anchor=passage.id),
        permalink,
        passage.text,
        f"{source_text(document)} {day_text(document)}".strip(),
        str(_("收下之后文字改过")) if changed else "",
        note,
    )
