"""Relations of a table's row: a column of those who give beside one of those who take."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search.labels.relation.party import Places
from search.labels.relation.sides import kind_of
from search.labels.table.rows import DataRow, TableCell, table_words
from search.model import Block, Figure, Party, RegionLabel, Relation, YearLabel

_PARTS = re.compile("[、，,；;/和]")


def row_relations(
    row: DataRow,
    block: Block,
    years: Sequence[YearLabel],
    regions: Sequence[RegionLabel],
    figures: Sequence[Figure],
    captions: Sequence[str],
) -> tuple[Relation, ...]:
    """Who helps whom by a row that has one cell of givers and one of takers, one of the two with one party only."""
    words = table_words()
    givers, takers = (_cell(row, words[side]) for side in ("giver", "taker"))
    if givers is None or takers is None or givers == takers:
        return ()
    places = Places.of(block.text, regions)
    giving, taking = _parties(block.text, givers, places), _parties(block.text, takers, places)
    if not giving or not taking or min(len(giving), len(taking)) > 1:
        return ()
    heads = "".join(column.head for column in row.columns)
    spoken = tuple(sorted({label.year for label in years if label.evidence or label.inherited}))
    return tuple(
        Relation(
            supporter=giver,
            recipient=taker,
            kind=kind_of("".join(captions), heads),
            start=min(givers.start, takers.start),
            end=max(givers.end, takers.end),
            years=spoken,
            amounts=tuple(figure for figure in figures if figure.unit.isascii() and len(figure.unit) == 3 and figure.change is None),
        )
        for giver in giving
        for taker in taking
        if giver.name != taker.name
    )


def _cell(row: DataRow, side: re.Pattern[str]) -> TableCell | None:
    found = [cell for cell in row.cells if cell.start >= 0 and side.search(row.column(cell).head) and not cell.text[:1].isdigit()]
    return found[0] if len(found) == 1 else None


def _parties(text: str, cell: TableCell, places: Places) -> list[Party]:
    """The places a cell names, else what it holds, parted where it is a list."""
    named = [
        Party(places.paths[at], places.paths[at], False, *places.spans[at])
        for at in places.within(cell.start, cell.end)
        if places.spans[at][1] <= cell.end
    ]
    if named:
        covered = sum(party.end - party.start for party in named)
        if len(named) > 1 or covered >= 0.6 * (cell.end - cell.start):
            return named
        return [Party(f"{named[0].place}/{text[cell.start : cell.end]}", named[0].place, True, cell.start, cell.end)]
    found: list[Party] = []
    at = cell.start
    for piece in _PARTS.split(text[cell.start : cell.end]):
        if piece.strip():
            found.append(Party(piece.strip(), "", True, at, at + len(piece)))
        at += len(piece) + 1
    return found
