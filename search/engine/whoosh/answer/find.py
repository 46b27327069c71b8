"""Where runs and words stand in a segment: postings, by vectors over the columns.

A run of one or two characters is a posting list. A longer run takes the places of its rarest pair of characters and looks the other
characters up in the text: exact, whatever its length, without reading a second list.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from search.engine.whoosh.files.columns import Array
from search.engine.whoosh.files.segment import Segment
from search.engine.whoosh.write.invert import group_starts

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


_LOOK_UP = 32
"""Where fewer than one place in so many is left, its passage is looked up; else those of all places are written out."""

NONE = Postings(np.zeros(0, np.intp), np.zeros(0, np.uint8))


def _bit(flags: Array, places: Array) -> NDArray[np.bool_]:
    bits = (flags[places >> 3] >> (places & 7).astype(np.uint8)) & 1
    return np.asarray(bits, np.bool_)


class Finder:
    """Finds runs and words in one segment."""

    def __init__(self, segment: Segment) -> None:
        self._columns = segment.columns
        self._segment = segment
        self._alphabet = {code: place for place, code in enumerate(segment.columns["alphabet"].tolist())}
        self._text = segment.columns["text"]
        self._base = len(self._alphabet)

    def spelled(self, run: str) -> list[int] | None:
        """The run as places in the alphabet, or None if it has a character that never occurs."""
        places = [self._alphabet.get(ord(char), 0) for char in run]
        return places if places and all(places) else None

    def word(self, word: str) -> Postings:
        """Where the word stands as a token."""
        at = self._segment.words.find(word)
        if at is None:
            return NONE
        begin, end = self._columns["word_first"][at : at + 2].tolist()
        return self._entries("word", begin, end)

    def run(self, run: str) -> Postings:
        """Where the run occurs."""
        letters = self.spelled(run)
        if letters is None:
            return NONE
        if len(letters) == 1:
            entry = self._key("character", letters[0])
            return NONE if entry is None else self._entries("character", *self._bounds("character_first", entry))
        if len(letters) == 2:
            entry = self._key("bigram", letters[0] * self._base + letters[1])
            return NONE if entry is None else self._entries("bigram", *self._bounds("bigram_first", entry))
        return self._postings(*self._verified(letters), len(letters))

    def places(self, run: str) -> Numbers:
        """Every place where the run starts, in the text of the segment, ascending."""
        letters = self.spelled(run)
        if letters is None:
            return NONE.passages
        if len(letters) == 1:
            return np.flatnonzero(self._text == letters[0])
        if len(letters) == 2:
            entry = self._key("bigram", letters[0] * self._base + letters[1])
            if entry is None:
                return NONE.passages
            begin, end = self._bounds("bigram_spans", entry)
            return self._columns["bigram_positions"][begin:end].astype(np.intp)
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
        exact = _bit(self._columns["starts"], places) & _bit(self._columns["ends"], places + length)
        changes = passages[1:] != passages[:-1]
        if changes.all():
            return Postings(passages, exact + np.uint8(2))
        entries = group_starts(changes)
        frequencies = np.diff(entries, append=len(places))
        return Postings(passages[entries], frequencies * 2 + np.logical_or.reduceat(exact, entries))

    def _bounds(self, name: str, entry: int) -> tuple[int, int]:
        column = self._columns[name]
        return int(column[entry]), int(column[entry + 1])

    def _key(self, name: str, key: int) -> int | None:
        keys = self._columns[f"{name}_keys"]
        at = int(np.searchsorted(keys, keys.dtype.type(key)))
        return at if at < len(keys) and keys[at] == key else None

    def _entries(self, name: str, begin: int, end: int) -> Postings:
        passages = self._columns[f"{name}_passages"][begin:end].astype(np.intp)
        return Postings(passages, self._columns[f"{name}_frequencies"][begin:end])

    def _verified(self, letters: list[int]) -> tuple[Numbers, Numbers]:
        """Places where all letters (three or more) follow each other, and their passages."""
        keys, spans, text = self._columns["bigram_keys"], self._columns["bigram_spans"], self._text
        pairs = np.array([left * self._base + right for left, right in pairwise(letters)], keys.dtype)
        found = keys.searchsorted(pairs)
        if int(found.max()) == len(keys) or (keys[found] != pairs).any():
            return NONE.passages, NONE.passages
        begins, ends = spans[found].tolist(), spans[found + 1].tolist()
        at = min(range(len(pairs)), key=lambda pair: ends[pair] - begins[pair])
        starts = self._columns["bigram_positions"][begins[at] : ends[at]].astype(np.intp) - at
        # A start before the first text is negative and reads from the end: the separator there is no letter, so it falls out by itself.
        inside = len(starts)
        if int(starts[-1]) + len(letters) > len(text):
            inside = int(starts.searchsorted(len(text) - len(letters), side="right"))
        places, kept = starts[:inside], np.arange(inside)
        for offset, letter in enumerate(letters):
            if offset not in (at, at + 1) and len(kept):
                same = text[places + offset] == letter
                places, kept = places[same], kept[same]
        if len(kept) * _LOOK_UP < len(starts):
            return places, self.passages_at(places)
        entries = self._entries("bigram", *self._bounds("bigram_first", int(found[at])))
        return places, np.repeat(entries.passages, entries.packed >> 1)[kept]
