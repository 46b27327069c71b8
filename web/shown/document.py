"""The document page: the text to read, and beside it everything that says where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from search.results import BlockKind, Document, DocumentPage, Figure, Hit, LinkState, Passage, PassagePage
from web.locale import gettext as _
from web.locale import long_date, number
from web.said import said
from web.shown.facsimile import ShownFacsimile
from web.shown.frame import Frame, Link
from web.shown.labels import removal_label
from web.shown.parts import ShownParts, address_within, build_parts, stretch_of
from web.shown.passage import ShownPassage, heading_levels, lines_text, numbers, passage_view
from web.shown.tables import unit_label
from web.state import SearchState
from web.urls import Urls

LABELS_UP_TO = 400
"""Documents with more passages show labels of the passage opened only, to keep the page light."""
FIGURES_UP_TO = 200
"""More figures than these are left to the table of figures."""
OUTLINE_UP_TO = 500
REMOVED_UP_TO = 300
RAIL_HEIGHT = 400
UNITS_SHOWN = 6
CITE_STYLES = (
    ("gbt7714-2025", "GB/T 7714—2025"),
    ("gbt7714-2025-author-year", "GB/T 7714—2025 著者-出版年"),
    ("gbt7714", "GB/T 7714—2015"),
    ("gbt7714-author-year", "GB/T 7714—2015 著者-出版年"),
    ("bibtex", "BibTeX"),
    ("ris", "RIS"),
    ("csl-json", "CSL-JSON"),
    ("plain", "纯文本"),
)


@dataclass(frozen=True, slots=True)
class Tick:
    """A hit on the rail: the passage and how far down the document it stands."""

    y: float
    id: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the provenance box."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class FigureFact:
    """A figure of the document."""

    text: str
    value: str
    unit: str
    url: str


@dataclass(frozen=True, slots=True)
class Related:
    """A passage of another document on the same matter."""

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Way:
    """The way back to the results and to their neighbours."""

    back_url: str
    label: str
    """Which of the results this is; empty where it is none."""
    previous_url: str
    next_url: str


def place_in_list(rank: int, total: int, view: str) -> str:
    """Which of the results something is, counted as they are listed: documents by document. What answers in part comes after the total."""
    if rank > total:
        return str(_("部分符合的第 %(n)s 条", n=number(rank - total)))
    said = _("第 %(n)s 篇，共 %(total)s 篇") if view == "documents" else _("第 %(n)s 条，共 %(total)s 条")
    return str(said % {"n": number(rank), "total": number(total)})


@dataclass(frozen=True, slots=True)
class LinkChange:
    """What became of an old link: the words that differ, and the pieces a split text went into."""

    old_id: str
    current_id: str
    pieces: tuple[tuple[str, str], ...]
    parts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """View model of `document.html`."""

    frame: Frame
    id: str
    title: str
    subtitle: str
    byline: str
    leading: tuple[ShownPassage, ...]
    passages: tuple[ShownPassage, ...]
    outline: tuple[tuple[int, str, str], ...]
    marks: int
    rail: tuple[Tick, ...]
    rail_height: int
    way: Way | None
    change: LinkChange | None
    opened: str
    facts: tuple[Fact, ...]
    removed: tuple[tuple[str, str, str], ...]
    figures: tuple[FigureFact, ...]
    figures_total: int
    figures_url: str
    copies: tuple[Link, ...]
    related: tuple[Related, ...]
    citation: str
    cites: tuple[Link, ...]
    permalink: str
    source_shown: bool
    source_url: str
    json_url: str
    pages_url: str
    pages_at: int
    accessed: str
    heavy: bool
    supporters: tuple[Link, ...]
    recipients: tuple[Link, ...]
    about: tuple[Link, ...]
    units: tuple[Link, ...]
    checks: tuple[Fact, ...] = ()
    original_url: str = ""
    shared_url: str = ""
    sheet: ShownFacsimile | None = None
    """The page of the source that stands beside the text."""
    beside_url: str = ""
    parts: ShownParts | None = None
    """Where the document is too long for one page."""
    removed_total: int = 0


def build_document(
    frame: Frame,
    found: DocumentPage,
    state: SearchState,
    *,
    opened: Passage | None,
    way: Way | None,
    related: tuple[Hit, ...],
    source: bool,
    citation: str,
    accessed: date,
    article_citations: Mapping[int, str] = MappingProxyType({}),
    page: PassagePage | None = None,
    original: bool = False,
    sheet: ShownFacsimile | None = None,
    part: str = "",
) -> ShownDocument:
    """The page of a document as it stands, or the part of it asked for, with the marks of the state's query. Raises Problem 404 for a part
    that there is not."""
    urls = frame.urls
    document = found.document
    source_lines = document.source_text.split("\n") if source else []
    heavy = len(document.passages) > LABELS_UP_TO
    counter = numbers()
    place = opened.id if opened else ""
    here = stretch_of(document.passages, place, part)
    within = slice(here.start, here.end)
    lead = _leading(document) if here.number == 1 else 0
    levels = heading_levels(document.passages, _leading(document))
    there = {passage.id for passage in document.passages[within]}
    passages = tuple(
        passage_view(
            passage,
            found.marks.get(passage.id, ()),
            counter,
            state,
            urls,
            source_lines,
            labelled=not heavy or (opened is not None and opened.id == passage.id),
            level=level,
            citation=cited,
        )
        for passage, level, cited in zip(
            document.passages[within], levels[within], _turns(document.passages[within], article_citations), strict=True
        )
    )
    figures = [(figure, passage) for passage in document.passages for figure in passage.figures]
    marked = {passage.id for passage in document.passages if found.marks.get(passage.id)}
    length = sum(len(passage.text) for passage in document.passages) or 1
    return ShownDocument(
        frame=frame,
        id=document.id,
        title=document.title,
        subtitle=document.subtitle or "",
        byline=document.byline or "",
        leading=passages[:lead],
        passages=passages[lead:],
        outline=tuple(
            (2 if item.kind is BlockKind.TITLE else 3, item.text, address_within(document.id, item.id, there, state, urls))
            for item in document.passages[_leading(document) :]
            if item.kind is BlockKind.TITLE or (item.kind is BlockKind.HEADING and item.id in there)
        )[:OUTLINE_UP_TO],
        marks=sum(len(spans) for id_, spans in found.marks.items() if id_ in there),
        rail=tuple(_ticks(document.passages, marked, length)),
        rail_height=RAIL_HEIGHT,
        way=way,
        change=_change(page, state, urls),
        opened=opened.id if opened else "",
        facts=tuple(_facts(found)),
        checks=tuple(_checks(found)),
        original_url=urls.original(document.id) if original else "",
        shared_url=urls.shared(document.id, state.lang),
        sheet=sheet,
        beside_url=urls.document(document.id, state, hit=place, beside=sheet is None, anchor=place, part=1 if place else here.number)
        if document.page_sizes
        else "",
        removed=tuple((item.text, lines_text(item.source_lines), removal_label(item.reason)) for item in document.removed[:REMOVED_UP_TO]),
        removed_total=len(document.removed),
        parts=build_parts(document.id, document.passages, marked, here, state, urls),
        figures=tuple(
            _figure(figure, address_within(document.id, passage.id, there, state, urls)) for figure, passage in figures[:FIGURES_UP_TO]
        ),
        figures_total=len(figures),
        figures_url=urls.search(SearchState(lang=state.lang, view="figures").choose("document", document.id)),
        copies=tuple(Link(copy.title, urls.document(copy.id, SearchState(lang=state.lang))) for copy in found.copies),
        related=tuple(_related(hit, state, urls) for hit in related),
        citation=citation,
        cites=tuple(Link(label if key != "plain" else str(_("纯文本")), urls.cite(document.id, key)) for key, label in CITE_STYLES),
        permalink=urls.absolute(urls.document(document.id)),
        source_shown=source,
        source_url=urls.document(document.id, state, hit=place, source=not source, anchor=place, part=1 if place else here.number),
        json_url=urls.api_document(document.id),
        pages_at=(opened and opened.page) or 1,
        pages_url=urls.page_image(document.id, (opened and opened.page) or 1, state, hit=opened.id if opened else "", picture=False)
        if document.page_sizes
        else "",
        accessed=long_date(accessed),
        heavy=heavy,
        supporters=tuple(_place(path, state, urls) for path in document.supporters),
        recipients=tuple(_place(path, state, urls) for path in document.recipients or document.helped),
        about=tuple(_place(path, state, urls, "about") for path in document.about),
        units=_units(document, state, urls),
    )


def _leading(document: Document) -> int:
    """How many passages at the start are the document's own title and subtitle, which then are the heading of the page."""
    first = document.passages[0] if document.passages else None
    if first is None or first.kind is not BlockKind.TITLE or first.text not in document.title:
        return 0
    return 2 if len(document.passages) > 1 and document.passages[1].kind is BlockKind.SUBTITLE else 1


