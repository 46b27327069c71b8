"""What a reading list shows of each passage."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """A quote with its source and link. Neighbouring items of one document share one heading."""

    document_id: str
    title: str
    reference: str
    quote: str
    url: str
    note: str = ""
    """What the reader wrote beside it."""
