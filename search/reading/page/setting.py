"""How each row is set in its column: where it begins and ends, how far below the row above, how large."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search.model import Setting
from search.reading.page.cut import Region
from search.reading.page.rows import PieceRow

_NEAR_BODY = 0.12
"""Rows whose size differs from the running text's by less than this share tell the edges of a column."""
_EDGE_ROWS = 3
_EDGE_SHARE = 0.15
_SAME_EDGE = 0.45
"""Edges that differ by less than so many em are one."""
_HANGING = 1.3
"""Marks of punctuation hang so many em beyond the edge of a column, at most."""
_OF_BODY = 0.04
_BEYOND_SHARE = 0.1
"""So many rows of a column may stand out beyond its edge."""
_FIRM_SHARE = 0.2
_LIST_ROWS, _LIST_ROOM = 5, 3.0
_FEW = 6
_KIN, _PAGE_WIDE = 3.0, 26.0
"""Rows may all be indented by so many em in a column as wide as a page; narrow columns are side by side at any distance."""


@dataclass(frozen=True, slots=True)
class _Column:
    """Edges and line pitch of a column, in points; `rows` of body size speak for it."""

    left: float
    right: float
    pitch: float
    rows: int
    firm: bool
    """Enough rows end at the right edge to say that lines are broken there."""


def settings_of(pages: Sequence[Sequence[Region]], body: float) -> dict[int, Setting]:
    """The setting of every row, by the row's identity. Columns are numbered through the document."""
    known = [_column(region.rows, body) for page in pages for region in page]
    settings: dict[int, Setting] = {}
    for number, region in enumerate((region for page in pages for region in page), 1):
        column = _with_kin(known[number - 1], known, body)
        before: PieceRow | None = None
        for row in region.rows:
            settings[id(row)] = _setting(row, before, column, number, body)
            before = row
    return settings


def _setting(row: PieceRow, before: PieceRow | None, column: _Column, number: int, body: float) -> Setting:
    size = max(1.0, row.size)
    if row.turned:
        return Setting(number, 0.0, 0.0, (row.right - row.left) / size, 0.0, size / body, row.bold, True, block=row.block)
    gap = 0.0 if before is None else max(0.01, (row.middle - before.middle) / (column.pitch * max(row.size, before.size) / body))
    return Setting(
        number,
        round((row.left - column.left) / size, 2),
        round((column.right - row.right) / size, 2),
        round((column.right - column.left) / size, 2),
        round(gap, 3),
        round(size / body, 3),
        row.bold,
        under_picture=row.caption,
        block=row.block,
    )


def _column(rows: Sequence[PieceRow], body: float) -> _Column:
    straight = [row for row in rows if not row.turned]
    own = [row for row in straight if abs(row.size - body) < _OF_BODY * body]
    own = own if len(own) > 1 else [row for row in straight if abs(row.size - body) < _NEAR_BODY * body]
    if not own:
        left = min(row.left for row in rows)
        right = max(row.right for row in rows)
        return _Column(left, right, _pitch(rows, body), 0, False)
    left = _edge([row.left for row in own], body)
    right, ending = _right_edge([row.right for row in own], body)
    firm = ending > 1
    if not firm and len(own) >= _LIST_ROWS:
        right += _LIST_ROOM * body  # a list: no line is broken by the column
    return _Column(left, right, _pitch(own, body), len(own), firm)


def _right_edge(places: Sequence[float], body: float) -> tuple[float, int]:
    """Where rows end that the column breaks, and how many do: the outermost place, but for a mark that hangs beyond it."""
    ordered = sorted(places, reverse=True)
    enough = max(2, round(_FIRM_SHARE * len(ordered)))
    most = max(1, round(_BEYOND_SHARE * len(ordered)))
    for place in ordered:
        beyond = sum(other > place + _HANGING * body for other in ordered)
        if beyond > most:
            break
        near = [other for other in ordered if abs(other - place) < _SAME_EDGE * body]
        if len(near) >= enough:
            return max(near, key=lambda other: (sum(abs(third - other) < 0.1 * body for third in near), other)), len(near)
    return ordered[0], 1


def _edge(places: Sequence[float], body: float) -> float:
    """The outermost place that enough rows share; of few rows the outermost."""
    ordered = sorted(places)
    if len(ordered) < _FEW:
        return ordered[0]
    enough = max(2, min(_EDGE_ROWS, round(_EDGE_SHARE * len(ordered))))
    for place in ordered:
        if sum(abs(other - place) < _SAME_EDGE * body for other in ordered) >= enough:
            return place
    return ordered[0]


def _pitch(rows: Sequence[PieceRow], body: float) -> float:
    """The commonest distance of two rows, in points."""
    steps = [round(below.middle - above.middle, 1) for above, below in pairwise(rows)]
    near = [step for step in steps if 0.8 * body < step < 4 * body]
    if not near:
        return 1.6 * body
    value, times = min(Counter(round(step) for step in near).items(), key=lambda item: (-item[1], item[0]))
    close = [step for step in near if abs(step - value) <= 1]
    return sum(close) / len(close) if times > 1 else min(near)


def _with_kin(column: _Column, known: Sequence[_Column], body: float) -> _Column:
    """A column of few rows with the edges of the columns it is like: they begin or end where it does."""
    if column.rows >= _FEW and column.firm:
        return column
    kin = list(_kin(column, known, body))
    if not kin:
        return column
    best = max(kin, key=lambda other: other.rows)
    pitch = best.pitch if column.rows < 3 else column.pitch
    return _Column(best.left, max(best.right, column.right) if column.rows == 0 else best.right, pitch, column.rows, True)


def _kin(column: _Column, known: Sequence[_Column], body: float) -> Iterator[_Column]:
    for other in known:
        if other.rows < 3 or not other.firm or (column.firm and other.rows <= column.rows):
            continue
        inside = column.left > other.left - body and column.right < other.right + (_LIST_ROOM + 1) * body
        indented = _KIN if other.right - other.left > _PAGE_WIDE * body else _SAME_EDGE
        if inside and column.left - other.left < indented * body:
            yield other
