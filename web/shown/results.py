"""The results page: what was understood, what is found, and every next step as a link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import PurePosixPath
from typing import NamedTuple

from markupsafe import Markup

from search.results import (
    Answer,
    BlockKind,
    DocumentSummary,
    Expansion,
    Hit,
    IntentOffer,
    Passage,
    QueryReading,
    Suggestion,
    Tier,
    WordCulprit,
)
from search.wire import coins_of
from web.locale import gettext as _
from web.said import said
from web.shown.facets import ShownFacets, build_facets
from web.shown.frame import Frame, Link
from web.shown.labels import (
    facet_label,
    kind_label,
    sort_label,
    suggestion_kind,
    term_labels,
    value_label,
    view_label,
    within_quotes,
)
from web.state import SORTS, VIEWS, SearchState
from web.urls import Urls

PLACES_SHOWN = 2
QUOTED = 120
"""Characters of a text by which the other places of the same text are found."""
TYPES_SHOWN = 2
YEARS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force; the link takes it off."""

    facet: str
    label: str
    url: str
    excluded: bool


@dataclass(frozen=True, slots=True)
class SearchedToo:
    """An expansion that was searched; the link searches without it."""

    source: str
    target: str
    kind: str
    url: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """A next step with the count it gives, where that is known."""

    label: str
    url: str
    total: int | None = None
    kind: str = ""


class ShownHit(NamedTuple):
    """A hit. `snippets` are escaped HTML with `<mark>`; `years`, `places` and `types` are cut to what fits; where some
    were cut, `all_places` and `all_types` count them all, else they are 0.
    `whole` is the title of the document, where `title` is that of one of its articles. `collapsed_url` is empty where none is."""

    id: str
    rank: int
    title: str | Markup
    whole: str
    url: str
    document_url: str
    kind: str
    section: str
    snippets: tuple[Markup, ...]
    years: str
    places: str
    all_places: int
    types: str
    all_types: int
    collapsed: int
    collapsed_url: str
    tier: str
    heads: str = ""
    """Of a row of a table: the heads of its columns."""
    coins: str = ""
    """What Zotero reads of it (COinS)."""
    source: str = ""
    """Who published the document, or else the name of its file."""
    day: str = ""
    """The date of the document, or its year."""


@dataclass(frozen=True, slots=True)
class Pager:
    """Previous, next and a few page numbers. `last` is the number of pages."""

    page: int
    last: int
    previous_url: str
    next_url: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ResultsHead:
    """What every view of the results shows above them."""

    state: SearchState
    description: str
    canonical: str
    notes: tuple[str, ...]
    searched_too: tuple[SearchedToo, ...]
    relaxed: str
    literal_url: str
    unliteral_url: str
    offers: tuple[NextStep, ...]
    chips: tuple[Chip, ...]
    clear_url: str
    views: tuple[Link, ...]
    sorts: tuple[Link, ...]
    within: tuple[tuple[str, str], ...]
    exports: tuple[Link, ...]
    cite_url: str
    total: int
    documents: int
    feed_url: str = ""
    sizes: tuple[Link, ...] = ()
    studies: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """View model of `results.html`."""

    frame: Frame
    head: ResultsHead
    facets: ShownFacets
    hits: tuple[ShownHit, ...]
    first: int
    last: int
    groups: int
    pager: Pager
    suggestions: tuple[NextStep, ...]
    culprits: tuple[NextStep, ...]
    run_only: int
    expand_url: str
    collapse_url: str
    nearest: tuple[ShownHit, ...] = ()
    also: int = 0


