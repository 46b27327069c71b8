"""Whether what a page's fonts say its characters are can be a text at all: fonts without a table to Unicode give rubbish."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search.reading.page.sheet import Piece

_UNASSIGNED = re.compile("[\ufffd\ufffe\uffff\ue000-\uf8ff\x80-\x9f]")
_LATIN_1 = re.compile("[\u00a1-\u00ff]")
_ODD = re.compile(r"[^\w\s.,;:()\-'\"%/&+–—“”‘’·•]")
_EASTERN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
_SHORTEST = 30
"""Shorter texts tell nothing."""
_MOST_UNASSIGNED, _MOST_LATIN_1, _MOST_ODD = 0.2, 0.3, 0.3
"""Shares of the characters of a page; languages written with accents have up to a fifth of those of Latin-1."""
_LINE_SHARE = 0.1


def is_plausible(pieces: Sequence[Piece]) -> bool:
    """Whether the text of a page may be right."""
    text = "".join("".join(piece.text.split()) for piece in pieces if not piece.style)
    if not text:
        return True
    if len(_UNASSIGNED.findall(text)) > _MOST_UNASSIGNED * len(text):
        return False
    if len(text) < _SHORTEST or _EASTERN.search(text):
        return True
    return len(_LATIN_1.findall(text)) <= _MOST_LATIN_1 * len(text) and len(_ODD.findall(text)) <= _MOST_ODD * len(text)


def is_doubtful(text: str) -> bool:
    """Whether a line has characters that stand for none."""
    return len(_UNASSIGNED.findall(text)) > _LINE_SHARE * len(text)
