"""Which segments of a new generation stay as they are and which are merged: few large ones serve fastest, and a small change must not
rewrite everything. These are the tiers of a log-structured index (O'Neil and others 1996): what is new takes up segments of its own size
and leaves large ones alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GROWTH = 4
"""A segment that need not be rewritten is merged only into company at least this fraction of its size."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is wanted of one segment: the place of the segment, the ordinals (ascending), its passages; whether that is all of the segment,
    and whether this build wrote it."""

    segment: int
    ordinals: tuple[int, ...]
    passages: int
    whole: bool
    fresh: bool = False


def groups(pieces: Sequence[Piece], most: int) -> list[tuple[Piece, ...]]:
    """The segments of the generation, each by its pieces; one whole piece alone stays as it is. `most`: passages to be merged into one
    (a group may be half as large again)."""
    stay, moved = [], []
    company = 0
    for piece in sorted(pieces, key=lambda one: (one.whole and not one.fresh, one.passages)):
        large = piece.whole and 2 * piece.passages >= most
        if large or (piece.whole and not piece.fresh and piece.passages > GROWTH * company):
            stay.append(piece)
        elif piece.ordinals:
            moved.append(piece)
            company += piece.passages
    many = max(1, round(company / most))
    found: list[list[Piece]] = [[] for _ in range(many)]
    filled = 0
    for piece in sorted(moved, key=lambda one: one.segment):
        found[min(many - 1, filled * many // max(1, company))].append(piece)
        filled += piece.passages
    return [(piece,) for piece in stay] + [tuple(group) for group in found if group]