def build_head(frame: Frame, answer: Answer) -> ResultsHead:
    """The part above every view of the results."""
    reading, state, urls, query = answer.query, frame.state, frame.urls, frame.query
    chips = tuple(
        Chip(facet_label(name), value_label(name, value), urls.search(state.remove(name, value)), name.startswith("not_"))
        for name, value in state.applied()
    )
    return ResultsHead(
        state=state,
        description=(reading.description_en if state.lang == "en" else reading.description) if state.q.strip() else "",
        canonical=reading.canonical,
        notes=tuple(said(note.message) for note in reading.notes),
        searched_too=tuple(_searched_too(item, state, urls) for item in reading.expansions),
        relaxed=_relaxed(reading),
        literal_url=query.search("literal", "1"),
        unliteral_url=query.search("literal") if state.question.literal else "",
        offers=tuple(_intent(item, state, urls) for item in answer.intents),
        chips=chips,
        clear_url=urls.search(state.without_filters()) if len(chips) > 1 else "",
        views=tuple(
            [Link(view_label(view), query.search("view", view if at else ""), view == state.view) for at, view in enumerate(VIEWS)]
        ),
        sorts=tuple(
            [Link(sort_label(sort), query.search("sort", sort if at else ""), sort == state.question.sort) for at, sort in enumerate(SORTS)]
        ),
        within=tuple([pair for pair in query.pairs if pair[0] not in ("page", "off", "literal")]),
        exports=(
            *[Link(label, query.export(form, partial=bool(answer.query.relaxed))) for form, label in EXPORTS],
            Link(_("笔记本"), query.notebook()),
        ),
        cite_url=query.path("/cite"),
        total=answer.total,
        documents=answer.documents,
        feed_url=query.feed(),
        sizes=tuple([Link(str(size), query.search("size", str(size) if at else ""), size == state.size) for at, size in enumerate(SIZES)])
        if answer.total > SIZES[0]
        else (),
        studies=(Link(_("趋势"), query.path("/trends")), Link(_("比较"), query.path("/compare"))) if answer.total else (),
    )


SIZES = (20, 50, 100)
"""Hits a page may have, the usual number first."""
EXPORTS = (
    ("csv", "CSV"),
    ("xlsx", "Excel"),
    ("jsonl", "JSON Lines"),
    ("bibtex", "BibTeX"),
    ("ris", "RIS"),
    ("gbt7714", "GB/T 7714"),
    ("markdown", "Markdown"),
    ("docx", "Word"),
)


def build_results(frame: Frame, answer: Answer) -> ResultsPage:
    """The page of passages, or of documents when the state collapses by document. What is only near to the query stands apart below."""
    state, urls, query = frame.state, frame.urls, frame.query
    full = answer.hits[: answer.first_also] if answer.also else answer.hits
    nearest = answer.hits[len(full) :]
    first = (state.page - 1) * state.size + 1 if full else 0
    collapsed = state.view == "passages" and answer.groups < answer.total
    types = term_labels("program")
    return ResultsPage(
        frame=frame,
        head=build_head(frame, answer),
        facets=build_facets(answer.facets, frame),
        hits=tuple([_hit(hit, first + index, frame, types) for index, hit in enumerate(full)]),
        first=first,
        last=first + len(full) - 1 if full else 0,
        groups=answer.groups,
        pager=build_pager(frame, answer.groups),
        suggestions=tuple(_suggestion(item, state, urls) for item in answer.suggestions),
        culprits=tuple(_culprit(item, state, urls) for item in answer.culprits if item.total_without),
        run_only=answer.tiers.get(Tier.RUN, 0),
        expand_url=query.search("copies", "all") if collapsed else "",
        collapse_url=query.search("copies") if state.copies == "all" else "",
        nearest=tuple([_hit(hit, answer.total + index, frame, types) for index, hit in enumerate(nearest, start=1)]),
        also=answer.also,
    )


def _relaxed(reading: QueryReading) -> str:
    """What was done where nothing answers a query in full."""
    if reading.relaxed == "nearest":
        return str(_("没有一段同时含有这些词，改为列出最相近的段落。"))
    return said(reading.relaxed_message) if reading.relaxed else ""


