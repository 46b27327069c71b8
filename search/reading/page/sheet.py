"""The nouns of a page: pieces of text with their boxes, and the sheet they are on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from search.model import Box


@dataclass(slots=True)
class Piece:
    """A run of characters on one line of a page. Its box is in points from the upper left corner of the sheet, y downward;
    top and bottom are those of the em box (`size` apart), not of the ink."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    """Size of its characters in points, along the height of the line."""
    bold: bool = False
    turned: bool = False
    """Its characters lie one above the other on a sheet whose text runs across (or the other way round)."""
    style: str | None = None
    """`running-head`, `page-number`, `watermark` … where a reader knows it for furniture."""
    caption: bool = False
    """Stands right below a picture, in smaller characters than the text."""
    doubtful: bool = False
    """The reader is not sure of the text (a low score of OCR)."""
    block: int = -1
    """Number of the block that the file marks it as part of; -1 for none."""

    @property
    def middle(self) -> float:
        """Height of its middle."""
        return (self.top + self.bottom) / 2

    @property
    def box(self) -> Box:
        """Left, top, right, bottom."""
        return (self.left, self.top, self.right, self.bottom)


@dataclass(slots=True)
class Sheet:
    """A page as it is shown, its text turned upright. `width` and `height` are those of the page as shown; where the text had
    to be turned, `turns` quarter turns to the left laid the pieces in rows (1 for vertical writing too)."""

    width: float
    height: float
    pieces: list[Piece] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    """Rectangles drawn around text, rules left out; as the pieces, in the upright frame."""
    rules: list[Box] = field(default_factory=list)
    """Straight thin lines, in the upright frame."""
    turns: int = 0
    vertical: bool = False

    def shown(self, box: Box) -> Box:
        """A box of the upright frame as it is on the page as shown."""
        return turned_back(box, self.turns, self.width, self.height)


def turned(box: Box, turns: int, width: float, height: float) -> Box:
    """A box of a page of that size after `turns` quarter turns of the page to the left."""
    left, top, right, bottom = box
    for _ in range(turns % 4):
        left, top, right, bottom = top, width - right, bottom, width - left
        width, height = height, width
    return (left, top, right, bottom)


def turned_back(box: Box, turns: int, width: float, height: float) -> Box:
    """The box as it was before `turned`; width and height are those of the page before."""
    size = (width, height) if turns % 2 == 0 else (height, width)
    return turned(box, -turns % 4, *size)


def body_size(sheets: Iterable[Sheet]) -> float:
    """The size most characters of all sheets have, in points."""
    weights: dict[float, int] = {}
    for sheet in sheets:
        for piece in sheet.pieces:
            weights[piece.size] = weights.get(piece.size, 0) + len(piece.text)
    buckets: dict[float, int] = {}
    for size, weight in weights.items():
        buckets[round(size * 2) / 2] = buckets.get(round(size * 2) / 2, 0) + weight
    if not buckets:
        return 10.0
    chosen = max(buckets, key=lambda key: (buckets[key], key))
    inside = {size: weight for size, weight in weights.items() if round(size * 2) / 2 == chosen}
    return max(0.5, max(inside, key=lambda size: (inside[size], size)))


def bounds(pieces: Sequence[Piece]) -> Box:
    """The box around all pieces."""
    return (
        min(piece.left for piece in pieces),
        min(piece.top for piece in pieces),
        max(piece.right for piece in pieces),
        max(piece.bottom for piece in pieces),
    )
