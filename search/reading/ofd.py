"""OFD, the layout format of Chinese offices (GB/T 33190—2016) → characters with their places → lines by the model of a page.

Our own reader over lxml: ofdkit and its like write lines out in the order of the file, which is that of the program that drew them. Text
of template pages counts, text outside the page and watermarks do not.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from search.errors import UnreadableSource
from search.model import Box, Metadata, Reading, Source
from search.reading.container import open_package
from search.reading.package import FAULTS, attribute, damaged, local, resolved, xml_part
from search.reading.page import Glyphs, arranged, sheet_of
from search.reading.plain import without_controls
from search.reading.wording import confirmed_title, stated_title
from search.settings import Settings

_WHAT = "OFD 文件"
_POINTS = 72 / 25.4
"""Points per millimetre, which all lengths of an OFD are in."""
_A4 = (0.0, 0.0, 210.0, 297.0)
_WIDE = 0x2E7F
_SLANT = 8.0
"""Degrees beside a quarter turn beyond which a character is set on a slant."""
_THIN = 0.6
"""Millimetres: a thinner shape is a rule."""
_SAME_PLACE = 0.2
"""Equal characters no farther apart than so many em are one, drawn twice."""
_MAX_DEPTH = 16
_MAX_SHAPES = 20_000
_BOLD_NAMES = ("黑", "bold", "heavy", "hei")
_Matrix = tuple[float, float, float, float, float, float]
_AS_IS: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class _Drawn:
    """The characters of one page so far, and what is drawn around them; millimetres."""

    text: list[str] = field(default_factory=list)
    places: list[tuple[float, float, float, float, int, bool]] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    shapes: int = 0


@dataclass(slots=True)
class _OfdBook:
    """What the parts of a document say of each other: bold fonts and composite graphics by identity, templates, and the room left."""

    package: zipfile.ZipFile
    room: int
    bold: set[str] = field(default_factory=set)
    graphics: dict[str, Any] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)


def read_ofd(source: Source, settings: Settings) -> Reading:
    """The lines of all pages. Raises UnreadableSource for broken, encrypted, scanned and oversized files."""
    with open_package(source.data, _WHAT, settings) as package:
        if "Encryptions.xml" in package.namelist():
            raise UnreadableSource(f"{_WHAT}已加密。", hint="请取消加密后另存。")
        try:
            root = xml_part(package, "OFD.xml", _WHAT)
            book = _OfdBook(package, settings.max_expanded_bytes // 4)
            pages = [page for body in root.iter("{*}DocRoot") for page in _pages(book, resolved("OFD.xml", body.text or ""), settings)]
            title = stated_title(_stated(root, "Title"))
        except FAULTS:
            raise damaged(_WHAT) from None
    if not any("".join(page.text).strip() for page in pages):
        what = "扫描的 OFD，没有文字层。" if any(page.pictures for page in pages) else "OFD 里没有文字。"
        raise UnreadableSource(what, hint="请导出为 PDF 或图片，再做文字识别（OCR）。")
    found = arranged([sheet_of(page) for page in pages])
    metadata = Metadata(title=confirmed_title(title, [line.text for line in found.lines]))
    return Reading(found.lines, "ofd", metadata=metadata, page_sizes=found.page_sizes)


def _pages(book: _OfdBook, name: str, settings: Settings) -> Iterator[Glyphs]:
    """The characters of the pages of one document."""
    root = xml_part(book.package, name, _WHAT)
    usual = next((_numbers(box.text) for box in root.iter("{*}PhysicalBox")), _A4)
    for resource in (*root.iter("{*}PublicRes"), *root.iter("{*}DocumentRes")):
        _read_resources(book, resolved(name, resource.text or ""))
    for template in root.iter("{*}TemplatePage"):
        book.templates[attribute(template, "ID")] = resolved(name, attribute(template, "BaseLoc"))
    pages = [page for pages in root.iter("{*}Pages") for page in pages.iterchildren() if local(page) == "Page"]
    if len(pages) > settings.max_pdf_pages:
        raise UnreadableSource(f"OFD 有 {len(pages)} 页，超过上限 {settings.max_pdf_pages} 页。", hint="请分成几个文件。")
    for page in pages:
        yield _page(book, resolved(name, attribute(page, "BaseLoc")), usual)


def _page(book: _OfdBook, name: str, usual: Box) -> Glyphs:
    """The characters of a page and of its templates, from its upper left corner."""
    root = xml_part(book.package, name, _WHAT)
    for resource in root.iter("{*}PageRes"):
        _read_resources(book, resolved(name, resource.text or ""))
    drawn = _Drawn()
    for template in root.iterchildren("{*}Template"):
        part = book.templates.get(attribute(template, "TemplateID"))
        if part is not None:
            _draw(xml_part(book.package, part, _WHAT), book, drawn)
    _draw(root, book, drawn)
    stated = next((_numbers(box.text) for area in root.iterchildren("{*}Area") for box in area.iterchildren("{*}PhysicalBox")), usual)
    return _glyphs(drawn, stated if len(stated) == 4 and stated[2] > 0 and stated[3] > 0 else _A4)


def _glyphs(drawn: _Drawn, page: Box) -> Glyphs:
    """In points; a page's box is left, top, width, height. What is drawn twice (a template and its copy, a shadow) counts once."""
    left, top, width, height = page
    once = _once(drawn)
    table = np.array([drawn.places[index] for index in once], float).reshape(-1, 6)

    def shown(boxes: list[Box]) -> list[Box]:
        return [tuple((value - (left, top)[index % 2]) * _POINTS for index, value in enumerate(box)) for box in boxes]  # type: ignore[misc]

    return Glyphs(
        "".join(drawn.text[index] for index in once),
        (table[:, 0] - left) * _POINTS,
        (table[:, 1] - top) * _POINTS,
        table[:, 2] * _POINTS,
        table[:, 3] * _POINTS,
        table[:, 4].astype(int),
        table[:, 5] > 0,
        width * _POINTS,
        height * _POINTS,
        shown(drawn.pictures),
        shown(drawn.frames),
        shown(drawn.rules),
    )


