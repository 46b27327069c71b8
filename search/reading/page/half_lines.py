"""Notes set in two half lines inside a line (双行夹注, 割注) → the line in the order it is read: the first half of a note to its end, then
the second, then on in the text.

The half lines of neighbouring lines are often nearer to each other than those of one line do, so which two belong together is told by
the grid of the lines: the large characters are on it, and the halves to either side of it.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from search.reading.page.sheet import Piece, bounds

_SMALLEST, _LARGEST = 0.4, 0.8
"""Characters of a note are of such a share of the size of the text."""
_FEWEST_SMALL, _FEWEST_LARGE = 8, 3
_ONE_SIZE, _SAME_ROW = 0.06, 0.25
_PITCH_LEAST, _PITCH_MOST = 1.2, 4.0
"""Lines lie so many em of the text apart."""
_ON_LINE, _HALF_MOST = 0.12, 0.45
"""Off the grid by no more than the first share of its pitch a character is on the line; by up to the second on a half line."""
_NEARLY_ALL, _LOPSIDED = 0.9, 3.0
_GOES_ON = 1.2
"""What follows within so many em goes on the same stretch of a line."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Where the lines of the text lie, and of what sizes text and notes are."""

    large: float
    small: float
    pitch: float
    first: float

    def place(self, piece: Piece) -> tuple[int, float]:
        """The number of the line a piece belongs to, and by what share of the pitch it is off it."""
        at = (piece.middle - self.first) / self.pitch
        return round(at), at - round(at)

    def is_text(self, piece: Piece) -> bool:
        """Whether a piece is on its line in characters of the text."""
        return abs(piece.size - self.large) < _ONE_SIZE * self.large and abs(self.place(piece)[1]) < _ON_LINE

    def is_note(self, piece: Piece) -> bool:
        """Whether a piece is on a half line in characters of notes."""
        return abs(piece.size - self.small) < _ONE_SIZE * self.small and _ON_LINE <= abs(self.place(piece)[1]) < _HALF_MOST


def with_notes_in_line(pieces: list[Piece]) -> list[Piece]:
    """The pieces of an upright sheet, those of every line with notes in half lines as one piece a stretch; all as they are where no
    grid is found, or the small characters do not keep to it."""
    grid = _grid_of(pieces)
    if grid is None:
        return pieces
    lines: dict[int, list[Piece]] = {}
    for piece in pieces:
        if grid.is_note(piece):
            lines.setdefault(grid.place(piece)[0], []).append(piece)
    noted = [piece for piece in pieces if not (grid.place(piece)[0] in lines and (grid.is_note(piece) or grid.is_text(piece)))]
    for number, notes in lines.items():
        text = [piece for piece in pieces if grid.is_text(piece) and grid.place(piece)[0] == number]
        noted += _stretches(text, notes, grid)
    return noted


def _grid_of(pieces: Sequence[Piece]) -> _Grid | None:
    sizes = Counter[float]()
    for piece in pieces:
        sizes[round(piece.size, 1)] += len(piece.text)
    pairs = [
        (sizes[large] + sizes[small], large, small)
        for large in sizes
        for small in sizes
        if _SMALLEST < small / large < _LARGEST and sizes[small] >= _FEWEST_SMALL and sizes[large] >= _FEWEST_LARGE
    ]
    if not pairs:
        return None
    _, large, small = max(pairs)
    middles = _rows(pieces, large)
    steps = [after - before for before, after in pairwise(middles) if _PITCH_LEAST * large < after - before]
    if not steps or min(steps) > _PITCH_MOST * large:
        halves = _rows(pieces, small)  # two to a line
        steps = [statistics.median(after - before for before, after in zip(halves, halves[2:], strict=False))] if len(halves) > 2 else []
    if not steps or not _PITCH_LEAST * large < min(steps) <= _PITCH_MOST * large:
        return None
    grid = _Grid(large, small, *_fitted(middles, min(steps)))
    little = [piece for piece in pieces if abs(piece.size - small) < _ONE_SIZE * small]
    second = [grid.place(piece)[1] > 0 for piece in little if grid.is_note(piece)]
    after = sum(second)
    fits = len(second) >= _NEARLY_ALL * len(little) and after and len(second) - after <= _LOPSIDED * after
    return grid if fits else None


def _rows(pieces: Sequence[Piece], size: float) -> list[float]:
    """The heights of the rows of one size, from the first on."""
    found: list[float] = []
    for middle in sorted(piece.middle for piece in pieces if abs(piece.size - size) < _ONE_SIZE * size):
        if not found or middle - found[-1] > _SAME_ROW * size:
            found.append(middle)
    return found


def _fitted(middles: Sequence[float], pitch: float) -> tuple[float, float]:
    """Pitch and first line of a grid, measured over all lines that lie on it."""
    numbers = [round((middle - middles[0]) / pitch) for middle in middles]
    if numbers[-1]:
        pitch = (middles[-1] - middles[0]) / numbers[-1]
    return pitch, statistics.median(middle - number * pitch for middle, number in zip(middles, numbers, strict=True))


def _stretches(text: Sequence[Piece], notes: Sequence[Piece], grid: _Grid) -> list[Piece]:
    """A line as it is read, parted where nothing is in it for longer than a character."""
    parts: list[tuple[str, Piece]] = [(piece.text, piece) for piece in text]
    starts = sorted(piece.left for piece in text)
    groups: dict[int, list[Piece]] = {}
    for note in notes:
        groups.setdefault(sum(start < note.left for start in starts), []).append(note)
    for group in groups.values():
        ordered = sorted(group, key=lambda piece: (grid.place(piece)[1] > 0, piece.left))
        parts.append(("".join(piece.text for piece in ordered), Piece("", *bounds(group), grid.small)))
    parts.sort(key=lambda part: part[1].left)
    middle = grid.first + grid.place(notes[0])[0] * grid.pitch
    found: list[Piece] = []
    for words, place in parts:
        if found and place.left - found[-1].right < _GOES_ON * grid.large:
            found[-1].text += words
            found[-1].right = max(found[-1].right, place.right)
        else:
            top = middle - grid.large / 2
            found.append(Piece(words, place.left, top, place.right, top + grid.large, grid.large))
    return found
