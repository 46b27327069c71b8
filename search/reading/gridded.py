"""Text laid out on a grid of characters → lines in reading order.

`pdftotext -layout`, and what imitates it, keeps columns side by side on one line and fills with spaces what lies between them. Where a
column begins on the grid is sharp, since the filling sees to it: many lines have a piece of text that begins there. So each page becomes
a sheet of the page model, in which a place on the grid counts for half an em and a character for its width; what the model makes of
columns on paper it makes of these.

    lines → pieces → where columns begin → a sheet per page → lines in reading order

A text with no such columns, or with those of a table alone, is left to be read line by line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search.model import SourceLine
from search.reading.page import Piece, Sheet, arranged
from search.reading.page.columns import gutters

_PIECE = re.compile(r"\S+(?: \S+)*")
_WORD = re.compile(r"\S+")
_SPACE = re.compile(" ")
_FILLING = "  "
_SIZE = 10.0
"""Points of an em; any number would do."""
_PITCH = 1.6
"""Em from one line to the next."""
_GUTTER = 2.0
_USUAL = 0.9
"""The width of a column is exceeded by so small a share of its lines as is left to 1."""
_NEARLY = 2.0
_MOST_COLUMNS = 9
_FIRST = 6
"""No second column begins before this place of the grid."""
_ROWS, _SHARE = 4, 0.12
"""A column begins where at least so many lines of a page, and so large a share of them, have a piece that begins there."""
_INDENTS = range(2, 7)
"""Places of the grid by which the first line of a paragraph may be indented."""
_FULL_ROWS = 3
"""So many lines tell how wide a column is."""
_PROSE = 8
"""Characters that a piece of a column of running text has at least, as a rule."""
_BESIDE_ROWS, _BESIDE_SHARE = 6, 0.2
"""So many lines of a page, and so large a share, hold running text in two columns or more."""
_PLAIN_INDENTS = (2, 4)
_DISPLAY, _HEAD_MOST, _CENTRED = 1.3, 40, 0.12
"""A short line alone at its height whose middle is off that of the page by less than this share of half its width is a headline: it gets
a size of its own."""
_ENDED = re.compile(r"[，。；、：！？]$")


@dataclass(frozen=True, slots=True)
class _Run:
    """A piece of text and the place of the grid where it begins."""

    start: int
    text: str

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class _TextColumn:
    """Where a column begins on the grid, where on the sheet, and how wide its lines are, both in em."""

    place: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Lines one under the other that have their columns at the same places: the first at 0; empty where there is but one."""

    lines: Sequence[SourceLine]
    starts: tuple[int, ...]


def in_columns(lines: Sequence[SourceLine]) -> tuple[SourceLine, ...] | None:
    """The lines in reading order, with their setting and without their filling; None where no page has columns side by side."""
    if sum(_FILLING in line.text for line in lines) < _BESIDE_ROWS:  # what `_reads_across` wants of one page, told at a glance
        return None
    pages = [_stretches(page) for page in _pages(lines)]
    if not any(_reads_across(page) for page in pages):
        return None
    sheets = [_sheet(page) for page in pages]
    if not any(_stands_in_columns(sheet) for sheet in sheets):
        return None
    numbers = [page[0].lines[0].page for page in pages]
    return tuple(
        SourceLine(line.number, line.text, _page_of(line, numbers), line.style, setting=line.setting) for line in arranged(sheets).lines
    )


def _page_of(line: SourceLine, numbers: Sequence[int | None]) -> int | None:
    """The page as the text counts it: by form feeds, or not at all."""
    return numbers[line.page - 1] if line.page else None


def _pages(lines: Sequence[SourceLine]) -> Iterator[list[SourceLine]]:
    page: list[SourceLine] = []
    for line in lines:
        if page and line.page != page[-1].page:
            yield page
            page = []
        page.append(line)
    if page:
        yield page


