"""Headlines: which columns each heads, and where a page is parted above and below them."""

from __future__ import annotations

from collections.abc import Sequence

from search.reading.page.columns import Gutter, cells
from search.reading.page.sheet import Piece, bounds

_DISPLAY = 1.08
_HEAD_ROWS, _FIRST_ROWS = 8, 4
_SAME_HEIGHT = 2.6
"""Headlines side by side begin within so many em of each other."""
_BYLINE = 40
_CENTRED = 5.0
_BLANK = 2.5
"""A blank of so many em between two bands ends what they have in common."""
_MOST_COLUMNS = 12
"""Headlines over some of more columns than that are not looked for."""
_APART, _TITLE, _ASIDE_ROWS = 1.2, 1.33, 3
"""An article that begins with a headline beside its text has so many em of blank above it, a headline so many times as large as the text,
and so many rows beside it."""
_SHRUNK = 0.1
"""Bands are told apart by boxes this share of an em smaller above and below."""


def bands_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces parted wherever a line can be drawn across all of them without touching one."""
    spans = sorted(((piece.top + _SHRUNK * piece.size, piece.bottom - _SHRUNK * piece.size, at) for at, piece in enumerate(pieces)))
    bands: list[list[Piece]] = []
    reach = float("-inf")
    for top, bottom, at in spans:
        if top > reach:
            bands.append([])
        bands[-1].append(pieces[at])
        reach = max(reach, bottom)
    return bands


def articles_apart(pieces: list[Piece], turned: Sequence[Piece], body: float) -> list[list[Piece]]:
    """The pieces parted at blanks across all of them below which an article begins at the side: with a vertical headline, or with one to
    the left of its text."""
    bands = bands_of([*pieces, *turned])
    if len(bands) < 2:
        return [pieces]
    edge = min(piece.left for piece in pieces) if pieces else 0.0
    parts: list[list[Piece]] = [[]]
    reach = float("-inf")
    for band in bands:
        top = min(piece.top for piece in band)
        if parts[-1] and top - reach > _APART * body and _heads_aside(band, top, edge, body):
            parts.append([])
        parts[-1] += [piece for piece in band if not piece.turned]
        reach = max(reach, *(piece.bottom for piece in band))
    return [part for part in parts if part]


def _heads_aside(band: Sequence[Piece], top: float, edge: float, body: float) -> bool:
    """Whether a headline begins at the top of a band, beside text: vertical, or at the left edge of the page."""
    large = [piece for piece in band if piece.size > _TITLE * body and piece.top - top < _SAME_HEIGHT * body][:_HEAD_ROWS]
    beside = [piece for piece in band if not piece.turned and not _display(piece, body)]
    if len(beside) < _ASIDE_ROWS:
        return False
    vertical = any(piece.turned for piece in large)
    return vertical or any(
        piece.left - edge < body and all(piece.right < other.left for other in beside if other.top < piece.bottom) for piece in large
    )


def are_near(bands: Sequence[Sequence[Piece]], one: int, other: int, body: float) -> bool:
    """Whether no wide blank parts two neighbouring bands."""
    above, below = bands[min(one, other)], bands[max(one, other)]
    return min(piece.top for piece in below) - max(piece.bottom for piece in above) < _BLANK * body


def headline_over(pieces: list[Piece], through: Sequence[Gutter], body: float) -> list[list[Piece]]:
    """The pieces above a headline that is over all columns though it is not wide enough to lie across a gutter, its own,
    and those below; empty where there is none. It is alone at its height, and the text of all columns begins below it
    at one height: over a single column the others would go on beside it."""
    bands = bands_of(pieces)
    at = 0
    while at < len(bands):
        end = at
        home = _home(bands[at], through)
        while (
            home is not None
            and end < len(bands)
            and end - at < _HEAD_ROWS
            and _home(bands[end], through) == home
            and _heads(bands[end], body)
        ):
            end += 1
        at = _without_text_above(bands, at, end, body)
        head = [piece for band in bands[at:end] for piece in band]
        if head and (any(_display(piece, body) for piece in head) or (at == 0 and _is_centred(head, pieces, body))):
            below = [piece for band in bands[end:] for piece in band]
            if home is not None and _begin_together(cells(below, through), home, body):
                parts = [[piece for band in part for piece in band] for part in (bands[:at], bands[at:end])]
                return [part for part in (*parts, below) if part]
        at = max(end, at + 1)
    return []


def between_heads(pieces: list[Piece], through: Sequence[Gutter], body: float) -> Sequence[Gutter]:
    """The gutters to cut along first: not those within columns that begin together below a headline over one of them."""
    columns = cells(pieces, through)
    heads = [_head_and_start(column, body) for column in columns]
    within: set[int] = set()
    for at, (headed, starts) in enumerate(heads):
        for step in (-1, 1) if headed else ():
            other = at + step
            while 0 <= other < len(heads) and not heads[other][0] and any(abs(heads[other][1][0] - place) < body for place in starts):
                within.add(min(other, other - step))
                other += step
    left = [gutter for at, gutter in enumerate(through) if at not in within]
    return left or through


def _without_text_above(bands: Sequence[Sequence[Piece]], at: int, end: int, body: float) -> int:
    """Where a head begins: short lines above its headline are part of it only in the middle over it, not at the foot of a column above."""
    first = next((index for index in range(at, end) if any(_display(piece, body) for piece in bands[index])), at)
    left, _, right, _ = bounds(bands[first]) if first < end else (0.0, 0.0, 0.0, 0.0)
    if at < first and not all(abs(piece.left + piece.right - left - right) < _CENTRED * body for piece in bands[first - 1]):
        return first
    return at


def apart_from_head(pieces: list[Piece], through: Sequence[Gutter], body: float) -> Sequence[Gutter]:
    """The gutters to cut along first where a headline within the page is over some columns that begin together below it: not those between
    them. The most columns are taken for which that is so."""
    columns = cells(pieces, through)
    if not 3 <= len(columns) <= _MOST_COLUMNS or not any(piece.size > _TITLE * body for piece in pieces):
        return through
    for count in range(len(columns) - 1, 1, -1):
        for start in range(len(columns) - count + 1):
            inner = through[start : start + count - 1]
            chosen = [piece for column in columns[start : start + count] for piece in column]
            if headline_over(chosen, inner, body):
                return [*through[:start], *through[start + count - 1 :]]
    return through


def _head_and_start(column: Sequence[Piece], body: float) -> tuple[bool, list[float]]:
    """Whether a column begins with a headline, and at what heights the first rows below it are, which may be a byline's."""
    ordered = sorted(column, key=lambda piece: piece.top)
    at = 0
    while at < len(ordered) - 1 and _heads([ordered[at]], body) and at < _HEAD_ROWS:
        at += 1
    head = ordered[:at]
    while head and not _display(head[-1], body):  # short lines at the end of a head may be those of the text
        head = head[:-1]
    return bool(head), [piece.middle for piece in ordered[len(head) : len(head) + _FIRST_ROWS]]


