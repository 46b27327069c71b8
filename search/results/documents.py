"""Documents, passages and pages as they are shown, and where a quotation occurs."""

from __future__ import annotations

from dataclasses import dataclass, field

from search.engine.port import DocumentSummary, Manifest
from search.links import Resolution
from search.model import Box, Document, Passage, Size, Span


@dataclass(frozen=True, slots=True)
class ChangedText:
    """Word-level difference: (op, text) with op in `same`, `old`, `new`."""

    pieces: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PassagePage:
    """A passage with its document and the state of its link. `passage` is None when it is gone; `candidates` may then help. `parts` are
    all successors of a passage that was split, `difference` compares the old text with today's where it changed."""

    resolution: Resolution
    passage: Passage | None
    document: DocumentSummary | None
    candidates: tuple[tuple[Passage, DocumentSummary], ...] = ()
    parts: tuple[tuple[Passage, DocumentSummary], ...] = ()
    difference: ChangedText | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DocumentPage:
    """A document with the marks of the query in each passage (by passage id), copies of the same work, and related passages."""

    document: Document
    summary: DocumentSummary
    marks: dict[str, tuple[Span, ...]] = field(default_factory=dict)
    copies: tuple[DocumentSummary, ...] = ()
    manifest: Manifest | None = None

    def __repr__(self) -> str:
        return f"<DocumentPage {self.document.id} {glimpse(self.document.title)}: {len(self.document.passages)} passages>"


@dataclass(frozen=True, slots=True)
class PlacedPassage:
    """A passage on a page: the boxes of its lines there, and of those lines that hold a mark of the query."""

    passage: Passage
    boxes: tuple[Box, ...]
    hits: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Facsimile:
    """A page of a document as its source shows it. Boxes are in points from the upper left corner; `drawn` says whether the page can
    be shown as a picture, `lines` are its texts with their boxes, for where it cannot."""

    document: Document
    page: int
    pages: int
    size: Size
    placed: tuple[PlacedPassage, ...]
    lines: tuple[tuple[str, Box], ...]
    drawn: bool


@dataclass(frozen=True, slots=True)
class SharedSentence:
    """A sentence of a document with its passage, and the passages of other documents that have it, too."""

    text: str
    passage_id: str
    others: tuple[tuple[DocumentSummary, str], ...]
    """(document, passage id), the first of `total`."""
    total: int


@dataclass(frozen=True, slots=True)
class SharedSentences:
    """The sentences of a document that others have, too, in reading order; `complete` is False where not all were looked for."""

    sentences: tuple[SharedSentence, ...]
    complete: bool


@dataclass(frozen=True, slots=True)
class LocateMatch:
    """Where a quote occurs: code points `start`–`end` of the passage; `score` 100 is letter for letter in match form, below 80 the nearest
    sentence to a quote that occurs nowhere.

    `difference` says from the quote to the text what differs, as (op, text) with op in `same`, `old`, `new`; `amounts` which amounts of the
    quote are others there: (quoted, there), the latter empty where none is like it."""

    id: str
    document_id: str
    start: int
    end: int
    score: float
    text: str
    difference: tuple[tuple[str, str], ...] = ()
    amounts: tuple[tuple[str, str], ...] = ()
    document_title: str = ""


def glimpse(text: str) -> str:
    """The beginning of a text, for the short form of an object."""
    return text if len(text) <= 24 else text[:24] + "…"
