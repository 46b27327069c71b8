"""Posting lists in blocks: for every key its passages ascending, of runs and words how often each has it and where in its text.

Entries follow each other, list after list (`<name>_first`: the first entry of every key, and their end; where no list needs more than 16
bits, the lower 16 of each, and the whole number once a `GROUP` of keys in `<name>_bases`), and are cut into blocks (`<name>_heads`: the
first entry of each, and the end): short lists share one, a long list has its own. A block holds the gaps between the passages of a list
(the first counts from 0), the frequencies, and of long lists the places within passages (those of short ones are soon found in the text,
and would take a tenth of the index), each as planes of bytes (all lowest bytes, then all second ones, as many as its largest number
needs), every plane compressed by Zstandard: gaps of frequent keys are small, and cost little more than their entropy. Blocks are decoded
in bulk: a list costs the blocks it lies in, the first time it is asked for.
"""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray

from search.engine.whoosh.files.cache import Cache
from search.engine.whoosh.files.columns import Array, MappedColumns

SHARED = 1_024
"""Entries of a block of short lists: one of three entries must not cost more than one of a thousand."""
LONGEST = 16_384
"""Entries of a block of one list."""
LIST_CACHE = 32 * 2**20
"""Bytes of decoded lists that an open generation keeps: decompressing is most of what a list costs."""
GROUP = 256
"""Keys whose first entries are written as what they have in 16 bits, beside one number for all (`<name>_bases`)."""
KINDS = 3
"""Kinds of numbers in a block: gaps, frequencies, places."""
_HEAD = struct.Struct("<3B")
_LEVEL = 12
"""Beyond it, a hundredth less takes twice the time."""
_NARROW = 65_535
"""The largest number of 16 bits."""

Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Entries:
    """Passages of lists one after the other, each list ascending; for each `2 * tf + exact`, if they have that."""

    passages: Numbers
    frequencies: Array


class _Decompressors(threading.local):
    """One a thread: it must not be used by two at a time."""

    def __init__(self) -> None:
        self.one = zstandard.ZstdDecompressor()


_DECOMPRESSORS = _Decompressors()


Sought = Callable[[Numbers, Array], Array]
"""Finds the places of a list from its passages and frequencies."""
KeptLists = Cache[tuple[Array, ...]]
"""Decoded lists: their passages, and of what else was asked for the frequencies, and the places."""


def kept_lists() -> KeptLists:
    """What keeps the decoded lists of any number of names."""
    return Cache(LIST_CACHE, lambda one: sum(array.nbytes for array in one) + 300)


