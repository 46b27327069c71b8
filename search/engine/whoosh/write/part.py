"""Analysed passages as arrays, before they are inverted: what new documents are made into.

In all texts of a part, passages follow each other with one separator (code point 0, which no match form has) after each.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.columns import Array
from search.fields import NAMES, document_day, facet_values
from search.model import BlockKind, Passage
from search.query.analysis import Analysis

KINDS = tuple(BlockKind)
"""Their place is the number a kind has in the columns: only ever add at the end of the enumeration."""

NO_YEAR = -32768
_BATCH = 4_000
"""Passages whose boundaries are worked out together."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A vocabulary and which passage has which of its values: `value[i]` stands in `passage[i]`; a pair may repeat."""

    vocabulary: Sequence[str]
    value: NDArray[np.uint32]
    passage: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class LabelSets:
    """The sets of values that occur, by first use, and the number of each passage's: passages of a document mostly share one."""

    members: Sequence[tuple[str, ...]]
    numbers: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class SegmentPart:
    """`chars` code points with separators; `starts`, `ends` flags of word boundaries, one each `chars` entry (an end stands after its
    word); `lengths` characters and `token_counts` tokens a passage; the rest one entry a passage."""

    chars: NDArray[np.uint32]
    starts: NDArray[np.uint8]
    ends: NDArray[np.uint8]
    lengths: NDArray[np.uint32]
    words: Labelled
    facets: dict[str, LabelSets]
    kind: NDArray[np.uint8]
    earliest: NDArray[np.int16]
    latest: NDArray[np.int16]
    day: NDArray[np.uint32]
    id_hash: NDArray[np.uint32]
    text_hash: NDArray[np.uint64]


def hash64(text: str) -> int:
    """A 64-bit hash of a text, the same everywhere."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def id_hash(passage_id: str) -> int:
    """The 32 bits by which a passage is looked up: the few that share them are told apart by their ids."""
    return hash64(passage_id) >> 32


class _Vocabulary:
    def __init__(self) -> None:
        self.numbers: defaultdict[str, int] = defaultdict()
        self.numbers.default_factory = self.numbers.__len__  # a new value gets the next number
        self.value = array("I")
        self.passage = array("I")

    def add(self, passage: int, values: Iterable[str]) -> None:
        before = len(self.value)
        self.value.extend(map(self.numbers.__getitem__, values))
        self.passage.extend([passage] * (len(self.value) - before))

    def labelled(self) -> Labelled:
        return Labelled(list(self.numbers), np.frombuffer(self.value, np.uint32), np.frombuffer(self.passage, np.uint32))


class _Sets:
    """The sets of values of passages, in their order."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, ...], int] = {}
        self.numbers = array("I")

    def add(self, values: tuple[str, ...]) -> None:
        self.numbers.append(self.known.setdefault(values, len(self.known)))

    def labelled(self) -> LabelSets:
        return LabelSets(list(self.known), np.frombuffer(self.numbers, np.uint32))


class _Texts:
    """Match forms and word boundaries on their way into a part, a batch at a time."""

    def __init__(self) -> None:
        self.lengths = array("I")
        self._texts: list[str] = []
        self._begins, self._ends, self._sizes = array("I"), array("I"), array("I")
        self._done: list[tuple[Array, Array, Array]] = []

    def add(self, text: str, begins: Sequence[int], ends: Sequence[int]) -> None:
        self._texts.append(text)
        self.lengths.append(len(text))
        self._begins.extend(begins)
        self._ends.extend(ends)
        self._sizes.append(len(begins))
        if len(self._texts) >= _BATCH:
            self._finish()

    def _finish(self) -> None:
        lengths = np.frombuffer(self.lengths[-len(self._texts) :], np.uint32)
        flags = _boundaries(lengths, *(np.frombuffer(one, np.uint32) for one in (self._sizes, self._begins, self._ends)))
        chars = np.frombuffer("\0".join([*self._texts, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
        self._done.append((chars, *flags))
        self._texts = []
        self._begins, self._ends, self._sizes = array("I"), array("I"), array("I")

    def columns(self) -> tuple[Array, Array, Array]:
        """Characters, starts and ends of all texts."""
        if self._texts or not self._done:
            self._finish()
        chars, starts, ends = zip(*self._done, strict=True)
        self._done = []
        return np.concatenate(chars), np.concatenate(starts), np.concatenate(ends)


def analysed(passages: Iterable[Passage], analyse: Callable[[str], Analysis]) -> SegmentPart:
    """The part these passages make. `analyse` is the analysis shared with the query side."""
    texts = _Texts()
    kinds = bytearray()
    first, last, days = array("h"), array("h"), array("I")
    ids, copies = array("I"), array("Q")
    words = _Vocabulary()
    facets = {name: _Sets() for name in NAMES}
    for number, passage in enumerate(passages):
        analysis = analyse(passage.text)
        tokens, begins, ends = zip(*analysis.tokens, strict=True) if analysis.tokens else ((), (), ())
        texts.add(analysis.match, begins, ends)
        words.add(number, tokens)
        for name, values in facet_values(passage).items():
            facets[name].add(values)
        years = [label.year for label in passage.years]
        first.append(min(years, default=NO_YEAR))
        last.append(max(years, default=NO_YEAR))
        days.append(document_day(passage))
        kinds.append(KINDS.index(passage.kind))
        ids.append(id_hash(passage.id))
        copies.append(hash64(passage.text))
    chars, starts, stops = texts.columns()
    return SegmentPart(
        chars=chars,
        starts=starts,
        ends=stops,
        lengths=np.frombuffer(texts.lengths, np.uint32),
        words=words.labelled(),
        facets={name: one.labelled() for name, one in facets.items()},
        kind=np.frombuffer(kinds, np.uint8),
        earliest=np.frombuffer(first, np.int16),
        latest=np.frombuffer(last, np.int16),
        day=np.frombuffer(days, np.uint32),
        id_hash=np.frombuffer(ids, np.uint32),
        text_hash=np.frombuffer(copies, np.uint64),
    )


def _boundaries(lengths: Array, sizes: Array, begins: Array, ends: Array) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """`search.query.analysis.boundaries` of all passages at once: `sizes` tokens a passage, their ranges one after the other."""
    spans = lengths.astype(np.int64) + 1
    total = int(spans.sum())
    shifts = np.repeat(np.cumsum(spans) - spans, sizes)
    starts, stops = np.zeros(total + 1, np.uint8), np.zeros(total + 1, np.uint8)
    begins, ends = begins + shifts, ends + shifts
    starts[begins] = 1
    stops[ends] = 1
    depth = np.zeros(total + 1, np.int32)
    np.add.at(depth, begins, 1)
    np.subtract.at(depth, ends, 1)
    free = np.cumsum(depth[:-1]) == 0
    free[np.cumsum(spans) - 1] = False
    starts[:-1] |= free
    stops[1:] |= free
    return starts[:-1], stops[:-1]
