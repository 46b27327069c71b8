"""The three facets beside the results, and the full page of one facet. Every link is a pure step of the state.

A value's link chooses that value alone in its facet, so that the count beside it is what the click gives; the checkboxes with their
button choose several (any of them)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from search.results import Facets, FacetValue, RegionNode
from web.locale import gettext as _
from web.state import FACETS, SearchState
from web.urls import QueryString, Steps
from web.views.charts import Histogram, histogram
from web.views.frame import Frame, Link
from web.views.labels import facet_label

SHOWN = {"region": 6, "program": 7, "year": 40}
CHILDREN_SHOWN = 6
PAGE_ROWS = 200

_Item = TypeVar("_Item", RegionNode, FacetValue)


class FacetRow(NamedTuple):
    """A value with its two links. `children` are places below it; `open` shows them from the start.

    A tuple, because a page has some seventy, and a frozen dataclass takes four times as long to make."""

    value: str
    label: str
    count: int  # type: ignore[assignment]
    url: str
    exclude_url: str
    selected: bool = False
    excluded: bool = False
    partly: bool = False
    depth: int = 0
    children: tuple[FacetRow, ...] = ()
    open: bool = False
    more_url: str = ""


@dataclass(frozen=True, slots=True)
class FacetPanel:
    """One facet: its name in URLs, its heading, its rows; `all_url` leads to the full page, `hidden` are chosen values not listed."""

    name: str
    label: str
    rows: tuple[FacetRow, ...]
    all_url: str
    total: int
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FacetsView:
    """All three, with the year chart and the fields the form must carry along. `years_open` shows the years as a list, too."""

    region: FacetPanel
    year: FacetPanel
    program: FacetPanel
    chart: Histogram
    year_from: str
    year_to: str
    carry: tuple[tuple[str, str], ...]
    years_open: bool


@dataclass(frozen=True, slots=True)
class FacetPage:
    """The full list of one facet, searchable and sorted by count, name or official order."""

    frame: Frame
    state: SearchState
    name: str
    label: str
    rows: tuple[FacetRow, ...]
    find: str
    sorts: tuple[Link, ...]
    trail: tuple[Link, ...]
    carry: tuple[tuple[str, str], ...]
    back_url: str
    next_url: str
    shown: int
    total: int


def region_row(node: RegionNode, steps: Steps, query: QueryString, *, limit: int = 0, depth: int = 0, whole: bool = False) -> FacetRow:
    """A place and, up to `limit` each, the places below it. Without `whole`, only branches that are chosen go deeper than one level."""
    opened = node.selected or node.partly
    below = node.children if whole or depth == 0 or opened else ()
    kept = below if whole else _first_places(below, limit)
    url, exclude = _links(node, steps)
    return FacetRow(
        node.value,
        _("未标明") if node.value == "none" else node.label,
        node.count,
        url,
        exclude,
        node.selected,
        node.excluded,
        node.partly,
        depth,
        tuple([region_row(child, steps, query, limit=limit, depth=depth + 1, whole=whole) for child in kept]),
        opened or whole,
        query.path("/facet/region", "find", node.label) if kept and len(kept) < len(below) else "",
    )


def value_row(name: str, value: FacetValue, steps: Steps) -> FacetRow:
    """A year or a program type."""
    url, exclude = _links(value, steps)
    label = _("未标明") if value.value == "none" else _(value.label) if name == "program" else value.label
    return FacetRow(value.value, label, value.count, url, exclude, value.selected, value.excluded)


def build_facets(facets: Facets, frame: Frame) -> FacetsView:
    """The side panel of a results page."""
    state, query = frame.state, frame.query
    by_region, by_year, by_program = (Steps(query, state, name) for name in FACETS)
    regions = tuple([region_row(node, by_region, query, limit=CHILDREN_SHOWN) for node in _first(facets.region, SHOWN["region"])])
    years = tuple([value_row("year", value, by_year) for value in _first(facets.year, SHOWN["year"])])
    programs = tuple([value_row("program", value, by_program) for value in _first(facets.program, SHOWN["program"])])
    spans = [value for value in state.year if "-" in value]
    chosen = {year for value in spans for year in range(int(value[:4]), int(value[5:]) + 1)}
    bars = [
        (int(item.value), item.count, _link(item, by_year), item.selected or int(item.value) in chosen)
        for item in facets.year
        if item.value.isdigit()
    ]

    def panel(name: str, rows: tuple[FacetRow, ...], total: int) -> FacetPanel:
        missing: tuple[str, ...] = getattr(state, name)
        if missing:
            listed = {row.value for row in _walk(rows)}
            missing = tuple(value for value in missing if value not in listed and not (name == "year" and "-" in value))
        return FacetPanel(name, facet_label(name), rows, query.path(f"/facet/{name}"), total, missing)

    first, _dash, last = spans[0].partition("-") if len(spans) == 1 else ("", "", "")
    return FacetsView(
        panel("region", regions, len(facets.region)),
        panel("year", years, len(facets.year)),
        panel("program", programs, len(facets.program)),
        histogram(bars, width=240, height=48),
        first,
        last,
        tuple([pair for pair in query.pairs if pair[0] not in (*FACETS, "page")]),
        any(row.excluded for row in years),
    )


def build_facet_page(frame: Frame, name: str, facets: Facets, state: SearchState, *, find: str, by: str, start: int) -> FacetPage:
    """The full page of a facet. `by` is count, name or official."""
    urls, steps = frame.urls, Steps(frame.query, state, name)
    rows: Sequence[FacetRow]
    if name == "region":
        rows = [region_row(node, steps, frame.query, whole=True) for node in facets.region]
        flat = [row for row in _walk(rows) if not find or find in row.label] if find or by != "count" else list(_walk(rows))
    else:
        flat = [value_row(name, value, steps) for value in getattr(facets, name) if not find or find in value.label]
    if by == "name":
        flat.sort(key=lambda row: row.label)
    elif by == "official":
        flat.sort(key=lambda row: row.value)
    elif name != "region" or find:
        flat.sort(key=lambda row: -row.count)
    shown = flat[start - 1 : start - 1 + PAGE_ROWS]
    following = start + PAGE_ROWS
    orders = (("count", _("按条数")), ("name", _("按名称")), ("official", _("按层级")))
    sorts = tuple(Link(label, urls.facet(name, state, find=find, by=code), code == by) for code, label in orders)
    more = urls.facet(name, state, find=find, by=by, start=following) if following <= len(flat) else ""
    carry = tuple(pair for pair in state.pairs() if pair[0] not in (name, "page"))
    return FacetPage(
        frame, state, name, facet_label(name), tuple(shown), find, sorts, (), carry, urls.search(state), more, len(shown), len(flat)
    )


def _link(item: RegionNode | FacetValue, steps: Steps) -> str:
    """Where a click on a value leads."""
    if item.excluded:
        return steps.readmit(item.value)
    return steps.remove(item.value) if item.selected else steps.choose(item.value)


def _links(item: RegionNode | FacetValue, steps: Steps) -> tuple[str, str]:
    """Where a click on a value leads, and one on its exclusion."""
    link = _link(item, steps)
    return link, link if item.excluded else steps.exclude(item.value)


def _first(items: Sequence[_Item], limit: int) -> Sequence[_Item]:
    """The first `limit` values and every chosen or excluded one: a chosen value stays listed wherever it ranks."""
    if len(items) <= limit:
        return items
    return [item for rank, item in enumerate(items) if rank < limit or item.selected or item.excluded or getattr(item, "partly", False)]


def _first_places(nodes: Sequence[RegionNode], limit: int) -> Sequence[RegionNode]:
    """The same for the places below one, which are in order, chosen ones first."""
    last = limit
    while last < len(nodes) and (nodes[last].selected or nodes[last].excluded or nodes[last].partly):
        last += 1
    return nodes[:last]


def _walk(rows: Iterable[FacetRow]) -> Iterable[FacetRow]:
    for row in rows:
        yield row
        yield from _walk(row.children)
