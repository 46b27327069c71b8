"""Where gutters part running text into columns; what looks alike but is a table has none."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from search.reading.page.sheet import Piece, bounds

Gutter = tuple[float, float]
"""Left and right edge of a band that no piece touches."""

_NARROWEST, _OVERHANG = 0.45, 0.25
"""A gutter is at least so many em wide, and single lines reach into it by so many."""
_COLUMN = 5.5
"""A column of running text is at least so many em wide."""
_INDENT = 2.7
_RAGGED = 1.6
_FULL = 0.5
_DISPLAY = 1.08
_WORDY = 0.4
_MARKED = 0.25
_WIDE_COLUMN = 16.0
_MARKS = re.compile(r"[，。；！？]|[,.;] ")
_BULLETS = ("•", "·", "●", "○", "■", "□", "◆", "◇", "▲", "△", "★", "☆", "►", "➢", "✓", "√", "◎", "※")
_CELLS = 3
_WIDTH_STEP = 0.5
_ONE_WIDTH = 0.35
_OTHER_SIZE = 0.05
_ALIGNED = 0.7


def gutters(pieces: Sequence[Piece], body: float) -> list[Gutter]:
    """The gutters of pieces from left to right; none where they are the cells of a table, or one column."""
    if len(pieces) < 3:
        return []
    found: list[Gutter] = []
    reach = float("-inf")
    for piece in sorted(pieces, key=lambda item: item.left):
        left, right = piece.left + _OVERHANG * body, piece.right - _OVERHANG * body
        if reach > float("-inf") and left - reach > (_NARROWEST + 2 * _OVERHANG) * body:
            found.append((reach + _OVERHANG * body, piece.left))
        reach = max(reach, right)
    while found:
        columns = cells(pieces, found)
        unpaired = next((at for at in range(len(found)) if _are_apart(columns[at], columns[at + 1])), None)
        if unpaired is not None:
            del found[unpaired]
            continue
        prose = [_is_prose(column, body) for column in columns]
        if _any_cells(columns, prose, body):
            return []
        stray = next((at for at in range(len(columns)) if not prose[at] and _is_stray(columns, at, body)), None)
        if stray is None:
            return found if any(prose) or all(len(column) >= _CELLS and _fills(column, body) for column in columns) else []
        del found[max(0, stray - 1)]
    return []


def cells(pieces: Sequence[Piece], through: Sequence[Gutter]) -> list[list[Piece]]:
    """The pieces between the gutters, from left to right; a piece across a gutter goes to the cell where it begins."""
    out: list[list[Piece]] = [[] for _ in range(len(through) + 1)]
    for piece in pieces:
        out[sum(gutter[0] < piece.left + 0.01 and gutter[1] <= piece.left + 0.01 for gutter in through)].append(piece)
    return out


def crosses(piece: Piece, gutter: Gutter) -> bool:
    """Whether a piece lies across a gutter."""
    return piece.left < min(gutter) + 0.01 and piece.right > max(gutter) - 0.01


def _is_prose(column: Sequence[Piece], body: float) -> bool:
    """Whether pieces are lines of running text: most of them fill the column, and they hold marks of punctuation."""
    if len(column) > 1 and all(piece.text.startswith(_BULLETS) for piece in column):
        return True
    if not _fills(column, body):
        return False
    marked = sum(bool(_MARKS.search(piece.text)) for piece in column)
    wide = len(column) > 2 and max(piece.right for piece in column) - min(piece.left for piece in column) > _WIDE_COLUMN * body
    return marked >= _MARKED * len(column) or wide


def _fills(column: Sequence[Piece], body: float) -> bool:
    """Whether most pieces, two or more, reach from one edge of their column to the other; headlines aside."""
    column = [piece for piece in column if piece.size < _DISPLAY * body] or column
    if len(column) < 2:
        return False
    left, right = min(piece.left for piece in column), max(piece.right for piece in column)
    size = max(body, max(piece.size for piece in column))
    if right - left < _COLUMN * size:
        return False
    full = sum(piece.left < left + _INDENT * size and piece.right > right - _RAGGED * size for piece in column)
    return full >= _FULL * len(column) or _has_one_width(column, body)


def _has_one_width(column: Sequence[Piece], body: float) -> bool:
    """Whether many pieces are of one width, as the lines of several columns side by side are."""
    widths = Counter(round((piece.right - piece.left) / (_WIDTH_STEP * body)) for piece in column)
    steps, times = max(widths.items(), key=lambda item: (item[1], item[0]))
    return times >= max(_CELLS, _ONE_WIDTH * len(column)) and steps * _WIDTH_STEP >= _COLUMN


def _is_stray(columns: Sequence[Sequence[Piece]], at: int, body: float) -> bool:
    """Whether a column is but a few words of the text's size that begin lower than the columns beside it: the end of a line
    with a gap in it, while the last column of an article begins where the others do."""
    column = columns[at]
    if len(column) < _CELLS and not any(_stand_beside(column, other) for index, other in enumerate(columns) if index != at):
        return True
    if len(column) >= _CELLS or any(abs(piece.size - body) > _OTHER_SIZE * body for piece in column):
        return False
    top = min(piece.top for piece in column)
    above = [sum(piece.top < top - body for piece in other) for index, other in enumerate(columns) if index != at]
    longest = max(len(other) for index, other in enumerate(columns) if index != at)
    return max(above) > 1 or (max(above) == 1 and longest < _CELLS)


def _are_apart(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    """Whether two neighbours, one of them but a row or two, are not side by side: what is between them is no gutter."""
    return min(len(one), len(other)) < _CELLS and not _stand_beside(one, other)


def _stand_beside(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    """Whether two columns have rows at one height."""
    first, last = bounds(one), bounds(other)
    return max(first[1], last[1]) < min(first[3], last[3])


def _any_cells(columns: Sequence[Sequence[Piece]], prose: Sequence[bool], body: float) -> bool:
    """Whether a column is one of table cells: not running text, and its pieces are in the rows of others."""
    for at, column in enumerate(columns):
        if prose[at] or len(column) < _CELLS or sum(bool(_MARKS.search(piece.text)) for piece in column) >= _WORDY * len(column):
            continue
        others = sorted(piece.middle for index, other in enumerate(columns) if index != at for piece in other)
        aligned = sum(_has_near(others, piece.middle, 0.25 * body) for piece in column)
        if aligned >= _ALIGNED * len(column):
            return True
    return False


def _has_near(values: Sequence[float], value: float, reach: float) -> bool:
    at = bisect_left(values, value - reach)
    return at < len(values) and values[at] <= value + reach
