"""The home page: what is in the collection, seen rather than read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.results import FACETS, DocumentSummary, FacetValue, Field, Overview, TreeField, YearField
from web.shown.charts import Histogram, histogram, share
from web.shown.facets import FacetRow
from web.shown.frame import Frame
from web.shown.labels import facet_label, value_label
from web.state import SearchState
from web.urls import Urls

ROWS_SHOWN = 10
BAR_WIDTH = 120.0
PLACES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class BarRow:
    """A value with a bar as long as its share."""

    label: str
    count: int
    url: str
    length: float


@dataclass(frozen=True, slots=True)
class BarPanel:
    """The values of a facet with most passages; `all_url` leads to the rest, where there is more."""

    label: str
    rows: tuple[BarRow, ...]
    all_url: str


@dataclass(frozen=True, slots=True)
class Example:
    """A search that shows off the language."""

    query: str
    says: str
    url: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A document in a list."""

    title: str
    url: str
    year: int | None
    passages: int
    places: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """View model of `home.html`."""

    frame: Frame
    documents: int
    passages: int
    first_year: str
    last_year: str
    places: int
    chart: Histogram
    years: tuple[FacetRow, ...]
    bars: tuple[BarPanel, ...]
    places_url: str
    recent: tuple[Entry, ...]
    documents_url: str
    examples: tuple[Example, ...]
    browse_url: str
    created: str


def build_home(frame: Frame, overview: Overview) -> HomePage:
    """The home page of an overview."""
    urls, state = frame.urls, frame.state
    facets = overview.facets
    dated = [item for item in facets["year"] if item.value.isdigit()]
    bars = [(int(item.value), item.count, urls.search(state.choose("year", item.value)), False) for item in dated]
    chart = histogram(bars, width=480, height=64, label_room=38)
    return HomePage(
        frame=frame,
        documents=overview.documents,
        passages=overview.passages,
        first_year=min((item.value for item in dated), default=""),
        last_year=max((item.value for item in dated), default=""),
        places=sum(_count_places(node) for node in facets["region"]),
        chart=chart,
        years=tuple(FacetRow(item.value, item.value, item.count, urls.search(state.choose("year", item.value)), "") for item in dated),
        bars=tuple(
            _bar_panel(field, facets[field.name], state, urls) for field in FACETS if not (field.closed or isinstance(field, YearField))
        ),
        places_url=urls.facet("region", state),
        recent=tuple(_entry(item, state, urls) for item in overview.recent),
        documents_url=urls.search(state.with_view("documents")),
        examples=tuple(Example(query, says, urls.search(state.with_query(query))) for query, says in overview.examples),
        browse_url=urls.search(state),
        created=overview.manifest.created[:10],
    )


def _bar_panel(field: Field, values: Sequence[FacetValue], state: SearchState, urls: Urls) -> BarPanel:
    name, shown = field.name, values[:ROWS_SHOWN] if isinstance(field, TreeField) else values
    most = max((item.count for item in shown), default=0)
    rows = tuple(
        BarRow(value_label(name, item.value), item.count, urls.search(state.choose(name, item.value)), share(item.count, most, BAR_WIDTH))
        for item in shown
    )
    return BarPanel(facet_label(name), rows, urls.facet(name, state) if len(rows) < len(values) or isinstance(field, TreeField) else "")


def _has_bars(field: Field) -> bool:
    """Whether the home page shows a facet as bars: years have a chart."""
    return not (field.closed or isinstance(field, YearField))


def _count_places(node: FacetValue) -> int:
    """Places named in the tree, at every level: what the full list of the facet counts."""
    return 0 if node.value == "none" else 1 + sum(_count_places(child) for child in node.children)


def _entry(item: DocumentSummary, state: SearchState, urls: Urls) -> Entry:
    names = [path.rpartition("/")[2] for path in item.about[:PLACES_SHOWN]]
    return Entry(item.title, urls.document(item.id, SearchState(lang=state.lang)), item.year, item.passages, " · ".join(names))
