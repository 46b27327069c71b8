"""All segments of a generation as one row of passages, numbered through: what queries are evaluated over."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from search.engine.whoosh.answer.find import NONE, Finder, Numbers, Postings
from search.engine.whoosh.answer.records import RecordRows
from search.engine.whoosh.files.columns import Array, MappedColumns
from search.engine.whoosh.files.postings import KeptLists, PostingLists
from search.engine.whoosh.files.segment import Segment, Vocabulary
from search.fields import NAMES
from search.records import RecordKind


class JoinedSegments:
    """`columns` are the columns over all segments (see `order`). Places in text are numbered through as well; between the texts of two
    segments lies a separator, as between any two passages. `kept` keeps what of postings is decoded."""

    def __init__(self, segments: Sequence[Segment], columns: MappedColumns, kept: KeptLists) -> None:
        self.segments = tuple(segments)
        self.columns = columns
        self.lengths: Array = columns["lengths"]
        self.count = len(self.lengths)
        self.facets = {name: Vocabulary(columns, name) for name in NAMES}
        self.labelled = {name: PostingLists(columns, name, kept) for name in NAMES}
        """The passages of every value."""
        self.records = {kind: RecordRows(kind, columns) for kind in RecordKind}
        self._finders = tuple(Finder(segment, kept) for segment in segments)
        self._bases: list[int] = np.cumsum([0, *(segment.count for segment in segments)]).tolist()
        self._text_bases: list[int] = np.cumsum([0, *(len(segment.columns["text"]) for segment in segments)]).tolist()

    # --- postings -------------------------------------------------------------------------------------------------------

    def run(self, text: str) -> Postings:
        """Where the run occurs."""
        return self._joined([finder.run(text) for finder in self._finders])

    def word(self, text: str) -> Postings:
        """Where the word stands as a token."""
        return self._joined([finder.word(text) for finder in self._finders])

    def places(self, run: str) -> Numbers:
        """Every place where the run starts, ascending."""
        found = [finder.places(run) + base for finder, base in zip(self._finders, self._text_bases, strict=False)]
        return np.concatenate([NONE.passages, *found])

    def passages_at(self, places: Numbers) -> Numbers:
        """The passages these places (ascending) lie in."""
        found = [self._finders[at].passages_at(inside) + self._bases[at] for at, inside in self._by_segment(places)]
        return np.concatenate([NONE.passages, *found])

    def postings(self, places: Numbers, length: int) -> Postings:
        """Postings of occurrences of this length that start at these places (ascending)."""
        inside = dict(self._by_segment(places))
        return self._joined([
            finder.postings(inside[at], length) if at in inside else NONE for at, finder in enumerate(self._finders)
        ])  # fmt: skip

    def _by_segment(self, places: Numbers) -> list[tuple[int, Numbers]]:
        """The segments the places lie in, with the places in each."""
        borders = places.searchsorted(self._text_bases).tolist()
        return [(at, places[borders[at] : borders[at + 1]] - self._text_bases[at])
                for at in range(len(self.segments)) if borders[at] < borders[at + 1]]  # fmt: skip

    def _joined(self, found: Sequence[Postings]) -> Postings:
        if len(found) == 1:
            return found[0]
        there = [at for at, one in enumerate(found) if len(one.passages)]
        if not there:
            return NONE
        passages = [found[at].passages + self._bases[at] if at else found[at].passages for at in there]
        if len(there) == 1:
            return Postings(passages[0], found[there[0]].packed)
        return Postings(np.concatenate(passages), np.concatenate([found[at].packed for at in there]))

    # --- texts and rows -------------------------------------------------------------------------------------------------

    def located(self, number: int) -> tuple[int, int]:
        """The segment of a passage, and its number there."""
        at = bisect_right(self._bases, number) - 1
        return at, number - self._bases[at]

    def base(self, segment: int) -> int:
        """The number of the first passage of a segment."""
        return self._bases[segment]

    def match_text(self, number: int) -> str:
        """The match form of a passage."""
        at, inside = self.located(number)
        return self.segments[at].match_text(inside)

    def match_texts(self, numbers: Sequence[int]) -> list[str]:
        """The match forms of several passages, those of a segment decoded together."""
        by_segment: dict[int, list[tuple[int, int]]] = {}
        for place, number in enumerate(numbers):
            at, inside = self.located(number)
            by_segment.setdefault(at, []).append((place, inside))
        texts = [""] * len(numbers)
        for at, wanted in by_segment.items():
            for (place, _), text in zip(wanted, self.segments[at].match_texts([inside for _, inside in wanted]), strict=True):
                texts[place] = text
        return texts

    # --- documents ------------------------------------------------------------------------------------------------------

    def distinct_documents(self, passages: Numbers) -> int:
        """How many documents the passages (ascending) belong to."""
        documents = self.columns["document"][passages]
        return 1 + int(np.count_nonzero(documents[1:] != documents[:-1])) if len(documents) else 0

    def document(self, document_id: str) -> tuple[int, int] | None:
        """The segment of a document, and its ordinal there."""
        segments, ordinals = self.columns["document_segment"], self.columns["document_ordinal"]

        def id_at(place: int) -> bytes:
            segment: Segment = self.segments[int(segments[place])]
            return segment.documents.encoded(int(ordinals[place]))

        wanted = document_id.encode("utf-8", "surrogatepass")
        at = bisect_left(range(len(segments)), wanted, key=id_at)
        return (int(segments[at]), int(ordinals[at])) if at < len(segments) and id_at(at) == wanted else None

    def of_documents(self, places: Sequence[tuple[int, int]]) -> Numbers:
        """The passages of these documents (segments and ordinals, ascending)."""
        ranges = [NONE.passages]
        for segment, ordinal in places:
            first, last = self.segments[segment].document_first[ordinal : ordinal + 2].tolist()
            ranges.append(np.arange(first, last, dtype=np.intp) + self._bases[segment])
        return np.concatenate(ranges)
