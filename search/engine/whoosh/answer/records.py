"""Figures and relations of the passages found: filtered, sorted, counted and summed on columns.

What is found is kept as row numbers, ascending, so that a step costs what is left and not what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.answer.record_fields import FieldValues, Mask, Rows
from search.engine.whoosh.files.columns import Array, MappedColumns
from search.engine.whoosh.files.segment import Vocabulary
from search.engine.whoosh.write.invert import ranges
from search.engine.whoosh.write.records import NO_YEAR
from search.model import Passage
from search.query.plan import Measure
from search.records import RecordKind, RecordRequest, RecordResult, RecordRow, RecordSort, covered

_LAST = 100_000
"""Sorts behind every year."""
_STEP = 4
"""How many times more of an order is looked at when the part before held too few of the rows found."""
_WALKED = 64
"""From one row in so many on, the first rows are found by walking the order of all; fewer are sorted by themselves."""


class RecordRows:
    """The rows of one kind over all segments. Orders and values by row are laid out when first asked for, and kept."""

    def __init__(self, kind: RecordKind, columns: MappedColumns) -> None:
        self._kind, self._columns = kind, columns
        self._keys = Vocabulary(columns, f"{kind}_key")
        self._sides = Vocabulary(columns, f"{kind}_side")
        self._count = len(columns[f"{kind}_at"])
        self._fields: dict[str, FieldValues] = {}
        self._orders: dict[RecordSort, Rows] = {}

    def _column(self, name: str) -> Array:
        return self._columns[f"{self._kind}_{name}"]

    def answer(self, request: RecordRequest, passages: NDArray[np.intp], every: int, fetch: Callable[[int], Passage]) -> RecordResult:
        """The page asked for, of the rows of these passages (ascending); `every` is how many passages there are."""
        found = self._bounded(request, self._of_passages(passages, every))
        for name, choice in request.where.choices:
            if choice.exclude:
                found = found[~self._having(name, choice.exclude)[found]]
        included = {name: self._having(name, choice.include) for name, choice in request.where.choices if choice.include}
        rows = _under(found, included)
        shown = self._first(rows, request.sort, request.offset + request.limit)[request.offset :]
        at, passage = self._column("at"), self._column("passage")
        return RecordResult(
            rows=tuple(RecordRow(fetch(int(passage[row])), int(at[row])) for row in shown.tolist()),
            total=len(rows),
            passages=_runs(passage[rows]),
            counts={
                name: self._field(name).counts(_under(found, included, without=name) if name in included else rows)
                for name in request.fields_counted
            },
            sums=self._sums(rows) if self._kind is RecordKind.FIGURE else {},
            pairs=self._pairs(rows) if self._kind is RecordKind.RELATION else {},
            yearly=self._yearly(rows) if request.yearly and self._kind is RecordKind.FIGURE else {},
        )

    def passages_with(self, measure: Measure) -> NDArray[np.intp]:
        """The passages, ascending, that have a row the condition asks for."""
        return np.unique(self._column("passage")[self._measured(measure)]).astype(np.intp)

    # --- which rows -----------------------------------------------------------------------------------------------------

    @cached_property
    def _every(self) -> Rows:
        return np.arange(self._count, dtype=np.intp)

    @cached_property
    def _by_passage(self) -> tuple[Rows, Rows | None]:
        """Where the rows of each passage begin, up to the last that has any; and the rows by passage, where they are not so anyhow: they
        follow each other by document, and passages by the segment they lie in."""
        passage = self._column("passage")
        order = None if bool(np.all(passage[1:] >= passage[:-1])) else np.argsort(passage, kind="stable")
        ascending = passage if order is None else passage[order]
        return np.searchsorted(ascending, np.arange(int(ascending[-1]) + 2 if len(ascending) else 1)), order

    def _of_passages(self, passages: NDArray[np.intp], every: int) -> Rows:
        if len(passages) == every:
            return self._every
        first, order = self._by_passage
        there = passages[: np.searchsorted(passages, len(first) - 1)]
        rows = ranges(first[there], first[there + 1])
        return rows if order is None else np.sort(order[rows])

    def _measured(self, measure: Measure) -> Rows:
        value = self._column("value")
        rows = self._field("unit").rows_of(measure.unit).astype(np.intp) if measure.unit else self._every
        rows = rows[(value[rows] >= measure.low) & (value[rows] <= measure.high)]
        return rows[self._having("per", (measure.nature,))[rows]] if measure.nature else rows

    def _bounded(self, request: RecordRequest, found: Rows) -> Rows:
        low, high = request.where.minimum, request.where.maximum
        if low is not None or high is not None:
            value = self._column("value")
            value = value if len(found) == self._count else value[found]
            within = np.ones(len(found), np.bool_) if low is None else value >= low
            found = found[within if high is None else within & (value <= high)]
        if request.where.measures:
            met = np.zeros(self._count, np.bool_)
            if self._kind is RecordKind.FIGURE:
                for one in request.where.measures:
                    met[self._measured(one)] = True
            found = found[met[found]]
        return found

    def _field(self, name: str) -> FieldValues:
        values = self._fields.get(name)
        if values is None:
            low, high = (self._keys.place(f"{name}{end}".encode()) for end in ("\0", "\x01"))
            values = FieldValues(self._keys, self._column("key_first"), self._column("key_rows"), (low, high), self._count)
            self._fields[name] = values
        return values

    def _having(self, field: str, values: Iterable[str]) -> Mask:
        mask = np.zeros(self._count, np.bool_)
        for stored in dict.fromkeys(one for value in values for one in covered(field, value)):
            mask[self._field(field).rows_of(stored)] = True
        return mask

    # --- in which order -------------------------------------------------------------------------------------------------

    def _first(self, rows: Rows, sort: RecordSort, wanted: int) -> Rows:
        """So many of the first rows in the order asked for."""
        if sort is RecordSort.DOCUMENT or not len(rows) or not wanted:
            return rows[:wanted]
        if len(rows) * _WALKED > self._count and wanted * _STEP < len(rows):
            return self._walked(rows, sort, wanted)
        key = self._sort_key(rows, sort)
        if wanted < len(rows):
            few = np.flatnonzero(key <= np.partition(key, wanted - 1)[wanted - 1])
            rows, key = rows[few], key[few]
        return rows[np.argsort(key, kind="stable")][:wanted]

    def _walked(self, rows: Rows, sort: RecordSort, wanted: int) -> Rows:
        """The first of many rows, met on a walk along the order of all."""
        order = self._order(sort)
        if len(rows) == self._count:
            return order[:wanted]
        mask = np.zeros(self._count, np.bool_)
        mask[rows] = True
        reach = wanted * self._count // len(rows)
        while True:
            reach = min(reach * _STEP, self._count)
            met = order[:reach][mask[order[:reach]]]
            if len(met) >= wanted or reach == self._count:
                return met[:wanted]

    def _order(self, sort: RecordSort) -> Rows:
        order = self._orders.get(sort)
        if order is None:
            order = np.argsort(self._sort_key(self._every, sort), kind="stable")
            self._orders[sort] = order
        return order

    def _sort_key(self, rows: Rows, sort: RecordSort) -> Array:
        if sort in (RecordSort.VALUE_ASC, RecordSort.VALUE_DESC):
            value = self._column("value")[rows]
            return value if sort is RecordSort.VALUE_ASC else -value
        earliest = sort is RecordSort.YEAR_ASC
        years = self._column("earliest" if earliest else "latest")[rows].astype(np.int64)
        return np.where(years == NO_YEAR, _LAST, years if earliest else -years)

    # --- how many and how much ------------------------------------------------------------------------------------------

    def _sums(self, rows: Rows) -> dict[str, tuple[int, float]]:
        units = self._field("unit")
        rows = rows[self._column("total")[rows] == 1]
        unit = units.only[rows]
        counts = np.bincount(unit, minlength=len(units.names)).tolist()
        sums = np.bincount(unit, weights=self._column("value")[rows], minlength=len(units.names)).tolist()
        return {name: (count, amount) for name, count, amount in zip(units.names, counts, sums, strict=True) if count}

    def _yearly(self, rows: Rows) -> dict[int, tuple[int, float]]:
        earliest, latest = self._column("earliest")[rows], self._column("latest")[rows]
        rows = rows[(self._column("total")[rows] == 1) & (earliest == latest) & (earliest != NO_YEAR)]
        years, at, counts = np.unique(self._column("earliest")[rows], return_inverse=True, return_counts=True)
        sums = np.bincount(at, weights=self._column("value")[rows], minlength=len(years))
        return {year: (count, amount) for year, count, amount in zip(years.tolist(), counts.tolist(), sums.tolist(), strict=True)}

    def _pairs(self, rows: Rows) -> dict[tuple[str, str], int]:
        pairs, counts = np.unique(self._column("pair")[rows], return_counts=True)
        found: dict[tuple[str, str], int] = {}
        for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
            supporter, _, recipient = self._sides[pair].partition("\0")
            found[supporter, recipient] = count
        return found


def _runs(passages: Array) -> int:
    """How many passages rows in their order stand in: those of one follow each other."""
    return 1 + int(np.count_nonzero(passages[1:] != passages[:-1])) if len(passages) else 0


def _under(rows: Rows, included: Mapping[str, Mask], without: str = "") -> Rows:
    """The rows that every mask but that of one field lets through."""
    masks = [mask for name, mask in included.items() if name != without]
    if masks and len(rows) == len(masks[0]):
        return np.flatnonzero(np.logical_and.reduce(masks))
    for mask in masks:
        rows = rows[mask[rows]]
    return rows
