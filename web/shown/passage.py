"""A passage as it is read: escaped text with numbered marks, its labels with their evidence, its source lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup, escape

from search.results import FIELDS, BlockKind, KeyField, Passage, Span, is_arranged
from web.locale import gettext as _
from web.shown.labels import facet_label, kind_label, role_label, value_label
from web.site import site
from web.state import SearchState
from web.urls import Urls


@dataclass(frozen=True, slots=True)
class ShownLabel:
    """A label with its evidence: quotes of the passage, or the reason why there is none."""

    facet: str
    label: str
    url: str
    note: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A block as it is read. `html` is escaped text with numbered marks; `lines` are its source lines (number, text).
    `labels_url` shows its labels where the page leaves them out; `citation` is that of the article that begins here;
    `page_url` shows it on its page, `reading` says how sure its text is."""

    id: str
    order: int
    kind: str
    kind_name: str
    html: Markup
    permalink: str
    labels: tuple[ShownLabel, ...]
    lines: tuple[tuple[int, str], ...]
    line_text: str
    placed: bool
    page: int | None
    level: int
    sentences: str = ""
    labels_url: str = ""
    citation: str = ""
    page_url: str = ""
    reading: str = ""


def marked_html(text: str, marks: tuple[Span, ...], counter: Iterator[int] | None = None) -> Markup:
    """Escaped text with `<mark>` around each range; with a counter, numbered `id="m1"` for stepping."""
    out, at = [], 0
    for start, end in marks:
        identifier = f' id="m{next(counter)}"' if counter else ""
        out.append(f"{escape(text[at:start])}<mark{identifier}>{escape(text[start:end])}</mark>")
        at = end
    out.append(str(escape(text[at:])))
    return Markup("".join(out))  # every piece is escaped above


def passage_view(
    passage: Passage,
    marks: tuple[Span, ...],
    counter: Iterator[int],
    state: SearchState,
    urls: Urls,
    lines: list[str],
    *,
    labelled: bool,
    level: int,
    citation: str = "",
) -> ShownPassage:
    """The view of one passage. `lines` are all lines of the source, or none where they are not shown."""
    beside = tuple(
        (n, lines[n - 1])
        for first, last in passage.source_lines
        for n in range(first, last + 1)
        if 0 < n <= len(lines) and lines[n - 1].strip()
    )
    spans = site().library.sentences(passage.text)
    sentences = ",".join(f"{start}-{end}" for start, end in spans) if len(spans) > 1 else ""
    return ShownPassage(
        passage.id,
        passage.order,
        passage.kind,
        kind_label(passage.kind),
        marked_html(passage.text, marks, counter),
        urls.passage(passage.id, state.q, state.lang),
        _by_facet(_labels(passage, state, urls)) if labelled else (),
        beside,
        lines_text(passage.source_lines),
        passage.placed,
        passage.page,
        level,
        sentences,
        "" if labelled else urls.document(passage.document_id, state, hit=passage.id, anchor=passage.id),
        citation,
        urls.page_image(passage.document_id, passage.page, state, hit=passage.id, picture=False)
        if passage.page and _is_placed(passage)
        else "",
        _reading(passage),
    )


def _is_placed(passage: Passage) -> bool:
    return passage.route in ("geometry", "ocr")


def _reading(passage: Passage) -> str:
    """How the text was read, where that leaves room for doubt."""
    if passage.route != "ocr":
        return ""
    return "OCR" if passage.score is None else f"OCR {round(100 * passage.score)}%"


def _by_facet(labels: Iterable[ShownLabel]) -> tuple[ShownLabel, ...]:
    """Labels of one facet side by side, facets in the order of their first label."""
    groups: dict[str, list[ShownLabel]] = {}
    for label in labels:
        groups.setdefault(label.facet, []).append(label)
    return tuple(label for group in groups.values() for label in group)


def _labels(passage: Passage, state: SearchState, urls: Urls) -> Iterator[ShownLabel]:
    text, by_pair = passage.text, str(_("由双方的结对关系推定"))

    def quotes(spans: tuple[Span, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(text[start:end] for start, end in spans))[:4]

    def said(origin: str, inherited: bool, *more: str) -> str:
        notes = [str(_("由使用者标注"))] if origin == "user" else []
        notes += [str(_("承自上文或全篇"))] if inherited else []
        return "，".join([*notes, *(item for item in more if item)])

    for region in passage.regions:
        was = str(_("原文作“%(name)s”", name=region.was)) if region.was else ""
        name = region.path.replace("/", " › ")
        yield ShownLabel(
            role_label(region.role),
            name,
            urls.value("region", region.path, state.lang),
            said(region.origin, region.inherited, was),
            quotes(region.evidence),
        )
    for year in passage.years:
        worked = str(_("由文献日期推算")) if year.resolved else ""
        bound = str(_("自此年起，文中未说止于何年")) if year.open else ""
        yield ShownLabel(
            str(_("年份")),
            str(year.year),
            urls.value("year", str(year.year), state.lang),
            said(year.origin, year.inherited, worked, bound),
            quotes(year.evidence),
        )
    for field in FIELDS:
        if isinstance(field, KeyField) and field.labels:
            for label in getattr(passage, field.labels):
                yield ShownLabel(
                    str(facet_label(field.name)),
                    value_label(field.name, label.key),
                    urls.value(field.name, label.key, state.lang),
                    said(label.origin, label.inherited, by_pair if field.name == "mechanism" and is_arranged(label, text) else ""),
                    quotes(label.evidence),
                )


def numbers() -> Iterator[int]:
    """1, 2, 3 … for the marks of a page."""
    return count(1)


def heading_levels(passages: Iterable[Passage], lead: int) -> list[int]:
    """The heading level of each passage, 0 for text, no level ever left out: 1 for the document's own title (the first `lead` passages),
    2 for the titles of further articles, and for headings one more than the title they stand under."""
    levels, under = [], 1
    for index, passage in enumerate(passages):
        if passage.kind is BlockKind.TITLE:
            under = 1 if index < lead else 2
            levels.append(under)
        else:
            levels.append(under + 1 if passage.kind is BlockKind.HEADING else 0)
    return levels


def lines_text(ranges: tuple[tuple[int, int], ...]) -> str:
    """Ranges of source lines as text: 3、7–9."""
    return "、".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges)


@dataclass(frozen=True, slots=True)
class EmbedPage:
    """View model of `embed.html`: a passage as a card for other sites."""

    lang: str
    site_name: str
    css: str
    text: str
    title: str
    year: int | None
    url: str
    changed: bool = False
