"""Concordance: every occurrence of what was searched, with its context to the left and to the right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from search.model import Passage
from search.present.highlight import marks
from search.query.plan import Node
from search.text.fold import fold

ORDERS = ("left", "right", "document")


@dataclass(frozen=True, slots=True)
class KwicEntry:
    """One occurrence. `start` and `end` are code points of the passage; `left` and `right` at most `width` characters beside them."""

    left: str
    keyword: str
    right: str
    passage_id: str
    document_id: str
    start: int
    end: int


def concordance(plan: Node, passages: Iterable[Passage], *, width: int = 20, order: str = "left") -> list[KwicEntry]:
    """The occurrences in these passages, sorted by the context to the `left` (read from the keyword outwards), to the `right`, or as in the
    `document` (the order of the passages given)."""
    rows = [_row(passage, start, end, width) for passage in passages for start, end in marks(plan, passage.text)]
    if order == "left":
        rows.sort(key=lambda row: (fold(row.left)[::-1], fold(row.keyword), fold(row.right)))
    elif order == "right":
        rows.sort(key=lambda row: (fold(row.right), fold(row.keyword), fold(row.left)[::-1]))
    return rows


def _row(passage: Passage, start: int, end: int, width: int) -> KwicEntry:
    text = passage.text
    return KwicEntry(
        text[max(0, start - width) : start], text[start:end], text[end : end + width], passage.id, passage.document_id, start, end
    )
