"""The facets beside the results, and the full page of one facet. Every link is a pure step of the state.

One model of choosing: a value's link and its box do the same, they add the value to the choice of its facet or take it out (any of the
values chosen). The count beside a value is what the click gives: in a facet without a choice that is the value's own, in one with a choice
the total with the value added. A bar of the years shows that year alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from search.results import BY_NAME, UNLABELLED, Facets, FacetValue, Field, TreeField, YearField
from web.locale import gettext as _
from web.shown.charts import Histogram, histogram
from web.shown.frame import Frame
from web.shown.labels import facet_label, value_label
from web.site import site
from web.state import EARLIEST, FACET_NAMES, LATEST, SearchState
from web.urls import QueryString, Steps

CHILDREN_SHOWN = 3
SHUT_SHOWN = 4
"""Values in a panel that is shut until something in it is chosen."""


class FacetRow(NamedTuple):
    """A value with its link. `children` are places below it; `open` shows them from the start. `ticked`: chosen itself, where
    `selected` is also a year within a range. `exclude_url` is that of a list on a page of its own, or lifts the
    exclusion of a value; beside the results a button of one form excludes what is `excludable`, as seventy more links would say the whole
    query seventy times.

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
    ticked: bool = False
    excludable: bool = True
    within: str = ""
    """The places above it, where it is not listed below them."""


@dataclass(frozen=True, slots=True)
class FacetPanel:
    """One facet: its name in URLs, its heading, its rows; `all_url` leads to the full page, `total` values long, `hidden` are chosen
    values not listed. A tree has its own finder; years have a chart and two boxes that hold the range chosen. `adds` says that counts are
    totals with the value added; a `closed` one is closed until something in it is chosen."""

    name: str
    label: str
    rows: tuple[FacetRow, ...]
    all_url: str
    total: int
    hidden: tuple[str, ...] = ()
    tree: bool = False
    years: YearPanel | None = None
    adds: bool = False
    closed: bool = False
    span: tuple[str, str] | None = None
    """Of a closed panel of years: the first and last year of the range chosen, empty where none is."""


@dataclass(frozen=True, slots=True)
class YearPanel:
    """The years of a panel as a chart, and the range chosen. `opened` shows the years as a list, too."""

    chart: Histogram
    first: str
    last: str
    opened: bool


@dataclass(frozen=True, slots=True)
class ShownFacets:
    """All panels, years first, and the fields the form must carry along."""

    panels: tuple[FacetPanel, ...]
    carry: tuple[tuple[str, str], ...]
    state: tuple[tuple[str, str], ...] = ()
    """The fields of the form that excludes a value: the whole state."""


class Counts:
    """What the click on a value of a facet gives: passages, or in the view of figures, figures."""

    def __init__(self, state: SearchState, name: str) -> None:
        self.adds = bool(state.values(name))
        self._adding = _adding(state, name) if self.adds else None

    def of(self, value: FacetValue) -> int:
        """The value's own count where it is chosen or nothing is."""
        if self._adding is None or (value.selected and not value.partly) or value.excluded:
            return value.count
        return self._adding(value.value)


def _adding(state: SearchState, name: str) -> Callable[[str], int]:
    found: Callable[[str], int]
    if state.view == "figures":
        found = site().library.adding_figures(state.question, name, **state.figure_choices())
    else:
        found = site().library.adding(state.question, name)
    return found


def tree_row(
    name: str,
    value: FacetValue,
    steps: Steps,
    query: QueryString,
    counts: Counts,
    *,
    limit: int = 0,
    depth: int = 0,
    whole: bool = False,
) -> FacetRow:
    """A value of a tree and, up to `limit` each, those below it. Without `whole`, only chosen branches go deeper than one level, and what
    a shut branch previews can be chosen there but not excluded."""
    opened = value.selected or value.partly
    below = value.children if whole or depth == 0 or opened else ()
    kept = below if whole else _first_children(below, limit)
    url = _link(value, steps)
    return FacetRow(
        value.value,
        _("未标明") if value.value == "none" else value.label,
        counts.of(value),
        url,
        url if value.excluded else "",
        value.selected,
        value.excluded,
        value.partly,
        depth,
        tuple([tree_row(name, child, steps, query, counts, limit=limit, depth=depth + 1, whole=whole) for child in kept])
        if opened or whole
        else tuple([_previewed(name, child, steps, query, counts, depth + 1) for child in kept]),
        opened or whole,
        query.path(f"/facet/{name}", find=value.label) if kept and len(kept) < len(below) else "",
        steps.has(value.value),
    )


def _previewed(name: str, value: FacetValue, steps: Steps, query: QueryString, counts: Counts, depth: int) -> FacetRow:
    row = tree_row(name, value, steps, query, counts, depth=depth)
    return row._replace(excludable=False)


