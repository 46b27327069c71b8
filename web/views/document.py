"""The document page: the text to read, and beside it everything that says where it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _
from markupsafe import Markup, escape

from search.results import BlockKind, Document, DocumentPage, Figure, Hit, LinkState, Passage, PassagePage, Span
from web.locale import long_date, number
from web.site import site
from web.state import SearchState
from web.urls import Urls
from web.views.frame import Frame, Link
from web.views.labels import kind_label, program_label, removal_label, role_label
from web.views.tables import unit_label

LABELS_UP_TO = 400
"""Documents with more passages show labels of the passage opened only, to keep the page light."""
RAIL_HEIGHT = 400
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
class LabelView:
    """A label with its evidence: quotes of the passage, or the reason why there is none."""

    facet: str
    label: str
    url: str
    note: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PassageView:
    """A block as it is read. `html` is escaped text with numbered marks; `lines` are its source lines (number, text)."""

    id: str
    order: int
    kind: str
    kind_name: str
    html: Markup
    permalink: str
    labels: tuple[LabelView, ...]
    lines: tuple[tuple[int, str], ...]
    line_text: str
    placed: bool
    page: int | None
    level: int
    sentences: str = ""


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
    rank: int
    total: int
    previous_url: str
    next_url: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of an old link: the words that differ, and the pieces a split text went into."""

    old_id: str
    current_id: str
    pieces: tuple[tuple[str, str], ...]
    parts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """View model of `document.html`."""

    frame: Frame
    id: str
    title: str
    subtitle: str
    byline: str
    leading: tuple[PassageView, ...]
    passages: tuple[PassageView, ...]
    outline: tuple[tuple[int, str, str], ...]
    marks: int
    rail: tuple[Tick, ...]
    rail_height: int
    way: Way | None
    change: Change | None
    opened: str
    facts: tuple[Fact, ...]
    removed: tuple[tuple[str, str, str], ...]
    figures: tuple[FigureFact, ...]
    copies: tuple[Link, ...]
    related: tuple[Related, ...]
    citation: str
    cites: tuple[Link, ...]
    permalink: str
    source_shown: bool
    source_url: str
    json_url: str
    accessed: str
    supporters: tuple[Link, ...]
    recipients: tuple[Link, ...]


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
    page: PassagePage | None = None,
) -> DocumentView:
    """The page of a document as it stands, with the marks of the state's query."""
    urls = frame.urls
    document = found.document
    lead = _leading(document)
    source_lines = document.source_text.split("\n") if source else []
    heavy = len(document.passages) > LABELS_UP_TO
    counter = _numbers()
    passages = tuple(
        _passage(
            passage,
            found.marks.get(passage.id, ()),
            counter,
            state,
            urls,
            source_lines,
            labelled=not heavy or (opened is not None and opened.id == passage.id),
        )
        for passage in document.passages
    )
    marked = [passage for passage in document.passages if found.marks.get(passage.id)]
    length = sum(len(passage.text) for passage in document.passages) or 1
    return DocumentView(
        frame=frame,
        id=document.id,
        title=document.title,
        subtitle=document.subtitle or "",
        byline=document.byline or "",
        leading=tuple(replace(item, level=1) if item.kind == BlockKind.TITLE else item for item in passages[:lead]),
        passages=passages[lead:],
        outline=tuple(
            (_level(item), item.text, item.id) for item in document.passages[lead:] if item.kind in (BlockKind.TITLE, BlockKind.HEADING)
        ),
        marks=sum(len(spans) for spans in found.marks.values()),
        rail=tuple(_ticks(document.passages, {item.id for item in marked}, length)),
        rail_height=RAIL_HEIGHT,
        way=way,
        change=_change(page, state, urls),
        opened=opened.id if opened else "",
        facts=tuple(_facts(found)),
        removed=tuple((item.text, _lines_text(item.source_lines), removal_label(item.reason)) for item in document.removed),
        figures=tuple(_figure(figure, passage) for passage in document.passages for figure in passage.figures),
        copies=tuple(Link(copy.title, urls.document(copy.id, SearchState(lang=state.lang))) for copy in found.copies),
        related=tuple(_related(hit, state, urls) for hit in related),
        citation=citation,
        cites=tuple(Link(label if key != "plain" else str(_("纯文本")), urls.cite(document.id, key)) for key, label in CITE_STYLES),
        permalink=urls.absolute(urls.document(document.id)),
        source_shown=source,
        source_url=urls.document(
            document.id, state, hit=opened.id if opened else "", source=not source, anchor=opened.id if opened else ""
        ),
        json_url=urls.api_document(document.id),
        accessed=long_date(accessed),
        supporters=tuple(_place(path, state, urls) for path in document.supporters),
        recipients=tuple(_place(path, state, urls) for path in document.recipients),
    )


