"""Where a quote stands, and where a passage that is gone may have gone."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from search.results import LocateMatch, Passage, PassagePage
from web.shown.frame import Frame
from web.site import site
from web.state import SearchState
from web.urls import Urls


@dataclass(frozen=True, slots=True)
class FoundQuote:
    """A place where a quote stands."""

    title: str
    html: Markup
    url: str
    permalink: str
    score: int
    difference: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LocatePage:
    """View model of `locate.html`."""

    frame: Frame
    quote: str
    asked: bool
    matches: tuple[FoundQuote, ...]


@dataclass(frozen=True, slots=True)
class GonePage:
    """View model of `gone.html`."""

    frame: Frame
    id: str
    old_text: str
    old_title: str
    old_url: str
    candidates: tuple[FoundQuote, ...]


def found_quotes(matches: tuple[tuple[LocateMatch, Passage], ...], urls: Urls, lang: str) -> tuple[FoundQuote, ...]:
    """Matches of a quote, each with its passage: the quote marked in what stands around it. The browser is asked to mark it, too."""
    library = site().library
    from_lang = SearchState(lang=lang)
    return tuple(
        FoundQuote(
            passage.article_title or match.document_title,
            _cut(passage.text, match.start, match.end),
            urls.document(match.document_id, from_lang, anchor=match.id) + library.text_fragment(passage, (match.start, match.end)),
            urls.passage(match.id, lang=lang),
            round(match.score),
            match.difference,
            match.amounts,
        )
        for match, passage in matches
    )


def build_gone(frame: Frame, page: PassagePage) -> GonePage:
    """The page of a passage that is no more."""
    urls, resolution = frame.urls, page.resolution
    plain = SearchState(lang=frame.lang)
    candidates = tuple(
        FoundQuote(
            passage.article_title or document.title,
            Markup("{}").format(passage.text),
            urls.document(document.id, plain, anchor=passage.id),
            urls.passage(passage.id, lang=frame.lang),
            0,
        )
        for passage, document in page.candidates
    )
    return GonePage(
        frame,
        resolution.id,
        resolution.old_text,
        resolution.old_document_title,
        urls.document(resolution.old_document, plain) if resolution.old_document else "",
        candidates,
    )


def _cut(text: str, start: int, end: int, around: int = 60) -> Markup:
    left, right = max(0, start - around), min(len(text), end + around)
    lead, tail = "…" if left else "", "…" if right < len(text) else ""
    return Markup("{}{}<mark>{}</mark>{}{}").format(lead, text[left:start], text[start:end], text[end:right], tail)
