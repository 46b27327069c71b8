"""Sheets → lines in reading order, with page, box and setting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.model import Box, Setting, SourceLine
from search.reading.page.cut import Region, in_reading_order
from search.reading.page.drop_caps import with_drop_caps
from search.reading.page.furniture import mark_furniture
from search.reading.page.marked import Block, marked_tables, with_marks
from search.reading.page.rows import PieceRow
from search.reading.page.ruled import RuledTable, ruled_tables
from search.reading.page.setting import settings_of
from search.reading.page.sheet import Piece, Sheet, body_size, bounds

_GAP = 1.28
"""A distance of lines beyond this multiple of the column's usual one is shown as an empty line."""
_OTHER_SIZE = 0.08
_INDENT = 1.2
_UNSTEADY, _EXACT, _STEADY_SHARE = 0.16, 0.02, 0.5
"""Sizes differ by up to the first share and less than the last share of the text is of one size, within the second."""
_MAX_INDENT = 16
_TEXT_SHARE = 0.25
"""The running text tells the size of the text if so large a share of the characters is outside tables."""


@dataclass(frozen=True, slots=True)
class Arranged:
    """The lines of all pages in reading order, and the size of each page as shown, in points."""

    lines: tuple[SourceLine, ...]
    page_sizes: tuple[tuple[float, float], ...]


def arranged(sheets: Sequence[Sheet], blocks: Sequence[Block] = ()) -> Arranged:
    """Lines of the sheets, numbered from 1 through the document; page furniture with its style, where it is on the page. `blocks` are
    those that a file marks, by the numbers its pieces have."""
    tables = [_tables(sheet, blocks) for sheet in sheets]
    body = _running_size(sheets, [rest for _, rest in tables])
    _steady_sizes(sheets, body)
    furniture = [_outside(marked, found) for marked, (found, _) in zip(mark_furniture(sheets, body), tables, strict=True)]
    regions = [_regions(sheet, marked, body, found) for sheet, marked, (found, _) in zip(sheets, furniture, tables, strict=True)]
    settings = settings_of(regions, body)
    lines: list[SourceLine] = []
    for number, (sheet, marked, found) in enumerate(zip(sheets, furniture, regions, strict=True), 1):
        top, foot = _apart(sheet, marked)
        for piece in top:
            lines.append(_furniture_line(piece, marked[id(piece)], sheet, number, len(lines) + 1))
        for region in found:
            for row in region.rows:
                setting = settings[id(row)]
                if _is_apart(setting, lines, number):
                    lines.append(SourceLine(len(lines) + 1, "", number))
                lines.append(_line(row, setting, sheet, number, len(lines) + 1))
        for piece in foot:
            lines.append(_furniture_line(piece, marked[id(piece)], sheet, number, len(lines) + 1))
    return Arranged(tuple(with_marks(lines, blocks)), tuple((sheet.width, sheet.height) for sheet in sheets))


def _tables(sheet: Sheet, blocks: Sequence[Block]) -> tuple[list[RuledTable], list[Piece]]:
    """Tables whose cells are drawn, then those that the file marks; and the pieces that are in none."""
    drawn, rest = ruled_tables(sheet, sheet.pieces)
    marked, rest = marked_tables(rest, blocks) if blocks else ([], rest)
    return drawn + marked, rest


def _outside(marked: dict[int, str], tables: Sequence[RuledTable]) -> dict[int, str]:
    """The furniture of a sheet but for what is in a cell: a number there is no page's."""
    held = {id(piece) for table in tables for row in table.rows for piece in row.pieces}
    return {key: style for key, style in marked.items() if key not in held}


def _running_size(sheets: Sequence[Sheet], outside: Sequence[Sequence[Piece]]) -> float:
    """The size of the running text: tables have one of their own, and count only where there is little else."""
    running = [Sheet(sheet.width, sheet.height, list(pieces)) for sheet, pieces in zip(sheets, outside, strict=True)]
    share = sum(len(piece.text) for pieces in outside for piece in pieces)
    return body_size(running if share > _TEXT_SHARE * sum(len(piece.text) for sheet in sheets for piece in sheet.pieces) else sheets)


def _steady_sizes(sheets: Sequence[Sheet], body: float) -> None:
    """Where sizes are measured and not stated, as by OCR, those near the size of the text are brought to it."""
    near = [piece for sheet in sheets for piece in sheet.pieces if abs(piece.size - body) < _UNSTEADY * body]
    exact = sum(len(piece.text) for piece in near if abs(piece.size - body) < _EXACT * body)
    if exact >= _STEADY_SHARE * sum(len(piece.text) for piece in near):
        return
    for piece in near:
        middle = piece.middle
        piece.size, piece.top, piece.bottom = body, middle - body / 2, middle + body / 2


def _regions(sheet: Sheet, marked: dict[int, str], body: float, tables: Sequence[RuledTable]) -> list[Region]:
    held = {id(piece) for table in tables for row in table.rows for piece in row.pieces}
    pieces = with_drop_caps([piece for piece in sheet.pieces if id(piece) not in marked and id(piece) not in held], body)
    return in_reading_order(sheet, pieces, body, tables)


def _apart(sheet: Sheet, marked: dict[int, str]) -> tuple[list[Piece], list[Piece]]:
    """Furniture of the upper and of the lower half of a sheet, from top to bottom."""
    pieces = sorted((piece for piece in sheet.pieces if id(piece) in marked), key=lambda piece: (piece.middle, piece.left))
    high = sheet.height if sheet.turns % 2 == 0 else sheet.width
    return [p for p in pieces if p.middle < high / 2], [p for p in pieces if p.middle >= high / 2]


def _furniture_line(piece: Piece, style: str, sheet: Sheet, page: int, number: int) -> SourceLine:
    return SourceLine(number, piece.text.strip(), page, style, box=_shown(sheet, piece.box))


def _is_apart(setting: Setting, lines: Sequence[SourceLine], page: int) -> bool:
    """Whether an empty line shows a gap above: in a column, or above a line of another size."""
    before = lines[-1] if lines else None
    if before is None or before.setting is None or before.page != page:
        return False
    if setting.gap == 0.0:
        return abs(setting.size - before.setting.size) > _OTHER_SIZE or setting.turned or before.setting.turned
    return setting.gap > _GAP


def _line(row: PieceRow, setting: Setting, sheet: Sheet, page: int, number: int) -> SourceLine:
    indent = 0 if row.style or setting.turned or setting.start <= _INDENT else min(_MAX_INDENT, round(setting.start))
    box = _shown(sheet, bounds(row.pieces))
    return SourceLine(number, "　" * indent + row.text, page, row.style, box=box, setting=setting, cells=row.cells)


def _shown(sheet: Sheet, box: Box) -> Box:
    left, top, right, bottom = sheet.shown(box)
    return (round(left, 1), round(top, 1), round(right, 1), round(bottom, 1))
