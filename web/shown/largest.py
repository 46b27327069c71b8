"""Tables cut to what a page can hold: the largest rows and columns, in the order they had."""

from __future__ import annotations

from collections.abc import Sequence

from web.locale import gettext as _

ROWS = 200
COLUMNS = 60

Names = tuple[tuple[str, str], ...]
Cells = tuple[tuple[int, ...], ...]


def largest(rows: Names, columns: Names, cells: Cells) -> tuple[Names, Names, Cells, str]:
    """The table of the rows and columns with the largest sums, at most `ROWS` by `COLUMNS`, and a sentence where that is not all of it."""
    if len(rows) <= ROWS and len(columns) <= COLUMNS:
        return rows, columns, cells, ""
    down = _most([sum(row) for row in cells], ROWS)
    across = _most([sum(column) for column in zip(*cells, strict=True)], COLUMNS)
    kept = tuple(tuple(cells[row][column] for column in across) for row in down)
    said = _("表太大，只列出段落最多的 %(rows)s 行、%(columns)s 列；用筛选缩小范围可看其余。", rows=len(down), columns=len(across))
    return tuple(rows[row] for row in down), tuple(columns[column] for column in across), kept, str(said)


def _most(sums: Sequence[int], count: int) -> list[int]:
    """Places of the largest, in their order."""
    return sorted(sorted(range(len(sums)), key=lambda at: -sums[at])[:count])