def marked_html(text: str, marks: tuple[Span, ...], counter: Iterator[int] | None = None) -> Markup:
    """Escaped text with `<mark>` around each range; with a counter, numbered `id="m1"` for stepping."""
    out, at = [], 0
    for start, end in marks:
        identifier = f' id="m{next(counter)}"' if counter else ""
        out.append(f"{escape(text[at:start])}<mark{identifier}>{escape(text[start:end])}</mark>")
        at = end
    out.append(str(escape(text[at:])))
    return Markup("".join(out))  # every piece is escaped above


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _passage(
    passage: Passage, marks: tuple[Span, ...], counter: Iterator[int], state: SearchState, urls: Urls, lines: list[str], *, labelled: bool
) -> PassageView:
    beside = tuple(
        (n, lines[n - 1])
        for first, last in passage.source_lines
        for n in range(first, last + 1)
        if 0 < n <= len(lines) and lines[n - 1].strip()
    )
    here = site()
    sentences = ""
    if len(passage.text) > here.settings.long_passage_chars:
        sentences = ",".join(f"{start}-{end}" for start, end in here.library.sentences(passage.text))
    return PassageView(
        passage.id,
        passage.order,
        passage.kind,
        kind_label(passage.kind),
        marked_html(passage.text, marks, counter),
        urls.passage(passage.id, state.q, state.lang),
        tuple(_labels(passage, state, urls)) if labelled else (),
        beside,
        _lines_text(passage.source_lines),
        passage.placed,
        passage.page,
        _level(passage),
        sentences,
    )


def _labels(passage: Passage, state: SearchState, urls: Urls) -> Iterator[LabelView]:
    plain = SearchState(lang=state.lang)
    text = passage.text

    def quotes(spans: tuple[Span, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text[start:end] for start, end in spans))[:4]

    def said(origin: str, inherited: bool, *more: str) -> str:
        notes = [str(_("由使用者标注"))] if origin == "user" else []
        notes += [str(_("承自上文或全篇"))] if inherited else []
        return "，".join([*notes, *(item for item in more if item)])

    for region in passage.regions:
        was = str(_("原文作“%(name)s”", name=region.was)) if region.was else ""
        name = region.path.replace("/", " › ")
        yield LabelView(
            role_label(region.role),
            name,
            urls.search(plain.choose("region", region.path)),
            said(region.origin, region.inherited, was),
            quotes(region.evidence),
        )
    for year in passage.years:
        worked = str(_("由文献日期推算")) if year.resolved else ""
        yield LabelView(
            str(_("年份")),
            str(year.year),
            urls.search(plain.choose("year", str(year.year))),
            said(year.origin, year.inherited, worked),
            quotes(year.evidence),
        )
    for program in passage.programs:
        yield LabelView(
            str(_("类型")),
            program_label(program.key),
            urls.search(plain.choose("program", program.key)),
            said(program.origin, program.inherited),
            quotes(program.evidence),
        )


def _leading(document: Document) -> int:
    """How many passages at the start are the document's own title and subtitle, which then are the heading of the page."""
    first = document.passages[0] if document.passages else None
    if first is None or first.kind is not BlockKind.TITLE or first.text not in document.title:
        return 0
    return 2 if len(document.passages) > 1 and document.passages[1].kind is BlockKind.SUBTITLE else 1


def _level(passage: Passage) -> int:
    """Heading level: 2 for titles of articles, 3 for headings; 0 for text."""
    return {BlockKind.TITLE: 2, BlockKind.HEADING: 3}.get(passage.kind, 0)


def _ticks(passages: tuple[Passage, ...], marked: set[str], length: int) -> Iterator[Tick]:
    at = 0
    for passage in passages:
        if passage.id in marked:
            yield Tick(round(at / length * (RAIL_HEIGHT - 4), 1), passage.id)
        at += len(passage.text)


def _facts(found: DocumentPage) -> Iterator[Fact]:
    document, manifest = found.document, found.manifest
    if document.publication or document.source:
        yield Fact(str(_("来源")), document.publication or document.source or "")
    if document.date:
        yield Fact(str(_("日期")), long_date(document.date))
    if document.year:
        reason = f"（{_('推断')}{'：' + document.year_reason if document.year_reason else ''}）" if document.year_inferred else ""
        yield Fact(str(_("年份")), f"{document.year}{reason}")
    if document.page_label:
        yield Fact(str(_("版次")), document.page_label)
    if document.url:
        yield Fact(str(_("网址")), document.url)
    yield Fact(str(_("原始件")), f"{document.source_file}（{document.format}{'，' + document.encoding if document.encoding else ''}）")
    yield Fact("SHA-256", document.sha256, code=True)
    if manifest:
        yield Fact(str(_("索引版本")), f"{manifest.generation} · {manifest.created[:16].replace('T', ' ')}")
        yield Fact(str(_("分析版本")), manifest.analysis, code=True)


def _figure(figure: Figure, passage: Passage) -> FigureFact:
    return FigureFact(figure.text, number(figure.value), unit_label(figure.unit), f"#{passage.id}")


def _related(hit: Hit, state: SearchState, urls: Urls) -> Related:
    text = hit.passage.text
    plain = SearchState(lang=state.lang)
    return Related(
        hit.document.title,
        text[:60] + ("…" if len(text) > 60 else ""),
        urls.document(hit.passage.document_id, plain, anchor=hit.passage.id),
    )


def _place(path: str, state: SearchState, urls: Urls) -> Link:
    return Link(path.rpartition("/")[2], urls.search(SearchState(lang=state.lang).choose("region", path)))


def _lines_text(ranges: tuple[tuple[int, int], ...]) -> str:
    return "、".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)


def _change(page: PassagePage | None, state: SearchState, urls: Urls) -> Change | None:
    if page is None:
        return None
    resolution = page.resolution
    if resolution.state is not LinkState.CHANGED:
        return None
    parts = tuple(Link(str(_("第 %(n)s 段", n=part.order)), urls.document(where.id, state, anchor=part.id)) for part, where in page.parts)
    return Change(
        resolution.id, resolution.current or "", page.difference.pieces if page.difference else (), parts if len(parts) > 1 else ()
    )
