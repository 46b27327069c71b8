"""Pieces of a sheet → regions in reading order, by cutting again and again along headlines and gutters.

A gutter is a band from top to bottom that no piece touches, with running text on both sides. A page is first parted where a
headline lies across the gutters of the text below it, then along the gutters that are left; what lies in a drawn box is
read by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from search.model import Box
from search.reading.page.captions import captions_of
from search.reading.page.columns import Gutter, cells, crosses, gutters
from search.reading.page.excerpts import breaks_off, is_excerpt_across, mark_excerpts
from search.reading.page.heads import (
    apart_from_head,
    are_near,
    articles_apart,
    bands_of,
    between_heads,
    head_above,
    headline_over,
    row_of_heads,
)
from search.reading.page.rows import PieceRow, row_of, rows_of
from search.reading.page.ruled import RuledTable
from search.reading.page.sheet import Piece, Sheet, bounds

_DEEPEST = 24
_WINDOWS = (6, 3, 2)
"""How many bands of a page are looked at for the gutters below or above a place."""
_HEAD_ROWS = 8
_FLOAT = 0.96
_FLOAT_ROWS = 5
_BOX_ROWS = 3
_BOX_WIDTH = 8.0
_BOX_MOST = 0.6
_TITLE, _ONE_HEAD, _HEAD_PITCH = 1.33, 0.03, 1.7
"""Lines of one headline are so many times as large as the text, of one size within that share, and
one begins so many em below the other."""
_BROAD, _FOLD, _MIDDLE, _LEAF_ROWS = 1.2, 2.5, 0.08, 4
"""A sheet is an opened book if it is so many times as broad as high, and parted by a blank of so many em whose middle is off that of the
sheet by at most that share of its breadth, with so many rows in each half."""


@dataclass(slots=True)
class Region:
    """Rows that lie one under the other, from top to bottom."""

    rows: list[PieceRow]
    late: bool = False
    """Stands inside a column but is no part of it: a box, to be read after the columns."""


@dataclass(slots=True)
class _Cut:
    """What the cutting needs to know everywhere."""

    body: float
    boxes: dict[int, list[Piece]] = field(default_factory=dict)
    """Pieces of a drawn box, by the identity of the piece that holds its place."""
    tables: dict[int, RuledTable] = field(default_factory=dict)
    """Likewise the tables whose cells are drawn."""


def in_reading_order(sheet: Sheet, pieces: Sequence[Piece], body: float, tables: Sequence[RuledTable] = ()) -> list[Region]:
    """The regions of a sheet, its tables among them; turned lines before what is beside them."""
    ordered = sorted(pieces, key=lambda piece: (piece.top, piece.left, piece.text))
    straight = [piece for piece in ordered if not piece.turned]
    cut = _Cut(body)
    captions = captions_of(straight, sheet, body)
    floating = {id(piece) for caption in captions for piece in caption}
    straight = [piece for piece in straight if id(piece) not in floating]
    for table in tables:
        holder = Piece("", *table.box, body)
        cut.tables[id(holder)] = table
        straight.append(holder)
    turned = [piece for piece in ordered if piece.turned]
    regions = [
        region
        for leaf in _leaves(straight, sheet, cut)
        for part in articles_apart(_boxed(leaf, sheet, cut), turned, body)
        for region in _parted(part, cut, 0)
    ]
    regions = _whole_heads(regions, body)
    for region in regions:
        mark_excerpts(region.rows, body)
    for caption in captions:
        regions.insert(_place_after(caption, regions), Region(rows_of(caption)))
    for piece in sorted(turned, key=lambda piece: -piece.size):
        regions.insert(_place_beside(piece, regions), Region([row_of([piece])]))
    return [region for region in regions if region.rows]


def _whole_heads(regions: list[Region], body: float) -> list[Region]:
    """Regions with the lines of a headline together, of which one lies across the gutters of the text below and another does not."""
    out = regions[:1]
    for region in regions[1:]:
        last, first = out[-1].rows[-1:], region.rows[:1]
        if last and first and _is_one_head(last[0], first[0], body):
            out[-1] = Region(out[-1].rows + region.rows, late=out[-1].late)
        else:
            out.append(region)
    return out


def _is_one_head(above: PieceRow, below: PieceRow, body: float) -> bool:
    close = 0 < below.middle - above.middle < _HEAD_PITCH * above.size and min(above.right, below.right) > max(above.left, below.left)
    return above.size > _TITLE * body and abs(above.size - below.size) < _ONE_HEAD * above.size and close


def _leaves(pieces: list[Piece], sheet: Sheet, cut: _Cut) -> list[list[Piece]]:
    """The two pages of an opened book on one sheet: a sheet broader than high, with text in both halves and one wide blank from top to
    bottom in the middle, and no other. A form may be on one of them, whose cells show no gutter."""
    broad, high = (sheet.width, sheet.height) if sheet.turns % 2 == 0 else (sheet.height, sheet.width)
    if broad < _BROAD * high:
        return [pieces]
    blanks: list[tuple[float, float]] = []
    reach = float("inf")
    for piece in sorted(pieces, key=lambda item: item.left):
        if piece.left - reach > _FOLD * cut.body:
            blanks.append((reach, piece.left))
        reach = piece.right if reach == float("inf") else max(reach, piece.right)
    if len(blanks) != 1 or abs(sum(blanks[0]) / 2 - broad / 2) > _MIDDLE * broad:
        return [pieces]
    left = [piece for piece in pieces if piece.right <= blanks[0][0] + 0.01]
    right = [piece for piece in pieces if piece.left >= blanks[0][1] - 0.01]
    return [left, right] if min(_height(left, cut), _height(right, cut)) >= _LEAF_ROWS else [pieces]


def _height(pieces: list[Piece], cut: _Cut) -> int:
    """How many rows are under each other, those of tables counted."""
    tables = [cut.tables[id(piece)] for piece in pieces if id(piece) in cut.tables]
    return sum(len(table.rows) for table in tables) + len(rows_of([piece for piece in pieces if id(piece) not in cut.tables]))


def _place_after(caption: Sequence[Piece], regions: Sequence[Region]) -> int:
    """After the column the caption is in, or the nearest that begins above it."""
    left, top, right, _ = bounds(caption)
    best, found = 0.0, len(regions)
    for index, region in enumerate(regions):
        box = bounds([piece for row in region.rows for piece in row.pieces])
        shared = min(right, box[2]) - max(left, box[0])
        if box[1] < top and shared > best + 1:
            best, found = shared, index + 1
    return found


def _place_beside(piece: Piece, regions: Sequence[Region]) -> int:
    """Before the first region beside a turned line, on the side where text is nearest; at the end if none does."""
    beside: list[tuple[int, Box]] = []
    for index, region in enumerate(regions):
        if not region.rows or region.rows[0].turned:
            continue
        box = bounds([part for row in region.rows for part in row.pieces])
        if box[1] < piece.bottom and box[3] > piece.top:
            beside.append((index, box))
    if not beside:
        below = [index for index, region in enumerate(regions) if region.rows and region.rows[0].middle > piece.bottom]
        return min(below, default=len(regions))
    middle = (piece.left + piece.right) / 2
    _, nearest = min(beside, key=lambda item: max(item[1][0] - piece.right, piece.left - item[1][2], 0.0))
    right = nearest[0] >= middle
    place = min(index for index, box in beside if (box[0] >= middle) == right)
    others = [index for index, box in beside if (box[0] >= middle) != right and index < place]
    return min(others) if others and breaks_off(regions[max(others)].rows[-1]) else place


def _boxed(pieces: list[Piece], sheet: Sheet, cut: _Cut) -> list[Piece]:
    """The pieces with those inside a drawn box replaced by one that holds their place."""
    left = pieces
    wide = sheet.width if sheet.turns % 2 == 0 else sheet.height
    frames = [box for box in dict.fromkeys(sheet.frames) if box[2] - box[0] < 0.9 * wide and box[2] - box[0] > _BOX_WIDTH * cut.body]
    frames.sort(key=lambda box: -(box[2] - box[0]) * (box[3] - box[1]))
    for frame in frames[:40]:
        inside = [piece for piece in left if _within(piece, frame)]
        if len(inside) < _BOX_ROWS or len(inside) > _BOX_MOST * len(left) or any(id(piece) in cut.boxes for piece in inside):
            continue
        outside = [piece for piece in left if not _within(piece, frame)]
        if any(_touches(piece, frame) for piece in outside) or len(rows_of(inside)) < _BOX_ROWS:
            continue
        if not any(frame[1] < piece.middle < frame[3] for piece in outside):  # a ground under paragraphs of the text
            continue
        holder = Piece("", *frame, cut.body)
        cut.boxes[id(holder)] = inside
        gone = set(map(id, inside))
        left = [piece for piece in left if id(piece) not in gone] + [holder]
    return left


def _within(piece: Piece, frame: Box) -> bool:
    return piece.left >= frame[0] - 1 and piece.right <= frame[2] + 1 and frame[1] - 1 <= piece.middle <= frame[3] + 1


def _touches(piece: Piece, frame: Box) -> bool:
    return piece.left < frame[2] - 1 and piece.right > frame[0] + 1 and frame[1] < piece.middle < frame[3]


def _parted(pieces: list[Piece], cut: _Cut, depth: int) -> list[Region]:
    if len(pieces) < 2 or depth > _DEEPEST:
        return _leaf(pieces, cut, depth)
    through = gutters(pieces, cut.body)
    if through:
        parts = headline_over(pieces, through, cut.body) or row_of_heads(pieces, through, cut.body)
        if len(parts) > 1:
            return [region for part in parts for region in _parted(part, cut, depth + 1)]
        first = min(between_heads(pieces, through, cut.body), apart_from_head(pieces, through, cut.body), key=len)
        return _by_columns(pieces, first, cut, depth)
    segments = _segments(pieces, cut)
    return _by_segments(segments, cut, depth) if len(segments) > 1 else _leaf(pieces, cut, depth)


def _by_columns(pieces: list[Piece], through: Sequence[Gutter], cut: _Cut, depth: int) -> list[Region]:
    regions = [region for cell in cells(pieces, through) for region in _parted(cell, cut, depth + 1)]
    return [region for region in regions if not region.late] + [_on_time(region) for region in regions if region.late]


def _on_time(region: Region) -> Region:
    return Region(region.rows)


def _leaf(pieces: list[Piece], cut: _Cut, depth: int) -> list[Region]:
    """One region; boxes with text of the region above and below them come late, tables in their place."""
    regions: list[Region] = []
    for table in sorted((piece for piece in pieces if id(piece) in cut.tables), key=lambda piece: piece.top):
        above = [piece for piece in pieces if piece.middle < table.top and id(piece) not in cut.tables]
        regions += [*_boxes_late(above, cut, depth), Region(cut.tables[id(table)].rows)]
        gone = {id(piece) for piece in above} | {id(table)}
        pieces = [piece for piece in pieces if id(piece) not in gone]
    return regions + _boxes_late(pieces, cut, depth)


def _boxes_late(pieces: list[Piece], cut: _Cut, depth: int) -> list[Region]:
    """Rows and boxes one under the other, but a box inside a column of text after it."""
    holders = [piece for piece in pieces if id(piece) in cut.boxes]
    if not holders:
        return [Region(rows_of(pieces))] if pieces else []
    rest = [piece for piece in pieces if id(piece) not in cut.boxes]
    regions: list[Region] = []
    late: list[Region] = []
    above: list[Piece] = []
    rest.sort(key=lambda piece: piece.middle)
    for holder in sorted(holders, key=lambda piece: piece.top):
        inside = _parted(cut.boxes[id(holder)], cut, depth + 1)
        higher = [piece for piece in rest if piece.middle < holder.middle]
        after = [piece for piece in rest if piece.middle >= holder.middle]
        if (above or higher) and after:
            above += higher
            late += [Region(region.rows, late=True) for region in inside]
        else:
            regions += [Region(rows_of(above + higher))] if above or higher else []
            above = []
            regions += inside
        rest = after
    if above or rest:
        regions.append(Region(rows_of(above + rest)))
    return regions + late


def _segments(pieces: Sequence[Piece], cut: _Cut) -> list[list[Piece]]:
    """Bands gathered to stretches within which no piece lies across the gutters of its neighbours."""
    bands = bands_of(pieces)
    count = len(bands)
    if count < 2:
        return bands
    below = [_window(bands, at, 1, cut.body) for at in range(count)]
    above = [_window(bands, at, -1, cut.body) for at in range(count)]
    segments = [list(bands[0])]
    for at in range(1, count):
        over = any(crosses(piece, gutter) for gutter in below[at] for piece in bands[at - 1])
        under = any(crosses(piece, gutter) for gutter in above[at - 1] for piece in bands[at])
        if over or under:
            segments.append([])
            if over and (head := head_above(bands, at, len(segments[-2]), cut.body)):
                gone = {id(piece) for piece in head}
                segments[-2] = [piece for piece in segments[-2] if id(piece) not in gone]
                segments.insert(-1, head)
        segments[-1] += bands[at]
    return [part for segment in segments for part in _at_blanks(segment, cut)]


def _at_blanks(segment: list[Piece], cut: _Cut) -> list[list[Piece]]:
    """A stretch parted at wide blanks, where what is above and below has gutters that the other lacks."""
    if len(segment) < 3 or gutters(segment, cut.body):
        return [segment]
    bands = bands_of(segment)
    blocks = [list(bands[0])]
    for at in range(1, len(bands)):
        if not are_near(bands, at - 1, at, cut.body):
            blocks.append([])
        blocks[-1] += bands[at]
    parts = [blocks[0]]
    for block in blocks[1:]:
        if gutters(parts[-1] + block, cut.body) or not (gutters(parts[-1], cut.body) or gutters(block, cut.body)):
            parts[-1] = parts[-1] + block
        else:
            parts.append(block)
    return parts


def _window(bands: Sequence[Sequence[Piece]], at: int, step: int, body: float) -> list[Gutter]:
    """The gutters of the bands from one on, downward or upward: of as many of them as have any in common."""
    reach = at
    while 0 <= reach + step < len(bands) and abs(reach - at) + 1 < _WINDOWS[0] and are_near(bands, reach, reach + step, body):
        reach += step
    for size in _WINDOWS:
        last = max(at - size + 1, reach) if step < 0 else min(at + size - 1, reach)
        chosen = bands[min(at, last) : max(at, last) + 1]
        found = gutters([piece for band in chosen for piece in band], body)
        if found:
            return found
    return []


def _by_segments(segments: list[list[Piece]], cut: _Cut, depth: int) -> list[Region]:
    """Stretches one after the other; heads that are side by side go with the columns below them, and what lies across
    columns only as the caption of a picture comes after them."""
    groups: list[list[Piece]] = [segments[-1]]
    for segment in reversed(segments[:-1]):
        if _heads_columns(segment, groups[-1], cut):
            groups[-1] = segment + groups[-1]
        else:
            groups.append(segment)
    groups.reverse()
    groups = _without_floats(groups, cut)
    if len(groups) == 1:
        through = gutters(groups[0], cut.body)
        return _by_columns(groups[0], through, cut, depth) if through else _leaf(groups[0], cut, depth)
    return [region for at, group in enumerate(groups) for region in _group(group, cut, depth, late=at > 0 and _is_box(group, cut))]


def _group(group: list[Piece], cut: _Cut, depth: int, *, late: bool) -> list[Region]:
    """The regions of a stretch; a box below columns, whose text is no part of theirs, comes late."""
    if not late:
        return _parted(group, cut, depth + 1)
    return [Region(region.rows, late=True) for region in _parted(cut.boxes[id(group[0])], cut, depth + 1)]


def _is_box(group: Sequence[Piece], cut: _Cut) -> bool:
    return len(group) == 1 and id(group[0]) in cut.boxes


def _heads_columns(head: list[Piece], below: list[Piece], cut: _Cut) -> bool:
    """Whether a stretch of heads belongs to columns below it one by one: parted by gutters that go through both."""
    if len(rows_of(head)) > _HEAD_ROWS or gutters(head, cut.body):
        return False
    through = gutters(head + below, cut.body)
    return bool(through) and sum(bool(cell) for cell in cells(head, through)) > 1


def _without_floats(groups: list[list[Piece]], cut: _Cut) -> list[list[Piece]]:
    """Groups with columns that a caption across them parts made one again, the caption after them."""
    out = [groups[0]]
    at = 1
    while at < len(groups):
        if at + 1 < len(groups) and _is_between(out[-1], groups[at], groups[at + 1], cut):
            out[-1] = out[-1] + groups[at + 1]
            out.append(groups[at])
            at += 2
            continue
        out.append(groups[at])
        at += 1
    return out


def _is_between(above: Sequence[Piece], group: Sequence[Piece], below: Sequence[Piece], cut: _Cut) -> bool:
    """Whether a stretch only lies across columns that go on below it."""
    if not _same_columns(above, below, cut):
        return False
    return _is_float(group, cut) or is_excerpt_across(above, group, below, cut.body)


def _is_float(group: Sequence[Piece], cut: _Cut) -> bool:
    return _is_box(group, cut) or (len(rows_of(list(group))) <= _FLOAT_ROWS and all(piece.size < _FLOAT * cut.body for piece in group))


def _same_columns(above: Sequence[Piece], below: Sequence[Piece], cut: _Cut) -> bool:
    return bool(gutters([*above, *below], cut.body)) and len(gutters(above, cut.body)) == len(gutters(below, cut.body))
