"""The home page: what is in the collection, seen rather than read."""

from __future__ import annotations

from dataclasses import dataclass

from search.results import DocumentSummary, FacetValue, Overview, RegionNode
from web.state import SearchState
from web.urls import Urls
from web.views.charts import Histogram, histogram, share
from web.views.facets import FacetRow
from web.views.frame import Frame
from web.views.labels import value_label

REGIONS_SHOWN = 10
BAR_WIDTH = 120.0


@dataclass(frozen=True, slots=True)
class BarRow:
    """A value with a bar as long as its share."""

    label: str
    count: int
    url: str
    length: float


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
    regions: tuple[BarRow, ...]
    regions_url: str
    programs: tuple[BarRow, ...]
    recent: tuple[Entry, ...]
    documents_url: str
    examples: tuple[Example, ...]
    browse_url: str
    created: str


def build_home(frame: Frame, overview: Overview) -> HomePage:
    """The home page of an overview."""
    urls, state = frame.urls, frame.state
    facets = overview.facets
    dated = [item for item in facets.year if item.value.isdigit()]
    bars = [(int(item.value), item.count, urls.search(state.choose("year", item.value)), False) for item in dated]
    chart = histogram(bars, width=480, height=64, label_room=38)
    top = facets.region[:REGIONS_SHOWN]
    return HomePage(
        frame=frame,
        documents=overview.documents,
        passages=overview.passages,
        first_year=min((item.value for item in dated), default=""),
        last_year=max((item.value for item in dated), default=""),
        places=sum(_count_places(node) for node in facets.region),
        chart=chart,
        years=tuple(FacetRow(item.value, item.value, item.count, urls.search(state.choose("year", item.value)), "") for item in dated),
        regions=_bar_rows("region", top, state, urls),
        regions_url=urls.facet("region", state),
        programs=_bar_rows("program", facets.program, state, urls),
        recent=tuple(_entry(item, state, urls) for item in overview.recent),
        documents_url=urls.search(state.with_view("documents")),
        examples=tuple(Example(query, says, urls.search(state.with_query(query))) for query, says in overview.examples),
        browse_url=urls.search(state),
        created=overview.manifest.created[:10],
    )


def _bar_rows(name: str, values: tuple[FacetValue, ...] | tuple[RegionNode, ...], state: SearchState, urls: Urls) -> tuple[BarRow, ...]:
    most = max((item.count for item in values), default=0)
    return tuple(
        BarRow(value_label(name, item.value), item.count, urls.search(state.choose(name, item.value)), share(item.count, most, BAR_WIDTH))
        for item in values
    )


def _count_places(node: RegionNode) -> int:
    """Places named at the lowest level in the tree."""
    if node.value == "none":
        return 0
    return sum(_count_places(child) for child in node.children) if node.children else 1


def _entry(item: DocumentSummary, state: SearchState, urls: Urls) -> Entry:
    names = [path.rpartition("/")[2] for path in (*item.supporters[:1], *item.recipients[:2])]
    return Entry(item.title, urls.document(item.id, SearchState(lang=state.lang)), item.year, item.passages, " · ".join(names))
