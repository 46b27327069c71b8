"""What a file itself says of its structure (tagged PDF): which lines are one paragraph, which are headings, which are in the
rows of a table.

Such marks are believed only where they agree with what the page shows. Programs mark every line as a paragraph, a whole page as
one, or rows in an order of their own: where the lines of a page plainly go on or plainly break and the marks say otherwise too
often, they are put aside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search.model import Setting, SourceLine
from search.reading.page.rows import PieceRow, row_of
from search.reading.page.ruled import RuledTable, line_of, text_of
from search.reading.page.sheet import Piece, bounds

Block = Sequence[object]
"""The type of a block; for a cell also the paths of its table and row, the number of the row and its own in the row."""

_HEADS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6", "Title"})
_FULL, _SHORT, _INDENTED, _FLUSH, _CLOSE = 0.8, 3.0, 1.3, 0.5, 1.15
"""A line that ends so near the edge of its column, or so far from it; one that begins so far in, or not; one so near the line above."""
_SIZE = 0.06
_LIES = 0.1
"""Of the places where the page plainly shows the one thing, so large a share marked as the other makes the marks lies."""
_FEW = 3
"""So many such places may be slips."""
_MOST_HEADS = 0.35
_CELL_PARTS = 5
_ENDS = tuple("。！？!?…”；;")


@dataclass(slots=True)
class _Marks:
    """How often the page shows plainly what a line does, and how often the marks deny it."""

    shown: int = 0
    denied: int = 0

    def add(self, *, denied: bool) -> None:
        """Counts one such place."""
        self.shown += 1
        self.denied += denied

    @property
    def lies(self) -> bool:
        """Whether they are denied too often."""
        return self.denied > max(_LIES * self.shown, min(_FEW, 0.5 * self.shown))


def with_marks(lines: Sequence[SourceLine], blocks: Sequence[Block]) -> list[SourceLine]:
    """The lines with the roles of their blocks, or without any block where those cannot be trusted."""
    if not any(line.setting is not None and line.setting.block is not None for line in lines):
        return list(lines)
    if not _are_honest(lines):
        return [_with(line, None, "") for line in lines]
    roles = _roles(lines, blocks)
    return [line if line.setting is None else _with(line, line.setting.block, roles.get(line.setting.block, "")) for line in lines]


def _with(line: SourceLine, block: int | None, role: str) -> SourceLine:
    return line if line.setting is None else replace(line, setting=replace(line.setting, block=block, role=role))


def _roles(lines: Iterable[SourceLine], blocks: Sequence[Block]) -> dict[int | None, str]:
    """The type of every block met; headings only where most of the text is none."""
    sizes: dict[int | None, int] = defaultdict(int)
    for line in lines:
        if line.setting is not None and line.setting.block is not None:
            sizes[line.setting.block] += len(line.text)
    found: dict[int | None, str] = {block: str(blocks[block][0]) for block in sizes if block is not None and block < len(blocks)}
    heads = sum(sizes[block] for block, role in found.items() if role in _HEADS)
    if heads > _MOST_HEADS * sum(sizes.values()):
        return {block: role for block, role in found.items() if role not in _HEADS}
    return found


def _are_honest(lines: Sequence[SourceLine]) -> bool:
    """Whether the blocks agree with what the page plainly shows, and each is in one place."""
    goes_on, breaks, places = _Marks(), _Marks(), _Marks()
    texts = [line for line in lines if line.text.strip() and line.style is None and line.setting is not None]
    for line, after in pairwise(texts):
        here, below = line.setting, after.setting
        if here is None or below is None or here.block is None or below.block is None:
            continue
        if here.column != below.column or line.page != after.page or here.turned or below.turned:
            continue
        if _plainly_goes_on(line, here, below):
            goes_on.add(denied=here.block != below.block)
        elif _plainly_breaks(line, here, below):
            breaks.add(denied=here.block == below.block)
    seen: set[int] = set()
    last: int | None = None
    for line in texts:
        block = line.setting.block if line.setting is not None else None
        if block is not None and block != last:
            places.add(denied=block in seen)
            seen.add(block)
        last = block
    return not (goes_on.lies or breaks.lies or places.lies)


def _plainly_goes_on(line: SourceLine, here: Setting, below: Setting) -> bool:
    alike = abs(here.size - below.size) < _SIZE and here.bold == below.bold and below.gap < _CLOSE
    return alike and here.room < _FULL and here.start < _FLUSH and abs(below.start) < _FLUSH and not line.text.rstrip().endswith(_ENDS)


def _plainly_breaks(line: SourceLine, here: Setting, below: Setting) -> bool:
    if abs(here.size - below.size) >= _SIZE:
        return True
    return here.room > _SHORT and line.text.rstrip().endswith(_ENDS) and below.start > _INDENTED > here.start


def marked_tables(pieces: Sequence[Piece], blocks: Sequence[Block]) -> tuple[list[RuledTable], list[Piece]]:
    """The tables a page marks, and the pieces that are in none. A table has two rows and two cells in a row at least, and its rows
    lie one below the other."""
    tables: dict[str, dict[str, dict[int, list[Piece]]]] = {}
    for piece in pieces:
        block = blocks[piece.block] if 0 <= piece.block < len(blocks) else ()
        if len(block) == _CELL_PARTS:
            _, table, row, _, cell = block
            tables.setdefault(str(table), {}).setdefault(str(row), {}).setdefault(int(str(cell)), []).append(piece)
    found: list[RuledTable] = []
    held: set[int] = set()
    for rows in tables.values():
        ordered = sorted(rows.values(), key=lambda row: min(piece.top for cell in row.values() for piece in cell))
        if len(ordered) < 2 or max(map(len, ordered)) < 2 or not _one_below_the_other(ordered):
            continue
        inside = [piece for row in ordered for cell in row.values() for piece in cell]
        held |= {id(piece) for piece in inside}
        found.append(RuledTable(bounds(inside), [_table_row(row) for row in ordered]))
    return found, [piece for piece in pieces if id(piece) not in held]


def _one_below_the_other(rows: Sequence[dict[int, list[Piece]]]) -> bool:
    for above, below in pairwise(rows):
        lowest = max(piece.middle for cell in above.values() for piece in cell)
        highest = min(piece.middle for cell in below.values() for piece in cell)
        if lowest >= highest:
            return False
    return True


def _table_row(cells: dict[int, list[Piece]]) -> PieceRow:
    pieces = [piece for at in sorted(cells) for piece in sorted(cells[at], key=lambda piece: (piece.middle, piece.left))]
    row = row_of(pieces)
    row.cells = tuple(text_of(cells.get(at, [])) for at in range(max(cells) + 1))
    row.text, row.style = line_of(list(row.cells)), "table"
    row.middle = sum(piece.middle for piece in pieces) / len(pieces)
    return row
