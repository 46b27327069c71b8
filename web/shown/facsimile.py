"""View models of a page as it was printed, and what IIIF viewers are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from search.results import Document, Facsimile
from web.shown.frame import Frame
from web.state import SearchState
from web.urls import Urls

NARROW, WIDE = 700, 1400
"""Widths of the pictures, in pixels."""
_PADDING = 1.5
"""Points around a box, so that the mark does not touch the ink."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle on the page. `text` is what a screen reader says of it; `hit` marks words of the query, `opened` the passage come
    from."""

    x: float
    y: float
    width: float
    height: float
    url: str
    text: str
    hit: bool
    opened: bool


@dataclass(frozen=True, slots=True)
class PageWord:
    """A line of text at its place, for pages that cannot be drawn."""

    x: float
    y: float
    size: float
    length: float
    text: str
    vertical: bool


@dataclass(frozen=True, slots=True)
class ShownFacsimile:
    """View model of `facsimile.html`. Lengths are points of the page."""

    frame: Frame
    title: str
    number: int
    pages: int
    width: float
    height: float
    picture: str
    narrow: str
    shapes: tuple[Shape, ...]
    words: tuple[PageWord, ...]
    hits: int
    file: str
    document_url: str
    previous_url: str
    next_url: str
    original_url: str
    manifest_url: str


def build_facsimile(frame: Frame, found: Facsimile, state: SearchState, opened: str) -> ShownFacsimile:
    """The page with a rectangle for each line of its passages that is opened or hit, each a link to the passage's text."""
    urls, document = frame.urls, found.document
    shapes = []
    for placed in found.placed:
        url = urls.document(document.id, state, hit=placed.passage.id if placed.passage.id == opened else "", anchor=placed.passage.id)
        for box in placed.boxes:
            hit = box in placed.hits
            if hit or placed.passage.id == opened or not state.q:
                left, top, right, bottom = (round(side, 1) for side in box)
                wide, high = round(right - left + 2 * _PADDING, 1), round(bottom - top + 2 * _PADDING, 1)
                words = placed.passage.text[:60]
                shapes.append(Shape(left - _PADDING, top - _PADDING, wide, high, url, words, hit, placed.passage.id == opened))
    width, height = found.size

    def turn(number: int) -> str:
        return urls.page_image(document.id, number, state, hit=opened, picture=False) if 1 <= number <= found.pages else ""

    return ShownFacsimile(
        frame=frame,
        title=document.title,
        number=found.page,
        pages=found.pages,
        width=width,
        height=height,
        picture=urls.page_image(document.id, found.page) if found.drawn else "",
        narrow=urls.page_image(document.id, found.page, width=NARROW) if found.drawn else "",
        shapes=tuple(shapes),
        words=() if found.drawn else tuple(_word(text, box) for text, box in found.lines),
        hits=sum(len(placed.hits) for placed in found.placed),
        file=document.source_file,
        document_url=urls.document(document.id, state, anchor=opened),
        previous_url=turn(found.page - 1),
        next_url=turn(found.page + 1),
        original_url=urls.original(document.id),
        manifest_url=urls.manifest(document.id) if found.drawn else "",
    )


def _word(text: str, box: tuple[float, float, float, float]) -> PageWord:
    left, top, right, bottom = box
    vertical = bottom - top > 1.5 * (right - left) and len(text) > 1
    size = (right - left) if vertical else (bottom - top)
    return PageWord(left, bottom - 0.14 * size, round(size, 1), round(right - left, 1), text, vertical)


def manifest(document: Document, urls: Urls) -> dict[str, object]:
    """A IIIF Presentation 3 manifest: a canvas a page, as wide as our pictures are."""
    address = urls.absolute(urls.manifest(document.id))
    return {
        "@context": ["http://iiif.io/api/search/2/context.json", "http://iiif.io/api/presentation/3/context.json"],
        "id": address,
        "type": "Manifest",
        "label": {"zh": [document.title]},
        "homepage": [
            {"id": urls.absolute(urls.document(document.id)), "type": "Text", "label": {"zh": [document.title]}, "format": "text/html"}
        ],
        "service": [{"id": urls.absolute(urls.iiif_search(document.id)), "type": "SearchService2"}],
        "items": [_canvas(document, number, size, urls) for number, size in enumerate(document.page_sizes, 1)],
    }


def _canvas(document: Document, number: int, size: tuple[float, float], urls: Urls) -> dict[str, object]:
    canvas = _canvas_id(document.id, number, urls)
    high = ceil(WIDE * size[1] / size[0]) if size[0] else WIDE  # as the picture is drawn
    picture = urls.absolute(urls.page_image(document.id, number))
    body = {"id": picture, "type": "Image", "format": "image/webp", "width": WIDE, "height": high}
    painting = {"id": f"{canvas}/painting", "type": "Annotation", "motivation": "painting", "target": canvas, "body": body}
    page = {"id": f"{canvas}/page", "type": "AnnotationPage", "items": [painting]}
    return {"id": canvas, "type": "Canvas", "label": {"none": [str(number)]}, "width": WIDE, "height": high, "items": [page]}


def _canvas_id(document_id: str, number: int, urls: Urls) -> str:
    return f"{urls.absolute(urls.manifest(document_id))}#page{number}".replace("manifest.json#page", "canvas/")


def hit_annotations(found: Facsimile, urls: Urls) -> list[dict[str, object]]:
    """The hits of a page as annotations: the passage's text, at the lines that hold the words."""
    scale = WIDE / found.size[0] if found.size[0] else 1.0
    canvas = _canvas_id(found.document.id, found.page, urls)
    items: list[dict[str, object]] = []
    for placed in found.placed:
        for left, top, right, bottom in placed.hits:
            place = ",".join(str(round(value * scale)) for value in (left, top, right - left, bottom - top))
            items.append(
                {
                    "id": f"{canvas}/hit/{len(items) + 1}",
                    "type": "Annotation",
                    "motivation": "highlighting",
                    "body": {"type": "TextualBody", "value": placed.passage.text, "format": "text/plain", "language": "zh"},
                    "target": f"{canvas}#xywh={place}",
                }
            )
    return items


def found_page(document_id: str, query: str, items: list[dict[str, object]], urls: Urls) -> dict[str, object]:
    """The answer of Content Search 2."""
    address = urls.absolute(urls.iiif_search(document_id, query))
    return {"@context": "http://iiif.io/api/search/2/context.json", "id": address, "type": "AnnotationPage", "items": items}
