"""Folding: hits of one document, or with one text, are shown as the first of them, with how many more there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from search.engine.port import Collapse

from .columns import Array
from .find import Numbers
from .invert import narrow
from .rank import Place
from .segment import Segment


def copy_columns(segments: Sequence[Segment]) -> dict[str, Array]:
    """`copies_<n>`: the number of the text of every passage of segment n among the texts that occur more than once, from 1; 0 for all
    others."""
    if not segments:
        return {}
    hashes = np.concatenate([segment.columns["text_hash"] for segment in segments])
    _, inverse, counts = np.unique(hashes, return_inverse=True, return_counts=True)
    often = counts > 1
    numbers = narrow(np.where(often, np.cumsum(often), 0)[inverse])
    borders = np.cumsum([segment.count for segment in segments])[:-1]
    return {f"copies_{at}": part for at, part in enumerate(np.split(numbers, borders))}


class Folding:
    """How the hits of one search fold. `wanted` are its passages, a segment each; `documents` how many documents they are of; `copies` the
    columns of `copy_columns`."""

    def __init__(
        self, by: Collapse, segments: Sequence[Segment], copies: Sequence[Array], wanted: Sequence[Numbers], documents: int
    ) -> None:
        self._by, self._segments, self._copies, self._wanted = by, segments, copies, wanted
        self._sizes: NDArray[np.intp] = np.zeros(1, np.intp)
        self.groups = documents
        if by is Collapse.COPY:
            numbers = [copies[at][passages] for at, passages in enumerate(wanted) if len(passages)]
            self._sizes = np.bincount(np.concatenate(numbers)) if numbers else self._sizes
            self.groups = int(self._sizes[0]) + int(np.count_nonzero(self._sizes[1:]))

    def first(self, places: Sequence[Place]) -> list[Place]:
        """The first place of every group, in order."""
        found: dict[int, Place] = {}
        for place in places:
            key = self._key(place)
            if key not in found:
                size = self._size(key, place)
                found[key] = replace(place, folded=size - 1) if size > 1 else place
        return list(found.values())

    def _key(self, place: Place) -> int:
        if self._by is Collapse.DOCUMENT:
            return place.segment << 32 | int(self._segments[place.segment].document_of[place.passage])
        return int(self._copies[place.segment][place.passage]) or -1 - place.order

    def _size(self, key: int, place: Place) -> int:
        if self._by is Collapse.COPY:
            return int(self._sizes[key]) if key > 0 else 1
        ordinal = key & 0xFFFFFFFF
        first, last = np.searchsorted(
            self._wanted[place.segment], self._segments[place.segment].document_first[ordinal : ordinal + 2].astype(np.intp)
        ).tolist()
        return int(last - first)