def _turns(passages: tuple[Passage, ...], citations: Mapping[int, str]) -> Iterator[str]:
    """The citation of each passage that opens a stretch of its article, nothing for the passages that go on in it."""
    before = None
    for passage in passages:
        yield citations.get(passage.article, "") if passage.article != before else ""
        before = passage.article


def _ticks(passages: tuple[Passage, ...], marked: set[str], length: int) -> Iterator[Tick]:
    """Where the marks are; one for those that would lie over each other."""
    at, last = 0, -1.0
    for passage in passages:
        y = round(at / length * (RAIL_HEIGHT - 4), 1)
        if passage.id in marked and y >= last + 1:
            yield Tick(y, passage.id)
            last = y
        at += len(passage.text)


def _facts(found: DocumentPage) -> Iterator[Fact]:
    document = found.document
    if document.publication or document.source:
        yield Fact(str(_("来源")), document.publication or (document.source or "").strip("（）()"))
    if document.date:
        yield Fact(str(_("日期")), long_date(document.date))
    if document.year:
        reason = said(document.year_reason) if document.year_reason else ""
        inferred = _("（推断：%(reason)s）", reason=reason) if reason else _("（推断）")
        yield Fact(str(_("年份")), f"{document.year}{inferred if document.year_inferred else ''}")
    if document.page_label:
        yield Fact(str(_("版次")), document.page_label)
    if document.url:
        yield Fact(str(_("网址")), document.url)
    yield Fact(str(_("原始件")), f"{document.source_file} ({', '.join(filter(None, (document.format, document.encoding)))})")


