"""Where runs and words stand in a segment: postings, by vectors over the columns.

A run of one or two characters is a posting list. A longer run takes the places of its rarest pair of characters and looks the other
characters up in the text: exact, whatever its length, without reading a second list.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.files.postings import KeptLists, PostingLists
from search.engine.whoosh.files.segment import Segment
from search.engine.whoosh.write.invert import group_starts, narrow, ranges

Numbers = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Postings:
    """Passages ascending, and for each `2 * tf + exact`: how often it has it, and whether one of the occurrences stands on word
    boundaries. Kept as narrow as it is stored: most of it is never looked at."""

    passages: Numbers
    packed: Array

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Whether an occurrence stands on word boundaries, a passage."""
        return np.asarray((self.packed & 1).astype(np.bool_))

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self.passages.nbytes + self.packed.nbytes


_LOWEST, _ONCE = np.uint8(1), np.uint8(2)
NONE = Postings(np.zeros(0, np.intp), np.zeros(0, np.uint8))


def _bits(flags: Array, places: Array) -> Array:
    """The flag at each place, in the lowest bit; above it is anything."""
    bits: Array = flags.take(places >> 3) >> (places.astype(np.uint8) & np.uint8(7))
    return bits


class Finder:
    """Finds runs and words in one segment."""

    def __init__(self, segment: Segment, kept: KeptLists) -> None:
        self._columns = segment.columns
        self._segment = segment
        self._alphabet = {code: place for place, code in enumerate(segment.columns["alphabet"].tolist())}
        self._text = segment.columns["text"]
        self._lefts, self._rights = segment.columns["bigram_lefts"], segment.columns["bigram_rights"]
        names = ("word", "character", "bigram")
        self._words, self._characters, self._pairs = (PostingLists(segment.columns, name, kept) for name in names)

    def spelled(self, run: str) -> list[int] | None:
        """The run as places in the alphabet, or None if it has a character that never occurs."""
        places = [self._alphabet.get(ord(char), 0) for char in run]
        return places if places and all(places) else None

    def word(self, word: str) -> Postings:
        """Where the word stands as a token."""
        at = self._segment.words.find(word)
        if at is None:
            return NONE
        return _postings(self._words, at)

    def run(self, run: str) -> Postings:
        """Where the run occurs."""
        letters = self.spelled(run)
        if letters is None:
            return NONE
        if len(letters) == 1:
            keys = self._columns["character_keys"]
            return _postings(self._characters, int(keys.searchsorted(keys.dtype.type(letters[0]))))  # which all letters have
        if len(letters) == 2:
            entry = self._pair(*letters)
            return NONE if entry is None else _postings(self._pairs, entry)
        return self._postings(*self._verified(letters), len(letters))

    def places(self, run: str) -> Numbers:
        """Every place where the run starts, in the text of the segment, ascending."""
        letters = self.spelled(run)
        if letters is None:
            return NONE.passages
        if len(letters) == 1:
            return np.flatnonzero(self._text == letters[0])
        if len(letters) == 2:
            entry = self._pair(*letters)
            return NONE.passages if entry is None else self._occurrences(entry, *letters)[0]
        return self._verified(letters)[0]

    def passages_at(self, places: Numbers) -> Numbers:
        """The passages these places lie in."""
        first = self._columns["passage_first"]
        return first.searchsorted(places.astype(first.dtype), side="right") - 1

    def postings(self, places: Numbers, length: int) -> Postings:
        """Postings of occurrences of this length that start at these places (ascending)."""
        return self._postings(places, self.passages_at(places), length)

    def _postings(self, places: Numbers, passages: Numbers, length: int) -> Postings:
        if not len(places):
            return NONE
        exact = _bits(self._columns["starts"], places) & _bits(self._columns["ends"], places + length) & _LOWEST
        changes = passages[1:] != passages[:-1]
        if np.logical_and.reduce(changes):
            exact |= _ONCE
            return Postings(passages, exact)
        entries = group_starts(changes)
        frequencies = np.empty_like(entries)
        np.subtract(entries[1:], entries[:-1], out=frequencies[:-1])
        frequencies[-1] = len(places) - entries[-1]
        frequencies *= 2
        frequencies += np.maximum.reduceat(exact, entries)
        return Postings(passages[entries], frequencies)

    def _pair(self, left: int, right: int) -> int | None:
        """The number of a pair of characters among the pairs that occur."""
        low, high = self._lefts[left : left + 2].tolist()
        rights = self._rights[low:high]
        at = int(rights.searchsorted(rights.dtype.type(right)))
        return low + at if low + at < high and rights[at] == right else None

    def _occurrences(self, pair: int, left: int, right: int) -> tuple[Numbers, Numbers]:
        """Every place where a pair of characters starts, ascending, and the passage of each."""
        entries, inside = self._pairs.occurrences(pair, partial(self._sought, left, right))
        first = self._columns["passage_first"][entries.passages].astype(np.intp)
        if len(inside) == len(first):
            return first + inside, entries.passages
        many = entries.frequencies >> 1
        places = first.repeat(many)
        places += inside
        return places, entries.passages.repeat(many)

    def _sought(self, left: int, right: int, passages: Numbers, frequencies: Array) -> Array:
        """Where in these passages the pair is, by their text."""
        lengths = self._segment.lengths[passages].astype(np.intp)
        first = self._columns["passage_first"][passages].astype(np.intp)
        places = ranges(first, first + lengths)
        places = places[(self._text.take(places) == left).nonzero()[0]]
        places = places[(self._text[1:].take(places) == right).nonzero()[0]]
        return narrow(places - first.repeat(frequencies >> 1))

    def _verified(self, letters: list[int]) -> tuple[Numbers, Numbers]:
        """Places where all letters (three or more) follow each other, and their passages."""
        text, found = self._text, []
        for left, right in pairwise(letters):
            pair = self._pair(left, right)
            if pair is None:
                return NONE.passages, NONE.passages
            found.append(pair)
        at = min(range(len(found)), key=[self._pairs.size(pair) for pair in found].__getitem__)
        starts, passages = self._occurrences(found[at], *letters[at : at + 2])
        places, kept = starts - at, passages
        if places[0] < 0 or int(places[-1]) + len(letters) > len(text):
            inside = slice(*places.searchsorted((0, len(text) - len(letters) + 1)).tolist())
            places, kept = places[inside], kept[inside]
        for offset, letter in enumerate(letters):
            if offset not in (at, at + 1) and len(kept):
                same = text[offset:].take(places) == letter
                if not np.logical_and.reduce(same):
                    left = same.nonzero()[0]
                    places, kept = places.take(left), kept.take(left)
        return places, kept


def _postings(lists: PostingLists, key: int) -> Postings:
    entries = lists.entries(key)
    return Postings(entries.passages, entries.frequencies)
