"""Small pages set by hand for tests of the page model: pieces of text at places, paragraphs broken into the lines of a column."""

from __future__ import annotations

from collections.abc import Sequence

from search.reading.page import Piece, Sheet

SIZE = 10.0
PITCH = 16.0


def piece(text: str, left: float, top: float, size: float = SIZE, *, turned: bool = False) -> Piece:
    """A piece whose characters are as wide as they are high; a turned one runs down."""
    if turned:
        return Piece(text, left, top, left + size, top + size * len(text), size, turned=True)
    return Piece(text, left, top, left + size * len(text), top + size, size)


def column(paragraphs: Sequence[str], left: float, top: float, width: int, *, size: float = SIZE, indent: int = 2) -> list[Piece]:
    """Paragraphs as lines of `width` characters, first lines indented."""
    lines: list[Piece] = []
    for paragraph in paragraphs:
        rest, start = paragraph, indent
        while rest:
            lines.append(piece(rest[: width - start], left + size * start, top + PITCH * len(lines), size))
            rest, start = rest[width - start :], 0
    return lines


def flow(paragraphs: Sequence[str], lefts: Sequence[float], top: float, width: int, rows: int) -> list[Piece]:
    """Paragraphs through columns of `rows` lines each, from left to right."""
    lines = column(paragraphs, 0.0, 0.0, width)
    set_lines = []
    for at, line in enumerate(lines):
        shift = lefts[at // rows]
        height = top + PITCH * (at % rows)
        set_lines.append(Piece(line.text, line.left + shift, height, line.right + shift, height + SIZE, SIZE))
    return set_lines


def sheet(*groups: Sequence[Piece], width: float = 600.0, height: float = 800.0) -> Sheet:
    """A page of these pieces."""
    return Sheet(width, height, [part for group in groups for part in group])
