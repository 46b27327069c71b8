"""Facet counts and cross tables over sets of passages of all segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from search.engine.port import FACET_FIELDS, FACETS

from .columns import Array, Columns
from .find import Numbers
from .invert import narrow, packed_texts, sizes
from .segment import Segment, Texts

Wanted = Sequence[Numbers]
"""For every segment of a generation, passages ascending."""


FEW = 2_000
"""Up to so many passages are counted one by one, all facets at once; more are counted by their sets of values."""


def facet_columns(segments: Sequence[Segment]) -> dict[str, Array]:
    """Columns over all segments: the values of each facet, and the values of every passage (`labels` from `labels_first`), those of all
    counted facets numbered through."""
    columns: dict[str, Array] = {}
    values, owners = [], []
    offset = passage = 0
    for name in FACETS:
        vocabularies = [segment.facets[name].all() for segment in segments]
        united = sorted({value for vocabulary in vocabularies for value in vocabulary})
        columns |= packed_texts(united, name)
        place = {value: at for at, value in enumerate(united, start=offset)}
        passage = 0
        for segment, vocabulary in zip(segments, vocabularies, strict=True):
            numbers = np.array([place[value] for value in vocabulary], np.uint32)
            values.append(np.repeat(numbers, sizes(segment.columns[f"{name}_first"])))
            owners.append(segment.columns[f"{name}_passages"].astype(np.uint32) + np.uint32(passage))
            passage += segment.count
        offset += len(united)
    if not segments:
        return columns | {"labels": np.zeros(0, np.uint8), "labels_first": np.zeros(1, np.uint32)}
    owner, value = np.concatenate(owners), np.concatenate(values)
    first = np.zeros(passage + 1, np.uint32)
    np.cumsum(np.bincount(owner, minlength=passage), out=first[1:])
    return columns | {"labels": narrow(value[np.argsort(owner, kind="stable")], offset), "labels_first": first}


class FacetCounter:
    """Counts facet values. Few passages are counted one by one; where there are many, those with the same set of values are counted
    together, by the number of their set. `order` holds `facet_columns`."""

    def __init__(self, segments: Sequence[Segment], order: Columns) -> None:
        self._segments = segments
        self._labels, self._labels_first = order["labels"], order["labels_first"]
        self._bases = np.cumsum([0, *(segment.count for segment in segments)]).tolist()
        self.values: dict[str, list[str]] = {name: Texts(order, name).all() for name in FACETS}
        self._offsets = dict(zip(FACETS, np.cumsum([0, *(len(self.values[name]) for name in FACETS)]).tolist(), strict=False))
        self._globally: dict[str, list[NDArray[np.intp]]] = {}
        for name in FACET_FIELDS:
            vocabularies = [segment.facets[name].all() for segment in segments]
            if name not in self.values:
                self.values[name] = sorted({value for vocabulary in vocabularies for value in vocabulary})
            place = {value: at for at, value in enumerate(self.values[name])}
            self._globally[name] = [np.array([place[value] for value in vocabulary], np.intp) for vocabulary in vocabularies]
        self._member_sets: dict[tuple[str, int], Array] = {}
        self._everything: dict[tuple[str, int], NDArray[np.int64]] = {}

    def all_counts(self, wanted: Mapping[str, Wanted]) -> dict[str, Mapping[str, int]]:
        """The number of passages a value for every counted facet, each over its own passages."""
        known: dict[int, NDArray[np.int64]] = {}
        result: dict[str, Mapping[str, int]] = {}
        for name in FACETS:
            passages = wanted[name]
            if sum(map(len, passages)) > FEW:
                result[name] = self._named(name, self._summed(name, passages))
                continue
            counts = known.get(id(passages))
            if counts is None:
                counts = known[id(passages)] = self._one_by_one(passages)
            begin = self._offsets[name]
            result[name] = self._named(name, counts[begin : begin + len(self.values[name])])
        return result

    def _named(self, facet: str, counts: NDArray[np.int64]) -> dict[str, int]:
        present = np.flatnonzero(counts)
        return dict(zip(map(self.values[facet].__getitem__, present.tolist()), counts[present].tolist(), strict=True))

    def _one_by_one(self, wanted: Wanted) -> NDArray[np.int64]:
        """Counts of all values of all counted facets, numbered through."""
        total = sum(len(self.values[name]) for name in FACETS)
        lists = [passages + base for passages, base in zip(wanted, self._bases, strict=False) if len(passages)]
        if not lists:
            return np.zeros(total, np.int64)
        passages = lists[0] if len(lists) == 1 else np.concatenate(lists)
        begins = self._labels_first[passages].astype(np.intp)
        many = self._labels_first[passages + 1] - begins
        ends = many.cumsum()
        places = np.arange(int(ends[-1]))
        places += (begins - ends + many).repeat(many)
        return np.bincount(self._labels[places], minlength=total)

    def _summed(self, facet: str, wanted: Wanted) -> NDArray[np.int64]:
        counts = np.zeros(len(self.values[facet]), np.int64)
        for at, passages in enumerate(wanted):
            if len(passages):
                counts[self._globally[facet][at]] += self._local(facet, at, passages)
        return counts

    def cross(self, facets: tuple[str, str], wanted: Wanted) -> Mapping[tuple[str, str], int]:
        """The number of passages a pair of values, pairs without any left out."""
        rows, columns = (self.values[name] for name in facets)
        cells = np.zeros(len(rows) * len(columns), np.int64)
        for at, passages in enumerate(wanted):
            if not len(passages):
                continue
            owners, row = self._expanded(facets[0], at, passages)
            pair, column = self._expanded(facets[1], at, passages[owners])
            cells += np.bincount(row[pair] * len(columns) + column, minlength=len(cells))
        return {(rows[place // len(columns)], columns[place % len(columns)]): int(cells[place]) for place in np.flatnonzero(cells).tolist()}

    def _local(self, facet: str, at: int, passages: Numbers) -> NDArray[np.int64]:
        segment = self._segments[at]
        if len(passages) == segment.count:
            return self._all(facet, at)
        if len(passages) * 2 > segment.count:
            rest = np.ones(segment.count, np.bool_)
            rest[passages] = False
            return self._all(facet, at) - self._counted(facet, at, np.flatnonzero(rest))
        return self._counted(facet, at, passages)

    def _all(self, facet: str, at: int) -> NDArray[np.int64]:
        known = self._everything.get((facet, at))
        if known is None:
            known = self._everything[facet, at] = sizes(self._segments[at].columns[f"{facet}_first"])
        return known

    def _counted(self, facet: str, at: int, passages: Numbers) -> NDArray[np.int64]:
        columns = self._segments[at].columns
        values = len(self._globally[facet][at])
        sets, members = columns[f"{facet}_sets"], columns[f"{facet}_members"]
        if len(passages) * 4 < len(members):
            return np.bincount(self._members(facet, at, sets[passages])[1], minlength=values)
        owners = self._member_sets.get((facet, at))
        if owners is None:
            many = sizes(columns[f"{facet}_member_first"])
            owners = self._member_sets[facet, at] = np.repeat(np.arange(len(many), dtype=np.uint32), many)
        histogram = np.bincount(sets[passages], minlength=len(columns[f"{facet}_member_first"]) - 1)
        return np.bincount(members, weights=histogram[owners], minlength=values).astype(np.int64)

    def _members(self, facet: str, at: int, sets: Array) -> tuple[Numbers, Array]:
        """For each of the sets given its values: which of the sets, and the (local) value."""
        columns = self._segments[at].columns
        first = columns[f"{facet}_member_first"]
        begins = first[sets].astype(np.intp)
        many = first[sets.astype(np.intp) + 1].astype(np.intp) - begins
        ends = np.cumsum(many)
        places = np.repeat(begins - (ends - many), many) + np.arange(int(ends[-1]) if len(ends) else 0)
        return np.repeat(np.arange(len(sets)), many), columns[f"{facet}_members"][places]

    def _expanded(self, facet: str, at: int, passages: Numbers) -> tuple[Numbers, Numbers]:
        owners, members = self._members(facet, at, self._segments[at].columns[f"{facet}_sets"][passages])
        return owners, self._globally[facet][at][members]


def distinct_documents(segments: Sequence[Segment], wanted: Wanted) -> int:
    """How many documents the passages belong to. No document lies in two segments."""
    return sum(_distinct(segment.document_of[passages]) for segment, passages in zip(segments, wanted, strict=True))


def _distinct(ascending: Array) -> int:
    return 1 + int(np.count_nonzero(ascending[1:] != ascending[:-1])) if len(ascending) else 0
