"""Geometry of the drawings: plain numbers for SVG attributes, worked out on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

SHADES = 5
GAP = 4
"""Years. Two years farther apart are not drawn on one axis."""
NARROWEST = 6
"""Units from bar to bar at least, so that one can be hit: 40 years in a panel of 240."""


class Bar(NamedTuple):
    """A bar of a histogram, in units of the view box, with its link. It is drawn as an upright stroke at its `middle`."""

    label: str
    count: int  # type: ignore[assignment]
    url: str
    middle: float
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
    beyond: tuple[str, ...] = ()
    """Years too far off for the drawing; they stand in the table beside it."""


Counted = tuple[int, int, str, bool]
"""Year, count, url, selected."""


def histogram(years: Sequence[Counted], *, width: int, height: int, label_room: int = 36) -> Histogram:
    """Bars for years that are counted or selected; labels stand `label_room` apart at least. Years across a wide gap share no room
    with the rest: an empty decade would press the others flat."""
    known = sorted(item for item in years if item[1] or item[3])
    if not known:
        return Histogram(width, height, ())
    counted = _that_fit(stretch(known), width)
    first, last = counted[0][0], counted[-1][0]
    most = max((item[1] for item in counted), default=1) or 1
    step = width / max(last - first + 1, 12)
    gap = min(2.0, step / 5)
    every = next((years for years in (1, 2, 5, 10, 20) if step * years >= label_room), 50)
    bars = []
    for year, count, url, selected in counted:
        tall = max(2.0, count / most * height) if count else 1.0
        shown = year % every == 0 if every >= 5 else (last - year) % every == 0
        left = (year - first) * step
        bars.append(
            Bar(
                str(year),
                count,
                url,
                _short(left + (step - gap) / 2),
                _short(height - tall),
                _short(step - gap),
                _short(tall),
                selected,
                shown,
            )
        )
    beyond = tuple(str(item[0]) for item in known if item not in counted)
    return Histogram(width, height, tuple(bars), str(first), str(last), beyond)


def _that_fit(counted: list[Counted], width: int) -> list[Counted]:
    """The latest years, as many as there is room for; all of them while an earlier one is selected."""
    fitting = [item for item in counted if item[0] > counted[-1][0] - width // NARROWEST]
    return counted if any(item[3] for item in counted[: len(counted) - len(fitting)]) else fitting


def _short(length: float) -> float | int:
    """A length to a tenth of a unit, whole where it is."""
    found = round(length, 1)
    return int(found) if found == int(found) else found


def stretch(known: list[Counted]) -> list[Counted]:
    """The run of years without a gap wider than GAP that holds the most passages; all of them while any year elsewhere is selected."""
    runs: list[list[Counted]] = []
    for item in known:
        if runs and item[0] - runs[-1][-1][0] <= GAP:
            runs[-1].append(item)
        else:
            runs.append([item])
    fullest = max(runs, key=lambda run: sum(item[1] for item in run))
    return known if any(item[3] for item in known if item not in fullest) else fullest


def shade(count: int, most: int) -> int:
    """0 for none, else 1 to SHADES by share of the largest."""
    if not count or not most:
        return 0
    return min(SHADES, 1 + int(count / most * (SHADES - 0.001)))


def share(count: int, most: int, width: float) -> float:
    """The length of a bar for a count, at least a visible hair."""
    return round(max(1.0, count / most * width), 1) if count and most else 0.0
