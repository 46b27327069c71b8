"""How a text is analysed, once for index and query: match form, words, and the version of all that goes into them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.labels.gazetteer import gazetteer
from search.text.fold import MatchForm, fold, match_form
from search.text.segment import Segmenter, Token

CODE_VERSION = 1
"""Raised by hand when folding, segmenting or scoring changes in code."""

_SEARCH = Path(__file__).parent.parent
_LEXICON = _SEARCH / "text" / "data" / "lexicon.txt"
_TABLES = (_SEARCH / "text" / "data", _SEARCH / "query" / "data", _SEARCH / "labels" / "data")
_NOT_TABLES = {".py", ".pyc", ".md"}


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text made ready for matching. `match` is its match form, `offsets` leads back to canonical text (one entry a character of `match`,
    and the end), `tokens` are its words by start, with ranges in `match`."""

    match: str
    offsets: Sequence[int]
    tokens: Sequence[Token]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The canonical range of a range of `match` that is not empty."""
        return MatchForm(self.match, self.offsets).span(start, end)


@cache
def segmenter() -> Segmenter:
    """The one segmenter of the process, with the lexicon and the names of the gazetteer."""
    return Segmenter((*lexicon(), *map(fold, gazetteer().all_names())))


@cache
def lexicon() -> tuple[str, ...]:
    """The words of the domain lexicon, in match form."""
    lines = _LEXICON.read_text(encoding="utf-8").splitlines()
    return tuple(fold(word) for line in lines if (word := line.partition("#")[0].strip()))


def analyse(text: str) -> Analysis:
    """The analysis of a canonical text."""
    form = match_form(text)
    return Analysis(form.text, form.offsets, segmenter().segment(form.text))


def words(match_text: str) -> Sequence[Token]:
    """The words of a text already in match form."""
    return segmenter().segment(match_text)


def boundaries(tokens: Sequence[Token], length: int) -> tuple[bytearray, bytearray]:
    """Where a run may start and end “on word boundaries”: two arrays of `length + 1` flags over the positions of a match form.

    A position is a boundary where a token starts (ends), and beside every character that is in no token (punctuation)."""
    starts, ends, inside = bytearray(length + 1), bytearray(length + 1), bytearray(length)
    for _, start, end in tokens:
        starts[start] = 1
        ends[end] = 1
        inside[start:end] = b"\x01" * (end - start)
    position = inside.find(0)
    while position >= 0:
        starts[position] = 1
        ends[position + 1] = 1
        position = inside.find(0, position + 1)
    return starts, ends


@cache
def fingerprint() -> str:
    """The analysis version: 16 hex digits over every table that analysis, expansion and labels read, and the version of the code."""
    digest = hashlib.sha256(f"{CODE_VERSION}\n".encode())
    for folder in _TABLES:
        for path in sorted(folder.glob("*")):
            if path.is_file() and path.suffix not in _NOT_TABLES:
                digest.update(f"{folder.parent.name}/{path.name}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def longest(tokens: Sequence[Token]) -> list[Token]:
    """The tokens one after the other, of those that overlap the longest."""
    result: list[Token] = []
    for token in tokens:
        if not result or token[1] >= result[-1][2]:
            result.append(token)
        elif token[1] == result[-1][1] and token[2] > result[-1][2]:
            result[-1] = token
    return result
