"""A document's pages as the source shows them: which passage is where, and where the query's marks are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from search.errors import NotFound
from search.model import Box, Document, Passage, Span
from search.reading.kept import PICTURES_FOLDER, SOURCES_FOLDER, kept_place
from search.reading.page_picture import can_be_drawn, get_ready, page_picture
from search.results import Facsimile, PlacedPassage
from search.settings import Settings


def facsimile(document: Document, marks: Mapping[str, Sequence[Span]], page: int, folder: Path, settings: Settings) -> Facsimile:
    """A page of a document. Raises NotFound where the document has no such page."""
    if not 1 <= page <= len(document.page_sizes):
        raise NotFound("这份文献没有这一页。")
    get_ready()
    texts = document.source_text.split("\n")
    here = {line: box for line, (number, box) in _places(document).items() if number == page}
    placed = (_placed(passage, marks.get(passage.id, ()), here, texts) for passage in document.passages)
    return Facsimile(
        document,
        page,
        len(document.page_sizes),
        document.page_sizes[page - 1],
        tuple(one for one in placed if one.boxes),
        tuple((texts[line - 1].strip(), box) for line, box in here.items() if line <= len(texts)),
        can_be_drawn(document.sha256, _sources(folder, settings)),
    )


def first_pages(document: Document) -> dict[str, int]:
    """The page on which each passage begins, by its id; nothing for documents without pages."""
    pages = {line: number for line, (number, _) in _places(document).items()}
    if pages:
        get_ready()
    found = ((passage.id, next((pages[line] for line in _lines(passage) if line in pages), None)) for passage in document.passages)
    return {identity: page for identity, page in found if page is not None}


def picture(document: Document, page: int, width: int, folder: Path, settings: Settings) -> bytes:
    """A page as WebP. Raises NotFound where there is none to show."""
    data = page_picture(
        document.sha256,
        page if page <= len(document.page_sizes) else 0,
        width,
        sources=_sources(folder, settings),
        pictures=folder / PICTURES_FOLDER,
        most=settings.page_cache_bytes,
    )
    if data is None:
        raise NotFound("这一页没有图像。")
    return data


def original(document: Document, folder: Path, settings: Settings) -> Path:
    """Where the source of a document lies. Raises NotFound where it was not kept."""
    place = kept_place(document.sha256, _sources(folder, settings))
    if place is None or not place.is_file():
        raise NotFound("没有保留这份文献的原始件。")
    return place


def _places(document: Document) -> dict[int, tuple[int, Box]]:
    """Page and box by the number of a source line, for lines that have a place and text."""
    texts = document.source_text.split("\n")
    return {
        line: (place.page, (place.left, place.top, place.right, place.bottom))
        for line, (place, text) in enumerate(zip(document.line_places, texts, strict=False), 1)
        if place is not None and text.strip()
    }


def _sources(folder: Path, settings: Settings) -> Path:
    return Path(settings.sources_folder) if settings.sources_folder else folder / SOURCES_FOLDER


def _placed(passage: Passage, marks: Sequence[Span], here: Mapping[int, Box], texts: Sequence[str]) -> PlacedPassage:
    """A line holds a mark when the mark's words stand in it, or where it is cut at the line's end, begin or end there."""
    words = {passage.text[start:end] for start, end in marks}
    boxes: list[Box] = []
    hits: list[Box] = []
    for line in _lines(passage):
        box = here.get(line)
        if box is None:
            continue
        boxes.append(box)
        text = texts[line - 1].replace(" ", "").strip() if line <= len(texts) else ""
        if any(_touches(text, word.replace(" ", "")) for word in words):
            hits.append(box)
    return PlacedPassage(passage, tuple(boxes), tuple(hits))


def _touches(text: str, word: str) -> bool:
    if word in text:
        return True
    return any(text.endswith(word[:size]) or text.startswith(word[-size:]) for size in range(2, len(word)))


def _lines(passage: Passage) -> Iterator[int]:
    for first, last in passage.source_lines:
        yield from range(first, last + 1)
