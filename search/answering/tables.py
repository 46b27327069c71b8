"""Tables over a result set: two facets crossed, who helps whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from search.engine.port import Crossed
from search.fields import BY_NAME, UNLABELLED, TreeField
from search.labels.gazetteer import gazetteer
from search.results import CrossTable, PairTable


def cross_table(cells: Crossed, rows: str, columns: str, *, level: int, total: int) -> CrossTable:
    """The table of counts over two facets. Regions are those of `level` (1 province, 2, 3), in official order; years ascend; program
    types follow their table; 未标明 comes last."""
    kept = {(a, b): count for (a, b), count in cells.items() if _at_level(rows, a, level) and _at_level(columns, b, level)}
    first = _ordered(rows, {a for a, _ in kept})
    second = _ordered(columns, {b for _, b in kept})
    return CrossTable(
        rows=tuple((value, _name(rows, value)) for value in first),
        columns=tuple((value, _name(columns, value)) for value in second),
        cells=tuple(tuple(kept.get((a, b), 0) for b in second) for a in first),
        total=total,
    )


def pair_table(pairs: Iterable[tuple[str, str]], *, level: int) -> PairTable:
    """Who helps whom: how many pairs there are between the places of this level of region. Units are in no cell but that of their list."""
    cells: Counter[tuple[str, str]] = Counter()
    for supporter, recipient in pairs:
        one, other = _to_level(supporter, level), _to_level(recipient, level)
        if one and other and one != other:
            cells[one, other] += 1
    table = cross_table(cells, "supporter", "recipient", level=level, total=0)
    return PairTable(table.rows, table.columns, table.cells)


def _to_level(path: str, level: int) -> str:
    """The place of this level that a path lies in; empty for what is no place, or lies above."""
    parts = path.split("/")
    for end in range(len(parts), 0, -1):
        place = "/".join(parts[:end])
        division = gazetteer().division(place)
        if division is not None and (place.count("/") + 1 == level or (level == 3 and division.level == 3)):
            return place
    return ""


def _at_level(facet: str, value: str, level: int) -> bool:
    """Whether a value belongs in a table of this level. A district of a municipality, right below its province, is of levels 2 and 3."""
    if not isinstance(BY_NAME[facet], TreeField) or value == UNLABELLED or value.count("/") + 1 == level:
        return True
    division = gazetteer().division(value)
    return level == 3 and division is not None and division.level == 3


def _ordered(facet: str, values: Iterable[str]) -> list[str]:
    known = sorted(value for value in values if value != UNLABELLED)  # what the tables do not know, by name
    named = sorted(known, key=BY_NAME[facet].official_place)
    return [*named, UNLABELLED] if UNLABELLED in values else named


def _name(facet: str, value: str) -> str:
    return BY_NAME[facet].shown_as(value)
