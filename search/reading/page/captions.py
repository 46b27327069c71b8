"""Captions: what is right below a picture, or beside it, in smaller characters is no part of the columns around it."""

from __future__ import annotations

from collections.abc import Sequence

from search.model import Box
from search.reading.page.sheet import Piece, Sheet

_SMALL = 0.97
_BELOW = 2.2
"""The first line of a caption begins within so many em below its picture."""
_LEADING = 1.1
_MOST_LINES = 8
_BESIDE, _MOST_BESIDE, _NARROW = 2.0, 14, 14.0
"""A caption beside its picture begins within so many em of it, has so many lines at most, and a column narrower than so many em."""
_LEAST, _MOST = 3.0, 0.6
"""Pictures are larger than so many em each way, and smaller than this share of the page."""


def captions_of(pieces: Sequence[Piece], sheet: Sheet, body: float) -> list[list[Piece]]:
    """The pieces of each caption; they are marked as such."""
    size = sheet.width * sheet.height
    found: list[list[Piece]] = []
    taken: set[int] = set()
    for picture in sorted(set(sheet.pictures), key=lambda box: (box[1], box[0])):
        wide, high = picture[2] - picture[0], picture[3] - picture[1]
        if min(wide, high) < _LEAST * body or wide * high > _MOST * size:
            continue
        if any(picture[0] < piece.left and piece.right < picture[2] and picture[1] < piece.middle < picture[3] for piece in pieces):
            continue  # a ground for text
        free = [piece for piece in pieces if id(piece) not in taken]
        lines = _lines_below(picture, free, body) or _lines_beside(picture, free, body)
        if lines:
            found.append(lines)
            taken.update(map(id, lines))
    for line in (line for lines in found for line in lines):
        line.caption = True
    return found


def _lines_beside(picture: Box, pieces: Sequence[Piece], body: float) -> list[Piece]:
    """Small lines in a narrow column of their own to the right of a picture, all of it."""
    near = [
        piece for piece in pieces if 0 < piece.left - picture[2] < _BESIDE * body and picture[1] - body < piece.middle < picture[3] + body
    ]
    if not 2 <= len(near) <= _MOST_BESIDE or any(piece.size > _SMALL * body for piece in near):
        return []
    wide = max(piece.right for piece in near) - min(piece.left for piece in near)
    return sorted(near, key=lambda piece: piece.top) if wide < _NARROW * body else []


def _lines_below(picture: Box, pieces: Sequence[Piece], body: float) -> list[Piece]:
    lines: list[Piece] = []
    foot, reach = picture[3], _BELOW * body
    for piece in sorted(pieces, key=lambda item: (item.top, item.left)):
        inside = piece.left > picture[0] - body and piece.right < picture[2] + body
        if not inside or (piece.top < foot - 0.5 * body and not (lines and piece.top > lines[-1].top - 1)):
            continue
        if piece.top - foot > reach or piece.size > _SMALL * body or (lines and abs(piece.size - lines[0].size) > 0.1 * body):
            break
        lines.append(piece)
        foot, reach = max(foot, piece.bottom), _LEADING * body
        if len(lines) == _MOST_LINES:
            break
    return lines