def _checks(found: DocumentPage) -> Iterator[Fact]:
    """What machines check a document by."""
    document, manifest = found.document, found.manifest
    yield Fact("SHA-256", document.sha256, code=True)
    if manifest:
        yield Fact(str(_("索引版本")), f"{manifest.generation} · {manifest.created[:16].replace('T', ' ')}")
        yield Fact(str(_("分析版本")), manifest.analysis, code=True)


def _figure(figure: Figure, url: str) -> FigureFact:
    return FigureFact(figure.text, number(figure.value), unit_label(figure.unit), url)


def _related(hit: Hit, state: SearchState, urls: Urls) -> Related:
    text = hit.passage.text
    plain = SearchState(lang=state.lang)
    return Related(
        hit.passage.article_title or hit.document.title,
        text[:60] + ("…" if len(text) > 60 else ""),
        urls.document(hit.passage.document_id, plain, hit=hit.passage.id, anchor=hit.passage.id),
    )


def _units(document: Document, state: SearchState, urls: Urls) -> tuple[Link, ...]:
    """The units that a document says outright to help a place (国家电网), those it says so of most first, each leading to that pair."""
    told = Counter(
        (relation.supporter.name, relation.recipient.name)
        for passage in document.passages
        for relation in passage.relations
        if relation.supporter.unit and not relation.recipient.unit
    )
    first: dict[str, Link] = {}
    for (supporter, recipient), _times in told.most_common():
        first.setdefault(supporter, Link(supporter.rpartition("/")[2], urls.relation(supporter, recipient, state.lang)))
    return tuple(first.values())[:UNITS_SHOWN]


def _place(path: str, state: SearchState, urls: Urls, field: str = "region") -> Link:
    return Link(path.rpartition("/")[2], urls.search(SearchState(lang=state.lang).choose(field, path)))


def _change(page: PassagePage | None, state: SearchState, urls: Urls) -> LinkChange | None:
    if page is None:
        return None
    resolution = page.resolution
    if resolution.state is not LinkState.CHANGED:
        return None
    parts = tuple(
        Link(str(_("第 %(n)s 段", n=part.order)), urls.document(where.id, state, hit=part.id, anchor=part.id)) for part, where in page.parts
    )
    return LinkChange(
        resolution.id, resolution.current or "", page.difference.pieces if page.difference else (), parts if len(parts) > 1 else ()
    )
