"""Tables of a document: which rows are heads, what they say of each column, and the cells of every other row.

Rows that follow one another are one table. A row with one filled cell is a caption; rows without numbers before the first with one are
heads, several of them where the first spans others. What heads and captions say (unit, year, places) is handed to the cells below.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from search.labels.figure.grammar import figure_table
from search.labels.figure.number import PLAIN, read_number
from search.model import Block, BlockKind, RegionLabel, YearLabel
from search.text.fold import read_plainly

SEPARATOR: Final = " | "
_SPACE: Final = re.compile(r"\s+|[\u200b-\u200f\ufeff]")
_YEAR: Final = re.compile("(?P<year>(?:19|20)[0-9]{2})(?: ?年(?:度)?)?")
_TIMES: Final = re.compile("(?P<times>[十百千]?(?:万亿|亿|万)|[百千])?")
_OPENS: Final = frozenset({"项目", "序号"})
_MAX_HEADS: Final = 3
_LEAD_LONGEST: Final = 40
_FACTORS: Final = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 10**8}


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell at its column. `start` to `end` is where it is written in the row's text; a cell that an other row holds has none (-1)."""

    column: int
    text: str
    start: int = -1
    end: int = -1


@dataclass(frozen=True, slots=True)
class Column:
    """What the heads say of a column. `factor` multiplies its numbers (万元), `per` is what a rate is per (元/亩)."""

    head: str = ""
    unit: str = ""
    factor: int = 1
    per: str | None = None
    years: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    of_years: bool = False
    numbers: bool = True
    """Whether bare numbers in it can be amounts."""
    said: str = ""
    """Its heads as they are written."""


@dataclass(frozen=True, slots=True)
class DataRow:
    """A row of data: its cells, the columns they are in, the number of the blocks of its captions, and its own name."""

    cells: tuple[TableCell, ...]
    columns: tuple[Column, ...]
    captions: tuple[int, ...]
    name: str = ""
    held: tuple[tuple[int, int, int], ...] = ()
    """Where the cells are written that rows above share with this one: block, start, end."""

    def column(self, cell: TableCell) -> Column:
        """The column of a cell; an empty one beyond the heads."""
        return self.columns[cell.column] if cell.column < len(self.columns) else Column()


@dataclass(slots=True)
class _TableInHand:
    captions: list[int] = field(default_factory=list)
    heads: list[tuple[int, tuple[TableCell, ...]]] = field(default_factory=list)
    columns: tuple[Column, ...] = ()
    data: bool = False
    above: dict[int, tuple[int, TableCell]] = field(default_factory=dict)
    """The last cell written in each column, with its block."""


@lru_cache(maxsize=1)
def table_words() -> dict[str, Any]:
    """The tables of `data/tables.toml`, patterns compiled, read once."""
    raw = tomllib.loads((Path(__file__).parents[1] / "data" / "tables.toml").read_text("utf-8"))
    patterns = {
        name: re.compile(raw[name])
        for name in ("year", "none", "counts", "caption_unit", "unit_gap", "money", "money_end", "giver", "taker")
    }
    return {**raw, **patterns, "head": re.compile("|".join(raw["heads"]))}


def table_rows(
    blocks: Sequence[Block], years: Sequence[Sequence[YearLabel]], regions: Sequence[Sequence[RegionLabel]]
) -> dict[int, DataRow]:
    """The rows of data of all tables, by the number of their block. Rows whose table has no heads are left out."""
    rows: dict[int, DataRow] = {}
    at = 0
    while at < len(blocks):
        if blocks[at].kind is not BlockKind.TABLE:
            at += 1
            continue
        end = at
        while end < len(blocks) and blocks[end].kind is BlockKind.TABLE:
            end += 1
        _read_table(blocks, at, end, years, regions, rows)
        at = end
    return rows


def _read_table(
    blocks: Sequence[Block],
    first: int,
    last: int,
    years: Sequence[Sequence[YearLabel]],
    regions: Sequence[Sequence[RegionLabel]],
    rows: dict[int, DataRow],
) -> None:
    lead = _lead(blocks, first)
    table = _TableInHand(captions=lead)
    following = cells_of(blocks[first])
    for at in range(first, last):
        cells, following = following, cells_of(blocks[at + 1]) if at + 1 < last else ()
        filled = [cell for cell in cells if cell.text]
        if len({cell.text for cell in filled}) <= 1:
            if filled and not _is_number(filled[0].text):
                table = _TableInHand(captions=[*lead, at]) if table.heads else _TableInHand(captions=[*table.captions, at][-4:])
            continue
        if _heads(filled, following, table):
            if table.data:
                table = _TableInHand(captions=table.captions)
            table.heads.append((at, cells))
            table.columns = ()
            continue
        if not table.heads:
            continue
        if not table.columns:
            table.columns = _columns(table, blocks, years, regions)
        table.data = True
        rows[at] = _row(at, cells, table)


