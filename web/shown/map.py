"""Who helps whom on a map of China: outlines from `web/data/china.tsv`, arcs as wide as their counts, on the server as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from math import hypot
from pathlib import Path
from typing import NamedTuple

from search.results import PairTable
from web.locale import gettext as _
from web.shown.charts import shade

_DATA = Path(__file__).parents[1] / "data" / "china.tsv"
WIDTH, HEIGHT = 700, 590
TOP = -20
"""Where the drawing begins: the northernmost outlines reach above the scale of the rest."""
MOST_ARCS = 120
"""Arcs drawn, the widest; the table beside the map has all."""
WIDEST = 9.0
MOST_NAMES = 40
ASIDE = 5
"""How far a name is from its dot."""
_LETTER = 16
"""The room of a letter of a name, in units of the drawing: between that on a desk and that on a phone."""
BENT = 0.18
"""How far an arc bows out, by its length."""


class Place(NamedTuple):
    """Where a place stands in the drawing, and the outline of a province."""

    x: int
    y: int
    outline: str


class Arc(NamedTuple):
    """An arc from one place to another as a path, with what it says and opens."""

    path: str
    width: float
    label: str
    url: str
    shade: int


class Dot(NamedTuple):
    """A place at an end of arcs; `name` is empty where there would be too many or no room, and `left` of the dot where another is right."""

    x: int
    y: int
    name: str
    left: bool = False


@dataclass(frozen=True, slots=True)
class MapView:
    """What `map.html` draws. `left_out` counts links without an arc: of places unknown to the map, and those beyond `MOST_ARCS`."""

    box: str
    outlines: tuple[tuple[str, str], ...]
    arcs: tuple[Arc, ...]
    dots: tuple[Dot, ...]
    left_out: int
    aside: int = ASIDE


@cache
def places() -> dict[str, Place]:
    """The places of the map by path."""
    found = {}
    for line in _DATA.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            path, x, y, *outline = line.split("\t")
            found[path] = Place(int(x), int(y), outline[0] if outline else "")
    return found


def build_map(table: PairTable, url: Callable[[str, str], str]) -> MapView:
    """The pairs of places of the table as arcs, the thickest drawn last; `url` gives what an arc opens."""
    known = places()
    links = [
        (count, giver, taker)
        for (giver, _a), row in zip(table.supporters, table.cells, strict=True)
        for (taker, _b), count in zip(table.recipients, row, strict=True)
        if count
    ]
    drawn = sorted((one for one in links if one[1] in known and one[2] in known), reverse=True)[:MOST_ARCS]
    most = max((count for count, _a, _b in drawn), default=1)
    arcs = tuple(_arc(known[giver], known[taker], giver, taker, count, most, url(giver, taker)) for count, giver, taker in reversed(drawn))
    ends = dict.fromkeys(end for _count, giver, taker in drawn for end in (giver, taker))
    dots = tuple(_named(Dot(known[end].x, known[end].y, _short(end) if at < MOST_NAMES else "") for at, end in enumerate(ends)))
    outlines = tuple((path, place.outline) for path, place in known.items() if place.outline)
    return MapView(f"0 {TOP} {WIDTH} {HEIGHT}", outlines, arcs, dots, len(links) - len(drawn))


def _named(dots: Iterable[Dot]) -> Iterator[Dot]:
    """The dots, no name over another: the first ones keep theirs."""
    taken: list[tuple[int, int, int]] = []
    for dot in dots:
        width = _LETTER * len(dot.name)
        sides = ((left, dot.x - ASIDE - width if left else dot.x + ASIDE, dot.y) for left in (False, True))
        free = (
            (left, (x, x + width, y))
            for left, x, y in sides
            if not any(x < end and start < x + width and abs(y - other) < _LETTER for start, end, other in taken)
        )
        found = next(free, None) if dot.name else None
        if found is None:
            yield dot._replace(name="")
        else:
            taken.append(found[1])
            yield dot._replace(left=found[0])


def _short(path: str) -> str:
    """The name of a place, that of a province without what it is (内蒙古, 广西)."""
    name = path.rpartition("/")[2]
    return name if "/" in path else name[:3] if name.startswith(("内蒙", "黑龙")) else name[:2]


def _arc(start: Place, end: Place, giver: str, taker: str, count: int, most: int, url: str) -> Arc:
    dx, dy = end.x - start.x, end.y - start.y
    length = hypot(dx, dy)
    label = str(_("%(giver)s → %(taker)s：%(n)s 对", giver=giver.rpartition("/")[2], taker=taker.rpartition("/")[2], n=f"{count:,}"))
    width = round(max(1.0, WIDEST * count / most), 1)
    if length < 1:  # the same place in the drawing: a ring beside it
        path = f"M{start.x} {start.y}a9 9 0 1 1 0.1 0"
    else:
        bow = BENT if dx >= 0 else -BENT  # arcs bow to the north whichever way they lead
        path = f"M{start.x} {start.y}Q{start.x + dx / 2 + dy * bow:.0f} {start.y + dy / 2 - dx * bow:.0f} {end.x} {end.y}"
    return Arc(path, width, label, url, shade(count, most))
