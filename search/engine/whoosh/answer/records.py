"""Figures and relations of the passages found: filtered, sorted, counted and summed on columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.columns import Array, MappedColumns
from search.engine.whoosh.files.segment import Vocabulary
from search.engine.whoosh.write.records import NO_YEAR
from search.model import Passage
from search.query.plan import Measure
from search.records import RecordKind, RecordRequest, RecordResult, RecordRow, RecordSort, covered

_LAST = 100_000
"""Sorts behind every year."""

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]


class RecordRows:
    """The rows of one kind over all segments."""

    def __init__(self, kind: RecordKind, columns: MappedColumns) -> None:
        self._kind, self._columns = kind, columns
        self._keys = Vocabulary(columns, f"{kind}_key")
        self._sides = Vocabulary(columns, f"{kind}_side")
        self._count = len(columns[f"{kind}_at"])

    def _column(self, name: str) -> Array:
        return self._columns[f"{self._kind}_{name}"]

    def answer(self, request: RecordRequest, passages: NDArray[np.intp], every: int, fetch: Callable[[int], Passage]) -> RecordResult:
        """The page asked for, of the rows of these passages (ascending); `every` is how many passages there are."""
        found = self._bounded(request, self._of_passages(passages, every))
        included = {name: self._having(name, choice.include) for name, choice in request.where.choices if choice.include}
        for name, choice in request.where.choices:
            if choice.exclude:
                found &= ~self._having(name, choice.exclude)
        kept = found.copy()
        for mask in included.values():
            kept &= mask
        rows = np.flatnonzero(kept)
        shown = self._first(rows, request.sort, request.offset + request.limit)[request.offset :]
        at, passage = self._column("at"), self._column("passage")
        return RecordResult(
            rows=tuple(RecordRow(fetch(int(passage[row])), int(at[row])) for row in shown.tolist()),
            total=len(rows),
            passages=_runs(passage[rows]),
            counts={
                name: self._counted(name, _under(found, [mask for other, mask in included.items() if other != name]))
                for name in request.fields_counted
            },
            sums=self._sums(kept) if self._kind is RecordKind.FIGURE else {},
            pairs=self._pairs(rows) if self._kind is RecordKind.RELATION else {},
            yearly=self._yearly(rows) if request.yearly and self._kind is RecordKind.FIGURE else {},
        )

    def passages_with(self, measure: Measure) -> NDArray[np.intp]:
        """The passages, ascending, that have a row the condition asks for."""
        return np.unique(self._column("passage")[self._measured(measure)]).astype(np.intp)

    def _measured(self, measure: Measure) -> Rows:
        value = self._column("value")
        if measure.unit:
            rows = self._rows_of("unit", measure.unit).astype(np.intp)
            rows = rows[(value[rows] >= measure.low) & (value[rows] <= measure.high)]
        else:
            rows = np.flatnonzero((value >= measure.low) & (value <= measure.high))
        return rows[self._having("per", (measure.nature,))[rows]] if measure.nature else rows

    def _of_passages(self, passages: NDArray[np.intp], every: int) -> Mask:
        if len(passages) == every:
            return np.ones(self._count, np.bool_)
        there = np.zeros(every, np.bool_)
        there[passages] = True
        return np.asarray(there[self._column("passage")], np.bool_)

    def _bounded(self, request: RecordRequest, found: Mask) -> Mask:
        low, high = request.where.minimum, request.where.maximum
        if low is not None:
            found &= self._column("value") >= low
        if high is not None:
            found &= self._column("value") <= high
        if request.where.measures:
            met = np.zeros(self._count, np.bool_)
            if self._kind is RecordKind.FIGURE:
                for one in request.where.measures:
                    met[self._measured(one)] = True
            found &= met
        return found

    def _rows_of(self, field: str, value: str) -> Array:
        at = self._keys.find(f"{field}\0{value}")
        if at is None:
            return np.zeros(0, np.uint32)
        first = self._column("key_first")
        return self._column("key_rows")[int(first[at]) : int(first[at + 1])]

    def _having(self, field: str, values: Iterable[str]) -> Mask:
        mask = np.zeros(self._count, np.bool_)
        for stored in dict.fromkeys(one for value in values for one in covered(field, value)):
            mask[self._rows_of(field, stored)] = True
        return mask

    def _first(self, rows: Rows, sort: RecordSort, wanted: int) -> Rows:
        """So many of the first rows in the order asked for. Only those that can be among them are sorted."""
        if sort is RecordSort.DOCUMENT or not len(rows) or not wanted:
            return rows[:wanted]
        if sort in (RecordSort.VALUE_ASC, RecordSort.VALUE_DESC):
            key = self._column("value")[rows]
        else:
            earliest = sort is RecordSort.YEAR_ASC
            years = self._column("earliest" if earliest else "latest")[rows].astype(np.int64)
            key = np.where(years == NO_YEAR, _LAST, years if earliest else -years)
        if sort is RecordSort.VALUE_DESC:
            key = -key
        if wanted < len(rows):
            few = np.flatnonzero(key <= np.partition(key, wanted - 1)[wanted - 1])
            rows, key = rows[few], key[few]
        return rows[np.argsort(key, kind="stable")][:wanted]

    def _values_of(self, field: str) -> list[tuple[str, int]]:
        """The values of a field with their places among the keys."""
        low, high = (self._keys.place(f"{field}{end}".encode()) for end in ("\0", "\x01"))
        return [(self._keys[at].partition("\0")[2], at) for at in range(low, high)]

    def _counted(self, field: str, mask: Mask) -> dict[str, int]:
        values = self._values_of(field)
        if not values:
            return {}
        first = self._column("key_first")[values[0][1] : values[-1][1] + 2].astype(np.intp)
        hits = mask[self._column("key_rows")[first[0] : first[-1]]]
        counts = np.add.reduceat(hits, first[:-1] - first[0], dtype=np.intp).tolist()
        return {value: count for (value, _), count in zip(values, counts, strict=True) if count}

    def _sums(self, mask: Mask) -> dict[str, tuple[int, float]]:
        total, value = self._column("total"), self._column("value")
        sums: dict[str, tuple[int, float]] = {}
        for unit, _ in self._values_of("unit"):
            rows = self._rows_of("unit", unit)
            rows = rows[mask[rows]]
            rows = rows[total[rows] == 1]
            if len(rows):
                sums[unit] = len(rows), float(value[rows].sum())
        return sums

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


def _under(found: Mask, masks: Iterable[Mask]) -> Mask:
    for mask in masks:
        found = found & mask
    return found