def value_row(name: str, value: FacetValue, steps: Steps, counts: Counts) -> FacetRow:
    """A year or a key."""
    url = _link(value, steps)
    label, ticked = value_label(name, value.value), steps.has(value.value)
    return FacetRow(
        value.value,
        label,
        value.count if ticked else counts.of(value._replace(selected=False)),
        url,
        url if value.excluded else "",
        value.selected,
        value.excluded,
        ticked=ticked,
    )


def build_facets(facets: Facets, frame: Frame) -> ShownFacets:
    """The side panel of a results page."""
    panels = [_panel(BY_NAME[name], values, frame) for name, values in facets.items() if _tells(values)]
    panels.sort(key=lambda panel: panel.years is None)
    carry = tuple([pair for pair in frame.query.pairs if pair[0] not in (*FACET_NAMES, "page")])
    return ShownFacets(tuple(panels), carry, tuple([pair for pair in frame.query.pairs if pair[0] != "page"]))


def _tells(values: Sequence[FacetValue]) -> bool:
    """Whether there is anything to choose by: a facet in which nothing is labelled says nothing. What is not labelled comes last."""
    return any(value.value != UNLABELLED or value.selected or value.excluded for value in values[:1])


def _panel(field: Field, values: Sequence[FacetValue], frame: Frame) -> FacetPanel:
    state, query, name = frame.state, frame.query, field.name
    steps, counts = Steps(query, state, name), Counts(state, name)
    tree, years = isinstance(field, TreeField), None
    chosen = _is_chosen(state, name)
    closed = field.closed and not chosen
    shown = _first(values, min(field.shown, SHUT_SHOWN) if closed else field.shown, chosen=chosen)
    if tree:
        limit = 0 if field.closed else CHILDREN_SHOWN  # what is mostly shut is kept short: its full page has the rest
        rows = tuple([tree_row(name, value, steps, query, counts, limit=limit) for value in shown])
    else:
        rows = tuple([value_row(name, value, steps, counts) for value in shown])
    missing = state.values(name)
    if missing:
        listed = {row.value for row in _walk(rows)}
        missing = tuple(value for value in missing if value not in listed)
    if isinstance(field, YearField):
        missing = tuple(value for value in missing if "-" not in value)
        if not field.closed:
            years = _years(field, values, steps, state, opened=any(row.excluded for row in rows))
    span = _span(state, name) if isinstance(field, YearField) and field.closed else None
    path, total = query.path(f"/facet/{name}"), len(values)
    return FacetPanel(name, facet_label(name), rows, path, total, missing, tree, years, counts.adds, closed, span)


def _years(field: YearField, values: Iterable[FacetValue], steps: Steps, state: SearchState, *, opened: bool) -> YearPanel:
    spans = [value for value in state.values(field.name) if "-" in value]
    chosen = {year for value in spans for year in field.covers(value)}
    bars = [
        (int(item.value), item.count, _only(item, steps), item.selected or item.value in chosen)
        for item in values
        if item.value.isdigit() and not item.excluded
    ]
    first, last = _span(state, field.name)
    return YearPanel(histogram(bars, width=240, height=48), first, last, opened)


def _span(state: SearchState, name: str) -> tuple[str, str]:
    """The ends of the one range of years chosen; an end that was left open is empty."""
    spans = [value for value in state.values(name) if "-" in value]
    first, _dash, last = spans[0].partition("-") if len(spans) == 1 else ("", "", "")
    return first.replace(EARLIEST, ""), last.replace(LATEST, "")


def _link(item: FacetValue, steps: Steps) -> str:
    """Where a click on a value leads."""
    if item.excluded:
        return steps.readmit(item.value)
    return steps.remove(item.value) if steps.has(item.value) else steps.add(item.value)


def _only(item: FacetValue, steps: Steps) -> str:
    """Where a click on a bar leads: to that value alone, and from there back to all."""
    return steps.remove(item.value) if steps.has(item.value) else steps.choose(item.value)


def _is_chosen(state: SearchState, name: str) -> bool:
    return bool(state.values(name) or state.values(BY_NAME[name].excluded))


def _first(values: Sequence[FacetValue], limit: int, *, chosen: bool) -> Sequence[FacetValue]:
    """The first `limit` values and, where any is `chosen` or excluded, those: a chosen value stays listed wherever it ranks."""
    if len(values) <= limit or not chosen:
        return values[:limit]
    return [value for rank, value in enumerate(values) if rank < limit or value.selected or value.excluded or value.partly]


def _first_children(values: Sequence[FacetValue], limit: int) -> Sequence[FacetValue]:
    """The same for the values below one, which are in order, chosen ones first."""
    last = limit
    while last < len(values) and (values[last].selected or values[last].excluded or values[last].partly):
        last += 1
    return values[:last]


def _walk(rows: Iterable[FacetRow]) -> Iterable[FacetRow]:
    for row in rows:
        yield row
        yield from _walk(row.children)
