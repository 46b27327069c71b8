"""Text fragments: the part of a link that lets a browser scroll to quoted words even where our anchor is gone.

Written as the “URL Fragment Text Directives” draft of the WICG has it: `:~:text=prefix-,start,end,-suffix`. Browsers match whole words
only, so every piece begins and ends at punctuation or at an end of the text, never inside a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from search.model import Span

WHOLE = 40
"""Quotes of at most this many characters are given whole, longer ones by their first and last clause."""
CONTEXT = 60
"""A clause longer than this is no prefix or suffix: the quote has to do alone."""

_CLAUSE_END = re.compile(r"[，。；：！？、,;:!?）》”\n]+")


def text_fragment(text: str, span: Span, before: Sequence[str] = ()) -> str:
    """`:~:text=…` for the range of a passage's canonical text, to be put behind `#<anchor>`; empty for a blank range.

    `before` are the texts that come before the passage on its page. A browser takes the first place that fits, so the piece that the range
    begins with is lengthened, clause by clause, until none of them has it."""
    start, end = _trim(text, *span)
    if start >= end:
        return ""
    quoted = text[start:end]
    pieces = [_encode(quoted)]
    if len(quoted) > WHOLE:
        ends = [found.end() for found in _CLAUSE_END.finditer(quoted) if 4 <= found.end() <= len(quoted) - 5]
        first = next((at for at in ends if not _stands(quoted[:at], text[:start], before)), 0)
        last = max((at for at in ends if at >= first and quoted.find(quoted[at:], first) == at), default=0)
        if first and last:
            pieces = [_encode(quoted[:first]), _encode(quoted[last:])]
    prefix, suffix = _before(text, start), _after(text, end)
    if prefix:
        pieces.insert(0, _encode(prefix) + "-")
    if suffix:
        pieces.append("-" + _encode(suffix))
    return ":~:text=" + ",".join(pieces)


def _stands(piece: str, earlier: str, before: Sequence[str]) -> bool:
    piece = piece.strip()
    return piece in earlier or any(piece in text for text in before)


def _before(text: str, start: int) -> str:
    """The clause before, with its punctuation."""
    ends = [found.end() for found in _CLAUSE_END.finditer(text, 0, start)]
    if ends and ends[-1] == start:
        ends.pop()
    clause = text[ends[-1] if ends else 0 : start].strip()
    return clause if len(clause) <= CONTEXT else ""


def _after(text: str, end: int) -> str:
    """The clause behind, with its punctuation."""
    found = _CLAUSE_END.search(text, end)
    if found and found.start() == end:
        found = _CLAUSE_END.search(text, found.end())
    clause = text[end : found.end() if found else len(text)].strip()
    return clause if len(clause) <= CONTEXT else ""


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _encode(piece: str) -> str:
    """Everything that means something in a text directive (`-`, `,`, `&`) must not stand bare."""
    return quote(piece.encode("utf-8", "replace"), safe="").replace("-", "%2D")