def _stretches(page: Sequence[SourceLine]) -> list[_Stretch]:
    """The page parted at empty lines and at lines that hold one piece where no column begins, as headlines do. A stretch has the columns
    of the page where those hold as many of its pieces as its own would."""
    whole = _starts(page)
    parts: list[list[SourceLine]] = [[]]
    for line in page:
        runs = _runs(line, whole)
        if parts[-1] and (not runs or (len(runs) == 1 and _is_apart(runs[0], whole))):
            parts.append([])
        parts[-1].append(line)
    return [_Stretch(part, _better(part, whole)) for part in parts if part]


def _is_apart(run: _Run, starts: Sequence[int]) -> bool:
    return all(run.start - place not in (0, *_PLAIN_INDENTS) for place in starts or (0,))


def _better(lines: Sequence[SourceLine], whole: tuple[int, ...]) -> tuple[int, ...]:
    own = _starts(lines)
    return own if _held(lines, own) > _held(lines, whole) else whole


def _held(lines: Sequence[SourceLine], starts: tuple[int, ...]) -> int:
    """How many pieces of the lines begin where one of the columns does, the first aside."""
    return sum(found.start() in starts[1:] for line in lines for found in _WORD.finditer(line.text.expandtabs()))


def _starts(lines: Sequence[SourceLine]) -> tuple[int, ...]:
    """The places of the grid where columns begin, from left to right, the first at 0; empty where there is but one column."""
    rows = [[found.start() for found in _WORD.finditer(line.text.expandtabs())] for line in lines]
    places = Counter(start for row in rows for start in row[1:] if start >= _FIRST)
    enough = max(_ROWS, round(_SHARE * sum(bool(row) for row in rows)))
    starts: list[int] = []
    for place, times in sorted(places.items(), key=lambda item: (-item[1], item[0])):
        if times < enough or len(starts) == _MOST_COLUMNS:
            break
        if all(abs(place - other) > max(_INDENTS) for other in starts):
            starts.append(place)
    return (0, *sorted(starts)) if starts else ()


def _reads_across(page: Sequence[_Stretch]) -> bool:
    """Whether enough lines of a page hold running text in two columns or more."""
    beside = filled = 0
    for stretch in page:
        for line in stretch.lines:
            runs = _runs(line, stretch.starts)
            filled += bool(runs)
            padded = len(runs) > 1 and _FILLING in line.text
            beside += padded and sum(len(run.text) >= _PROSE for run in runs) > 1
    return beside >= max(_BESIDE_ROWS, round(_BESIDE_SHARE * filled))


def _runs(line: SourceLine, starts: Sequence[int]) -> list[_Run]:
    """The pieces of a line: parted by two spaces or more, and by one where a column begins."""
    runs: list[_Run] = []
    for found in _PIECE.finditer(line.text.expandtabs()):
        rest = _Run(found.start(), found.group())
        for place in starts[1:]:
            at = place - rest.start
            if rest.start < place < rest.end and rest.text[at - 1] == " ":
                runs.append(_Run(rest.start, rest.text[: at - 1]))
                rest = _Run(place, rest.text[at:])
        runs.append(rest)
    return runs


def _rows(stretch: _Stretch) -> list[list[_Run]]:
    """The pieces of each line. A line that fills its column leaves one space before the next, wherever that is on the grid: a piece
    is parted there too, and what follows begins the next column."""
    rows = [_runs(line, ()) for line in stretch.lines]
    rows = [
        row if len(row) == 1 and _is_apart(row[0], stretch.starts) else _runs(line, stretch.starts)
        for row, line in zip(rows, stretch.lines, strict=True)
    ]
    every = _usual_width([run for row in rows for run in row if run.start in stretch.starts])
    widths = {place: _usual_width([run for row in rows for run in row if run.start == place]) or every for place in stretch.starts}
    return [[part for run in row for part in _after_full(run, stretch.starts, widths)] for row in rows]


def _usual_width(runs: Sequence[_Run]) -> float:
    """The commonest width of pieces in em; 0 where too few share one."""
    widths = Counter(round(_em(run.text)) for run in runs)
    width, times = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return float(width) if times >= _FULL_ROWS else 0.0


