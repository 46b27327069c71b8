"""Pieces of a region that are side by side → rows of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from search.reading.page.sheet import Piece

WIDE_SPACE = "    "
"""Stands for a gap inside a row that is wider than any space."""
_WIDE = 1.8
"""A gap of so many em is no space."""
_LETTERS = 3
"""So many single characters in a row, parted alike, are one word spaced out."""


@dataclass(slots=True)
class PieceRow:
    """One line of a region: its pieces from left to right."""

    pieces: list[Piece]
    text: str = ""
    style: str | None = None
    left: float = 0.0
    right: float = 0.0
    middle: float = 0.0
    size: float = 0.0
    bold: bool = False
    turned: bool = False
    caption: bool = False
    block: int | None = None
    """The block that all its pieces are marked as part of."""
    cells: tuple[str, ...] = ()
    """Of the row of a table, one a column; a cell that spans several occurs in each of them."""


def rows_of(pieces: list[Piece]) -> list[PieceRow]:
    """The rows of pieces that are under each other, from top to bottom."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda item: (item.middle, item.left)):
        head = groups[-1] if groups else None
        if head is not None and piece.middle - head[0].middle < 0.4 * min(piece.size, head[0].size) and not _overlap(head, piece):
            head.append(piece)
        else:
            groups.append([piece])
    return [row_of(sorted(group, key=lambda item: item.left)) for group in groups]


def _overlap(group: list[Piece], piece: Piece) -> bool:
    return any(other.left < piece.right - 0.3 * piece.size and piece.left < other.right - 0.3 * piece.size for other in group)


def row_of(pieces: list[Piece]) -> PieceRow:
    """One row, its text joined."""
    longest = max(pieces, key=lambda piece: len(piece.text))
    row = PieceRow(pieces, _text(pieces), None, pieces[0].left, pieces[-1].right, longest.middle, longest.size)
    row.bold = sum(len(piece.text) for piece in pieces if piece.bold) * 2 > sum(len(piece.text) for piece in pieces)
    row.turned = longest.turned
    row.caption = longest.caption
    row.block = longest.block if longest.block >= 0 and all(piece.block == longest.block for piece in pieces) else None
    return row


def _text(pieces: list[Piece]) -> str:
    if len(pieces) == 1:
        return pieces[0].text.strip()
    singles = all(len(piece.text) == 1 or re.fullmatch(r"\S[、，：]?", piece.text) for piece in pieces)
    gaps = [after.left - before.right for before, after in pairwise(pieces)]
    if singles and all(character > "\u2e7f" for piece in pieces for character in piece.text):
        if len(pieces) >= _LETTERS and max(gaps) < 1.5 * min(gaps) + 0.2 * pieces[0].size:
            return "".join(piece.text for piece in pieces)
        if len(pieces) == 2 and gaps[0] < 4 * pieces[0].size:
            return "".join(piece.text for piece in pieces)
    out = [pieces[0].text.strip()]
    for gap, piece in zip(gaps, pieces[1:], strict=True):
        out.append((WIDE_SPACE if gap > _WIDE * piece.size else " ") + piece.text.strip())
    return "".join(out)
