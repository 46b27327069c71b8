"""How wide the column is around each line, and whether the text there is broken by the column or by its author.

A newspaper column is 13 em here and 16 em beside the photograph, so there is no one width: it is taken from the lines
around each line, as the width that most of them reach.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import ceil, floor

import numpy as np

from search.text.restore.kinds import CHAPTER_DEPTH, level
from search.text.restore.lines import TextLine
from search.text.restore.measure import squeezed

NEIGHBOURS = 6
"""Lines looked at on each side."""
WIDEST, NARROWEST = 70.0, 5.0
"""No column of running text is wider or narrower than this, in em."""
RAGGED = 1.6
_WIDE = 24.0
"""Two lines side by side are enough to make a column as wide as this."""
_LIST_WIDEST = 16.0
"""A numbered line shorter than this that no mark ends is an item of a list, and says nothing of a column."""
_GAP_NEIGHBOURS = 10
_WIDEST_GAP = 3
"""By so many em a full line may miss the column width."""
_FULL_SHARES = (0.6, 0.8)
_SLACK, _SLACK_LATIN = 0.07, 0.18
_NOT_FULL = 3.0
"""A line that misses the column by more than this says nothing about its width."""


_WORD = re.compile(r"[“‘（《【]*(?:[0-9][0-9.,%％]*|[A-Za-z]+|.)[，。、；：！？”’）》】％%]*")
_CLOSING = frozenset("，。、；：！？”’）》】％%")
_STEP = 2
"""Widths are tried in steps of half an em."""
_QUARTERS = 4
"""All widths are whole numbers of quarters of an em."""
_UNKNOWN = 0x7000
"""Sorts behind every width."""
_LATIN = 0.7
"""A line less wide than so much of an em per character is mostly Latin."""


@dataclass(frozen=True, slots=True)
class ColumnWidths:
    """`width[i]` is the column width around line i, 0.0 where lines are not broken by a column. `gap[i]` is how many blank
    lines lie between two lines of one paragraph there. `end` is the index after the last line that ends a sentence."""

    width: tuple[float, ...]
    tight: tuple[float, ...]
    gap: tuple[int, ...]
    end: int
    full: tuple[float, ...]
    """`full[i]` is what most of the lines i - 7 to i - 1 fill, but for those that miss the column by much; 0.0 if none is known."""
    reach: tuple[float, ...]
    """`reach[i]` is how wide line i would be with the first word of the next."""
    _rooms: dict[tuple[int, bool], float] = field(default_factory=dict)

    def before(self, at: int) -> float:
        """Column width of the lines above line `at`, 0.0 if none is known."""
        return self.full[at] or (self.width[at] if at else 0.0)

    def after(self, at: int) -> float:
        """Column width of the lines below line `at`, 0.0 if none is known."""
        return self.full[at + NEIGHBOURS + 2] or self.width[at]

    def room(self, at: int, *, below: bool) -> float:
        """How many em line `at` leaves free beyond the first word of the next line, in the column of the lines below it or
        else above it. 0 or more: that word would have fitted, so the line was ended, or begun later, on purpose."""
        if (known := self._rooms.get((at, below))) is not None:
            return known
        near = slice(at + 1, at + NEIGHBOURS + 2) if below else slice(max(0, at - NEIGHBOURS - 1), at)
        around = zip(self.tight[near], self.width[near], self.reach[near], strict=True)
        common = _common_width([(tight, reach - 0.5) for tight, width, reach in around if tight > 0 and width > 0])
        self._rooms[at, below] = found = 0.0 if common is None else common - self.reach[at]
        return found


def find_columns(lines: list[TextLine]) -> ColumnWidths:
    """The columns of a whole text."""
    tight = tuple([line.tight if line.width <= WIDEST and not line.cells else 0.0 for line in lines])
    if sum(map(bool, tight)) < 2:
        nothing = (0.0,) * (len(lines) + NEIGHBOURS + 2)
        return ColumnWidths(nothing[: len(lines)], tight, (0,) * len(lines), len(lines), nothing, _reaches(lines))
    width = _widths(lines, tight)
    gap = _gaps(lines, width) if any(width) else (0,) * len(lines)
    end = next((at + 1 for at in range(len(lines) - 1, -1, -1) if lines[at].final), 0)
    return ColumnWidths(width, tight, gap, end, _fulls(tight, width), _reaches(lines))


def _reaches(lines: list[TextLine]) -> tuple[float, ...]:
    texts = [line.text for line in lines[1:]]
    words = [1.0 if "\u3400" <= text[0] <= "\u9fff" and text[1:2] not in _CLOSING else next_word_width(text) for text in texts]
    return tuple([line.width + word for line, word in zip(lines, [*words, 1.0][: len(lines)], strict=True)])


def _fulls(tight: tuple[float, ...], width: tuple[float, ...]) -> tuple[float, ...]:
    """For each stretch of lines by where it ends, the middle one of the widths that nearly fill their column, the wider of two."""
    reach = NEIGHBOURS + 1
    own, column = np.array(tight), np.array(width)
    says = (column > 0) & (own >= column - _NOT_FULL)
    if not says.any():
        return (0.0,) * (len(tight) + reach + 1)
    padded = np.full(len(tight) + 2 * reach, np.inf)
    padded[reach:-reach][says] = own[says]
    stretch = np.sort(padded[np.arange(reach)[:, None] + np.arange(len(tight) + reach + 1)], axis=0)
    count = np.isfinite(stretch).sum(axis=0)
    middle = stretch[count // 2, np.arange(len(count))]
    return tuple(np.where(count > 0, middle, 0.0).tolist())


def _gaps(lines: list[TextLine], width: tuple[float, ...]) -> tuple[int, ...]:
    """For each line the gap that most often parts lines around it which break off in mid-clause; where none do, the last
    one known, or before the first the one most common in the whole text."""
    count = len(lines)
    steps = [-1] * count
    for at in range(count - 1):
        if width[at] and width[at + 1] and not lines[at].stopped and lines[at + 1].gap <= _WIDEST_GAP:
            steps[at] = lines[at + 1].gap
    seen = np.array(steps)[:, None] == np.arange(_WIDEST_GAP + 1)
    sums = np.vstack([np.zeros((1, _WIDEST_GAP + 1), np.int64), seen.cumsum(axis=0)])
    places = np.arange(count)
    around = sums[np.minimum(places + _GAP_NEIGHBOURS + 1, count)] - sums[np.maximum(places - _GAP_NEIGHBOURS, 0)]
    usual = around.argmax(axis=1)
    known = np.maximum.accumulate(np.where(around.max(axis=1) >= 2, places, -1))
    return tuple(np.where(known < 0, sums[-1].argmax(), usual[known]).tolist())


def _common_width(said: list[tuple[float, float]]) -> float | None:
    """The width that agrees with most of some lines (seven at most), each of which says: not less than its squeezed width, and less than
    would hold one more word. Between equal ones the middle one.

    Widths in half em are bits of whole numbers, and how many lines agree with each is counted in three such numbers, all widths at once."""
    if not said:
        return None
    tried = ones = twos = fours = 0
    for low, high in said:
        tried |= (1 << round(low * _STEP)) | (1 << round(high * _STEP))
        least, most = ceil(low * _STEP), floor(high * _STEP)
        if least <= most:
            agree = (1 << (most + 1)) - (1 << least)
            ones, carry = ones ^ agree, ones & agree
            twos, carry = twos ^ carry, twos & carry
            fours |= carry
    for counted in (fours, twos, ones):
        tried = tried & counted or tried
    for _ in range(tried.bit_count() // 2):
        tried &= tried - 1
    return ((tried & -tried).bit_length() - 1) / _STEP


def _widths(lines: list[TextLine], tight: tuple[float, ...]) -> tuple[float, ...]:
    """For each line the greatest of these widths that lines around reach and break off at in mid-clause, as a column makes them do:
    of this line, of most lines, of the wider ones. 0.0 if there is none."""
    own = np.array(tight)
    said = np.array([bool(value) and (line.inner or line.final) for line, value in zip(lines, tight, strict=True)])
    at = np.arange(len(lines))
    low, high = np.maximum(at - NEIGHBOURS, 0), np.minimum(at + NEIGHBOURS + 1, len(lines))
    sums = np.zeros((2, len(lines) + 1), np.int64)
    np.cumsum([own > 0, said], axis=1, out=sums[:, 1:])
    count, prose = sums[:, high] - sums[:, low]
    asked = np.flatnonzero((own > 0) & (count >= 2) & (prose * 4 >= count))
    found = np.zeros(len(lines))
    if len(asked):
        found[asked] = _widths_at(asked, lines, tight, count[asked])
    return tuple(found.tolist())


def _widths_at(asked: np.ndarray, lines: list[TextLine], tight: tuple[float, ...], count: np.ndarray) -> np.ndarray:
    """The width at each line asked for. Arrays are (lines around each, widths tried, lines asked): numpy adds up whole planes at once.
    Widths are quarters of an em, as all that is measured is, in numbers so small that many go through the processor together."""
    length = len(lines) + 2 * NEIGHBOURS
    widths, said = np.zeros((2, length), np.int16), np.zeros(length, np.uint8)
    own = np.array(tight)
    widths[0, NEIGHBOURS:-NEIGHBOURS] = own * _QUARTERS
    widths[1, NEIGHBOURS + 1 : length - NEIGHBOURS] = widths[0, NEIGHBOURS : length - NEIGHBOURS - 1]
    said[NEIGHBOURS:-NEIGHBOURS] = [
        (not line.gap) + 2 * (not line.stopped) + 4 * line.inner + 8 * (bool(value) and not _is_headed(line))
        for line, value in zip(lines, tight, strict=True)
    ]
    around = np.arange(2 * NEIGHBOURS + 1)[:, None] + asked
    window, above = widths[:, around]
    flags = said[around]
    below, open_ended, inner, speaking = ((flags & bit) > 0 for bit in (1, 2, 4, 8))
    ordered = np.sort(np.where(window > 0, window, np.int16(_UNKNOWN)), axis=0)
    row = np.arange(len(asked))
    tried = np.sort([window[NEIGHBOURS], *[ordered[(count * share).astype(int), row] for share in _FULL_SHARES]], axis=0)[::-1]
    latin = np.array([lines[at].width for at in asked.tolist()]) < np.array([len(lines[at].text) for at in asked.tolist()]) * _LATIN
    slack = np.maximum(RAGGED, tried / _QUARTERS * np.where(latin, _SLACK_LATIN, _SLACK))
    reach = np.floor(slack * _QUARTERS).astype(np.int16)
    near = (abs(window[:, None] - tried) <= reach) & speaking[:, None]
    beside = (near & below[:, None] & (abs(above[:, None] - tried) <= reach)).any(axis=0)
    agree = near.sum(axis=0, dtype=np.int8)
    enough = np.where((count <= NEIGHBOURS) | ((tried >= _WIDE * _QUARTERS) & beside), 2, 3)
    broken = (near & open_ended[:, None]).sum(axis=0, dtype=np.int8) * 3 >= agree
    clauses = (near & inner[:, None]).sum(axis=0, dtype=np.int8) * 4 >= agree
    column = (tried >= NARROWEST * _QUARTERS) & (agree >= enough) & broken & clauses
    return np.where(column.any(axis=0), tried[column.argmax(axis=0), row] / _QUARTERS, 0.0)


def _is_headed(line: TextLine) -> bool:
    """Whether a line is a numbered heading, which says nothing of the column."""
    return not line.stopped and 0 < level(line.text) <= (CHAPTER_DEPTH if line.width > _LIST_WIDEST else 9)


def next_word_width(text: str) -> float:
    """How many em the first unbreakable word of a line takes, with the marks that cling to it."""
    if "\u3400" <= text[:1] <= "\u9fff" and text[1:2] not in _CLOSING:
        return 1.0
    word = _WORD.match(text)
    return squeezed(word.group()) if word else 1.0


def slack_of(line: TextLine, full: float) -> float:
    """By how many em a full line may miss the width: Latin text is set ragged, Chinese is justified."""
    return max(RAGGED, full * (_SLACK_LATIN if is_latin(line) else _SLACK))


def is_latin(line: TextLine) -> bool:
    """Whether most of a line is half as wide as Chinese."""
    return line.width < len(line.text) * _LATIN
