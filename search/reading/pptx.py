"""PPTX presentations → titles, paragraphs and table rows, slide by slide, each slide's notes after it.

The parts are read as XML: python-pptx would bring Pillow and XlsxWriter along, and leaves out groups, diagrams and the text of charts.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.container import open_package
from search.reading.package import FAULTS, attribute, damaged, local, relations, xml_part
from search.reading.plain import without_controls
from search.reading.table import table_line
from search.reading.wording import deck_titled, joined_lines, stated_title
from search.settings import Settings

_WHAT = "PPTX 文件"
_MAIN = "ppt/presentation.xml"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_TITLES = {"title", "ctrTitle"}
_FURNITURE = {"dt", "ftr", "sldNum", "hdr", "sldImg"}
_FALLBACK = "Fallback"
_Written = tuple[str, str]


def read_pptx(source: Source, settings: Settings) -> Reading:
    """Text of the slides shown, the number of a slide as its page. Raises UnreadableSource for broken and oversized files."""
    written: list[tuple[int | None, str, str]] = []
    room = settings.max_expanded_bytes // 4
    with open_package(source.data, _WHAT, settings) as package:
        try:
            for number, name in enumerate(_slides(package), 1):
                for text, style in _slide(package, name):
                    room -= len(text)
                    written.append((number, text, style))
                if room < 0:
                    raise UnreadableSource(f"{_WHAT}的文字过多。", hint="请分成几个文件。")
            metadata = _metadata(package)
        except FAULTS:
            raise damaged(_WHAT) from None
    lines = (SourceLine(line, text, number, style) for line, (number, text, style) in enumerate(deck_titled(written), 1))
    return Reading(tuple(lines), "pptx", metadata=metadata)


def _slides(package: zipfile.ZipFile) -> Iterator[str]:
    """Parts of the slides in the order shown."""
    known = relations(package, _MAIN, _WHAT)
    for slide in xml_part(package, _MAIN, _WHAT).iter("{*}sldId"):
        identity = next((value for key, value in slide.attrib.items() if key.endswith("}id")), "")
        if identity in known:
            yield known[identity][1]


def _slide(package: zipfile.ZipFile, name: str) -> Iterator[_Written]:
    root = xml_part(package, name, _WHAT)
    if root.get("show") == "0":
        return
    known = relations(package, name, _WHAT)
    written = list(_shapes(root, package, known))
    yield from sorted(written, key=lambda line: line[1] != "heading1")
    for kind, part in known.values():
        if kind == "notesSlide":
            yield from ((text, "paragraph") for text, _ in _shapes(xml_part(package, part, _WHAT), package, {}))


def _shapes(root: Any, package: zipfile.ZipFile, known: dict[str, tuple[str, str]]) -> Iterator[_Written]:
    """Lines of the shapes in their order, groups seen through; pictures of what older programs cannot show are passed over."""
    stack = [root]
    while stack:
        element = stack.pop()
        tag = local(element)
        if tag == "sp":
            yield from _shape(element)
        elif tag == "tbl":
            yield from _table(element)
        elif tag == "relIds":
            yield from _diagram(package, known.get(attribute(element, "dm"), ("", ""))[1])
        elif tag and tag != _FALLBACK:
            stack.extend(reversed(list(element.iterchildren())))


def _shape(shape: Any) -> Iterator[_Written]:
    place = next(shape.iter("{*}ph"), None)
    kind = "" if place is None else place.get("type", "body")
    if kind in _FURNITURE:
        return
    pieces = [text for paragraph in shape.iter(_DRAWING + "p") if (text := _text(paragraph))]
    if kind in _TITLES and pieces:
        yield joined_lines(pieces), "heading1"
    else:
        yield from ((piece, "paragraph") for piece in pieces)


def _table(table: Any) -> Iterator[_Written]:
    for row in table.iter(_DRAWING + "tr"):
        cells = [" ".join(filter(None, map(_text, cell.iter(_DRAWING + "p")))) for cell in row.iterchildren(_DRAWING + "tc")]
        if line := table_line(cells):
            yield line, "table"


def _diagram(package: zipfile.ZipFile, name: str) -> Iterator[_Written]:
    """The points of a diagram, which lie in a part of their own."""
    try:
        root = xml_part(package, name, _WHAT)
    except KeyError:
        return
    for point in root.iter("{*}pt"):
        yield from ((text, "paragraph") for paragraph in point.iter(_DRAWING + "p") if (text := _text(paragraph)))


def _text(paragraph: Any) -> str:
    parts = []
    for element in paragraph.iter(_DRAWING + "t", _DRAWING + "br", _DRAWING + "tab"):
        parts.append(element.text or "" if local(element) == "t" else " ")
    return without_controls("".join(parts).replace("\xa0", " ").replace("\x0b", " "))[0].strip()


def _metadata(package: zipfile.ZipFile) -> Metadata:
    try:
        root = xml_part(package, "docProps/core.xml", _WHAT)
    except KeyError:
        return Metadata()
    title = next((element.text or "" for element in root.iter() if local(element) == "title"), "")
    return Metadata(title=stated_title(title))
