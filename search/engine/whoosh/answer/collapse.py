"""Collapsing: hits of one document, or with one text, are shown as the first of them, with how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.answer.collection import JoinedSegments
from search.engine.whoosh.answer.find import Numbers
from search.engine.whoosh.answer.rank import HitPlace
from search.engine.whoosh.files.columns import Array
from search.question import Collapse


class Collapsing:
    """How the hits of one search collapse. `wanted` are its passages, `documents` how many documents they are of."""

    def __init__(self, by: Collapse, collection: JoinedSegments, wanted: Numbers, documents: int) -> None:
        self._by, self._wanted = by, wanted
        self._documents, self._document_first = collection.columns["document"], collection.columns["document_first"]
        self._copies: Array = collection.columns["copies"]
        self._sizes: NDArray[np.intp] = np.zeros(1, np.intp)
        self.groups = documents
        if by is Collapse.COPY:
            self._sizes = np.bincount(self._copies[wanted], minlength=1)
            self.groups = int(self._sizes[0]) + int(np.count_nonzero(self._sizes[1:]))

    def first(self, places: Sequence[HitPlace]) -> list[HitPlace]:
        """The first place of every group, in order."""
        found: dict[int, HitPlace] = {}
        for place in places:
            key = self._key(place)
            if key not in found:
                size = self._size(key)
                found[key] = place._replace(collapsed=size - 1) if size > 1 else place
        return list(found.values())

    def _key(self, place: HitPlace) -> int:
        if self._by is Collapse.DOCUMENT:
            return int(self._documents[place.passage])
        return int(self._copies[place.passage]) or -1 - place.passage

    def _size(self, key: int) -> int:
        if self._by is Collapse.COPY:
            return int(self._sizes[key]) if key > 0 else 1
        first, last = np.searchsorted(self._wanted, self._document_first[key : key + 2].astype(np.intp)).tolist()
        return int(last - first)