class PostingLists:
    """The lists of one name in a file of columns. `kept` keeps what is decoded; without it every list is decoded anew."""

    def __init__(self, columns: MappedColumns, name: str, kept: KeptLists | None = None) -> None:
        self._first: Array = columns[f"{name}_first"]
        self._bases = columns[f"{name}_bases"]
        self._data = columns[f"{name}_blocks"].data
        self._borders = columns[f"{name}_borders"]
        self._heads = columns[f"{name}_heads"]
        self._kept = kept
        self._own = object()
        """Stands for these lists among the keys of what is kept, which so holds nothing of them, nor of the mapping."""

    def __len__(self) -> int:
        return len(self._first) - 1

    @cached_property
    def first(self) -> Array:
        """The first entry of every key, and the end of all: written out, for whoever goes through all lists."""
        if not len(self._bases):
            return self._first
        first = np.zeros(len(self._first), np.uint32)
        np.cumsum(self._first[1:] - self._first[:-1], dtype=np.uint32, out=first[1:])
        return first

    def size(self, key: int) -> int:
        """How many passages the list of this key has."""
        ends = self._first[key : key + 2]
        return int((ends[1:] - ends[:-1])[0])

    def _span(self, key: int) -> tuple[int, int]:
        """The first entry of a key, and that behind its last."""
        if not len(self._bases):
            begin, end = self._first[key : key + 2].tolist()
            return begin, end
        group = key // GROUP
        low = self._first[group * GROUP : key + 2]
        many = low[1:] - low[:-1]
        end = int(self._bases[group]) + int(np.add.reduce(many, dtype=np.intp))
        return end - int(many[-1]), end

    def passages(self, key: int) -> Numbers:
        """The passages of a key."""
        return self._list(key, (0,))[0].astype(np.intp)

    def entries(self, key: int) -> Entries:
        """The passages of a key, and how often each has it."""
        passages, frequencies = self._list(key, (0, 1))
        return Entries(passages.astype(np.intp), frequencies)

    def occurrences(self, key: int, sought: Sought) -> tuple[Entries, Array]:
        """The same, and where in its passage each occurrence is, passage after passage; `sought` finds that in the text where the list is
        short."""
        passages, frequencies, places = self._list(key, (0, 1, 2), sought)
        return Entries(passages.astype(np.intp), frequencies), places

    def _list(self, key: int, kinds: tuple[int, ...], sought: Sought | None = None) -> tuple[Array, ...]:
        """Of one list the passages, and what else of these kinds."""
        known = None if self._kept is None else self._kept.get((self._own, key, kinds))
        if known is None:
            known = self._decoded_list(key, kinds)
            if sought is not None and not len(known[-1]):
                known = (*known[:-1], sought(known[0].astype(np.intp), known[1]))
            for numbers in known:
                numbers.flags.writeable = False  # they are handed out again
            if self._kept is not None:
                self._kept.put((self._own, key, kinds), known)
        return known

    def _decoded_list(self, key: int, kinds: tuple[int, ...]) -> tuple[Array, ...]:
        begin, end = self._span(key)
        start, (gaps, *others) = self._read(begin, end, kinds)
        low, high = begin - start, end - start
        passages = gaps[low:high].cumsum(dtype=np.uint32)
        if len(passages) and passages[-1] <= _NARROW:
            passages = passages.astype(np.uint16)
        if not others:
            return (passages,)
        frequencies, *places = others
        # A copy: what is kept must not hold the rest of a block. Places are those of blocks that are one list's own.
        return (passages, frequencies[low:high].copy(), *places)

    def range(self, low: int, high: int) -> Entries:
        """The passages, and how often each has it, of all keys from `low` up to `high`, one after the other."""
        first = self.first[low : high + 1].astype(np.intp)
        begin, end = int(first[0]), int(first[-1])
        start, (gaps, frequencies) = self._read(begin, end, (0, 1))
        passages = np.cumsum(gaps[begin - start : end - start], dtype=np.intp)
        if high - low > 1 and len(passages):  # each list counts from 0 again
            heads = first[:-1][first[:-1] < first[1:]] - begin
            sizes = np.diff(heads, append=len(passages))
            passages -= np.repeat(np.where(heads > 0, passages[heads - 1], 0), sizes)
        return Entries(passages, frequencies[begin - start : end - start])

    def _read(self, begin: int, end: int, kinds: tuple[int, ...]) -> tuple[int, Sequence[Array]]:
        """The numbers of these kinds in the blocks that hold the entries from `begin` up to `end`, and the first entry of those blocks."""
        if begin >= end:
            return begin, [np.zeros(0, np.uint8) for _ in kinds]
        heads = self._heads
        block = int(heads.searchsorted(heads.dtype.type(begin), side="right")) - 1
        if end <= heads[block + 1]:
            return int(heads[block]), self._block(block, kinds)
        last = int(heads.searchsorted(heads.dtype.type(end), side="left"))
        found = [self._block(one, kinds) for one in range(block, last)]
        return int(heads[block]), [np.concatenate(one) for one in zip(*found, strict=True)]

    def _block(self, block: int, kinds: tuple[int, ...]) -> Sequence[Array]:
        """Of a block the numbers of these kinds."""
        low, high = self._borders[block : block + 2].tolist()
        return _decoded(self._data[low:high], kinds)


def _decoded(data: memoryview, kinds: Sequence[int]) -> list[Array]:
    planes = _HEAD.unpack_from(data)
    many = sum(planes)
    sizes = struct.unpack_from(f"<{many}I", data, _HEAD.size)
    at = _HEAD.size + 4 * many
    decompress = _DECOMPRESSORS.one.decompress
    found: list[Array] = []
    done = 0
    for kind, count in enumerate(planes):
        numbers: Array = _NOTHING
        for plane in range(count):
            size = sizes[done]
            if kind in kinds:
                some = np.frombuffer(decompress(data[at : at + size]), np.uint8)
                numbers = some if not plane else numbers | np.left_shift(some, 8 * plane, dtype=_TYPES[plane])
            at += size
            done += 1
        if kind in kinds:
            found.append(numbers)
    return found


_TYPES = (np.uint8, np.uint16, np.uint32, np.uint32)
"""What holds numbers of one, two, three and four bytes."""
_NOTHING = np.zeros(0, np.uint8)


