"""A large first letter that reaches down beside the first lines of its paragraph goes back to the head of the first."""

from __future__ import annotations

from collections.abc import Sequence

from search.reading.page.sheet import Piece

_LARGE = 1.7
_CLOSE = 1.3
"""The lines begin within so many em of the letter."""
_LINES = 2


def with_drop_caps(pieces: Sequence[Piece], body: float) -> list[Piece]:
    """The pieces, large letters joined to the lines they are beside; those lines begin where the letter does."""
    caps = [piece for piece in pieces if len(piece.text.strip()) <= 2 and piece.size > _LARGE * body and not piece.turned]
    gone: set[int] = set()
    for cap in caps:
        beside = [line for line in pieces if _is_beside(line, cap, body)]
        if len(beside) < _LINES:
            continue
        first = min(beside, key=lambda line: (line.top, line.left))
        first.text = cap.text.strip() + first.text
        for line in beside:
            line.left = cap.left
        gone.add(id(cap))
    return [piece for piece in pieces if id(piece) not in gone]


def _is_beside(line: Piece, cap: Piece, body: float) -> bool:
    if line is cap or line.turned or line.size > 1.2 * body or len(line.text) < 3:
        return False
    return cap.top - 0.3 * body < line.middle < cap.bottom + 0.1 * body and -0.5 * body < line.left - cap.right < _CLOSE * body