def build_pager(frame: Frame, items: int) -> Pager:
    """Page links: the first, the last, and two on either side of the page at hand."""
    query = frame.query
    last = max(1, -(-items // frame.state.size))
    page = min(frame.state.page, last)
    near = {1, last, *range(max(1, page - 2), min(last, page + 2) + 1)}
    links: list[Link] = []
    before = 0
    for here in sorted(near):
        if here > before + 1:
            links.append(Link("…", ""))
        links.append(Link(str(here), query.page(here), here == page))
        before = here
    return Pager(
        page,
        last,
        query.page(page - 1) if page > 1 else "",
        query.page(page + 1) if page < last else "",
        tuple(links) if last > 1 else (),
    )


_INHERITED = attrgetter("inherited")
_SCORE = attrgetter("score")


def place_names(passage: Passage) -> list[str]:
    """The places of a passage by their last name, most telling first: named ones before inherited ones."""
    return list(dict.fromkeys([label.path.rpartition("/")[2] for label in sorted(passage.regions, key=_INHERITED)]))


def year_text(years: list[int]) -> str:
    """Years as text, neighbours drawn together: 2018–2020、2023."""
    if len(years) == 1:
        return str(years[0])
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][1] + 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    return "、".join(str(a) if a == b else f"{a}–{b}" for a, b in runs[-YEARS_SHOWN:])


def joined(snippets: Iterable[str]) -> tuple[Markup, ...]:
    """Snippets to be read one after the other: where both sides of a gap have an ellipsis, one is enough."""
    out: list[Markup] = []
    for html in snippets:
        out.append(Markup(html.removeprefix("…") if out and out[-1].endswith("…") else html))  # escaped by the highlighter
    return tuple(out)


def source_text(document: DocumentSummary) -> str:
    """Who published a document, or else the name of its file."""
    return document.publication or PurePosixPath(document.source_file).name


def day_text(document: DocumentSummary) -> str:
    """The date of a document, or its year, or nothing."""
    return document.date or str(document.year or "")


def _hit(hit: Hit, rank: int, frame: Frame, types: Mapping[str, str]) -> ShownHit:
    passage, document, state, query = hit.passage, hit.document, frame.state, frame.query
    places, between = place_names(passage), ", " if state.lang == "en" else "、"
    programs = sorted(passage.programs, key=_SCORE, reverse=True)
    article = passage.article_title if passage.article_title != document.title else ""
    collapsed_url = ""
    if hit.collapsed:
        within = state.with_view("passages").choose("document", passage.document_id)
        collapsed_url = frame.urls.search(within) if state.view == "documents" else frame.urls.quoted(passage.text[:QUOTED], state.lang)
    snippets, title = joined([snippet.html for snippet in hit.snippets]), article or document.title
    if passage.text == title:
        title, snippets = Markup(" ").join(snippets), ()  # a title is said once, with its marks
    return ShownHit(
        passage.id,
        rank,
        title,
        within_quotes(document.title) if article else "",
        query.document(passage.document_id, hit=passage.id, anchor=passage.id),
        query.document(passage.document_id),
        "" if passage.kind is BlockKind.BODY else kind_label(passage.kind),
        passage.section[-1] if passage.section else "",
        snippets,
        year_text([label.year for label in passage.years]),
        between.join(places[:PLACES_SHOWN]),
        len(places) if len(places) > PLACES_SHOWN else 0,
        between.join([types.get(label.key, label.key) for label in programs[:TYPES_SHOWN]]),
        len(programs) if len(programs) > TYPES_SHOWN else 0,
        hit.collapsed,
        collapsed_url,
        _("跨词命中") if hit.tier is Tier.RUN else "",
        " | ".join(filter(None, passage.heads)),
        coins_of(hit, frame.urls.absolute(frame.urls.passage(passage.id))),
        source_text(document),
        day_text(document),
    )


def _searched_too(item: Expansion, state: SearchState, urls: Urls) -> SearchedToo:
    target, kind = item.target, suggestion_kind(item.kind)
    if item.kind == "facet":
        facet, _colon, value = item.key.rpartition(">")[2].partition(":")
        target, kind = value_label(facet, value), facet_label(facet)
    return SearchedToo(item.source, target, kind, urls.search(state.turn_off(item.key)))


def _intent(item: IntentOffer, state: SearchState, urls: Urls) -> NextStep:
    offer = item.offer
    step = state.with_query(offer.rest).add(offer.facet, offer.value)
    return NextStep(value_label(offer.facet, offer.value), urls.search(step), item.total, facet_label(offer.facet))


def _suggestion(item: Suggestion, state: SearchState, urls: Urls) -> NextStep:
    return NextStep(item.text, urls.search(state.with_query(item.text)), item.total, suggestion_kind(item.kind))


def _culprit(item: WordCulprit, state: SearchState, urls: Urls) -> NextStep:
    """What to drop. A word goes out of the query text, a filter out of the state."""
    if item.kind == "word":
        to = urls.search(state.with_query(item.rest))
        if item.rest == item.label.strip('"'):
            return NextStep(str(_("不加引号检索")), to, item.total_without)
        return NextStep(item.label, to, item.total_without, str(_("检索词")))
    step = state.remove(item.kind, item.value)
    return NextStep(item.label.rpartition("：")[2], urls.search(step), item.total_without, facet_label(item.kind))
