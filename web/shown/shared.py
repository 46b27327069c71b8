"""The sentences that a document shares with others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from search.results import SharedSentences
from web.shown.frame import Frame, Link
from web.state import SearchState


@dataclass(frozen=True, slots=True)
class SharedPage:
    """View model of `shared.html`: sentences with where they stand here and elsewhere."""

    frame: Frame
    title: str
    document_url: str
    rows: tuple[tuple[str, str, tuple[Link, ...], int], ...]
    """Sentence, its place here, its first places elsewhere, and how many more there are."""
    documents: tuple[tuple[Link, int], ...]
    complete: bool


def build_shared(frame: Frame, document_id: str, title: str, found: SharedSentences) -> SharedPage:
    """The sentences in reading order, each with its other places; the documents that share most first."""
    urls, plain = frame.urls, SearchState(lang=frame.lang)
    counted = Counter(document.id for one in found.sentences for document in {other for other, _id in one.others})
    titles = {document.id: document.title for one in found.sentences for document, _id in one.others}
    rows = tuple(
        (
            one.text,
            urls.document(document_id, plain, anchor=one.passage_id),
            tuple(Link(other.title, urls.document(other.id, plain, anchor=identifier)) for other, identifier in one.others),
            one.total - len(one.others),
        )
        for one in found.sentences
    )
    documents = tuple((Link(titles[id_], urls.document(id_, plain)), count) for id_, count in counted.most_common(12))
    return SharedPage(frame, title, urls.document(document_id, plain), rows, documents, found.complete)
