"""Tables whose cells are drawn: rules and frames of a sheet → grids → rows with their cells.

Word, browsers and typesetters draw the border of each cell by itself, as thin boxes or as rectangles; others draw a line from side to
side. All become pieces of horizontal and vertical lines first; pieces that touch make one grid. Where no line parts two neighbouring cells
of the grid they are one cell, which spans both.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from search.model import Box
from search.reading.page.rows import PieceRow, row_of, rows_of
from search.reading.page.sheet import Piece, Sheet

_THIN = 2.6
"""A drawn box of at most so many points in one direction is a line."""
_SAME = 2.0
"""Lines within so many points of each other are one, and ends within so many meet."""
_SHORTEST = 3.0
_MOST_LINES = 20_000
_MOST_CROSSINGS, _MOST_GRIDS = 4_000_000, 200
"""A sheet with more drawn boxes, more pairs of lines or more grids is a drawing."""
_COVERED = 0.6
"""A line parts two cells if it covers so large a share of their common side."""
_LONGEST_CELL = 600
"""A cell of more characters makes the grid a frame around columns of text."""
_MOST_CELLS = 40_000
_TABULAR = 0.25
"""Of the rows of a table on a vertical page such a share has more than one cell."""
_CELL = " | "
_LATIN = 0x2E80


@dataclass(frozen=True, slots=True)
class _Line:
    """A straight line: where it lies across its direction, and where it begins and ends along it."""

    place: float
    start: float
    end: float


@dataclass(slots=True)
class RuledTable:
    """A grid with the pieces that are in it. `rows` from top to bottom."""

    box: Box
    rows: list[PieceRow] = field(default_factory=list)


def ruled_tables(sheet: Sheet, pieces: Sequence[Piece]) -> tuple[list[RuledTable], list[Piece]]:
    """The tables of a sheet whose cells are drawn, and the pieces that are in none. At least two rows and two columns make a table."""
    if (not sheet.rules and not sheet.frames) or len(sheet.rules) + len(sheet.frames) > _MOST_LINES:
        return [], list(pieces)
    levels, uprights = _lines(sheet)
    left = list(pieces)
    tables: list[RuledTable] = []
    if len(levels) * len(uprights) > _MOST_CROSSINGS:
        return tables, left
    grids = _grids(levels, uprights)
    for flat, steep in grids if len(grids) <= _MOST_GRIDS else ():
        table, rest = _table(flat, steep, left)
        if table is not None and sheet.vertical and _is_ruled_paper(table):
            continue
        if table is not None:
            tables.append(table)
            left = rest
    return tables, left


def _lines(sheet: Sheet) -> tuple[list[_Line], list[_Line]]:
    """Horizontal and vertical lines, those that lie in one and meet made one."""
    flat: list[_Line] = []
    steep: list[_Line] = []
    for left, top, right, bottom in (*sheet.rules, *_edges(sheet.frames)):
        if bottom - top <= _THIN and right - left >= bottom - top:
            flat.append(_Line((top + bottom) / 2, left, right))
        elif right - left <= _THIN:
            steep.append(_Line((left + right) / 2, top, bottom))
    return _merged(flat), _merged(steep)


def _edges(frames: Iterable[Box]) -> Iterable[Box]:
    for left, top, right, bottom in frames:
        yield (left, top, right, top)
        yield (left, bottom, right, bottom)
        yield (left, top, left, bottom)
        yield (right, top, right, bottom)


def _merged(lines: Sequence[_Line]) -> list[_Line]:
    groups: list[list[_Line]] = []
    for line in sorted(lines, key=lambda item: item.place):
        if groups and line.place - groups[-1][0].place <= _SAME:
            groups[-1].append(line)
        else:
            groups.append([line])
    merged: list[_Line] = []
    for group in groups:
        place = sum(line.place for line in group) / len(group)
        start = end = None
        for line in sorted(group, key=lambda item: item.start):
            if end is None or line.start > end + _SAME:
                if start is not None and end is not None:
                    merged.append(_Line(place, start, end))
                start, end = line.start, line.end
            else:
                end = max(end, line.end)
        if start is not None and end is not None:
            merged.append(_Line(place, start, end))
    return [line for line in merged if line.end - line.start >= _SHORTEST]


def _grids(levels: Sequence[_Line], uprights: Sequence[_Line]) -> list[tuple[list[_Line], list[_Line]]]:
    """Lines that touch each other, directly or by others: at least three in one direction and two in the other. Smaller grids first, so
    that a table inside the cell of another is read by itself."""
    parents = list(range(len(levels) + len(uprights)))

    def root(at: int) -> int:
        while parents[at] != at:
            parents[at] = parents[parents[at]]
            at = parents[at]
        return at

    order = sorted(range(len(levels)), key=lambda at: levels[at].place)
    places = [levels[at].place for at in order]
    for number, line in enumerate(uprights, len(levels)):
        for at in order[bisect_left(places, line.start - _SAME) : bisect_right(places, line.end + _SAME)]:
            if levels[at].start - _SAME <= line.place <= levels[at].end + _SAME:
                parents[root(at)] = root(number)
    groups: dict[int, tuple[list[_Line], list[_Line]]] = defaultdict(lambda: ([], []))
    for at, line in enumerate(levels):
        groups[root(at)][0].append(line)
    for at, line in enumerate(uprights, len(levels)):
        groups[root(at)][1].append(line)
    found = [
        group for group in groups.values() if min(map(len, group)) >= 2 and sum(len({line.place for line in side}) for side in group) >= 6
    ]
    return sorted(found, key=lambda group: len(group[0]) * len(group[1]))


def _table(flat: Sequence[_Line], steep: Sequence[_Line], pieces: Sequence[Piece]) -> tuple[RuledTable | None, list[Piece]]:
    ys, xs = sorted({line.place for line in flat}), sorted({line.place for line in steep})
    if len(ys) < 3 or len(xs) < 3 or (len(ys) - 1) * (len(xs) - 1) > _MOST_CELLS:
        return None, list(pieces)
    inside: dict[tuple[int, int], list[Piece]] = defaultdict(list)
    rest: list[Piece] = []
    for piece in pieces:
        row = bisect_right(ys, piece.middle) - 1
        column = bisect_right(xs, piece.left + min(0.5 * piece.size, (piece.right - piece.left) / 2)) - 1
        if 0 <= row < len(ys) - 1 and 0 <= column < len(xs) - 1 and not piece.turned:
            inside[row, column].append(piece)
        else:
            rest.append(piece)
    owner = _spans(flat, steep, ys, xs)
    texts: dict[tuple[int, int], list[Piece]] = defaultdict(list)
    for place, held in inside.items():
        texts[owner[place]] += held
    if len(texts) < 4 or max((sum(len(piece.text) for piece in held) for held in texts.values()), default=0) > _LONGEST_CELL:
        return None, list(pieces)
    written = {place: text_of(held) for place, held in texts.items()}
    table = RuledTable((xs[0], ys[0], xs[-1], ys[-1]))
    for row in range(len(ys) - 1):
        owners = [owner[row, column] for column in range(len(xs) - 1)]
        cells = tuple(written.get(place, "") for place in owners)
        own = list(dict.fromkeys(place for place in owners if place[0] == row))
        line = line_of([written.get(place, "") for place in own])
        if line:
            held = [piece for place in own for piece in texts.get(place, ())]
            made = row_of(sorted(held, key=lambda piece: (piece.middle, piece.left)))
            made.text, made.style, made.cells = line, "table", cells
            made.middle = (ys[row] + ys[row + 1]) / 2
            table.rows.append(made)
    return (table, rest) if len(table.rows) > 1 else (None, list(pieces))


def _is_ruled_paper(table: RuledTable) -> bool:
    """Whether the lines of a vertical page only part its lines of text (界行): hardly a row has two cells."""
    return sum(_CELL in row.text for row in table.rows) < _TABULAR * len(table.rows)


def line_of(texts: list[str]) -> str:
    """Cells as a line, without the empty ones at its ends."""
    filled = [at for at, text in enumerate(texts) if text]
    return _CELL.join(texts[filled[0] : filled[-1] + 1]) if filled else ""


def _spans(
    flat: Sequence[_Line], steep: Sequence[_Line], ys: Sequence[float], xs: Sequence[float]
) -> dict[tuple[int, int], tuple[int, int]]:
    """The first cell, by row and column, of the one that each cell of the grid belongs to."""
    rows, columns = range(len(ys) - 1), range(len(xs) - 1)
    below: dict[float, list[_Line]] = defaultdict(list)
    for line in flat:
        below[line.place].append(line)
    beside: dict[float, list[_Line]] = defaultdict(list)
    for line in steep:
        beside[line.place].append(line)
    owner = {(row, column): (row, column) for row in rows for column in columns}
    for row in rows:
        for column in columns:
            if column and not _covers(beside[xs[column]], ys[row], ys[row + 1]):
                owner[row, column] = owner[row, column - 1]
            elif row and not _covers(below[ys[row]], xs[column], xs[column + 1]):
                owner[row, column] = owner[row - 1, column]
    return owner


def _covers(lines: Sequence[_Line], start: float, end: float) -> bool:
    return sum(max(0.0, min(end, line.end) - max(start, line.start)) for line in lines) >= _COVERED * (end - start)


def text_of(pieces: list[Piece]) -> str:
    """What is written in a cell, its lines joined: without a space between Chinese characters."""
    text = ""
    for row in rows_of(pieces):
        part = " ".join(row.text.split())
        if text and part and ord(text[-1]) < _LATIN and ord(part[0]) < _LATIN:
            text += " "
        text += part
    return text
