"""How wide the column is around each line, and whether the text there is broken by the column or by its author.

A newspaper column is 13 em here and 16 em beside the photograph, so there is no one width: it is taken from the lines
around each line, as the width that most of them reach.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from search.text.restore.lines import Line

NEIGHBOURS = 6
"""Lines looked at on each side."""
WIDEST, NARROWEST = 70.0, 5.0
"""No column of running text is wider or narrower than this, in em."""
RAGGED = 1.6
"""By so many em a full line may miss the column width."""
_FULL_SHARES = (0.6, 0.8)
_NOT_FULL = 3.0
"""A line that misses the column by more than this says nothing about its width."""


@dataclass(frozen=True, slots=True)
class Columns:
    """`width[i]` is the column width around line i, 0.0 where lines are not broken by a column. `gap` is how many blank
    lines stand between two lines of one paragraph. `end` is the index after the last line that ends a sentence."""

    width: tuple[float, ...]
    tight: tuple[float, ...]
    gap: int
    end: int

    def before(self, at: int) -> float:
        """Column width of the lines above line `at`, 0.0 if none is known."""
        return self._full(max(0, at - NEIGHBOURS - 1), at) or (self.width[at] if at else 0.0)

    def after(self, at: int) -> float:
        """Column width of the lines below line `at`, 0.0 if none is known."""
        return self._full(at + 1, at + NEIGHBOURS + 2) or self.width[at]

    def _full(self, low: int, high: int) -> float:
        pairs = zip(self.tight[low:high], self.width[low:high], strict=True)
        values = sorted(value for value, column in pairs if column and value >= column - _NOT_FULL)
        return values[len(values) // 2] if values else 0.0


def find_columns(lines: list[Line]) -> Columns:
    """The columns of a whole text."""
    tight = tuple(line.tight if line.width <= WIDEST and not line.cells else 0.0 for line in lines)
    if sum(1 for value in tight if value) < 2:
        return Columns((0.0,) * len(lines), tight, 0, len(lines))
    width = tuple(_width_at(lines, tight, at) if value else 0.0 for at, value in enumerate(tight))
    inside = (at for at in range(len(lines) - 1) if width[at] and width[at + 1] and not lines[at].stopped)
    gaps = Counter(lines[at + 1].gap for at in inside if lines[at + 1].gap <= 3)
    gap = gaps.most_common(1)[0][0] if gaps else 0
    end = max((at + 1 for at, line in enumerate(lines) if line.final), default=0)
    return Columns(width, tight, gap, end)


def _width_at(lines: list[Line], tight: tuple[float, ...], at: int) -> float:
    """The greatest of these widths that lines around reach and break off at in mid-clause, as a column makes them do: of this
    line, of most lines, of the wider ones. 0.0 if there is none."""
    low, high = max(0, at - NEIGHBOURS), min(len(lines), at + NEIGHBOURS + 1)
    values = sorted(value for value in tight[low:high] if value)
    if len(values) < 2:
        return 0.0
    for full in sorted({tight[at], *(values[int(len(values) * share)] for share in _FULL_SHARES)}, reverse=True):
        if full >= NARROWEST and _is_column(lines, tight, range(low, high), full, len(values), slack_of(lines[at], full)):
            return full
    return 0.0


def _is_column(lines: list[Line], tight: tuple[float, ...], around: range, full: float, count: int, slack: float) -> bool:
    near = broken = clauses = prose = 0
    for index in around:
        value = tight[index]
        if not value:
            continue
        line = lines[index]
        prose += line.inner or line.final
        if -slack <= value - full <= slack:
            near += 1
            clauses += line.inner
            broken += not line.stopped
    return near >= (2 if count <= 6 else 3) and broken * 2 >= near and clauses * 4 >= near and prose * 4 >= count


def slack_of(line: Line, full: float) -> float:
    """By how many em a full line may miss the width: Latin text is set ragged, Chinese is justified."""
    return max(RAGGED, full * (0.18 if is_latin(line) else 0.07))


def is_latin(line: Line) -> bool:
    """Whether most of a line is half as wide as Chinese."""
    return line.width < len(line.text) * 0.7
