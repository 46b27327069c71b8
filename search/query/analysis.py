"""How a text is analysed, once for index and query: match form, words, and the version of all that goes into them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from search.labels.gazetteer import gazetteer
from search.text.fold import MatchForm, fold, match_form
from search.text.segment import Segmenter, Token

_SEARCH = Path(__file__).parent.parent
_LEXICON = _SEARCH / "text" / "data" / "lexicon.txt"
_PARTS: Mapping[str, tuple[str, ...]] = {
    "documents": (
        *("reading", "text/restore", "text/passage_id.py", "text/fold.py", "text/segment.py", "text/data/variants.tsv"),
        *("labels", "building/one_source.py", "building/text_quality.py", "model.py", "records.py", "fields.py", "field_kinds.py"),
    ),
    "segmenting": ("text/fold.py", "text/segment.py", "text/data/variants.tsv", "labels/data/gazetteer.tsv", "query/analysis.py"),
    "lexicon": ("text/data/lexicon.txt",),
    "query": ("query/data", "text/data/pinyin.tsv", "text/data/shapes.txt"),
}
"""What of the code and its tables decides what part of an index: the documents with their labels, how they are cut into words, the words
added to the dictionary, and what is expanded when a query is read."""


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
    return Segmenter((*lexicon(), *folded(gazetteer().all_names())))


@cache
def lexicon() -> tuple[str, ...]:
    """The words of the domain lexicon, in match form."""
    lines = _LEXICON.read_text(encoding="utf-8").splitlines()
    return tuple(fold(word) for line in lines if (word := line.partition("#")[0].strip()))


def folded(names: Iterable[str]) -> list[str]:
    """Names that hold no line break, folded all at once, which takes a tenth of the time. As nothing in them is unseen, these are their
    match forms too."""
    return fold("\n".join(names)).split("\n")


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
def versions() -> Mapping[str, str]:
    """Part → hash of the code and tables that decide it. A change of one part spares what the others decide."""
    return {part: _hash_of(names) for part, names in _PARTS.items()}


@cache
def fingerprint() -> str:
    """The analysis version: 16 hex digits over `versions`."""
    return hashlib.sha256("".join(f"{part} {version}\n" for part, version in versions().items()).encode()).hexdigest()[:16]


def _hash_of(names: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        place = _SEARCH / name
        for path in sorted(place.rglob("*")) if place.is_dir() else (place,):
            if path.is_file() and path.suffix not in (".pyc", ".md"):
                digest.update(f"{path.relative_to(_SEARCH).as_posix()}\n".encode())
                # A checkout with other line ends is the same code.
                digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
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
