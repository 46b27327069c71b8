"""Documents and passages as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypedDict

from msgspec import Meta

from search.model import Document, Official, Passage
from search.present.record_json import FigureForm, RelationForm, figure_json, labels_json, ranges, relation_json
from search.results import BlockKind, DocumentPage, DocumentSummary, PassagePage
from search.wire.links import permalink

Kind = Annotated[str, Meta(extra_json_schema={"enum": [str(kind) for kind in BlockKind]})]
Lines = Annotated[list[int], Meta(min_length=2, max_length=2, description="原始件的行，从 1 起，含首尾")]
State = Annotated[str, Meta(extra_json_schema={"enum": ["exact", "moved", "changed", "gone"]})]


class DocumentRefForm(TypedDict):
    """A document by name."""

    id: str
    title: str
    year: int | None
    date: str | None
    publication: str | None
    genre: str | None
    authors: list[str]


class SummaryForm(TypedDict):
    """What a list of documents says of each. `work` is shared by copies of one text."""

    id: str
    title: str
    year: int | None
    date: str | None
    publication: str | None
    source_file: str
    passages: int
    work: str


class DocumentsForm(TypedDict):
    """`GET /api/v1/documents`. `total` counts all, of which `documents` may be a page."""

    total: int
    documents: list[SummaryForm]


class OfficialForm(TypedDict):
    """The parts of an official document (公文)."""

    number: str | None
    issuer: str | None
    addressee: str | None
    signature: str | None
    attachments: list[str]


class BlockForm(TypedDict):
    """A passage in its document. The lists of labels are those of the table of fields."""

    id: str
    permalink: str
    order: int
    kind: Kind
    article: int
    article_title: str | None
    heads: Annotated[list[str], Meta(description="表格一行的各栏表头")]
    section: list[str]
    section_inferred: bool
    placed: bool
    page: int | None
    text: str
    source_lines: list[Lines]
    figures: list[FigureForm]
    relations: list[RelationForm]


class RemovalForm(TypedDict):
    """Text of the source that is in no passage, and why."""

    text: str
    source_lines: list[Lines]
    reason: str


class DocumentFactsForm(TypedDict):
    """What is known of a document."""

    id: str
    title: str
    subtitle: str | None
    kicker: str | None
    byline: str | None
    official: OfficialForm | None
    in_force: str | None
    source: str | None
    publication: str | None
    genre: str | None
    date: str | None
    year: int | None
    year_inferred: bool
    year_reason: str
    page: str | None
    url: str | None
    source_file: str
    format: str
    encoding: str | None
    sha256: str
    supporters: list[str]
    recipients: list[str]
    helped: list[str]
    about: list[str]
    warnings: list[str]


class DocumentForm(DocumentFactsForm):
    """`GET /api/v1/documents/<id>`: blocks in reading order, and what was left out."""

    copies: list[str]
    blocks: list[BlockForm]
    removed: list[RemovalForm]


class LinkForm(TypedDict):
    """Where a link to a passage leads today."""

    state: State
    current: str | None
    candidates: list[str]
    old_text: str | None
    old_document: str | None
    document: DocumentRefForm | None


class PassageForm(BlockForm, LinkForm):
    """`GET /api/v1/passages/<id>`: the block at the end of the link, and the state of the link."""


class GoneForm(LinkForm):
    """The same of a passage that is no more, in the body of a problem with status 410."""

    id: str


def summaries_json(documents: Iterable[DocumentSummary], total: int | None = None) -> DocumentsForm:
    """`GET /api/v1/documents`; `total` where `documents` are a page."""
    listed: list[SummaryForm] = [
        {
            "id": document.id,
            "title": document.title,
            "year": document.year,
            "date": document.date,
            "publication": document.publication,
            "source_file": document.source_file,
            "passages": document.passages,
            "work": document.work,
        }
        for document in documents
    ]
    return {"total": len(listed) if total is None else total, "documents": listed}


def document_json(page: DocumentPage) -> DocumentForm:
    """`GET /api/v1/documents/<id>`."""
    document = page.document
    return {
        **_document_facts(document),
        "copies": [copy.id for copy in page.copies],
        "blocks": [passage_block(passage) for passage in document.passages],
        "removed": [
            {"text": removal.text, "source_lines": ranges(removal.source_lines), "reason": removal.reason} for removal in document.removed
        ],
    }


def document_ref(document: DocumentSummary) -> DocumentRefForm:
    """A document by name."""
    return {
        "id": document.id,
        "title": document.title,
        "year": document.year,
        "date": document.date,
        "publication": document.publication,
        "genre": document.genre or None,
        "authors": list(document.authors),
    }


def _document_facts(document: Document) -> DocumentFactsForm:
    return {
        "id": document.id,
        "title": document.title,
        "subtitle": document.subtitle,
        "kicker": document.kicker,
        "byline": document.byline,
        "official": _official(document.official),
        "in_force": document.in_force.isoformat() if document.in_force else None,
        "source": document.source,
        "publication": document.publication,
        "genre": document.genre or None,
        "date": document.date.isoformat() if document.date else None,
        "year": document.year,
        "year_inferred": document.year_inferred,
        "year_reason": document.year_reason,
        "page": document.page_label,
        "url": document.url,
        "source_file": document.source_file,
        "format": document.format,
        "encoding": document.encoding,
        "sha256": document.sha256,
        "supporters": list(document.supporters),
        "recipients": list(document.recipients),
        "helped": list(document.helped),
        "about": list(document.about),
        "warnings": list(document.warnings),
    }


def _official(official: Official | None) -> OfficialForm | None:
    if official is None:
        return None
    return {
        "number": official.number,
        "issuer": official.issuer,
        "addressee": official.addressee,
        "signature": official.signature,
        "attachments": list(official.attachments),
    }


def passage_block(passage: Passage) -> BlockForm:
    """A block of a document, with its labels."""
    block: BlockForm = {
        "id": passage.id,
        "permalink": permalink(passage.id),
        "order": passage.order,
        "kind": passage.kind.value,
        "article": passage.article,
        "article_title": passage.article_title or None,
        "heads": list(passage.heads),
        "section": list(passage.section),
        "section_inferred": passage.section_inferred,
        "placed": passage.placed,
        "page": passage.page,
        "text": passage.text,
        "source_lines": ranges(passage.source_lines),
        "figures": [figure_json(figure) for figure in passage.figures],
        "relations": [relation_json(relation) for relation in passage.relations],
    }
    block.update(labels_json(passage))  # type: ignore[typeddict-item]  # lists named by the table of fields
    return block


def passage_json(page: PassagePage) -> PassageForm | GoneForm:
    """`GET /api/v1/passages/<id>`."""
    resolution = page.resolution
    state: LinkForm = {
        "state": resolution.state.value,
        "current": resolution.current,
        "candidates": list(resolution.candidates),
        "old_text": resolution.old_text or None,
        "old_document": resolution.old_document or None,
        "document": document_ref(page.document) if page.document else None,
    }
    if page.passage is None:
        return {**state, "id": resolution.id}
    return {**passage_block(page.passage), **state, "id": resolution.id}
