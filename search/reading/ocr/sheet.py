"""Lines that OCR found on a picture → a sheet of the page model: skew taken out, sizes evened, columns of characters turned upright."""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from search.model import Box
from search.reading.page import Piece, Sheet
from search.reading.page.sheet import turned

_INK = 0.93
"""Height of a line's ink, in em."""
_USUAL_EXCESS = 0.12
"""By how much of its height a box of the finder reaches beyond the ink on each side, where no long line tells."""
_MOST_EXCESS = 0.3
_UPRIGHT = 1.8
"""A box so much higher than wide, of two characters or more, is a column of characters."""
_LONG = 7
"""From so many em on, a line's length tells the size of its characters better than its height does."""
_NEAR, _SHORT_NEAR, _NOT_FAR = (0.9, 1.12), (0.78, 1.3), (0.7, 1.35)
"""Shares of the usual size."""
_TELLING = 4
"""So many long lines tell what excess is usual."""
_BEARING = 0.06
"""The white that characters have at their sides and the finder takes for ink, as a share of a line's height."""
_NARROW = 0.53
_WIDE_MARKS = frozenset("“”‘’—…·")
_BLANK_AFTER = tuple("，。、；：！？）》”’」』】")
_BLANK_BEFORE = tuple("（《“‘「『【")
_NEIGHBOURS = 10.0
"""Lines no farther above and below than so many em say where the edges of a column are."""
_SHARED = 0.7
_EXACT, _STICKS_OUT = 0.12, 0.9
_MOST_SKEW = 12.0
_DOUBTFUL = 0.85
_WIDE = "\u2e7f"
_CHINESE = "\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff01-\uff5e"
_NARROW_MARK = re.compile(rf"(?<=[{_CHINESE}”’])[,:;!?](?!\d)|[,:;!?](?=[{_CHINESE}“‘])")
_BRACKET = re.compile(rf"\((?=[^()]*[{_CHINESE}])([^()]*)\)|(?<=[{_CHINESE}])\(([^()]*)\)")
_FULL = str.maketrans(",:;!?", "，：；！？")
_LATIN = re.compile(r"[A-Za-z0-9]{2}")


@dataclass(frozen=True, slots=True)
class ScannedLine:
    """A line as OCR gives it: corners (x, y) from the upper left one clockwise, in points of the page; text; score from 0 to 1."""

    corners: tuple[tuple[float, float], ...]
    text: str
    score: float


@dataclass(slots=True)
class _Straight:
    """A line after the page was turned straight: its box, its length and height along its own direction."""

    text: str
    box: Box
    upright: bool
    score: float
    length: float
    thick: float
    size: float = 0.0
    excess: float = 0.0


def scanned_sheet(lines: Sequence[ScannedLine], width: float, height: float) -> tuple[Sheet, float]:
    """The sheet of a page, and by how many degrees the page was turned (clockwise) to make its lines level."""
    angle = _skew(lines)
    straight = [_straightened(line, angle, width, height) for line in lines if line.text.strip()]
    sheet = Sheet(width, height)
    across = sum(len(line.text) for line in straight if not line.upright)
    along = sum(len(line.text) for line in straight if line.upright)
    if along > across:
        sheet.turns, sheet.vertical = 1, True
    _measure(straight)
    sheet.pieces = [_piece(line, sheet) for line in straight]
    _even_edges(sheet.pieces)
    return sheet, angle


def tilted(box: Box, angle: float, width: float, height: float) -> Box:
    """A box of the straightened page as the box around its place on the page as scanned."""
    left, top, right, bottom = box
    points = [_turned(x, y, -angle, width, height) for x in (left, right) for y in (top, bottom)]
    middle = sum(y for _, y in points) / 4
    high = (bottom - top) / 2 + abs(math.sin(math.radians(angle))) * (right - left) / 2
    return (min(x for x, _ in points), middle - high, max(x for x, _ in points), middle + high)


def _skew(lines: Sequence[ScannedLine]) -> float:
    """By how many degrees the page must be turned clockwise; the middle one of what long lines say."""
    angles = []
    for line in lines:
        (x0, y0), (x1, y1), _, (x3, y3) = line.corners
        wide, high = math.hypot(x1 - x0, y1 - y0), math.hypot(x3 - x0, y3 - y0)
        if wide > 4 * high:
            angles += [-math.degrees(math.atan2(y1 - y0, x1 - x0))] * (1 + int(wide > 12 * high))
        elif high > 4 * wide:
            angles += [math.degrees(math.atan2(x3 - x0, y3 - y0))]
    angle = statistics.median(angles) if angles else 0.0
    return angle if abs(angle) <= _MOST_SKEW else 0.0


def _turned(x: float, y: float, angle: float, width: float, height: float) -> tuple[float, float]:
    """A point after the page was turned about its middle."""
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = x - width / 2, y - height / 2
    return (x * cosine - y * sine + width / 2, x * sine + y * cosine + height / 2)


def _straightened(line: ScannedLine, angle: float, width: float, height: float) -> _Straight:
    """The middle of a line is surer than its edges: the box lies about it."""
    corners = [_turned(x, y, angle, width, height) for x, y in line.corners]
    middle_x, middle_y = sum(x for x, _ in corners) / 4, sum(y for _, y in corners) / 4
    wide = (math.dist(corners[0], corners[1]) + math.dist(corners[3], corners[2])) / 2
    high = (math.dist(corners[0], corners[3]) + math.dist(corners[1], corners[2])) / 2
    text = _with_full_marks(line.text)
    upright = high > _UPRIGHT * wide and len(text.strip()) > 1
    box = (middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2)
    return _Straight(text, box, upright, line.score, *((high, wide) if upright else (wide, high)))


