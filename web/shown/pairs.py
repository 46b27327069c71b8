"""Who helps whom: a table of supporters and recipients, and the drawing of its largest places, on the server as SVG."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from search.results import PairTable
from web.locale import gettext as _
from web.shown.charts import shade
from web.shown.frame import Frame, Link
from web.shown.largest import largest
from web.shown.map import MapView, build_map
from web.shown.tables import CrossCell, TableRow, level_links
from web.state import SearchState

PORTS = 12
PORT_GAP = 6
LEFT_EDGE, RIGHT_EDGE = 168, 552
MIN_PORT = 14


@dataclass(frozen=True, slots=True)
class Stream:
    """A band of the drawing from a supporter to a recipient, as an SVG path with its width."""

    path: str
    width: float
    label: str
    url: str
    shade: int


@dataclass(frozen=True, slots=True)
class Port:
    """An end of bands: a place with its box."""

    label: str
    y: float
    height: float
    middle: float
    total: int


@dataclass(frozen=True, slots=True)
class PairsPage:
    """View model of `pairs.html`."""

    frame: Frame
    state: SearchState
    levels: tuple[Link, ...]
    years: tuple[Link, ...]
    list_url: str
    columns: tuple[Link, ...]
    rows: tuple[TableRow, ...]
    height: int
    left: tuple[Port, ...]
    right: tuple[Port, ...]
    streams: tuple[Stream, ...]
    undrawn: int
    """Pairs of places that are in no stream."""
    map: MapView
    cut: str = ""


def build_pairs(frame: Frame, state: SearchState, table: PairTable, years: tuple[str, ...]) -> PairsPage:
    """The table of who helps whom and, over its largest rows and columns, the drawing."""
    urls = frame.urls
    plain = state.viewing(view="passages", level=1, rows="region", columns="year").replacing(program=(), not_program=())
    whole = table
    supporters, recipients, cells, cut = largest(table.supporters, table.recipients, table.cells)
    table = PairTable(supporters, recipients, cells)
    most = max((count for row in table.cells for count in row), default=0)

    def cell_url(supporter: str, recipient: str) -> str:
        return urls.relations(plain.replacing(supporter=(supporter,), recipient=(recipient,)))

    def cell(supporter: str, recipient: tuple[str, str], count: int) -> CrossCell:
        return CrossCell(count, cell_url(supporter, recipient[0]) if count else "", shade(count, most))

    rows = tuple(
        TableRow(label, "", tuple(cell(value, *pair) for pair in zip(table.recipients, counts, strict=True)), value)
        for (value, label), counts in zip(table.supporters, table.cells, strict=True)
    )
    columns = tuple(Link(label, "") for _value, label in table.recipients)
    left, right, streams, height = _streams(table, most, cell_url)
    undrawn = sum(count > 0 for row in whole.cells for count in row) - len(streams)
    year_links = [Link(_("全部年份"), urls.pairs(state.replacing(year=())), not state.values("year"))]
    year_links += [Link(year, urls.pairs(state.choose("year", year)), state.values("year") == (year,)) for year in years]
    list_url = urls.relations(plain.viewing(relation=""))
    links = level_links(state, urls.pairs), tuple(year_links), list_url
    return PairsPage(frame, state, *links, columns, rows, height, left, right, streams, undrawn, build_map(whole, cell_url), cut)


def _streams(
    table: PairTable, most: int, url: Callable[[str, str], str]
) -> tuple[tuple[Port, ...], tuple[Port, ...], tuple[Stream, ...], int]:
    """The drawing: the PORTS largest places on either side, bands between them as wide as their counts, in one scale."""
    out_totals = [sum(row) for row in table.cells]
    in_totals = [sum(column) for column in zip(*table.cells, strict=True)] if table.cells else []
    senders = sorted(range(len(out_totals)), key=lambda index: -out_totals[index])[:PORTS]
    takers = sorted(range(len(in_totals)), key=lambda index: -in_totals[index])[:PORTS]
    flows = {(a, b): table.cells[a][b] for a in senders for b in takers if table.cells[a][b]}
    if not flows:
        return (), (), (), 0
    sums_left = {a: sum(count for (one, _b), count in flows.items() if one == a) for a in senders}
    sums_right = {b: sum(count for (_a, other), count in flows.items() if other == b) for b in takers}
    scale = 240 / max(sum(flows.values()), 1)
    left, left_at = _ports([(a, table.supporters[a][1], sums_left[a]) for a in senders if sums_left[a]], scale)
    right, right_at = _ports([(b, table.recipients[b][1], sums_right[b]) for b in takers if sums_right[b]], scale)
    streams = []
    for (a, b), count in sorted(flows.items(), key=lambda item: (senders.index(item[0][0]), takers.index(item[0][1]))):
        width = max(1.0, count * scale)
        y0, y1 = left_at[a] + width / 2, right_at[b] + width / 2
        left_at[a] += width
        right_at[b] += width
        middle = (LEFT_EDGE + RIGHT_EDGE) / 2
        path = f"M{LEFT_EDGE} {y0:.1f}C{middle:.0f} {y0:.1f} {middle:.0f} {y1:.1f} {RIGHT_EDGE} {y1:.1f}"
        (value, label), (other, other_label) = table.supporters[a], table.recipients[b]
        streams.append(Stream(path, round(width, 1), f"{label} → {other_label}：{count:,}", url(value, other), shade(count, most)))
    height = max((port.y + port.height for port in (*left, *right)), default=0)
    return left, right, tuple(streams), int(height) + 8


def _ports(items: list[tuple[int, str, int]], scale: float) -> tuple[tuple[Port, ...], dict[int, float]]:
    ports, starts, y = [], {}, 8.0
    for index, label, total in items:
        height = max(total * scale, 1.0)
        box = max(height, MIN_PORT)
        starts[index] = y + (box - height) / 2
        ports.append(Port(label, round(y, 1), round(box, 1), round(y + box / 2, 1), total))
        y += box + PORT_GAP
    return tuple(ports), starts