def is_placed(many: Array) -> NDArray[np.bool_]:
    """Which lists of so many entries are written with the places of their occurrences."""
    return many > SHARED


class PostingWriter:
    """Takes lists in the order of their keys, some at a time, and gives their columns: the same whatever came at a time."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._many: list[Array] = [np.zeros(0, np.int64)]
        self._blocks: list[bytes] = []
        self._heads = [0]
        self._waiting: list[Array] = [_NOTHING, _NOTHING, _NOTHING]
        self._lists: Array = np.zeros(0, np.int64)
        """What is left of the lists that wait, in entries."""
        self._is_long: Array = np.zeros(0, np.bool_)
        """Whether they are lists with blocks of their own."""
        self._compress = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False).compress

    def add(self, many: Array, passages: Array, frequencies: Array = _NOTHING, places: Array = _NOTHING) -> None:
        """Lists: `many` entries each, their passages; frequencies (one an entry) if they have them, and of those lists that `is_placed`
        names the places (one an occurrence)."""
        self._many.append(many.astype(np.int64))
        gaps = np.diff(passages.astype(np.int64), prepend=0)
        heads = np.cumsum(many, dtype=np.int64) - many
        heads = heads[many > 0]
        gaps[heads] = passages[heads]
        new = (gaps.astype(np.uint32), frequencies, places)
        self._waiting = [np.concatenate(pair) if len(pair[0]) else pair[1] for pair in zip(self._waiting, new, strict=True)]
        self._lists = np.concatenate((self._lists, many[many > 0]))
        self._is_long = np.concatenate((self._is_long, is_placed(many[many > 0])))
        self._flush(SHARED)

    def finished(self) -> dict[str, Any]:
        """The columns."""
        self._flush(0)
        first = np.zeros(sum(map(len, self._many)) + 1, np.uint32)
        np.cumsum(np.concatenate(self._many), out=first[1:])
        borders = np.cumsum([0, *map(len, self._blocks)], dtype=np.int64)
        return {
            **self._firsts(first),
            f"{self._name}_blocks": np.frombuffer(b"".join(self._blocks), np.uint8),
            f"{self._name}_borders": borders.astype(np.uint32 if borders[-1] <= 0xFFFFFFFF else np.uint64),
            f"{self._name}_heads": np.array(self._heads, np.uint32),
        }

    def _firsts(self, first: Array) -> dict[str, Array]:
        whole = len(first) < 2 or int(np.diff(first).max()) > _NARROW
        name = self._name
        return {f"{name}_first": first if whole else first.astype(np.uint16), f"{name}_bases": first[:0] if whole else first[::GROUP]}

    def _flush(self, known: int) -> None:
        """Writes the blocks that nothing can be added to: those behind which at least so many entries wait."""
        gaps, frequencies, places = self._waiting
        ends = np.cumsum(self._lists)
        occurrences = np.cumsum((frequencies >> 1) * np.repeat(self._is_long, self._lists), dtype=np.int64) if len(places) else _NOTHING
        at = before = 0
        while at < len(gaps) and at + known <= len(gaps):
            one = int(ends.searchsorted(at, side="right"))
            last = int(ends.searchsorted(at + SHARED, side="right")) - 1
            # As many short lists as there is room for: the end of a long one is out of their reach.
            end = min(int(ends[one]), at + LONGEST) if self._is_long[one] else int(ends[last])
            after = int(occurrences[end - 1]) if len(occurrences) else 0
            self._blocks.append(self._block(gaps[at:end], frequencies[at:end], places[before:after]))
            self._heads.append(self._heads[-1] + end - at)
            at, before = end, after
        self._waiting = [gaps[at:], frequencies[at:], places[before:]]
        self._lists = np.diff(ends[ends > at] - at, prepend=0)
        self._is_long = self._is_long[ends > at]

    def _block(self, *numbers: Array) -> bytes:
        planes = [[] if not len(some) else _planes(some) for some in numbers]
        packed = [self._compress(plane) for some in planes for plane in some]
        head = _HEAD.pack(*map(len, planes)) + struct.pack(f"<{len(packed)}I", *map(len, packed))
        return head + b"".join(packed)


def _planes(numbers: Array) -> list[bytes]:
    """The lowest bytes of all, the second bytes, and so on, as many as the largest needs."""
    count = max(1, -(-int(numbers.max()).bit_length() // 8))
    return [(numbers >> numbers.dtype.type(8 * plane)).astype(np.uint8).tobytes() for plane in range(count)]
