"""What each row of a kind of record has in each field, laid out by row: made from the columns by value when a field is first counted.

Few rows are counted through what each of them has, many through the rows that each value has, all by the sizes alone: none costs more than
the smaller of what was found and what there is.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.files.segment import Vocabulary
from search.engine.whoosh.write.invert import ranges

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]
_MANY = 4
"""From one row in so many on, a field is counted value by value."""


class FieldValues:
    """One field of the rows: its values in order, and which rows have which. `places` are those of its keys among all keys."""

    def __init__(self, keys: Vocabulary, first: Array, rows: Array, places: tuple[int, int], count: int) -> None:
        low, high = places
        self.names: list[str] = [keys[at].partition("\0")[2] for at in range(low, high)]
        self._first = first[low : high + 1].astype(np.intp)
        self._rows = rows
        self._count = count

    @cached_property
    def _sizes(self) -> Rows:
        return np.diff(self._first) if self.names else np.zeros(0, np.intp)

    @cached_property
    def _at(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def _by_row(self) -> tuple[Array, Array]:
        """Where the values of each row begin, and the values, row after row."""
        rows = self._rows[self._first[0] : self._first[-1]] if self.names else np.zeros(0, np.uint32)
        values = np.repeat(np.arange(len(self.names), dtype=np.uint32), self._sizes)
        begins = np.zeros(self._count + 1, np.intp)
        np.cumsum(np.bincount(rows, minlength=self._count), out=begins[1:])
        return begins, values[np.argsort(rows, kind="stable")]

    def rows_of(self, name: str) -> Array:
        """The rows that have this value, ascending."""
        at = self._at.get(name)
        return np.zeros(0, np.uint32) if at is None else self._rows[self._first[at] : self._first[at + 1]]

    def counts(self, rows: Rows) -> dict[str, int]:
        """Value → how many of these rows (ascending, each once) have it; values that none has are left out."""
        if not self.names:
            return {}
        counts = self._counted(rows).tolist()
        return {name: count for name, count in zip(self.names, counts, strict=True) if count}

    def _counted(self, rows: Rows) -> Rows:
        if len(rows) == self._count:
            return self._sizes
        if len(rows) * _MANY > self._count:
            mask = np.zeros(self._count, np.bool_)
            mask[rows] = True
            hits = np.zeros(int(self._first[-1] - self._first[0]) + 1, np.intp)
            np.cumsum(mask[self._rows[self._first[0] : self._first[-1]]], out=hits[1:])
            return np.asarray(np.diff(hits[self._first - self._first[0]]), np.intp)
        return np.bincount(self.values_of(rows), minlength=len(self.names))

    def values_of(self, rows: Rows) -> Array:
        """The values that these rows have, row after row, each by its place."""
        begins, values = self._by_row
        return values[ranges(begins[rows], begins[rows + 1])]

    @cached_property
    def only(self) -> Array:
        """The one value of each row, by its place, where every row has exactly one (`unit`)."""
        return self._by_row[1]