def _measure(lines: Sequence[_Straight]) -> None:
    """Sets the size of every line, and takes from its box by how much the finder reaches beyond the ink.

    A line of n characters of size s is n s + 2 e long and about s + 2 e high, e being that excess: so long lines tell both. Short ones
    have the excess that is usual on the page, as a share of their height.
    """
    excesses = []
    for line in lines:
        ems = _ems(line.text)
        if ems >= _LONG:
            line.size = max(0.2 * line.thick, (line.length - line.thick) / (ems - _INK))
            excesses.append((line.thick - _INK * line.size) / 2 / line.thick)
    usual = statistics.median(excesses) if len(excesses) >= _TELLING else _USUAL_EXCESS
    usual = min(_MOST_EXCESS, max(0.0, usual))
    heights = [line.thick * (1 - 2 * usual) / _INK for line in lines]
    for line, height in zip(lines, heights, strict=True):
        line.excess = min(usual * line.thick + _BEARING * line.thick, 0.25 * line.length)
        if not line.size:
            line.size = min(height, 1.3 * max(1.0, line.length - 2 * line.excess) / max(_ems(line.text), 0.5))
    _even_sizes(lines, heights)


def _ems(text: str) -> float:
    """Length of the ink of a line, in em: the blank half of a mark at either end is none."""
    text = text.strip()
    ems = sum(1.0 if character > _WIDE or character in _WIDE_MARKS else _NARROW for character in text)
    return ems - 0.5 * text.endswith(_BLANK_AFTER) - 0.5 * text.startswith(_BLANK_BEFORE)


def _even_sizes(lines: Sequence[_Straight], heights: Sequence[float]) -> None:
    """Sizes near the usual one are that one, whether a line's length or its height says so: spaced figures make the one uncertain,
    a stroke or a smear the other."""
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size * 2) / 2] += len(line.text)
    if not weights:
        return
    body = weights.most_common(1)[0][0]
    near = [line.size for line in lines if abs(line.size - body) < 0.12 * body and len(line.text) >= _LONG]
    body = statistics.median(near) if near else body
    for line, height in zip(lines, heights, strict=True):
        by_length, by_height = line.size / body, height / body
        low, high = _NEAR if _ems(line.text) >= _LONG else _SHORT_NEAR
        if any(low < size < high for size in (by_length, by_height)) and all(
            _NOT_FAR[0] < size < _NOT_FAR[1] for size in (by_length, by_height)
        ):
            line.size = body


def _piece(line: _Straight, sheet: Sheet) -> Piece:
    """A piece in the upright frame of the sheet, its em box about its middle."""
    left, top, right, bottom = turned(line.box, sheet.turns, sheet.width, sheet.height)
    aside = line.upright != sheet.vertical
    text = line.text
    before, after = (
        line.excess - 0.5 * line.size * text.strip().startswith(_BLANK_BEFORE),
        line.excess - 0.5 * line.size * text.strip().endswith(_BLANK_AFTER),
    )
    if sheet.vertical and not line.upright and not _LATIN.search(text):
        text = text[::-1]  # beside vertical columns, rows run from right to left
    if aside:
        middle = (left + right) / 2
        left, right = middle - line.size / 2, middle + line.size / 2
        top, bottom = top + before, bottom - after
    else:
        middle = (top + bottom) / 2
        top, bottom = middle - line.size / 2, middle + line.size / 2
        left, right = left + before, right - after
    return Piece(text, left, top, right, bottom, line.size, turned=aside, doubtful=line.score < _DOUBTFUL)


def _even_edges(pieces: Sequence[Piece]) -> None:
    """Lines that stick out of the column of their neighbours by less than a character end where those do: the finder is not exact
    to a pixel, and one line that reaches into a gutter would hide it."""
    straight = sorted((piece for piece in pieces if not piece.turned), key=lambda piece: piece.middle)
    evened: list[tuple[Piece, float, float]] = []
    first = 0
    for piece in straight:
        reach = _NEIGHBOURS * piece.size
        while straight[first].middle < piece.middle - reach:
            first += 1
        near = []
        for other in straight[first:]:
            if other.middle > piece.middle + reach:
                break
            shared = min(piece.right, other.right) - max(piece.left, other.left)
            if other is not piece and shared > _SHARED * max(piece.right - piece.left, other.right - other.left):
                near.append(other)
        if len(near) >= _TELLING:
            lefts, rights = sorted(other.left for other in near), sorted(other.right for other in near)
            left, right = lefts[len(lefts) // 4], rights[-1 - len(rights) // 4]
            least, most = _EXACT * piece.size, _STICKS_OUT * piece.size
            evened.append(
                (
                    piece,
                    left if least < left - piece.left < most else piece.left,
                    right if least < piece.right - right < most else piece.right,
                )
            )
    for piece, left, right in evened:
        piece.left, piece.right = left, right


def _with_full_marks(text: str) -> str:
    """Marks beside Chinese characters as Chinese writes them: the model does not tell the two widths apart."""
    text = _NARROW_MARK.sub(lambda found: found[0].translate(_FULL), text)
    return _BRACKET.sub(lambda found: f"（{found[1] if found[1] is not None else found[2]}）", text)