def row_of_heads(pieces: list[Piece], through: Sequence[Gutter], body: float) -> list[list[Piece]]:
    """The pieces above a row of headlines, one over each column that goes on, and those from it on: there other articles begin,
    whose columns happen to be as wide. Empty where there is none."""
    bands = bands_of(pieces)
    for at in range(1, len(bands)):
        if not any(_display(piece, body) for piece in bands[at]):
            continue
        below = [piece for band in bands[at:] for piece in band]
        firsts = [min(cell, key=lambda piece: piece.top) for cell in cells(below, through) if cell]
        tops = [first.top for first in firsts]
        if len(firsts) > 1 and all(_display(first, body) for first in firsts) and max(tops) - min(tops) < _SAME_HEIGHT * body:
            return [[piece for band in bands[:at] for piece in band], below]
    return []


def _is_centred(head: Sequence[Piece], pieces: Sequence[Piece], body: float) -> bool:
    left, _, right, _ = bounds(pieces)
    return all(abs(piece.left + piece.right - left - right) < _CENTRED * body for piece in head)


def _home(band: Sequence[Piece], through: Sequence[Gutter]) -> int | None:
    """The only column a band has pieces in."""
    homes = [at for at, cell in enumerate(cells(band, through)) if cell]
    return homes[0] if len(homes) == 1 else None


def _heads(band: Sequence[Piece], body: float) -> bool:
    """Whether a band may be part of a head: display text, or a short line such as a byline."""
    return len(band) <= 3 and all(_display(piece, body) or len(piece.text) <= _BYLINE for piece in band)


def _begin_together(columns: Sequence[Sequence[Piece]], home: int, body: float) -> bool:
    """Whether below a headline its own column and others begin at one height, with running text."""
    firsts = [min(column, key=lambda piece: piece.top, default=None) for column in columns]
    own = firsts[home]
    if own is None:
        return False
    others = [first for at, first in enumerate(firsts) if first is not None and at != home]
    return any(abs(first.middle - own.middle) < body for first in others) and not any(_display(first, body) for first in others)


def _display(piece: Piece, body: float) -> bool:
    return piece.size > _DISPLAY * body


def head_above(bands: Sequence[Sequence[Piece]], at: int, most: int, body: float) -> list[Piece]:
    """The headlines right above a band, apart from what is above them; empty where nothing else is there."""
    first = at
    while first > 0 and all(_display(piece, body) for piece in bands[first - 1]):
        first -= 1
    head = [piece for band in bands[first:at] for piece in band]
    return head if len(head) < most else []
