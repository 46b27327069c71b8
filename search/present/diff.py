"""What changed between two texts, word by word, as data."""

from __future__ import annotations

import re

from rapidfuzz.distance import Indel

SAME, OLD, NEW = "same", "old", "new"

ISLAND = 2
"""Unchanged text of at most so many characters between two changes is read as part of the change."""

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|[A-Za-z]+(?:['’-][A-Za-z]+)*|\s+|.", re.DOTALL)


def word_difference(old: str, new: str) -> tuple[tuple[str, str], ...]:
    """Pieces (op, text), op one of `same`, `old`, `new`. The `same` and `old` pieces joined are the old text, `same` and `new` the new one.

    Numbers and Latin words are never cut; Chinese is compared character by character, islands of a character or two swallowed, which reads
    like words and needs no dictionary."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces: list[tuple[str, str]] = []
    for step in Indel.opcodes(before, after):
        if step.tag == "equal":
            pieces.append((SAME, "".join(before[step.src_start : step.src_end])))
        else:
            pieces.append((OLD, "".join(before[step.src_start : step.src_end])))
            pieces.append((NEW, "".join(after[step.dest_start : step.dest_end])))
    return tuple(_joined(_without_islands(pieces)))


def _without_islands(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Short unchanged pieces with changes on both sides count as removed and put back."""
    result: list[tuple[str, str]] = []
    for place, (op, text) in enumerate(pieces):
        inside = 0 < place < len(pieces) - 1
        if op == SAME and inside and len(text) <= ISLAND and not _is_mark(text):
            result += [(OLD, text), (NEW, text)]
        else:
            result.append((op, text))
    return result


def _joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Between two unchanged pieces at most one old and one new piece, in this order."""
    result: list[tuple[str, str]] = []
    old = new = ""
    for op, text in [*pieces, (SAME, "")]:
        if op == OLD:
            old += text
        elif op == NEW:
            new += text
        else:
            result += [(OLD, old), (NEW, new), (SAME, text)]
            old = new = ""
    return [(op, text) for op, text in result if text]


def _is_mark(text: str) -> bool:
    return not any(char.isalnum() for char in text)
