"""Where the words of a long list stand in the texts of a document, in one pass over all of them.

A word is looked up only where its first two characters stand, which vectors tell for a whole document at once. An automaton tries every
character, in a language whose thousand commonest all begin some name: it takes three times as long.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")

_CODES: Final = 0x10000
"""Codes told apart. Characters outside the basic plane begin and continue no word, and count as U+FFFF, which is none."""
_PIECE: Final = 1 << 16
"""Characters looked at in one go, so that memory does not grow with the text."""
_APART: Final = "\n"
"""Parts the texts; no word holds it."""
_END_THEN_START: Final = itemgetter(0, 1)


class Spotter(Generic[Value]):
    """Words of two characters and more of the basic plane, each with what it means."""

    def __init__(self, words: Mapping[str, Value]) -> None:
        if any(len(word) < 2 or _APART in word for word in words):
            raise ValueError("a word to be spotted has two characters and more, of one line")
        self._words = {word: (value,) for word, value in words.items()}
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {opening: tuple(sorted(found)) for opening, found in lengths.items()}
        self._first, _ = _classes(opening[0] for opening in lengths)
        self._second, self._width = _classes(opening[1] for opening in lengths)
        self._opens = np.zeros((int(self._first.max()) + 1) * self._width, dtype=bool)
        for opening in lengths:
            self._opens[int(self._first[ord(opening[0])]) * self._width + int(self._second[ord(opening[1])])] = True

    def spots(self, texts: Sequence[str]) -> list[list[tuple[int, int, Value]]]:
        """For each text (end, start, value) of every word in it, by their ends, the longer first; words may overlap."""
        found: list[list[tuple[int, int, Value]]] = [[] for _ in texts]
        joined = _APART.join((*texts, ""))
        ends = list(accumulate(len(text) + 1 for text in texts))
        words, lengths = self._words, self._lengths
        number, base, stop = 0, 0, ends[0] if ends else 0
        for at in self._openings(joined):
            while at >= stop:
                number, base, stop = number + 1, stop, ends[number + 1]
            for length in lengths[joined[at : at + 2]]:
                known = words.get(joined[at : at + length])
                if known is not None:
                    found[number].append((at - base + length, at - base, known[0]))
        for here in found:
            if len(here) > 1:
                here.sort(key=_END_THEN_START)
        return found

    def _openings(self, joined: str) -> Iterator[int]:
        """Where two characters stand that open a word."""
        for low in range(0, len(joined) - 1, _PIECE):
            piece = joined[low : low + _PIECE + 1]
            codes = np.frombuffer(piece.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
            codes = np.minimum(codes, _CODES - 1)
            pairs = self._first[codes[:-1]] * self._width + self._second[codes[1:]]
            for at in np.flatnonzero(self._opens[pairs]).tolist():
                yield low + at


def _classes(characters: Iterable[str]) -> tuple[NDArray[np.int32], int]:
    """By code, the number of each of these characters from 1 on, 0 for all others; and how many numbers there are."""
    table = np.zeros(_CODES, dtype=np.int32)
    chosen = sorted(set(map(ord, characters)))
    table[chosen] = np.arange(1, len(chosen) + 1, dtype=np.int32)
    return table, len(chosen) + 1
