"""Figures of a table's row: bare numbers by the unit of their column, others by their own; dated and placed by row, heads and captions."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal

from search.labels.figure.amount import Amount, amounts
from search.labels.figure.number import PLAIN, read_number
from search.labels.figure.rate import clause_start, per_of
from search.labels.table.rows import Column, DataRow, TableCell, is_year, table_words
from search.model import Block, Figure, ProgramLabel, Reach, RegionLabel, Role, YearLabel


def row_years(row: DataRow) -> Iterator[tuple[int, TableCell]]:
    """The years that the columns of years of a row hold, each with its cell."""
    for cell in row.cells:
        year = is_year(cell.text) if row.column(cell).of_years else None
        if year is not None:
            yield year, cell


def dated(row: DataRow, labels: Sequence[YearLabel], captions: Sequence[Sequence[YearLabel]]) -> tuple[YearLabel, ...]:
    """The years of a row: those it speaks of, its columns of years, else those of its captions in place of what the document would give."""
    own = {label.year: label for label in labels if label.evidence}
    for year, cell in row_years(row):
        if cell.start >= 0 and year not in own:
            own[year] = YearLabel(year, evidence=((cell.start, cell.end),))
        elif year not in own:
            own[year] = YearLabel(year, inherited=True)
    if not own:
        above = sorted({label.year for caption in captions for label in caption if label.evidence})
        own = {year: YearLabel(year, inherited=True) for year in above}
    return tuple(own[year] for year in sorted(own)) if own else tuple(labels)


def row_figures(
    row: DataRow,
    block: Block,
    years: Sequence[YearLabel],
    regions: Sequence[RegionLabel],
    programs: Sequence[ProgramLabel],
    captions: Sequence[Sequence[RegionLabel]],
    held: Sequence[RegionLabel] = (),
    dates: Sequence[Sequence[YearLabel]] = (),
) -> tuple[Figure, ...]:
    """The figures of a row, in the order of its cells. `captions` are the places of the captions above, `held` those of cells that rows
    above share with this one, `dates` the years of the captions."""
    regions = (*held, *regions)
    said = {label.year for labels in dates for label in labels if label.evidence}
    said |= {label.year for label in years if any(f"{label.year}年" in heading for heading in block.section)}
    found: list[Figure] = []
    roles = {label.path: label.role for labels in (*captions, regions) for label in labels}
    own = {block.text[start:end] for label in regions for start, end in label.evidence}
    of_place = row.name in own.union(label.path.rpartition("/")[2] for label in regions)  # of a cell that rows share, only the path is here
    for cell in row.cells:
        if cell.start < 0 or not cell.text:
            continue
        column = row.column(cell)
        for amount in _amounts(cell, column):
            start, end = cell.start + amount.start, cell.start + amount.end
            own_years, years_from = _years(row, cell, column, years, said)
            places, regions_from = _places(column, regions, captions)
            keys = tuple(dict.fromkeys(label.key for label in programs))
            found.append(
                Figure(
                    text=block.text[start:end],
                    value=float(amount.value),
                    unit=amount.unit,
                    start=start,
                    end=end,
                    qualifier=amount.qualifier,
                    subject=row.name if _contradicts(column, amount.unit) else _subject(row, column, of_place=of_place),
                    years=own_years,
                    regions=places,
                    per=column.per or _per_said(column.head, cell.text),
                    change="" if any(word in column.head for word in ("增长", "增幅", "同比", "增减")) else None,
                    programs=keys,
                    roles=tuple(roles.get(path, Role.MENTIONED) for path in places),
                    years_from=years_from,
                    regions_from=regions_from,
                    programs_from=Reach.CLAUSE if any(label.evidence for label in programs) else Reach.PASSAGE if keys else None,
                )
            )
    return tuple(found)


def _amounts(cell: TableCell, column: Column) -> list[Amount]:
    """A bare number in the column's unit; else the amounts the cell gives itself, whose own units win over the head's."""
    plain = cell.text.translate(PLAIN)
    if not column.numbers:
        return []
    negative = plain[:1] == "-"
    at = 1 if negative else 0
    if column.unit and plain[at : at + 1].isdigit():
        number, end = read_number(plain, at)
        if number is not None and end == len(plain):
            value = number.low * Decimal(column.factor) if not number.times else number.low
            return [Amount(0, end, -value if negative else value, column.unit)]
    return list(amounts(plain))


def _years(
    row: DataRow, cell: TableCell, column: Column, years: Sequence[YearLabel], said: Collection[int]
) -> tuple[tuple[int, ...], Reach | None]:
    own = tuple(sorted({y.year for y in years for s, e in y.evidence if cell.start <= s and e <= cell.end}))
    if own:
        return own, Reach.CLAUSE
    if column.years:
        return column.years, Reach.SENTENCE
    stated = tuple(sorted({year for year, _ in row_years(row)} or {y.year for y in years if y.evidence}))
    if stated:
        return stated, Reach.CLAUSE
    above = tuple(sorted({y.year for y in years if y.inherited and y.year in said}))
    return (above, Reach.PASSAGE) if above else ((), None)


def _places(
    column: Column, regions: Sequence[RegionLabel], captions: Sequence[Sequence[RegionLabel]]
) -> tuple[tuple[str, ...], Reach | None]:
    own = [label.path for label in regions if label.evidence]
    if own or column.regions:
        return tuple(dict.fromkeys([*column.regions, *own])), Reach.CLAUSE if own else Reach.SENTENCE
    above = tuple(dict.fromkeys(label.path for caption in captions for label in caption if label.evidence))
    if above:
        return above, Reach.PASSAGE
    inherited = tuple(label.path for label in regions)
    return (inherited, Reach.PASSAGE) if inherited else ((), None)


def _subject(row: DataRow, column: Column, *, of_place: bool) -> str:
    """The row's name and the column's head; of a row that sums up, that it does. A place that names a row says where, not what."""
    head = column.head
    if not row.name or row.name == head or (of_place and head):
        return head
    if row.name in table_words()["totals"]:
        return f"{head}{row.name}" if head else row.name
    return f"{row.name}{head}" if head else row.name


def _contradicts(column: Column, unit: str) -> bool:
    """Whether a cell says money where the heads say a count, or the other way round: then the head does not name it."""
    return column.unit != "" and (column.unit == "CNY") != (unit == "CNY")


def _per_said(head: str, cell: str) -> str | None:
    """What a cell is per by the words of its column's head."""
    text = head + cell
    return per_of(text, len(head), len(text), 0, clause_start(text, len(head)))
