"""Geometry of the drawings: plain numbers for SVG attributes, worked out on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHADES = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a histogram, in units of the view box, with its link."""

    label: str
    count: int
    url: str
    x: float
    y: float
    width: float
    height: float
    selected: bool = False
    show_label: bool = True


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bars from the earliest year to the latest, gaps kept, so that the axis is true."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    first: str = ""
    last: str = ""


def histogram(years: Sequence[tuple[int, int, str, bool]], *, width: int, height: int, label_every: int = 0, reach: int = 40) -> Histogram:
    """Bars for (year, count, url, selected). Years more than `reach` before the latest share no room with the rest and are left to
    the table beside the chart."""
    counted = sorted(item for item in years if item[1] or item[3])
    if not counted:
        return Histogram(width, height, ())
    last = counted[-1][0]
    counted = [item for item in counted if item[0] > last - reach]
    first = counted[0][0]
    most = max((item[1] for item in counted), default=1) or 1
    step = width / max(last - first + 1, 12)
    gap = min(2.0, step / 5)
    bars = []
    for year, count, url, selected in counted:
        tall = max(2.0, count / most * height) if count else 1.0
        shown = not label_every or year == last or ((year - first) % label_every == 0 and last - year > label_every // 2)
        left = (year - first) * step
        bars.append(
            Bar(str(year), count, url, round(left, 2), round(height - tall, 2), round(step - gap, 2), round(tall, 2), selected, shown)
        )
    return Histogram(width, height, tuple(bars), str(first), str(last))


def shade(count: int, most: int) -> int:
    """0 for none, else 1 to SHADES by share of the largest."""
    if not count or not most:
        return 0
    return min(SHADES, 1 + int(count / most * (SHADES - 0.001)))


def share(count: int, most: int, width: float) -> float:
    """The length of a bar for a count, at least a visible hair."""
    return round(max(1.0, count / most * width), 1) if count and most else 0.0
