"""Where sentences end: for links to a range of sentences, and for aligning texts."""

from __future__ import annotations

import re

from search.model import Span

_END = re.compile(r"(?:[。！？!?]|\.{3,}|…+(?=\s|$))+[”’」』）)》〉\"']*|\.(?=\s+[A-Z“\"]|$)|\n+")


def sentences(text: str) -> tuple[Span, ...]:
    """Half-open code point ranges of the sentences, in order, without the white space around them; together they hold every other
    character. A closing quote or bracket belongs to the sentence it closes."""
    spans: list[Span] = []
    start = 0
    for found in _END.finditer(text):
        _add(spans, text, start, found.end())
        start = found.end()
    _add(spans, text, start, len(text))
    return tuple(spans)


def _add(spans: list[Span], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        start += len(piece) - len(piece.lstrip())
        spans.append((start, start + len(stripped)))