def _lead(blocks: Sequence[Block], first: int) -> list[int]:
    """The short blocks right above a table that say what it is (表1 …, 单位：万元)."""
    lead: list[int] = []
    at = first - 1
    while at >= 0 and len(lead) < 2 and blocks[at].kind is not BlockKind.TABLE and len(blocks[at].text) <= _LEAD_LONGEST:
        body = blocks[at].kind is BlockKind.BODY and not (table_words()["caption_unit"].search(blocks[at].text) or "表" in blocks[at].text)
        if body:
            break
        lead.insert(0, at)
        at -= 1
    return lead


def _row(at: int, cells: tuple[TableCell, ...], table: _TableInHand) -> DataRow:
    """A row of data; a cell that is merged with one above, or is empty under the first columns of one, is what stands there."""
    held: list[tuple[int, int, int]] = []
    whole: list[TableCell] = []
    sums = any(cell.text.replace(" ", "") in table_words()["totals"] for cell in cells)
    for cell in cells:
        above = table.above.get(cell.column)
        if cell.start >= 0:
            table.above[cell.column] = (at, cell)
        elif above and not sums and (cell.text == above[1].text or (not cell.text and cell.column < 2 and not _is_number(above[1].text))):
            held.append((above[0], above[1].start, above[1].end))
            cell = TableCell(cell.column, above[1].text)
        whole.append(cell)
    return DataRow(tuple(whole), table.columns, tuple(table.captions), _name(whole, table), tuple(held))


def cells_of(block: Block) -> tuple[TableCell, ...]:
    """The cells of a row. Where the format said which columns they are in, each is found in the text in turn."""
    parts: list[tuple[int, int, str]] = []
    start = 0
    for piece in block.text.split(SEPARATOR):
        plain = piece.strip(" |")
        if plain:
            begin = start + len(piece) - len(piece.lstrip(" |"))
            parts.append((begin, begin + len(plain), plain))
        start += len(piece) + len(SEPARATOR)
    if not block.cells:
        numbered = [piece.strip(" |") for piece in block.text.split(SEPARATOR)]
        places = iter(parts)
        return tuple(TableCell(at, text, *next(places)[:2]) if text else TableCell(at, "") for at, text in enumerate(numbered))
    cells: list[TableCell] = []
    taken = 0
    for column, text in enumerate(block.cells):
        if taken < len(parts) and text and _bare(parts[taken][2]) == _bare(text):
            begin, end, plain = parts[taken]
            cells.append(TableCell(column, plain, begin, end))
            taken += 1
        else:
            cells.append(TableCell(column, read_plainly(text.strip())))
    return tuple(cells)


def _bare(text: str) -> str:
    return _SPACE.sub("", read_plainly(text)).replace("|", "")


def is_year(text: str) -> int | None:
    """The year that a cell is, and nothing else."""
    match = _YEAR.fullmatch(text.strip().translate(PLAIN))
    return int(match["year"]) if match else None


def _is_number(text: str) -> bool:
    """Whether a cell is an amount: a whole number, with or without a unit."""
    plain = text.strip().translate(PLAIN)
    if not plain or not re.match("[-+]?[0-9]", plain) or is_year(_without_unit(plain)) is not None:
        return False
    number, end = read_number(plain, 1 if plain[0] in "-+" else 0)
    return number is not None and (end == len(plain) or len(plain) - end <= 6)


def _heads(filled: Sequence[TableCell], following: Sequence[TableCell], table: _TableInHand) -> bool:
    """Whether a row is one of heads."""
    if any(_is_number(cell.text) for cell in filled) or any(len(cell.text) > 30 for cell in filled):
        return False
    if table.heads and not table.data and all(_unit(cell.text) for cell in filled):
        return True  # a row of units below the heads
    known = sum(bool(table_words()["head"].search(cell.text)) or is_year(_without_unit(cell.text)) is not None for cell in filled)
    if table.data:
        again = [cell.text for cell in filled] == [cell.text for _, row in table.heads for cell in row if cell.text]
        return again or (known == len(filled) and any("名称" in cell.text or "（" in cell.text or cell.text in _OPENS for cell in filled))
    if len(table.heads) >= _MAX_HEADS:
        return False
    if not table.heads:
        return known >= max(1, 0.5 * len(filled))
    above = [cell.text for cell in table.heads[-1][1]]
    spans = len(set(filter(None, above))) < len(above) or "" in above
    return spans and known >= 0.5 * len(filled) and any(_is_number(cell.text) for cell in following)


