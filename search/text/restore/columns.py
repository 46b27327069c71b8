"""How wide the column is around each line, and whether the text there is broken by the column or by its author.

A newspaper column is 13 em here and 16 em beside the photograph, so there is no one width: it is taken from the lines
around each line, as the width that most of them reach.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from itertools import accumulate

from search.text.restore.kinds import CHAPTER_DEPTH, level
from search.text.restore.lines import Line, squeezed

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
_NOT_FULL = 3.0
"""A line that misses the column by more than this says nothing about its width."""


_WORD = re.compile(r"[“‘（《【]*(?:[0-9][0-9.,%％]*|[A-Za-z]+|.)[，。、；：！？”’）》】％%]*")
_STEP = 2
"""Widths are tried in steps of half an em."""


@dataclass(frozen=True, slots=True)
class Columns:
    """`width[i]` is the column width around line i, 0.0 where lines are not broken by a column. `gap[i]` is how many blank
    lines stand between two lines of one paragraph there. `end` is the index after the last line that ends a sentence."""

    lines: list[Line]
    width: tuple[float, ...]
    tight: tuple[float, ...]
    gap: tuple[int, ...]
    end: int
    _reach: dict[int, float] = field(default_factory=dict)
    _filled: dict[tuple[int, int], float] = field(default_factory=dict)
    _rooms: dict[tuple[int, bool], float] = field(default_factory=dict)

    def before(self, at: int) -> float:
        """Column width of the lines above line `at`, 0.0 if none is known."""
        return self._full(max(0, at - NEIGHBOURS - 1), at) or (self.width[at] if at else 0.0)

    def after(self, at: int) -> float:
        """Column width of the lines below line `at`, 0.0 if none is known."""
        return self._full(at + 1, at + NEIGHBOURS + 2) or self.width[at]

    def room(self, at: int, *, below: bool) -> float:
        """How many em line `at` leaves free beyond the first word of the next line, in the column of the lines below it or
        else above it. 0 or more: that word would have fitted, so the line was ended, or begun later, on purpose."""
        if (known := self._rooms.get((at, below))) is not None:
            return known
        low, high = (at + 1, at + 2 + NEIGHBOURS) if below else (max(0, at - 1 - NEIGHBOURS), at)
        tight = self.tight
        around = range(low, min(high, len(tight)))
        spans = [(tight[i], self.reach(i) - 0.5) for i in around if tight[i] and self.width[i]]
        self._rooms[at, below] = found = _most_common_width(spans) - self.reach(at) if spans else 0.0
        return found

    def reach(self, at: int) -> float:
        """Width of a line with the first unbreakable word of the next."""
        if (known := self._reach.get(at)) is not None:
            return known
        word = _WORD.match(self.lines[at + 1].text) if at + 1 < len(self.lines) else None
        self._reach[at] = found = self.lines[at].width + (squeezed(word.group()) if word else 1.0)
        return found

    def _full(self, low: int, high: int) -> float:
        if (known := self._filled.get((low, high))) is not None:
            return known
        pairs = zip(self.tight[low:high], self.width[low:high], strict=True)
        values = sorted([value for value, column in pairs if column and value >= column - _NOT_FULL])
        self._filled[low, high] = found = values[len(values) // 2] if values else 0.0
        return found


def find_columns(lines: list[Line]) -> Columns:
    """The columns of a whole text."""
    tight = tuple(line.tight if line.width <= WIDEST and not line.cells else 0.0 for line in lines)
    if sum(1 for value in tight if value) < 2:
        return Columns(lines, (0.0,) * len(lines), tight, (0,) * len(lines), len(lines))
    width = _widths(lines, tight)
    end = max((at + 1 for at, line in enumerate(lines) if line.final), default=0)
    return Columns(lines, width, tight, _gaps(lines, width), end)


def _gaps(lines: list[Line], width: tuple[float, ...]) -> tuple[int, ...]:
    """For each line the gap that most often parts lines around it which break off in mid-clause; where none do, the last
    one known, or before the first the one most common in the whole text."""
    steps = [-1] * len(lines)
    for at in range(len(lines) - 1):
        if width[at] and width[at + 1] and not lines[at].stopped and lines[at + 1].gap <= _WIDEST_GAP:
            steps[at] = lines[at + 1].gap
    counts = [steps.count(gap) for gap in range(_WIDEST_GAP + 1)]
    last = counts.index(max(counts))
    window = [steps[:_GAP_NEIGHBOURS].count(gap) for gap in range(_WIDEST_GAP + 1)]
    found: list[int] = []
    for at in range(len(lines)):
        if at + _GAP_NEIGHBOURS < len(lines) and steps[at + _GAP_NEIGHBOURS] >= 0:
            window[steps[at + _GAP_NEIGHBOURS]] += 1
        if at > _GAP_NEIGHBOURS and steps[at - _GAP_NEIGHBOURS - 1] >= 0:
            window[steps[at - _GAP_NEIGHBOURS - 1]] -= 1
        most = max(window)
        if most >= 2:
            last = window.index(most)
        found.append(last)
    return tuple(found)


def _most_common_width(spans: list[tuple[float, float]]) -> float:
    """The width that agrees with most lines, each of which says: not less than its squeezed width, and less than would hold
    one more word. Between equal ones the middle one."""
    tried = sorted({round(value * _STEP) / _STEP for span in spans for value in span})
    fair = [span for span in spans if span[0] <= span[1]]
    lows = sorted([low for low, _ in fair])
    highs = sorted([high for _, high in fair])
    counts = [bisect_right(lows, value) - bisect_left(highs, value) for value in tried]
    best = max(counts)
    agreed = [value for value, count in zip(tried, counts, strict=True) if count == best]
    return agreed[len(agreed) // 2]


def _widths(lines: list[Line], tight: tuple[float, ...]) -> tuple[float, ...]:
    """For each line the greatest of these widths that lines around reach and break off at in mid-clause, as a column makes them do:
    of this line, of most lines, of the wider ones. 0.0 if there is none."""
    headed = [not line.stopped and 0 < level(line.text) <= (CHAPTER_DEPTH if line.width > _LIST_WIDEST else 9) for line in lines]
    prose = [0, *accumulate(bool(value) and (line.inner or line.final) for line, value in zip(lines, tight, strict=True))]
    found: list[float] = []
    for at, own in enumerate(tight):
        low, high = max(0, at - NEIGHBOURS), min(len(tight), at + NEIGHBOURS + 1)
        values = sorted(filter(None, tight[low:high])) if own else ()
        count = len(values)
        if count < 2 or (prose[high] - prose[low]) * 4 < count:
            found.append(0.0)
            continue
        tried = sorted({own, *[values[int(count * share)] for share in _FULL_SHARES]}, reverse=True)
        around = [index for index in range(low, high) if tight[index] and not headed[index]]
        latin = is_latin(lines[at])
        found.append(next((full for full in tried if full >= NARROWEST and _is_column(lines, tight, around, full, count, latin)), 0.0))
    return tuple(found)


def _is_column(lines: list[Line], tight: tuple[float, ...], around: list[int], full: float, count: int, latin: bool) -> bool:
    slack = _slack(full, latin)
    near = [index for index in around if -slack <= tight[index] - full <= slack]
    enough = 2 if count <= NEIGHBOURS or full >= _WIDE else 3
    if len(near) < enough:
        return False
    broken = clauses = 0
    beside = False
    for index in near:
        line = lines[index]
        clauses += line.inner
        broken += not line.stopped
        beside = beside or (line.gap == 0 and index > 0 and -slack <= tight[index - 1] - full <= slack)
    enough = 2 if count <= NEIGHBOURS or (full >= _WIDE and beside) else 3
    return len(near) >= enough and broken * 3 >= len(near) and clauses * 4 >= len(near)


def slack_of(line: Line, full: float) -> float:
    """By how many em a full line may miss the width: Latin text is set ragged, Chinese is justified."""
    return _slack(full, is_latin(line))


def _slack(full: float, latin: bool) -> float:
    return max(RAGGED, full * (0.18 if latin else 0.07))


def is_latin(line: Line) -> bool:
    """Whether most of a line is half as wide as Chinese."""
    return line.width < len(line.text) * 0.7
