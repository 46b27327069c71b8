"""The features of the second stage, read from all texts at once by vectors: of each text what `stages.read_plainly` says of it, number for
number. A page of a long query reads a hundred texts; one by one they took most of its time.

The texts lie one behind the other, each closed by a line end, which no match form holds: so nothing is found across two of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.query.match import SENTENCE_ENDS, occurrences
from search.query.nearest.stages import CLAUSE_ENDS, Asked, answered, wanted

_CODES = 0x110000
_END = "\n"
Numbers = NDArray[np.intp]
Sums = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Laid:
    """Texts one behind the other. `sentence` and `clause` number the part that each character is in, or that it ends; `sentence_ends` and
    `clause_ends` are where those parts end, `starts` and `ends` where the texts do."""

    whole: str
    codes: NDArray[np.uint32]
    starts: Numbers
    ends: Numbers
    sentence: Numbers
    sentence_ends: Numbers
    clause: Numbers
    clause_ends: Numbers

    def text_of(self, places: Numbers) -> Numbers:
        """The text that each place is in."""
        return self.ends.searchsorted(places)

    def part(self, ends: Numbers, number: int) -> str:
        """A sentence or clause in words, given where all of them end."""
        return self.whole[int(ends[number - 1]) + 1 if number else 0 : int(ends[number])]


def _end_marks() -> NDArray[np.uint8]:
    marks = np.zeros(_CODES, np.uint8)
    marks[[ord(char) for char in CLAUSE_ENDS]] = 1
    marks[[ord(char) for char in SENTENCE_ENDS + _END]] = 2
    return marks


_ENDS = _end_marks()


def read_at_once(sought: Asked, texts: Sequence[str]) -> list[tuple[float, ...]]:
    """The features that the second stage adds, of each text."""
    if not texts:
        return []
    laid = _laid(texts)
    looked_for = wanted(sought)
    pairs = list(dict.fromkeys([*_twos(run for runs, _ in looked_for for run in runs), *_bigrams(sought.text)]))
    places, which = _found(laid.codes, pairs)
    sorted_by = np.argsort(which, kind="stable")
    bounds = which[sorted_by].searchsorted(np.arange(len(pairs) + 1))
    of_pair = {pair: places[sorted_by[bounds[at] : bounds[at + 1]]] for at, pair in enumerate(pairs)}
    sentence, share, clause, closer = _closeness(laid, looked_for, of_pair)
    total = sum(weight for _, weight in looked_for) or 1
    longest = _longest(laid, sought.text, texts, of_pair) / max(1, len(sought.text))
    rows = zip((share / total).tolist(), (closer / total).tolist(), longest.tolist(), _characters(laid, sought).tolist(), strict=True)
    answer = re.compile(sought.answer) if sought.answer else None
    asked_for = (
        [0.0] * len(texts)
        if answer is None
        else [
            answered(
                answer,
                text,
                laid.part(laid.sentence_ends, int(sentence[at])) if share[at] else "",
                laid.part(laid.clause_ends, int(clause[at])) if closer[at] else "",
            )
            for at, text in enumerate(texts)
        ]
    )
    wishes = sought.wishes
    wished = [sum(wish in text for wish in wishes) / len(wishes) if wishes else 0.0 for text in texts]
    return [(near, nearer, run, told, wish, chars) for (near, nearer, run, chars), told, wish in zip(rows, asked_for, wished, strict=True)]


def _laid(texts: Sequence[str]) -> _Laid:
    whole = _END.join((*texts, ""))
    codes = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32)
    ends = np.cumsum([len(text) + 1 for text in texts]) - 1
    marks = _ENDS[codes]
    closing, pausing = marks == 2, marks > 0
    return _Laid(
        whole,
        codes,
        np.concatenate(([0], ends[:-1] + 1)),
        ends,
        np.cumsum(closing) - closing,
        closing.nonzero()[0],
        np.cumsum(pausing) - pausing,
        pausing.nonzero()[0],
    )


def _twos(runs: Iterable[str]) -> list[str]:
    return [run for run in runs if len(run) == 2]


def _bigrams(text: str) -> list[str]:
    return [text[at : at + 2] for at in range(len(text) - 1)]


def _found(codes: NDArray[np.uint32], pairs: Sequence[str]) -> tuple[Numbers, NDArray[np.int16]]:
    """Where one of the pairs of characters occurs, and which."""
    size = max(int(codes.max()), *(ord(char) for pair in pairs for char in pair), 0) + 1
    first, second = (_ranks([pair[at] for pair in pairs], size) for at in (0, 1))
    grid = np.full((int(first.max()) + 1, int(second.max()) + 1), -1, np.int16)
    for at, pair in enumerate(pairs):
        grid[first[ord(pair[0])], second[ord(pair[1])]] = at
    which = grid[first[codes[:-1]], second[codes[1:]]]
    places = (which >= 0).nonzero()[0]
    return places, which[places]


def _ranks(chars: Collection[str], size: int) -> NDArray[np.int16]:
    """Each of the characters as a number from 1, all others below `size` as 0."""
    ranks = np.zeros(size, np.int16)
    for rank, char in enumerate(dict.fromkeys(chars), start=1):
        ranks[ord(char)] = rank
    return ranks


def _closeness(
    laid: _Laid, looked_for: Sequence[tuple[tuple[str, ...], int]], of_pair: Mapping[str, Numbers]
) -> tuple[Numbers, Sums, Numbers, Sums]:
    """Of each text the sentence that holds most of what is wanted and how much that is, and of that sentence the clause."""
    weights = np.array([weight for _, weight in looked_for] or [0], np.float64)
    size = len(weights)
    places, entries = _occurring(laid.whole, looked_for, of_pair, SENTENCE_ENDS)
    of_sentence = laid.sentence[places]
    held = np.zeros(len(laid.sentence_ends) * size, np.bool_)
    held[of_sentence * size + entries] = True
    there = held.nonzero()[0]
    sums: Sums = np.bincount(there // size, weights[there % size], len(laid.sentence_ends)).astype(np.float64, copy=False)
    sentence, share = _first_best(sums, laid.text_of(laid.sentence_ends), len(laid.ends))
    if any(char in run for runs, _ in looked_for for run in runs for char in CLAUSE_ENDS):
        places, entries = _occurring(laid.whole, looked_for, of_pair, SENTENCE_ENDS + CLAUSE_ENDS)
        of_sentence = laid.sentence[places]
    is_best = np.zeros(len(sums), np.bool_)
    is_best[sentence] = True
    inside = is_best[of_sentence]
    keys = np.unique(laid.clause[places[inside]] * size + entries[inside])
    sums = np.bincount(keys // size, weights[keys % size], len(laid.clause_ends)).astype(np.float64, copy=False)
    clause, closer = _first_best(sums, laid.text_of(laid.clause_ends), len(laid.ends))
    return sentence, share, clause, closer


def _occurring(
    whole: str, looked_for: Sequence[tuple[tuple[str, ...], int]], of_pair: Mapping[str, Numbers], outside: str
) -> tuple[Numbers, Numbers]:
    """Where what is wanted occurs, and which of it: the runs that hold none of the characters that part texts."""
    found: list[Numbers] = []
    entries: list[int] = []
    for entry, (runs, _) in enumerate(looked_for):
        for run in runs:
            if not any(char in run for char in outside):
                found.append(of_pair[run] if len(run) == 2 else np.array([start for start, _ in occurrences(run, whole)], np.intp))
                entries.append(entry)
    if not found:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    return np.concatenate(found), np.repeat(entries, [len(places) for places in found])


def _first_best(sums: Sums, texts: Numbers, count: int) -> tuple[Numbers, Sums]:
    """Of each text the first of its parts with the greatest sum, and that sum."""
    best: Sums = np.maximum.reduceat(sums, texts.searchsorted(np.arange(count)))
    parts = (sums == best[texts]).nonzero()[0]
    return parts[texts[parts].searchsorted(np.arange(count))], best


def _longest(laid: _Laid, text: str, texts: Sequence[str], of_pair: Mapping[str, Numbers]) -> Numbers:
    """Of each text the length of the longest run it has in common with the query: along the query, how far back every pair of it that
    occurs in the texts goes on from the pair before."""
    back = np.zeros(len(laid.codes) + 1, np.int32)
    best = np.zeros(len(laid.codes), np.int32)
    before = np.zeros(0, np.intp)
    for pair in _bigrams(text):
        places = of_pair[pair]
        lengths = back[places - 1] + 1
        back[before] = 0
        back[places] = lengths
        best[places] = np.maximum(best[places], lengths)
        before = places
    longest = np.maximum.reduceat(best, laid.starts)
    longest += longest > 0
    for at in (longest == 0).nonzero()[0].tolist():
        longest[at] = any(char in texts[at] for char in text)
    return longest


def _characters(laid: _Laid, sought: Asked) -> Sums:
    """Of each text the share of the characters that one of its sentences holds."""
    chars = sorted(sought.characters.difference(SENTENCE_ENDS))
    ranks = _ranks(chars, max(int(laid.codes.max()), *map(ord, chars), 0) + 1)[laid.codes]
    places = ranks.nonzero()[0]
    size = len(chars) + 1
    held = np.zeros(len(laid.sentence_ends) * size, np.bool_)
    held[laid.sentence[places] * size + ranks[places]] = True
    counts = np.bincount(held.nonzero()[0] // size, minlength=len(laid.sentence_ends))
    most = np.maximum.reduceat(counts, laid.text_of(laid.sentence_ends).searchsorted(np.arange(len(laid.ends))))
    return most / (len(sought.characters) or 1)