def _columns(
    table: _TableInHand, blocks: Sequence[Block], years: Sequence[Sequence[YearLabel]], regions: Sequence[Sequence[RegionLabel]]
) -> tuple[Column, ...]:
    width = max(len(cells) for _, cells in table.heads)
    whole = _unit_of_captions([blocks[at].text for at in table.captions])
    columns: list[Column] = []
    for at in range(width):
        words: list[str] = []
        told: list[str] = []
        dated: set[int] = set()
        placed: dict[str, None] = {}
        for level, (block, cells) in enumerate(table.heads):
            cell = cells[at] if at < len(cells) else TableCell(at, "")
            if not cell.text and level + 1 < len(table.heads):
                cell = next((other for other in reversed(cells[:at]) if other.text), cell)
            if not cell.text:
                continue
            year = is_year(_without_unit(cell.text))
            if cell.text not in told:
                told.append(cell.text)
            if level and words and _unit(cell.text):
                words.append(f"（{cell.text}）")
            elif cell.text not in words:
                words.append(cell.text.removeprefix(_without_unit(cell.text)) if year else cell.text)
            spans = [other for other in cells if other.text == cell.text and other.start >= 0]
            where = spans[0] if spans else cell
            dated |= {year} if year else {y.year for y in years[block] for s, e in y.evidence if where.start <= s and e <= where.end}
            placed |= {r.path: None for r in regions[block] for s, e in r.evidence if where.start <= s and e <= where.end}
        column = _column("".join(words), whole, tuple(sorted(dated)), tuple(placed))
        columns.append(replace(column, said=" ".join(told)))
    return tuple(columns)


def _column(head: str, whole: str, years: tuple[int, ...], regions: tuple[str, ...]) -> Column:
    words = table_words()
    plain = head.translate(PLAIN)
    if words["none"].search(head):
        return Column(head, of_years=bool(words["year"].search(re.sub("[（(].*?[)）]", "", head))), numbers=False)
    for stated in (*re.findall("[（(]([^（）()]*)[)）]", plain), *re.findall("[/,，](\\S+)$", plain)):
        said = stated.removeprefix("单位").lstrip("：: ")
        if unit := _unit(said) or (_unit(f"{said}元") if said in _FACTORS and words["money"].search(head) else None):
            return Column(words["money_end"].sub("", _without_unit(head)), *unit, years, regions)
    if (ending := words["money_end"].search(plain)) and (unit := _unit(ending["unit"])):
        return Column(head[: ending.start()], *unit, years, regions)
    for name, unit_name in words["implied"]:
        if name in head:
            return Column(head, unit_name, 1, None, years, regions)
    if whole and (unit := _unit(whole)) and not (unit[0] == "CNY" and words["counts"].search(head)):
        return Column(head, *unit, years, regions)
    return Column(head, years=years, regions=regions)


def _unit_of_captions(captions: Sequence[str]) -> str:
    """The unit of a whole table, as the caption nearest to it says: of several the first of money."""
    words = table_words()
    for caption in reversed(captions):
        if match := words["caption_unit"].search(caption):
            stated: list[str] = words["unit_gap"].split(match["unit"] or match["bracket"] or match["counted"])
            return next((one for one in stated if (unit := _unit(one)) and unit[0] == "CNY"), stated[0])
    return ""


def _without_unit(head: str) -> str:
    return re.sub(" ?[（(][^（）()]*[)）]", "", head).strip()


def _unit(stated: str) -> tuple[str, int, str | None] | None:
    """Unit, factor and what it is per, of `万元`, `元/亩`, `%`."""
    name, _, per = stated.strip().partition("/")
    name = name.removeprefix(table_words()["unit_prefix"])
    units = figure_table().units
    if name in units:
        return units[name], 1, per or None
    times = _TIMES.match(name)
    rest = name[times.end() :].strip() if times else name
    if times and times["times"] and rest in units:
        factor = 1
        for char in times["times"]:
            factor *= _FACTORS[char]
        return units[rest], factor, per or None
    return None


def _name(cells: Sequence[TableCell], table: _TableInHand) -> str:
    """What a row is of: its first cell of text, itself or, where it is empty below one, the one above."""
    for cell in cells:
        column = table.columns[cell.column] if cell.column < len(table.columns) else Column()
        if not column.numbers and not column.of_years:
            continue
        if not cell.text or _is_number(cell.text) or is_year(cell.text) is not None:
            continue
        return cell.text
    return ""
