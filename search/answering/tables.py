"""Tables over a result set: two facets crossed, who helps whom, figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from search.engine.port import Crossed, DocumentSummary, EngineHit
from search.fields import BY_NAME, UNLABELLED, TreeField
from search.labels.gazetteer import gazetteer
from search.model import Figure
from search.results import CrossTable, FigureRow, PairTable


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


def pair_table(cells: Crossed, *, level: int) -> PairTable:
    """Who helps whom: passages with a supporter (row) and a recipient (column) of this level of region."""
    table = cross_table(
        {pair: count for pair, count in cells.items() if UNLABELLED not in pair}, "supporter", "recipient", level=level, total=0
    )
    return PairTable(table.rows, table.columns, table.cells)


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


def figure_rows(hits: Iterable[EngineHit], summaries: Mapping[str, DocumentSummary]) -> Iterator[FigureRow]:
    """Every figure of the passages found, in the order of the hits, then of the text."""
    for hit in hits:
        passage = hit.passage
        for figure in passage.figures:
            yield FigureRow(
                figure=figure,
                passage_id=passage.id,
                document_id=passage.document_id,
                document_title=summaries[passage.document_id].title,
                years=figure.years or tuple(label.year for label in passage.years),
                regions=figure.regions or tuple(label.path for label in passage.regions),
            )


def within(figure: Figure, unit: str | None, minimum: float | None, maximum: float | None) -> bool:
    """Whether a figure is of the unit and between the bounds, ends included."""
    return (
        (unit is None or figure.unit == unit)
        and (minimum is None or figure.value >= minimum)
        and (maximum is None or figure.value <= maximum)
    )


def unit_counts(rows: Iterable[FigureRow]) -> tuple[tuple[str, int], ...]:
    """Figures a unit, most first."""
    return tuple(Counter(row.figure.unit for row in rows).most_common())
