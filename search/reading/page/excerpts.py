"""Excerpts of a text set large between its lines, as an ornament: no headlines, and no part of the columns they lie in."""

from __future__ import annotations

from collections.abc import Sequence

from search.reading.page.columns import cells, gutters
from search.reading.page.rows import PieceRow, row_of, rows_of
from search.reading.page.sheet import Piece

_ENDS = ("。", "！", "？", "…", ".")
_QUOTE, _FILLED, _INDENT, _AT_EDGE = 1.15, 1.5, 2.7, 0.5
"""An excerpt is so many times as large as the text. The row above it ends, and begins, within so many em of the edges of its column, and
the row below it begins at the edge, within so many em."""
_ONE_SIZE = 0.03
_MOST_ROWS = 5


def mark_excerpts(rows: Sequence[PieceRow], body: float) -> None:
    """Large lines inside a column that part a sentence are an excerpt set as an ornament: no headline, and no part of the text."""
    own = [row for row in rows if abs(row.size - body) < _ONE_SIZE * body]
    if len(own) < 2 or len(own) == len(rows):
        return
    edges = min(row.left for row in own), max(row.right for row in own)
    at = 1
    while at < len(rows) - 1:
        end = at
        while end < len(rows) and rows[end].size > _QUOTE * body and not rows[end].turned:
            end += 1
        if at < end < len(rows) and _goes_on(rows[at - 1], rows[end], edges, body):
            for row in rows[at:end]:
                row.caption = True
        at = max(end, at + 1)


def is_excerpt_across(above: Sequence[Piece], group: Sequence[Piece], below: Sequence[Piece], body: float) -> bool:
    """Whether large lines part a sentence in columns they lie across, and others at the end of one; they are marked as a caption then."""
    if not all(piece.size > _QUOTE * body for piece in group) or len(rows_of(list(group))) > _MOST_ROWS:
        return False
    through = gutters([*above, *below], body)
    parted = 0
    for over, under in zip(cells(above, through), cells(below, through), strict=True):
        if not over or not under:
            return False
        last, first = row_of([max(over, key=lambda piece: piece.middle)]), row_of([min(under, key=lambda piece: piece.middle)])
        edges = min(piece.left for piece in over), max(piece.right for piece in over)
        if _goes_on(last, first, edges, body):
            parted += 1
        elif breaks_off(last):
            return False  # another article begins below
    if not parted:
        return False
    for piece in group:
        piece.caption = True
    return True


def _goes_on(above: PieceRow, below: PieceRow, edges: tuple[float, float], body: float) -> bool:
    """Whether a row that fills its column breaks off in a sentence, and the other begins at the edge as no paragraph does."""
    if any(abs(row.size - body) > _ONE_SIZE * body for row in (above, below)):
        return False
    filled = above.right > edges[1] - _FILLED * body and above.left < edges[0] + _INDENT * body
    return filled and breaks_off(above) and below.left < edges[0] + _AT_EDGE * body


def breaks_off(row: PieceRow) -> bool:
    """Whether a column ends within a sentence: a headline beside it parts the columns of one article."""
    return not row.text.rstrip("”’」』）)").endswith(_ENDS)
