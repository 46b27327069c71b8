"""Figures and relations, one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from search.model import Figure, Passage, Relation
from search.records import (
    RecordRequest,
    RecordResult,
    RecordRow,
    RecordSort,
    in_bounds,
    is_total,
    lets_through,
    record_number,
    record_values,
    record_years,
    records_of,
)


def answer_records(request: RecordRequest, passages: Iterable[Passage]) -> RecordResult:
    """The page asked for, of the records of these passages."""
    found: list[tuple[RecordRow, Figure | Relation, dict[str, tuple[str, ...]]]] = []
    for passage in passages:
        found += [(RecordRow(passage, at), one, record_values(one)) for at, one in enumerate(records_of(passage, request.kind))]
    where = request.where
    found = [one for one in found if in_bounds(one[1], where)]
    kept = [one for one in found if lets_through(one[2], where)]
    if request.sort is not RecordSort.DOCUMENT:
        kept.sort(key=lambda one: _record_key(one[1], request.sort))
    sums: dict[str, tuple[int, float]] = {}
    for _, record, _ in kept:
        if isinstance(record, Figure) and is_total(record):
            many, amount = sums.get(record.unit, (0, 0.0))
            sums[record.unit] = many + 1, amount + record.value
    relations = [record for _, record, _ in kept if isinstance(record, Relation)]
    return RecordResult(
        rows=tuple(row for row, _, _ in kept[request.offset : request.offset + request.limit]),
        total=len(kept),
        passages=len({row.passage.id for row, _, _ in kept}),
        counts={
            name: dict(Counter(value for _, _, values in found if lets_through(values, where, name) for value in values[name]))
            for name in request.fields_counted
        },
        sums=sums,
        pairs=dict(Counter((one.supporter.name, one.recipient.name) for one in relations)),
        yearly=_yearly([record for _, record, _ in kept if isinstance(record, Figure)]) if request.yearly else {},
    )


def _yearly(figures: Iterable[Figure]) -> dict[int, tuple[int, float]]:
    sums: dict[int, tuple[int, float]] = {}
    for figure in figures:
        if is_total(figure) and len(figure.years) == 1:
            many, amount = sums.get(figure.years[0], (0, 0.0))
            sums[figure.years[0]] = many + 1, amount + figure.value
    return sums


def _record_key(record: Figure | Relation, sort: RecordSort) -> float:
    if sort in (RecordSort.VALUE_ASC, RecordSort.VALUE_DESC):
        return record_number(record) if sort is RecordSort.VALUE_ASC else -record_number(record)
    years = record_years(record)
    if not years:
        return 100_000
    return min(years) if sort is RecordSort.YEAR_ASC else -max(years)
