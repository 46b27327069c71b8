"""Facet counts and cross tables over sets of passages of a whole generation."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search.engine.port import Crossed
from search.engine.whoosh.answer.collection import JoinedSegments
from search.engine.whoosh.answer.find import Numbers
from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.write.invert import sizes
from search.fields import FACETS, FIELDS

FEW = 2_000
"""Up to so many passages are counted one by one, all facets at once; more are counted by their sets of values."""

Counts = NDArray[np.intp]


class FacetCounter:
    """Counts facet values. Few passages are counted one by one; where there are many, those with the same set of values are counted
    together, by the number of their set."""

    def __init__(self, collection: JoinedSegments) -> None:
        self._columns, self._labelled = collection.columns, collection.labelled
        self._count = collection.count
        self._labels, self._labels_first, self._label_set = (self._columns[name] for name in ("labels", "labels_first", "label_set"))
        self.values: dict[str, list[str]] = {field.name: collection.facets[field.name].all() for field in FIELDS}
        ends: list[int] = np.cumsum([0, *(len(self.values[facet.name]) for facet in FACETS)]).tolist()
        self._begins = {facet.name: begin for facet, begin in zip(FACETS, ends, strict=False)}
        self._end = ends[-1]
        self._borders = np.array(ends)
        self._numbered = np.array([value for facet in FACETS for value in self.values[facet.name]], object)
        """The values of all counted facets, as they are numbered through."""
        self._owners: dict[str, Array] = {}
        self._everything: dict[str, Counts] = {}

    def all_counts(self, wanted: Mapping[str, Numbers]) -> dict[str, Mapping[str, int]]:
        """The number of passages per value of each facet wanted, over the passages given for it (ascending)."""
        known: dict[int, dict[str, dict[str, int]]] = {}
        result: dict[str, Mapping[str, int]] = {}
        for name, passages in wanted.items():
            if len(passages) > FEW:
                result[name] = self._named(name, self._many(name, passages))
                continue
            counts = known.get(id(passages))
            if counts is None:
                counts = known[id(passages)] = self._by_facet(self._one_by_one(passages))
            result[name] = counts[name]
        return result

    def cross(self, first: str, second: str, wanted: Numbers) -> Crossed:
        """The number of passages per pair of values of two fields, pairs without any left out."""
        rows, columns = self.values[first], self.values[second]
        owners, row = self._members(first, self._columns[f"{first}_sets"][wanted])
        pair, column = self._members(second, self._columns[f"{second}_sets"][wanted[owners]])
        cells, counts = np.unique(row[pair].astype(np.int64) * len(columns) + column, return_counts=True)
        return {
            (rows[cell // len(columns)], columns[cell % len(columns)]): count
            for cell, count in zip(cells.tolist(), counts.tolist(), strict=True)
        }

    def _named(self, facet: str, counts: Counts) -> dict[str, int]:
        present = counts.nonzero()[0]
        values = self.values[facet]
        return dict(zip([values[at] for at in present.tolist()], counts[present].tolist(), strict=True))

    def _by_facet(self, counts: Counts) -> dict[str, dict[str, int]]:
        """The counts of all values by facet and value, those without any left out."""
        present = counts.nonzero()[0]
        values, many = self._numbered[present].tolist(), counts[present].tolist()
        borders = present.searchsorted(self._borders).tolist()
        return {
            name: dict(zip(values[begin:end], many[begin:end], strict=True))
            for name, (begin, end) in zip(self._begins, pairwise(borders), strict=True)
        }

    def _one_by_one(self, passages: Numbers) -> Counts:
        """Counts of all values of all counted facets, numbered through."""
        if not len(passages):
            return np.zeros(self._end, np.intp)
        sets = self._label_set[passages].astype(np.intp)
        begins = self._labels_first[sets].astype(np.intp)
        many = self._labels_first[sets + 1] - begins
        ends = many.cumsum()
        places = np.arange(int(ends[-1]))
        places += (begins - ends + many).repeat(many)
        return np.bincount(self._labels[places], minlength=self._end)

    def _many(self, facet: str, passages: Numbers) -> Counts:
        if len(passages) == self._count:
            return self._all(facet)
        if len(passages) * 2 > self._count:
            rest = np.ones(self._count, np.bool_)
            rest[passages] = False
            return self._all(facet) - self._counted(facet, np.flatnonzero(rest))
        return self._counted(facet, passages)

    def _all(self, facet: str) -> Counts:
        known = self._everything.get(facet)
        if known is None:
            known = self._everything[facet] = sizes(self._labelled[facet].first)
        return known

    def _counted(self, facet: str, passages: Numbers) -> Counts:
        columns, values = self._columns, len(self.values[facet])
        sets, members = columns[f"{facet}_sets"], columns[f"{facet}_members"]
        if len(columns[f"{facet}_member_first"]) == 2:  # one set, which all passages have: of fields that nothing is known of
            return np.bincount(members, minlength=values) * len(passages)
        if len(passages) * 4 < len(members):
            return np.bincount(self._members(facet, sets[passages])[1], minlength=values)
        owners = self._owners.get(facet)
        if owners is None:
            many = sizes(columns[f"{facet}_member_first"])
            owners = self._owners[facet] = np.repeat(np.arange(len(many), dtype=np.uint32), many)
        histogram = np.bincount(sets[passages], minlength=len(columns[f"{facet}_member_first"]) - 1)
        return np.bincount(members, weights=histogram[owners], minlength=values).astype(np.intp)

    def _members(self, facet: str, sets: Array) -> tuple[Numbers, Array]:
        """For each of the sets given its values: which of the sets, and the value."""
        first = self._columns[f"{facet}_member_first"]
        begins = first[sets].astype(np.intp)
        many = first[sets.astype(np.intp) + 1].astype(np.intp) - begins
        ends = np.cumsum(many)
        places = np.repeat(begins - (ends - many), many) + np.arange(int(ends[-1]) if len(ends) else 0)
        return np.repeat(np.arange(len(sets)), many), self._columns[f"{facet}_members"][places]
