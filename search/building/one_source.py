"""One source through the line: read → restore → label → passages. `prepare` depends on its source and the settings
alone; `make_document` keeps the source beside the index, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import PurePosixPath

from search.building.text_quality import with_quality
from search.errors import UnreadableSource
from search.fields import LABELS
from search.labels.genre import genre_of
from search.labels.imprint import authors_of, imprint_of
from search.labels.labelling import BlockLabels, DocumentLabels, label
from search.labels.stated import doubts_of
from search.model import Block, BlockKind, Document, LinePlace, Metadata, Origin, Passage, Reading, Restored, Source
from search.reading import read
from search.reading.kept import keep_source
from search.reading.naming import named_time
from search.settings import Settings
from search.text.passage_id import assign_ids
from search.text.restore import restore, with_sections
from search.text.restore.metadata import bylines_of


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with what its labels were weighed against, before the engine sees it."""

    document: Document
    labels: DocumentLabels


def make_document(source: Source, document_id: str, user: Metadata | None, settings: Settings) -> Document:
    """The document of one source. `user` is the word of the file beside it or of the collection, which beats the machine's.

    Raises UnreadableSource where the source has no readable text."""
    document = prepare(source, document_id, user, settings).document
    keep_source(source, settings.sources_folder)
    return document


def prepare(source: Source, document_id: str, user: Metadata | None, settings: Settings) -> Prepared:
    """Like `make_document`, with the labels' rejections kept, for `bangfu labels`."""
    reading = read(source, settings)
    restored = with_sections(restore(reading), user.sections if user else None)
    if not any(block.text.strip() for block in restored.blocks):
        raise UnreadableSource("文件里没有可读的文字。", hint="请确认文件不是空白或纯图片。")
    metadata = merge_metadata(*(known for known in (user, reading.metadata, restored.metadata) if known))
    metadata = with_named_time(metadata, source.name)
    labels = label(restored.blocks, metadata)
    return Prepared(_document(source, document_id, reading, restored, metadata, labels), labels)


def merge_metadata(*by_authority: Metadata) -> Metadata:
    """One metadata of several, the earlier beating the later fact by fact. User-made label lists come only from those of origin USER."""
    merged = by_authority[0]
    for weaker in by_authority[1:]:
        # Label lists of a file's own keywords are no user's word: only facts cross over.
        facts = {
            item.name: getattr(weaker, item.name)
            for item in fields(Metadata)
            if item.name != "origin" and getattr(merged, item.name) in (None, ()) and getattr(weaker, item.name) not in (None, ())
        }
        merged = replace(merged, **facts)
    if any(known.origin is Origin.USER for known in by_authority):
        merged = replace(merged, origin=Origin.USER)
    return merged


def with_named_time(metadata: Metadata, name: str) -> Metadata:
    """`metadata` with the date and newspaper page that the source's name or address states."""
    named = named_time(name, metadata.url)
    return replace(
        metadata,
        named_date=named.date,
        named_year=named.year,
        named_page=named.page,
        page_label=metadata.page_label or named.page,
        publication=metadata.publication or named.publication,
    )


def _document(
    source: Source, document_id: str, reading: Reading, restored: Restored, metadata: Metadata, labels: DocumentLabels
) -> Document:
    blocks = [(block, found) for block, found in zip(restored.blocks, labels.blocks, strict=True) if block.text.strip()]
    ids = assign_ids(document_id, [block.text for block, _ in blocks])
    titles = _article_titles([block for block, _ in blocks])
    by_number = {line.number: line for line in reading.lines}
    title = metadata.title or _title(restored.blocks) or PurePosixPath(source.name).stem
    document = Document(
        id=document_id,
        title=title,
        source_file=source.name,
        sha256=source.sha256,
        format=reading.format,
        passages=(),
        removed=restored.removed,
        subtitle=metadata.subtitle,
        byline=metadata.byline,
        source=_first(restored.blocks, BlockKind.CREDIT),
        publication=metadata.publication,
        date=labels.date or metadata.date,
        year=labels.year,
        year_inferred=labels.year_inferred,
        year_reason=labels.year_reason,
        page_label=metadata.page_label,
        url=metadata.url,
        supporters=labels.supporters,
        recipients=labels.recipients,
        about=labels.about,
        helped=labels.helped,
        encoding=reading.encoding,
        warnings=(*restored.warnings, *(doubts_of(metadata) if metadata.origin is Origin.USER else ())),
        source_text="\n".join(line.text for line in reading.lines),
        line_places=_line_places(reading),
        page_sizes=reading.page_sizes,
        kicker=metadata.kicker,
        official=metadata.official,
        in_force=labels.in_force,
        genre=genre_of(title, metadata, [block.text for block, _ in blocks]),
    )
    imprint = imprint_of(document)
    others = {} if document.official else _article_authors(restored.blocks, titles, title)
    imprints = {article: replace(imprint, authors=authors) for article, authors in others.items()}
    passages = (
        replace(
            _passage(block, found, id_, document_id, order, titles.get(block.article, "")),
            about=labels.about_of.get(block.article, labels.about),
            imprint=imprints.get(block.article, imprint),
        )
        for order, ((block, found), id_) in enumerate(zip(blocks, ids, strict=True), start=1)
    )
    return replace(document, passages=tuple(with_quality(passage, by_number) for passage in passages))


def _line_places(reading: Reading) -> tuple[LinePlace | None, ...]:
    """Page and box of each line, where the source has pages."""
    if not reading.page_sizes:
        return ()
    return tuple(LinePlace(line.page, *line.box) if line.page is not None and line.box is not None else None for line in reading.lines)


def _passage(block: Block, found: BlockLabels, id_: str, document_id: str, order: int, article_title: str) -> Passage:
    return Passage(
        id=id_,
        document_id=document_id,
        order=order,
        kind=block.kind,
        text=block.text,
        source_lines=block.source_lines,
        article=block.article,
        section=block.section,
        placed=block.placed,
        page=block.page,
        **{name: getattr(found, name) for name, _ in LABELS},
        figures=found.figures,
        article_title=article_title,
        relations=found.relations,
        heads=found.heads,
        section_inferred=block.section_inferred,
    )


def _title(blocks: Sequence[Block]) -> str | None:
    """The first title; a page that lost its title is called by its subtitle, without the dash that led it."""
    subtitle = _first(blocks, BlockKind.SUBTITLE)
    return _first(blocks, BlockKind.TITLE) or (subtitle.lstrip("—－-– ") if subtitle else None)


def _article_titles(blocks: Sequence[Block]) -> dict[int, str]:
    """Article → its title, where the page holds more than one article."""
    articles = {block.article for block in blocks if block.article}
    if len(articles) < 2:
        return {}
    titles: dict[int, str] = {}
    for block in blocks:
        if block.kind is BlockKind.TITLE and block.article:
            titles.setdefault(block.article, block.text)
    return titles


def _article_authors(blocks: Sequence[Block], titles: dict[int, str], title: str) -> dict[int, tuple[str, ...]]:
    """Article → its authors, for articles with a title of their own: those of the document are not theirs."""
    others = [article for article, own in titles.items() if own != title]
    bylines = bylines_of(blocks) if others else {}
    return {article: authors_of(bylines.get(article)) for article in others}


def _first(blocks: Iterable[Block], kind: BlockKind) -> str | None:
    return next((block.text for block in blocks if block.kind is kind), None)
