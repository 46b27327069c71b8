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
class SegmentPiece:
    """What is wanted of one segment: the place of the segment, the ordinals (ascending), its passages; whether that is all of the segment,
    and whether this build wrote it."""

    segment: int
    ordinals: tuple[int, ...]
    passages: int
    whole: bool
    fresh: bool = False


def groups(pieces: Sequence[SegmentPiece], most: int) -> list[tuple[SegmentPiece, ...]]:
    """The segments of the generation, each by its pieces; one whole piece alone stays as it is. `most`: passages that are merged into one,
    more only where a piece has more by itself."""
    stay, moved = [], []
    company = 0
    for piece in sorted(pieces, key=lambda one: (one.whole and not one.fresh, one.passages)):
        large = piece.whole and 2 * piece.passages > most
        if large or (piece.whole and not piece.fresh and piece.passages > GROWTH * company):
            stay.append(piece)
        elif piece.ordinals:
            moved.append(piece)
            company += piece.passages
    found: list[list[SegmentPiece]] = []
    room = -1
    for piece in sorted(moved, key=lambda one: one.segment):
        if piece.passages > room:
            found.append([])
            room = most
        found[-1].append(piece)
        room -= piece.passages
    return [(piece,) for piece in stay] + [tuple(group) for group in found]
