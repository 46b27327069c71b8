"""The working form of a block while the page is put back together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from search.model import BlockKind, LineRange
from search.text.restore import spacing
from search.text.restore.lines import TextLine

_NEAR = 4
"""Between lines that are so near nothing but blank lines can lie."""


@dataclass(slots=True)
class Unit:
    """A block in the making. `gap` is the number of blank lines above it, `line_gap` that between two lines of a paragraph there;
    `column` is the width of the column, 0.0 if there is none; `wrapped` says that a column broke its lines; `cue` that its
    wording alone tells its kind; `opens` that it is certain to begin a block, `head` that it is in the head of the document."""

    text: str
    lines: tuple[LineRange, ...]
    kind: BlockKind = BlockKind.BODY
    page: int | None = None
    gap: int = 0
    line_gap: int = 0
    column: float = 0.0
    wrapped: bool = False
    cue: bool = False
    article: int = 1
    placed: bool = True
    section: tuple[str, ...] = field(default=())
    opens: bool = False
    head: bool = False
    opening: bool = False
    """Moved from behind the text to its beginning, so that no heading stood over it."""
    opening_article: bool = False
    """A title with which an article begins for certain."""
    inferred: bool = False
    """Which heading is above is inferred by wording and order, not told by the source."""

    @property
    def body(self) -> bool:
        """Whether it is running text."""
        return self.kind is BlockKind.BODY


def unit_of(
    lines: list[TextLine], kind: BlockKind = BlockKind.BODY, *, cue: bool = False, wrapped: bool = False, between: str = ""
) -> Unit:
    """Lines as one unit, joined as a column broke them, or with `between` between them."""
    if len(lines) == 1:
        text = lines[0].text
    elif between:
        text = between.join(line.text for line in lines)
    else:
        text = _join_all(lines)
    if kind is BlockKind.BODY:
        text = spacing.tidy_prose(text)
    ranges = (lines[0].lines,) if len(lines) == 1 else _ranges_of(lines)
    first = lines[0]
    return Unit(text, ranges, kind, first.page, first.gap, wrapped=wrapped, cue=cue, opens=first.opens, head=first.head)


def _ranges_of(lines: list[TextLine]) -> tuple[LineRange, ...]:
    merged: list[LineRange] = []
    start = end = lines[0].number
    for line in lines:
        if not 0 <= line.number - end <= _NEAR:
            merged.append((start, end))
            start = line.number
        end = line.number
    return (*merged, (start, end))


def merge_ranges(ranges: Sequence[LineRange]) -> tuple[LineRange, ...]:
    """Line ranges in order (one or more), one where nothing but blank lines can lie between them (a step of up to four lines)."""
    merged: list[LineRange] = []
    start, end = ranges[0]
    for first, last in ranges[1:]:
        if not 0 <= first - end <= _NEAR:
            merged.append((start, end))
            start = first
        end = last
    return (*merged, (start, end))


def absorb(unit: Unit, other: Unit, *, between: str | None = None) -> None:
    """Adds another unit's text to the end of this one."""
    joined = spacing.join(unit.text, other.text) if between is None else f"{unit.text}{between}{other.text}"
    unit.text = spacing.tidy_prose(joined) if unit.kind is BlockKind.BODY else joined
    unit.lines = unit.lines + other.lines
    unit.wrapped = unit.wrapped or other.wrapped


def _join_all(lines: list[TextLine]) -> str:
    pieces = [lines[0].text]
    for line in lines[1:]:
        left = pieces[-1]
        if left[-1].isascii() and line.text[0].isascii():
            joined = spacing.join(left[-13:], line.text)
            pieces.append(joined[len(left[-13:]) :])
        else:
            pieces.append(line.text)
    return "".join(pieces)