def _once(drawn: _Drawn) -> list[int]:
    """Indexes of the characters, without those that lie on an equal one."""
    kept, taken = [], set[tuple[str, int, int]]()
    for index, (character, place) in enumerate(zip(drawn.text, drawn.places, strict=True)):
        cell = max(0.1, _SAME_PLACE * place[3])
        across, along = round(place[0] / cell), round(place[1] / cell)
        if not any((character, across + dx, along + dy) in taken for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            taken.add((character, across, along))
            kept.append(index)
    return kept


def _read_resources(book: _OfdBook, name: str) -> None:
    """Which fonts are bold, and the drawings that pages refer to."""
    try:
        root = xml_part(book.package, name, _WHAT)
    except KeyError:
        return
    for font in root.iter("{*}Font"):
        named = (attribute(font, "FontName") + attribute(font, "FamilyName")).lower()
        if attribute(font, "Bold") == "true" or any(mark in named for mark in _BOLD_NAMES):
            book.bold.add(attribute(font, "ID"))
    for graphic in root.iter("{*}CompositeGraphicUnit"):
        book.graphics[attribute(graphic, "ID")] = graphic


def _draw(root: Any, book: _OfdBook, drawn: _Drawn, outer: _Matrix = _AS_IS, depth: int = 0) -> None:
    """Walks the objects of a page in order; `outer` is where a composite drawing lies."""
    stack = [(root, outer, depth)]
    while stack:
        element, matrix, level = stack.pop()
        tag = local(element)
        if tag == "TextObject":
            _write(element, book, drawn, matrix)
        elif tag == "ImageObject":
            drawn.pictures.append(
                _around(_placed(element, matrix), (0.0, 0.0, 1.0, 1.0)) if attribute(element, "CTM") else _bounds(element, matrix)
            )
        elif tag == "PathObject":
            _rule(element, drawn, matrix)
        elif tag == "CompositeObject":
            graphic = book.graphics.get(attribute(element, "ResourceID"))
            if graphic is not None and level < _MAX_DEPTH:
                stack.append((graphic, _placed(element, matrix), level + 1))
        elif tag and tag not in {"Template", "Area", "Actions", "Clips"}:
            stack.extend((child, matrix, level) for child in reversed(list(element.iterchildren())))


def _write(element: Any, book: _OfdBook, drawn: _Drawn, outer: _Matrix) -> None:
    """The characters of a text object, each with its origin, advance, size and turn."""
    matrix = _placed(element, outer)
    em = _number(attribute(element, "Size"), 0.0)
    stretch = _number(attribute(element, "HScale"), 1.0)
    across, along = math.hypot(matrix[0], matrix[1]), math.hypot(matrix[2], matrix[3])
    if em <= 0 or across <= 0 or along <= 0 or attribute(element, "Visible") == "false":
        return
    angle = math.degrees(math.atan2(matrix[1], matrix[0])) + _number(attribute(element, "CharDirection"), 0.0)
    turn = round(angle / 90) % 4 if abs(angle - 90 * round(angle / 90)) <= _SLANT else 4
    bold = attribute(element, "Font") in book.bold or _number(attribute(element, "Weight"), 400) >= 600
    x = y = 0.0
    for code in element.iterchildren("{*}TextCode"):
        text = code.text or ""
        book.room -= len(text)
        if book.room < 0:
            raise UnreadableSource(f"{_WHAT}的文字过多。", hint="请分成几个文件。")
        x, y = _number(attribute(code, "X"), x), _number(attribute(code, "Y"), y)
        right, down = (_steps(attribute(code, name), len(text)) for name in ("DeltaX", "DeltaY"))
        for index, character in enumerate(text):
            shown = character if character >= " " and without_controls(character)[0] else " "
            width = em * stretch * (1.0 if ord(character) > _WIDE else 0.5)
            step = abs(right[index]) if index < len(right) else 0.0
            if 0 < step < width or (ord(character) <= _WIDE and 0 < step <= em):
                width = step
            drawn.text.append(shown)
            drawn.places.append((*_at(matrix, x, y), width * across, em * along, turn, bold))
            if index < len(right) or index < len(down):
                x += right[index] if index < len(right) else 0.0
                y += down[index] if index < len(down) else 0.0
            else:
                x += width


def _steps(stated: str, count: int) -> list[float]:
    """Distances to the next character; `g 3 2.5` stands for 2.5 three times (8.3.3)."""
    parts = stated.split()
    steps: list[float] = []
    at = 0
    while at < len(parts) and len(steps) < count:
        if parts[at] == "g" and at + 2 < len(parts):
            steps += [_number(parts[at + 2], 0.0)] * min(count, int(_number(parts[at + 1], 0.0)))
            at += 3
        else:
            steps.append(_number(parts[at], 0.0))
            at += 1
    return steps


def _rule(element: Any, drawn: _Drawn, outer: _Matrix) -> None:
    """Straight lines as rules, rectangles as frames; curves are drawings."""
    drawn.shapes += 1
    if drawn.shapes > _MAX_SHAPES:
        return
    data = next((child.text or "" for child in element.iterchildren("{*}AbbreviatedData")), "")
    if len(data) > 400 or re.search("[BQAbqa]", data):
        return
    matrix = _placed(element, outer)
    points = [_at(matrix, float(x), float(y)) for x, y in re.findall(r"[MLS]\s+(-?[\d.]+)\s+(-?[\d.]+)", data)]
    for (x0, y0), (x1, y1) in pairwise(points):
        if min(abs(x1 - x0), abs(y1 - y0)) <= _THIN < max(abs(x1 - x0), abs(y1 - y0)):
            drawn.rules.append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    if len(points) >= 4 and (box := _box(points))[2] - box[0] > 10 * _THIN < box[3] - box[1]:
        drawn.frames.append(box)


def _placed(element: Any, outer: _Matrix) -> _Matrix:
    """From an object's own coordinates to the page's: its CTM, then the corner of its boundary, then where it lies."""
    stated = _numbers(attribute(element, "CTM"))
    own = stated if len(stated) == 6 else _AS_IS
    corner = _numbers(attribute(element, "Boundary"))
    x, y = corner[:2] if len(corner) == 4 else (0.0, 0.0)
    return _times((own[0], own[1], own[2], own[3], own[4] + x, own[5] + y), outer)


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    origin = _at(outer, e, f)
    return (
        a * outer[0] + b * outer[2], a * outer[1] + b * outer[3], c * outer[0] + d * outer[2], c * outer[1] + d * outer[3], *origin,
    )  # fmt: skip


def _at(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return (a * x + c * y + e, b * x + d * y + f)


def _around(matrix: _Matrix, box: Box) -> Box:
    return _box([_at(matrix, x, y) for x in box[::2] for y in box[1::2]])


def _bounds(element: Any, outer: _Matrix) -> Box:
    corner = _numbers(attribute(element, "Boundary"))
    left, top, width, height = corner if len(corner) == 4 else (0.0, 0.0, 0.0, 0.0)
    return _around(outer, (left, top, left + width, top + height))


def _box(points: list[tuple[float, float]]) -> Box:
    across, along = [x for x, _ in points], [y for _, y in points]
    return (min(across), min(along), max(across), max(along))


def _numbers(text: str | None) -> Any:
    """The numbers in an attribute, as many as there are; none where one is no number."""
    try:
        values = tuple(float(part) for part in (text or "").split())
    except ValueError:
        return ()
    return values if all(map(math.isfinite, values)) else ()


def _number(text: str, usual: float) -> float:
    try:
        value = float(text)
    except ValueError:
        return usual
    return value if math.isfinite(value) and abs(value) < 1e6 else usual


def _stated(root: Any, name: str) -> str:
    """What the file says of itself under a name."""
    return next((item.text or "" for info in root.iter("{*}DocInfo") for item in info.iterchildren() if local(item) == name), "")
