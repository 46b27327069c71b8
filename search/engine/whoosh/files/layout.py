"""What goes where when segments are merged: the new numbers of documents, passages, characters and letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.segment import Segment

PIECE = 2_000_000
"""Postings, characters or bytes taken at once."""
DEAD = np.uint32(0xFFFFFFFF)
"""The number of a passage that is left out."""
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SegmentSource:
    """A segment and what of it is wanted. `ordinals`: the documents to keep, ascending; `number[i]`: passage i's new number, or DEAD if
    dropped; `letters[c]`: the new code of alphabet entry c."""

    segment: Segment
    ordinals: tuple[int, ...]
    number: NDArray[np.uint32]
    letters: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class PassageStretch:
    """Neighbouring passages of one source that stay neighbours: `begin` to `end` of its numbers."""

    source: int
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything goes: documents by id as (source, ordinal), runs of passages in their new order, first character of each passage."""

    sources: tuple[SegmentSource, ...]
    documents: tuple[tuple[int, int], ...]
    runs: tuple[PassageStretch, ...]
    passage_first: Numbers
    alphabet: NDArray[np.uint32]


def laid_out(kept: Sequence[tuple[Segment, Sequence[int]]]) -> Layout:
    """Where everything goes that is wanted: these documents (ordinals ascending) of each segment."""
    ids = [segment.documents.all() for segment, _ in kept]
    documents = sorted(
        ((at, ordinal) for at, (_, ordinals) in enumerate(kept) for ordinal in ordinals), key=lambda one: ids[one[0]][one[1]]
    )
    runs: list[PassageStretch] = []
    for at, ordinal in documents:
        begin, end = kept[at][0].document_first[ordinal : ordinal + 2].tolist()
        if runs and runs[-1].source == at and runs[-1].end == begin:
            runs[-1] = PassageStretch(at, runs[-1].begin, end)
        else:
            runs.append(PassageStretch(at, begin, end))
    numbers = [np.full(segment.count, DEAD, np.uint32) for segment, _ in kept]
    total = 0
    for run in runs:
        numbers[run.source][run.begin : run.end] = np.arange(total, total + run.end - run.begin, dtype=np.uint32)
        total += run.end - run.begin
    lengths = np.zeros(total, np.int64)
    for (segment, _), number in zip(kept, numbers, strict=True):
        live = number != DEAD
        lengths[number[live]] = segment.lengths[live]
    first = np.concatenate(([0], np.cumsum(lengths + 1)))
    used = [_letters(segment, [run for run in runs if run.source == at]) for at, (segment, _) in enumerate(kept)]
    alphabet = np.unique(np.concatenate([np.zeros(1, np.uint32), *used]))
    sources = []
    for (segment, ordinals), number in zip(kept, numbers, strict=True):
        letters = np.searchsorted(alphabet, segment.columns["alphabet"]).astype(np.uint32)
        sources.append(SegmentSource(segment, tuple(ordinals), number, letters))
    return Layout(tuple(sources), tuple(documents), tuple(runs), first, alphabet)


def characters(segment: Segment, run: PassageStretch) -> tuple[int, int]:
    """First and last place of a run in the text of its segment."""
    first = segment.columns["passage_first"]
    return int(first[run.begin]), int(first[run.end])


def _letters(segment: Segment, runs: Sequence[PassageStretch]) -> NDArray[np.uint32]:
    """The characters in use in these runs."""
    used = np.zeros(len(segment.columns["alphabet"]), np.bool_)
    for run in runs:
        begin, end = characters(segment, run)
        for at in range(begin, end, PIECE):
            used[segment.columns["text"][at : min(at + PIECE, end)]] = True
    segment.columns.let_go()
    return np.asarray(segment.columns["alphabet"][used], np.uint32)