def _after_full(run: _Run, starts: Sequence[int], widths: Mapping[int, float]) -> Iterator[_Run]:
    for here, after in pairwise(starts):
        indent = 2.0 if run.start - here in _INDENTS else 0.0
        if not 0 <= run.start - here <= max(_INDENTS) or not widths[here] or indent + _em(run.text) < widths[here] + 1:
            continue
        for found in _SPACE.finditer(run.text):
            if abs(indent + _em(run.text[: found.start()]) - widths[here]) <= _NEARLY:
                yield _Run(run.start, run.text[: found.start()])
                yield from _after_full(_Run(after, run.text[found.end() :]), starts, widths)
                return
    yield run


def _sheet(page: Sequence[_Stretch]) -> Sheet:
    """The page with its columns at places in points."""
    pieces: list[Piece] = []
    alone: list[tuple[Piece, _Run]] = []
    ends: list[int] = []
    number = 0
    for stretch in page:
        rows = _rows(stretch)
        columns = _columns(rows, stretch.starts or (0,))
        for row in rows:
            placed = [_placed(run, number, columns) for run in row]
            if len(row) > 1:
                ends.append(row[-1].end)
            elif row and _is_apart(row[0], stretch.starts):
                alone.append((placed[0], row[0]))
            pieces += placed
            number += 1
    width = max((piece.right for piece in pieces), default=0.0)
    middle = sorted(ends)[round(_USUAL * (len(ends) - 1))] / 2 if ends else 0.0
    for piece, run in alone:
        if _is_head(run, middle):
            _enlarge(piece, width)
    return Sheet(width, number * _PITCH * _SIZE, pieces)


def _columns(rows: Sequence[Sequence[_Run]], starts: Sequence[int]) -> list[_TextColumn]:
    """Each column with its width, that of the lines which fill it."""
    columns: list[_TextColumn] = []
    left = 0.0
    for place, after in pairwise((*starts, 1 << 30)):
        widths = sorted(_em(run.text) for row in rows for run in row if place <= run.start < after and run.end <= after)
        width = widths[round(_USUAL * (len(widths) - 1))] if widths else (after - place) / 2
        columns.append(_TextColumn(place, left, width))
        left += width + _GUTTER
    return columns


def _placed(run: _Run, number: int, columns: Sequence[_TextColumn]) -> Piece:
    """A run with its box: an indent is two em however the filling shows it, and a line that nearly fills its column fills it, as its
    characters were spread when it was set."""
    column = columns[sum(column.place <= run.start for column in columns[1:])]
    start = run.start - column.place
    left = column.left + (2.0 if start in _INDENTS else start / 2)
    right = left + _em(run.text)
    edge = column.left + column.width
    if abs(right - edge) < _NEARLY:
        right = edge
    top = number * _PITCH
    return Piece(run.text, left * _SIZE, top * _SIZE, right * _SIZE, (top + 1) * _SIZE, _SIZE)


def _is_head(run: _Run, middle: float) -> bool:
    """Whether a run that is alone on its line, and not where the lines of a column begin, lies in the middle of the page."""
    return len(run.text) <= _HEAD_MOST and not _ENDED.search(run.text) and abs((run.start + run.end) / 2 - middle) < _CENTRED * middle


def _enlarge(piece: Piece, width: float) -> None:
    """A headline in the middle of the page, in a size of its own."""
    half = _em(piece.text) * _SIZE * _DISPLAY / 2
    piece.left, piece.right, piece.size = width / 2 - half, width / 2 + half, _SIZE * _DISPLAY


def _stands_in_columns(sheet: Sheet) -> bool:
    """Whether any stretch of lines has gutters with running text on both sides, as the page model sees them."""
    rows = sorted({piece.top for piece in sheet.pieces})
    for at in range(0, len(rows), _BESIDE_ROWS):
        chosen = set(rows[at : at + 2 * _BESIDE_ROWS])
        if gutters([piece for piece in sheet.pieces if piece.top in chosen], _SIZE):
            return True
    return False


def _em(text: str) -> float:
    """Width of a text in em: a full-width character is 1, an ASCII one 0.5."""
    return (len(text) + len(text.encode("utf-8", "surrogatepass"))) / 4
