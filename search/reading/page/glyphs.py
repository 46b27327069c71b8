"""Characters with their places → pieces on an upright sheet, whatever the order they come in.

Which way a page is written is told by distance: a character is nearer to the next of its line than to its neighbour in the
next line. So pages that lie on their side, pages of vertical writing and single vertical headlines are found without a word of
the file about them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from search.model import Box
from search.reading.page.characters import plain_characters
from search.reading.page.half_lines import with_notes_in_line
from search.reading.page.joining import APART, WORD_GAP, joined_in_rows
from search.reading.page.sheet import Piece, Sheet, turned

_WIDE = 0x2E7F
"""Characters above are as wide as they are high."""
_ASCII, _FULL = 0x7F, 0.9
_NEAR = 1.2
"""A neighbour farther away than so many em says nothing of the direction."""
_PLAINLY = 0.08
"""By so many em one neighbour must be nearer than the other."""
_CHAIN = 3
_CHAIN_GAP = 0.6
"""Characters of a vertical line are no farther apart than this, in em, unless they are larger than the text."""
_LARGE = 1.3
_SAME_SIZE = 0.2
_SHIFT = 0.25
"""By so many em two characters of a line may be higher or lower than each other."""
_MIXED_GAP = 0.33
"""The same between a Latin letter or a figure and a Chinese character; programs set a quarter of an em there by themselves."""
_BLANK = re.compile(r"\s")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})+(?![\d.])")
_SPACED_NUMBER = re.compile(r"[\d.,%]{2,}")
_EVEN, _CELL_MOST = 0.03, 1.55
_EVEN_LEAST, _EVENLY, _UNEVENLY = 40, 0.8, 0.3
"""Of so many characters or more the first share at least is spaced evenly, the second at most."""
_NUMBER_GAP = 0.12
"""The same after the number of a section, such as 1.1.2."""
_LONG_SPACE = 1.8
"""A blank of so many em inside a piece parts it: cells and columns made with the space bar."""
_MARKS = frozenset("，。、；：！？,.;:!?")
_ASCENT = 0.88
"""How far an em box reaches above the baseline, in em."""


@dataclass(slots=True)
class Glyphs:
    """The characters of one page as it is shown, in points from its upper left corner, y downward. Arrays of one length: `x`,
    `y` the origin on the baseline, `advance` the width along the baseline, `size` the height, `turn` how many quarter turns to
    the right the character is turned (4 for a slant), `bold`. `text` has a space for each blank that the file draws."""

    text: str
    x: np.ndarray
    y: np.ndarray
    advance: np.ndarray
    size: np.ndarray
    turn: np.ndarray
    bold: np.ndarray
    width: float
    height: float
    pictures: list[Box] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    block: np.ndarray | None = None
    """Of each character the number of the block the file marks it as part of, -1 for none."""


@dataclass(slots=True)
class _Boxes:
    """Em boxes in the upright frame, with what pieces need besides."""

    text: str
    left: np.ndarray
    top: np.ndarray
    right: np.ndarray
    bottom: np.ndarray
    size: np.ndarray
    bold: np.ndarray
    wide: np.ndarray
    block: np.ndarray

    def of(self, chosen: np.ndarray) -> _Boxes:
        """Those at the given indexes."""
        text = "".join(self.text[index] for index in chosen.tolist())
        arrays = (self.left, self.top, self.right, self.bottom, self.size, self.bold, self.wide, self.block)
        return _Boxes(text, *(array[chosen] for array in arrays))

    def lying(self) -> _Boxes:
        """The same with the axes exchanged, so that what runs down runs to the right, and what is on the right is above."""
        return _Boxes(self.text, self.top, -self.right, self.bottom, -self.left, self.size, self.bold, self.wide, self.block)


def sheet_of(glyphs: Glyphs) -> Sheet:
    """The sheet of a page, its text turned upright; nothing but what is on the page."""
    sheet = Sheet(glyphs.width, glyphs.height)
    boxes, turn = _em_boxes(glyphs)
    if not glyphs.text:
        return sheet
    straight = turn[turn < 4]
    main = Counter(straight.tolist()).most_common(1)[0][0] if len(straight) else 0
    own = turn == main
    upright = _turned(boxes.of(np.flatnonzero(own)), main, glyphs.width, glyphs.height)
    across, along = _directions(upright)
    sheet.turns = main
    astride = _runs_down_astride(upright, across, along)
    if along.sum() > across.sum() or astride:
        sheet.turns, sheet.vertical = (main + 1) % 4, True
        own |= turn == sheet.turns  # Latin letters lie on their side in vertical lines
        upright = _turned(boxes.of(np.flatnonzero(own)), sheet.turns, glyphs.width, glyphs.height)
        _set_marks_in_line(upright)
        across, along = _directions(upright)
        if astride:
            along = np.zeros_like(along)
    aside = np.flatnonzero(~own)
    chains = _chains(upright, across, along)
    chained = np.zeros(len(upright.text), bool)
    for chain in chains:
        chained[chain] = True
    sheet.pieces = _pieces(upright.of(np.flatnonzero(~chained)), vertical=sheet.vertical)
    sheet.pieces += [_upright_piece(upright, chain) for chain in chains]
    sheet.pieces += _aside(boxes.of(aside), turn[aside], sheet) if len(aside) else []
    _mark_seals(sheet)
    for name in ("pictures", "frames", "rules"):
        setattr(sheet, name, [turned(box, sheet.turns, glyphs.width, glyphs.height) for box in getattr(glyphs, name)])
    return sheet


def _em_boxes(glyphs: Glyphs) -> tuple[_Boxes, np.ndarray]:
    """Em boxes on the page as shown, of what is on it, and how each is turned."""
    size, turn = glyphs.size, glyphs.turn
    up, down = _ASCENT * size, (1 - _ASCENT) * size
    x, y, advance = glyphs.x, glyphs.y, glyphs.advance
    quarter = turn % 4
    left = np.choose(quarter, [x, x - down, x - advance, x - up])
    right = np.choose(quarter, [x + advance, x + up, x, x + down])
    top = np.choose(quarter, [y - up, y, y - down, y - advance])
    bottom = np.choose(quarter, [y + down, y + advance, y + up, y])
    codes = np.frombuffer(glyphs.text.encode("utf-32-le"), np.uint32)
    wide = (codes > _WIDE) | ((codes > _ASCII) & (advance > _FULL * size))
    block = np.full(len(codes), -1) if glyphs.block is None else glyphs.block
    boxes = _Boxes(glyphs.text, left, top, right, bottom, size, glyphs.bold, wide, block)
    middle_x, middle_y = (left + right) / 2, (top + bottom) / 2
    on_page = (middle_x > 0) & (middle_x < glyphs.width) & (middle_y > 0) & (middle_y < glyphs.height)
    if on_page.all():
        return boxes, turn
    kept = np.flatnonzero(on_page)
    glyphs.text = "".join(glyphs.text[index] for index in kept.tolist())
    return boxes.of(kept), turn[kept]


def _turned(boxes: _Boxes, turns: int, width: float, height: float) -> _Boxes:
    for _ in range(turns % 4):
        sides = (boxes.top, width - boxes.right, boxes.bottom, width - boxes.left)
        boxes = _Boxes(boxes.text, *sides, boxes.size, boxes.bold, boxes.wide, boxes.block)
        width, height = height, width
    return boxes


def _directions(boxes: _Boxes) -> tuple[np.ndarray, np.ndarray]:
    """For each character whether its nearest neighbour of the same size is beside it, and whether it is above or below."""
    count = len(boxes.text)
    beside = _nearest(boxes, count)
    stacked = _nearest(boxes.lying(), count)
    size = boxes.size
    across = boxes.wide & (beside < _NEAR * size) & (beside < stacked - _PLAINLY * size)
    along = boxes.wide & (stacked < _NEAR * size) & (stacked < beside - _PLAINLY * size)
    return across, along


def _runs_down_astride(boxes: _Boxes, across: np.ndarray, along: np.ndarray) -> bool:
    """Whether characters follow each other evenly downward and unevenly across, as in vertical lines of notes in two halves, which stand
    nearer to the halves of the next line than to the next character of their own."""
    if across.sum() <= along.sum():
        return False
    even_down, told_down = _share_of_even(boxes.lying())
    even_across, told_across = _share_of_even(boxes)
    enough = min(told_across, told_down) >= _EVEN_LEAST and 2 * told_down >= int(boxes.wide.sum())
    return enough and even_down >= _EVENLY and even_across <= _UNEVENLY


def _share_of_even(boxes: _Boxes) -> tuple[float, int]:
    """Of the wide characters between two of their size on one line, the share that is as near to the one as to the other; and how
    many such characters there are."""
    line = np.round(boxes.top + boxes.bottom, 0)
    order = np.lexsort((boxes.left, line))
    before, here, after = order[:-2], order[1:-1], order[2:]
    size = boxes.size[here]
    alike = (line[before] == line[here]) & (line[here] == line[after]) & boxes.wide[here]
    alike &= (abs(boxes.size[before] - size) < _SAME_SIZE * size) & (abs(boxes.size[after] - size) < _SAME_SIZE * size)
    first, second = boxes.left[here] - boxes.right[before], boxes.left[after] - boxes.right[here]
    alike &= (first < _NEAR * size) & (second < _NEAR * size)
    told = int(alike.sum())
    return (float((abs(first - second) < _EVEN * size)[alike].mean()) if told else 0.0), told


def _nearest(boxes: _Boxes, count: int) -> np.ndarray:
    """Distance to the nearer neighbour on the same line, in points; infinite where there is none."""
    found = np.full(count, np.inf)
    if count < 2:
        return found
    line = np.round((boxes.top + boxes.bottom), 0)
    order = np.lexsort((boxes.left, line))
    here, after = order[:-1], order[1:]
    small = np.minimum(boxes.size[here], boxes.size[after])
    alike = (line[here] == line[after]) & (abs(boxes.size[here] - boxes.size[after]) < _SAME_SIZE * small)
    gap = np.where(alike, boxes.left[after] - boxes.right[here], np.inf)
    gap = np.where(gap < -0.5 * small, np.inf, np.maximum(gap, 0.0))
    np.minimum.at(found, here, gap)
    np.minimum.at(found, after, gap)
    return found


def _chains(boxes: _Boxes, across: np.ndarray, along: np.ndarray) -> list[np.ndarray]:
    """Lines that run down on a page whose text runs across: each the indexes of its characters, from top to bottom."""
    candidates = np.flatnonzero(along)
    if len(candidates) < _CHAIN:
        return []
    large = _LARGE * float(np.median(boxes.size))
    rows = set(np.round((boxes.top + boxes.bottom)[across]).tolist())
    column = np.round(boxes.left + boxes.right, 0)
    order = candidates[np.lexsort((boxes.top[candidates], column[candidates]))]
    chains: list[list[int]] = [[int(order[0])]]
    for here, after in zip(order[:-1].tolist(), order[1:].tolist(), strict=True):
        gap = float(boxes.top[after] - boxes.bottom[here])
        size = float(boxes.size[here])
        alike = abs(float(boxes.size[after]) - size) < _SAME_SIZE * size
        widest = _NEAR if size >= large else _CHAIN_GAP
        if column[here] == column[after] and alike and -0.5 * size < gap < widest * size:
            chains[-1].append(after)
        else:
            chains.append([after])
    return [np.array(chain) for chain in chains if len(chain) >= _CHAIN and not _is_cell_column(boxes, chain, rows, large)]


def _is_cell_column(boxes: _Boxes, chain: list[int], rows: set[float], large: float) -> bool:
    """Whether characters above each other are the cells of a table: they are in rows of text."""
    if float(boxes.size[chain[0]]) >= large:
        return False
    middles = np.round((boxes.top + boxes.bottom)[chain]).tolist()
    beside = sum(any(middle + step in rows for step in (-1.0, 0.0, 1.0)) for middle in middles)
    return beside >= 0.8 * len(chain)


def _upright_piece(boxes: _Boxes, chain: np.ndarray) -> Piece:
    text = "".join(boxes.text[index] for index in chain.tolist())
    box = (float(boxes.left[chain].min()), float(boxes.top[chain].min()), float(boxes.right[chain].max()), float(boxes.bottom[chain].max()))
    bold = bool(boxes.bold[chain].mean() > 0.5)
    return Piece(plain_characters(text), *box, float(np.median(boxes.size[chain])), bold, turned=True)


def _aside(boxes: _Boxes, turn: np.ndarray, sheet: Sheet) -> list[Piece]:
    """What is turned otherwise than the page: each run turned upright by itself, put back where it is."""
    pieces: list[Piece] = []
    for own in sorted(set(turn.tolist())):
        chosen = boxes.of(np.flatnonzero(turn == own))
        if own >= 4:
            pieces += _slanted(chosen, sheet)
            continue
        upright = _turned(chosen, own, sheet.width, sheet.height)
        size = (sheet.width, sheet.height) if own % 2 == 0 else (sheet.height, sheet.width)
        for piece in _pieces(upright):
            # back to the page as shown, then into the frame of the sheet
            shown = turned(piece.box, -own % 4, *size)
            piece.left, piece.top, piece.right, piece.bottom = turned(shown, sheet.turns, sheet.width, sheet.height)
            piece.turned = True
            pieces.append(piece)
    return pieces


def _slanted(boxes: _Boxes, sheet: Sheet) -> list[Piece]:
    """Seals and watermarks, as one piece."""
    box = (float(boxes.left.min()), float(boxes.top.min()), float(boxes.right.max()), float(boxes.bottom.max()))
    box = turned(box, sheet.turns, sheet.width, sheet.height)
    return [Piece(plain_characters(boxes.text), *box, float(np.median(boxes.size)), style="watermark", turned=True)]


def _mark_seals(sheet: Sheet) -> None:
    """What is inside a seal and is no word, such as its star, belongs to it."""
    seals = [piece for piece in sheet.pieces if piece.style]
    for piece in sheet.pieces:
        inside = any(seal.left < piece.left and piece.right < seal.right and seal.top < piece.middle < seal.bottom for seal in seals)
        if inside and not any(map(str.isalnum, piece.text)):
            piece.style = "watermark"


def _pieces(boxes: _Boxes, *, vertical: bool = False) -> list[Piece]:
    """Runs of characters that follow each other in the file and on the page; then those joined that are close in one row. In vertical
    writing notes in half lines are put into their lines first."""
    if not boxes.text:
        return []
    _cut_overlaps(boxes)
    _fill_cells(boxes)
    found = [piece for start, end in _runs(boxes) for piece in _piece(boxes, start, end)]
    return joined_in_rows(with_notes_in_line(found) if vertical else found)


def _set_marks_in_line(boxes: _Boxes) -> None:
    """Marks of punctuation that a vertical font hangs to the side of its line are put into it, after the character they follow."""
    size = boxes.size[1:]
    mark = np.array([character in _MARKS for character in boxes.text[1:]], bool)
    aside = abs((boxes.top + boxes.bottom)[1:] - (boxes.top + boxes.bottom)[:-1]) / 2
    after = boxes.left[1:] - boxes.left[:-1]
    moved = np.flatnonzero(mark & (aside < 0.9 * size) & (after > 0) & (after < 1.8 * size)) + 1
    for at in moved.tolist():
        boxes.top[at], boxes.bottom[at] = boxes.top[at - 1], boxes.bottom[at - 1]


def _cut_overlaps(boxes: _Boxes) -> None:
    """Characters wider in the file than on the page, as in the text layers of scans, end where the next one begins."""
    level = abs(np.diff(boxes.top)) < 0.3 * boxes.size[:-1]
    step = np.diff(boxes.left)
    level &= abs(np.diff(boxes.size)) < 0.05 * boxes.size[:-1]
    over = level & (step > 0.15 * boxes.size[:-1]) & (boxes.right[:-1] > boxes.left[1:])
    boxes.right[:-1][over] = boxes.left[1:][over]


def _fill_cells(boxes: _Boxes) -> None:
    """Figures and letters set one em or more apart, as evenly as the Chinese characters beside them, take up whole cells."""
    step = np.diff(boxes.left)
    if len(step) < 2:
        return
    size = boxes.size[:-1]
    level = abs(np.diff(boxes.top)) < 0.1 * size
    even = np.zeros(len(step), bool)
    alike = (abs(np.diff(step)) < _EVEN * size[1:]) & level[:-1] & level[1:]
    even[:-1] |= alike
    even[1:] |= alike
    cell = even & level & ~boxes.wide[:-1] & (step > 0.95 * size) & (step < _CELL_MOST * size)
    boxes.right[:-1][cell] = (boxes.left[:-1] + size)[cell]


def _runs(boxes: _Boxes) -> list[tuple[int, int]]:
    """Ranges of characters that follow each other on one line without a gap."""
    size = np.minimum(boxes.size[:-1], boxes.size[1:])
    gap = boxes.left[1:] - boxes.right[:-1]
    shift = abs((boxes.top + boxes.bottom)[1:] - (boxes.top + boxes.bottom)[:-1]) / 2
    ratio = abs(boxes.size[1:] - boxes.size[:-1])
    apart = (gap > APART * size) | (gap < -0.45 * size) | (shift > _SHIFT * size) | (ratio > _SAME_SIZE * size)
    apart |= boxes.block[1:] != boxes.block[:-1]
    ends = [*(np.flatnonzero(apart) + 1).tolist(), len(boxes.text)]
    return list(zip([0, *ends[:-1]], ends, strict=True))


def _piece(boxes: _Boxes, start: int, end: int) -> list[Piece]:
    """The pieces of a run: parted where its blanks are wide; none where it is blank."""
    text = boxes.text[start:end]
    if text.isspace():
        return []
    if _BLANK.search(text):
        parts = _without_long_blanks(boxes, start, end)
        if len(parts) != 1 or parts[0] != (start, end):
            return [piece for first, last in parts for piece in _piece(boxes, first, last)]
    if text.isascii() or any(character <= "\u2e7f" for character in text):
        text = _spaced(boxes, start, end)
    left, right = float(boxes.left[start]), float(boxes.right[end - 1])
    size = _middle_of(boxes.size[start:end])
    middle = _middle_of(boxes.top[start:end] + boxes.bottom[start:end]) / 2
    bold = 2 * int(np.count_nonzero(boxes.bold[start:end])) > end - start
    return [Piece(plain_characters(text), left, middle - size / 2, right, middle + size / 2, size, bold, block=int(boxes.block[start]))]


def _middle_of(values: np.ndarray) -> float:
    """The median; of values that are all one, as those of a line mostly are, without sorting."""
    first = values[0]
    return float(first if (values == first).all() else np.median(values))


def _without_long_blanks(boxes: _Boxes, start: int, end: int) -> list[tuple[int, int]]:
    text = boxes.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    parts: list[tuple[int, int]] = []
    first = at = start
    while at < end:
        if not text[at].isspace():
            at += 1
            continue
        stop = at
        while text[stop].isspace():
            stop += 1
        if float(boxes.left[stop] - boxes.right[at - 1]) > _LONG_SPACE * float(boxes.size[at]):
            parts.append((first, at))
            first = stop
        at = stop
    return [*parts, (first, end)]


def _spaced(boxes: _Boxes, start: int, end: int) -> str:
    """The text with spaces between Latin words that the file parts by distance only."""
    text = boxes.text[start:end]
    if len(text) < 2:
        return text
    wide = boxes.wide[start + 1 : end] | boxes.wide[start : end - 1]
    least = np.where(wide, _MIXED_GAP, WORD_GAP) * boxes.size[start + 1 : end]
    if (number := _NUMBER.match(text)) is not None and number.end() < len(text):
        least[number.end() - 1] = _NUMBER_GAP * boxes.size[start]
    gap = boxes.left[start + 1 : end] - boxes.right[start : end - 1]
    gaps = gap > least + max(0.0, float(np.median(gap)))  # the whole line may be spaced out
    for number in _SPACED_NUMBER.finditer(text):
        inner = slice(number.start(), number.end() - 1)
        if gaps[inner].all():  # a number whose figures are in cells as wide as a Chinese character
            gaps[inner] = False
    if not gaps.any():
        return text
    out = [text[0]]
    for before, character, gap in zip(text, text[1:], gaps.tolist(), strict=False):
        if gap and (before.isascii() or character.isascii()) and not before.isspace() and not character.isspace():
            out.append(" ")
        out.append(character)
    return "".join(out)
