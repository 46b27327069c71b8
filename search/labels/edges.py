"""Whether a cue of two characters is a word where it stands, or cut out of two others (医|务工|作)."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

EDGES: Final = Path(__file__).parent / "data" / "word_edges.tsv"

Edges = tuple[frozenset[str], frozenset[str]]
"""Characters before a cue that end another word with its first, and those after it that begin one with its second."""


@lru_cache(maxsize=1)
def word_edges() -> dict[str, Edges]:
    """Cue → its edges, of the table that `search/labels/compile_edges.py` makes."""
    rows = (line.split("\t") for line in EDGES.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {cue: (frozenset(before), frozenset(after)) for cue, before, after in rows}


def cuts_words(text: str, start: int, end: int, edges: Edges) -> bool:
    """Whether the characters on both sides say that `text[start:end]` is cut out of two other words."""
    return start > 0 and end < len(text) and text[start - 1] in edges[0] and text[end] in edges[1]
