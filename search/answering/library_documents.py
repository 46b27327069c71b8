"""Documents, passages and pages of a library, and where a quotation occurs in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from search.answering import locate, shared
from search.answering.library_state import LibraryState
from search.engine.port import DocumentSummary
from search.labels.doubt import Doubt, mending_line
from search.links import LinkState
from search.model import Passage, Span
from search.present import diff, fragment
from search.results import (
    ChangedText,
    DocumentPage,
    Facsimile,
    LocateMatch,
    PassagePage,
    SharedSentences,
)
from search.text import sentences

LONGEST_QUOTE = 100_000
"""Characters of a pasted text that are looked for."""


class LibraryDocuments(LibraryState):
    """Documents, passages and pages of a library, and where a quotation occurs in it. See `search.answering.library`."""

    def documents(self, start: int = 0, stop: int | None = None) -> tuple[DocumentSummary, ...]:
        """All documents by id, or those from place `start` up to `stop`."""
        return tuple(self._open.summaries.part(start, stop))

    def document_ids(self, start: int = 0, stop: int | None = None) -> tuple[str, ...]:
        """The ids of all documents, or of those from place `start` up to `stop`: what `documents` lists, without reading them."""
        return self._open.engine.document_ids(start, stop)

    def documents_one_by_one(self) -> Iterator[DocumentSummary]:
        """All documents by id, read a few at a time: what is held does not grow with how many there are."""
        return self._open.summaries.part(0, None)

    def has_document(self, document_id: str) -> bool:
        """Whether there is a document by this id."""
        return document_id in self._open.summaries.at_hand((document_id,))

    def title(self, document_id: str) -> str:
        """The title of a document; empty where there is none by this id."""
        found = self._open.summaries.at_hand((document_id,))
        return found[document_id].title if document_id in found else ""

    def document(self, document_id: str, *, text: str = "") -> DocumentPage:
        """A document, with the marks of a query in its passages. Raises NotFound."""
        current = self._open
        document = self._document(document_id)
        summary = current.summaries[document_id]
        marked = current.searcher.document_marks(text, document)
        return DocumentPage(document, summary, marked, current.copies(document_id), current.engine.manifest())

    def facsimile(self, document_id: str, page: int, *, text: str = "") -> Facsimile:
        """A page of a document as its source shows it, with the marks of a query. Raises NotFound."""
        from search.answering import facsimile as facsimiles  # noqa: PLC0415  (brings the readers along, which search does without)

        document = self._document(document_id)
        marks = self._open.searcher.document_marks(text, document)
        return facsimiles.facsimile(document, marks, page, self._folder, self.settings)

    def first_pages(self, document_id: str) -> dict[str, int]:
        """The page on which each passage of a document begins, by passage id; empty for documents without pages. Raises NotFound."""
        from search.answering import facsimile as facsimiles  # noqa: PLC0415  (brings the readers along, which search does without)

        return facsimiles.first_pages(self._document(document_id))

    def page_picture(self, document_id: str, page: int, width: int) -> bytes:
        """A page as WebP, `width` pixels across (one of PAGE_WIDTHS). Raises NotFound where there is none to show."""
        from search.answering import facsimile as facsimiles  # noqa: PLC0415  (brings the readers along, which search does without)

        return facsimiles.picture(self._document(document_id), page, width, self._folder, self.settings)

    def original(self, document_id: str) -> tuple[str, Path]:
        """The name of a document's source and where its bytes lie. Raises NotFound where it was not kept."""
        from search.answering import facsimile as facsimiles  # noqa: PLC0415  (brings the readers along, which search does without)

        document = self._document(document_id)
        return document.source_file, facsimiles.original(document, self._folder, self.settings)

    def passage(self, passage_id: str) -> PassagePage:
        """A passage by its id, wherever it leads today. Raises NotFound for an id that was never given out."""
        resolution = self._resolve(passage_id)
        passage = self._fetch((resolution.current,))[0] if resolution.current else None
        difference = None
        if passage is not None and resolution.state is LinkState.CHANGED:
            now = "".join(part.text for part in self._present(resolution.parts)) or passage.text
            difference = ChangedText(tuple(diff.word_difference(resolution.old_text, now)))
        return PassagePage(
            resolution=resolution,
            passage=passage,
            document=self._open.summaries.get(passage.document_id) if passage else None,
            candidates=self._with_documents(resolution.candidates),
            parts=self._with_documents(resolution.parts),
            difference=difference,
        )

    def _with_documents(self, ids: Sequence[str]) -> tuple[tuple[Passage, DocumentSummary], ...]:
        found = self._present(ids)
        known = self._open.summaries.at_hand(passage.document_id for passage in found)
        return tuple((passage, known[passage.document_id]) for passage in found)

    def locate(self, quotation: str) -> tuple[LocateMatch, ...]:
        """Where a quote occurs, best first; where it occurs nowhere, the sentences nearest to it, with what differs (scores below 80)."""
        found = locate.locate(quotation[:LONGEST_QUOTE], self._open.engine)
        titles = self._open.summaries.at_hand(match.document_id for match in found)
        return tuple(replace(match, document_title=titles[match.document_id].title) for match in found)

    def explain(self, passage_id: str) -> dict[str, Any]:
        """Why each label of a passage is there, and what was rejected and why."""
        from search.answering import explain as explanation  # noqa: PLC0415  (loads all that labels, which search does without)

        passage = self._passage(passage_id)
        return explanation.explain(self._document(passage.document_id), passage)

    def shared_sentences(self, document_id: str) -> SharedSentences:
        """Sentences of a document that others have, too, in reading order. Raises NotFound."""
        return shared.shared_sentences(self._document(document_id), self._open.engine, self._open.summaries)

    def mending_line(self, facet: str, value: str) -> str:
        """The line of a `.toml` beside a source that takes a label away; empty for a facet that has none."""
        try:
            return mending_line(facet, [value])
        except KeyError:
            return ""

    def least_certain_labels(self, limit: int = 50) -> tuple[tuple[Doubt, str], ...]:
        """The labels of the collection that most need a person's eye, the least certain first, each with the file it comes from."""
        from search.answering import explain as explanation  # noqa: PLC0415  (loads all that labels, which search does without)

        found = explanation.least_certain((self._document(id_) for id_ in self._open.summaries), limit)
        return tuple((doubt, self._document(doubt.document_id).source_file) for doubt in found)

    def sentences(self, text: str) -> tuple[Span, ...]:
        """The sentences of a text."""
        return tuple(sentences.sentences(text))

    def text_fragment(self, passage: Passage, span: Span) -> str:
        """`:~:text=…` for a range of a passage."""
        document = self._open.document(passage.document_id)
        before = () if document is None else [one.text for one in document.passages if one.order < passage.order]
        return fragment.text_fragment(passage.text, span, before)
