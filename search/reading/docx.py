"""DOCX → one line a paragraph with the style Word gives it, tables row by row, notes at the end.

python-docx opens the package and resolves styles. Its `paragraph.text` leaves out content controls, text boxes and
inserted revisions, so the text is gathered from the XML itself: what a reader of the printed page would see.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from lxml import etree

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.container import BROKEN, open_package
from search.reading.docx_numbers import Numbers
from search.reading.plain import without_controls
from search.reading.table import table_line, with_cells
from search.reading.wording import joined_lines, named_style, numbered_heading, stated_title, titled
from search.settings import Settings

_WHAT = "DOCX 文件"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = {_W + tag for tag in ("del", "moveFrom", "rPr", "pPr", "sdtPr", "instrText", "delText", "delInstrText", "rt")} | {_MC_FALLBACK}
"""What is not on the printed page: deletions, properties, field codes, the second form of a drawing; and how to read a character, which
is set above it (ruby) and would part the word in two."""
_NOTES = ("footnotes", "endnotes")
_MAX_HEADING = 60
_MAX_DEPTH = 200
_WIDEST = 200


@dataclass(slots=True)
class _Text:
    """The text of a paragraph as lines (parted by manual breaks), how much of it is bold, and what floats in it."""

    lines: list[list[str]] = field(default_factory=lambda: [[]])
    size: int = 0
    bold: int = 0
    boxes: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _DocxBook:
    """What a document says of its paragraphs in other places: our style and the list by style id, and the numbers."""

    styles: dict[str, str]
    numbered: dict[str, tuple[str, str]]
    numbers: Numbers
    rows: list[tuple[str, list[str]]] = field(default_factory=list)
    """Text and cells of the rows of tables, in the order of the lines."""


def read_docx(source: Source, settings: Settings) -> Reading:
    """Paragraphs in order. Raises UnreadableSource for broken, encrypted and oversized files."""
    open_package(source.data, _WHAT, settings).close()
    try:
        document = docx.Document(io.BytesIO(source.data))
        book = _DocxBook(_style_names(document), _style_numbers(document), Numbers(document))
        lines = list(_lines(document.element.body, book))
        lines += list(_notes(document, book))
        metadata = _metadata(document)
    except (*BROKEN, OpcError, etree.LxmlError, AttributeError, TypeError, LookupError, AssertionError, RecursionError):
        raise UnreadableSource(f"{_WHAT}已损坏，打不开。", hint="请用 Word 或 WPS 打开后另存。") from None
    if sum(len(text) for text, _ in lines) > settings.max_expanded_bytes // 4:
        raise UnreadableSource(f"{_WHAT}的文字过多。", hint="请分成几个文件。")
    return Reading(
        tuple(with_cells((SourceLine(number, text, style=style) for number, (text, style) in enumerate(titled(lines), 1)), book.rows)),
        "docx",
        metadata=metadata,
    )


_Written = tuple[str, str]
"""Text and style of a line."""


def _lines(root: Any, book: _DocxBook, depth: int = 0) -> Iterator[_Written]:
    """Lines of the blocks below an element; wrappers (content controls, custom XML, insertions) are seen through."""
    if depth > _MAX_DEPTH:
        return
    for child in root.iterchildren():
        if child.tag == _W + "p":
            yield from _paragraph(child, book, depth)
        elif child.tag == _W + "tbl":
            yield from _table(child, book, depth)
        elif child.tag not in _GONE and isinstance(child.tag, str):
            yield from _lines(child, book, depth + 1)


def _paragraph(paragraph: Any, book: _DocxBook, depth: int) -> Iterator[_Written]:
    text = _Text()
    _gather(paragraph, text)
    pieces = [piece for parts in text.lines if (piece := _clean("".join(parts)))]
    if pieces and (label := _label(paragraph, book)):
        pieces[0] = f"{label} {pieces[0]}" if label.isascii() else label + pieces[0]
    style = _style(paragraph, book.styles, text, "".join(pieces))
    if style in {"title", "subtitle"} or style.startswith("heading"):
        pieces = [joined_lines(pieces)] if pieces else []
    for piece in pieces:
        yield piece, style
    for box in text.boxes:
        yield from _lines(box, book, depth + 1)


def _label(paragraph: Any, book: _DocxBook) -> str:
    """The number that Word prints before a paragraph, by its own properties or its style's."""
    identity, level = "", "0"
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    if style is not None:
        identity, level = book.numbered.get(style.get(_W + "val") or "", ("", "0"))
    own = paragraph.find(f"{_W}pPr/{_W}numPr")
    if own is not None:
        identity, level = _number_of(own, identity, level)
    return book.numbers.label(identity, int(level)) if identity and level.isdigit() else ""


def _number_of(properties: Any, identity: str, level: str) -> tuple[str, str]:
    """List and level of a numPr; what it leaves out is as given."""
    number, depth = properties.find(_W + "numId"), properties.find(_W + "ilvl")
    return (
        (number.get(_W + "val") or "") if number is not None else identity,
        (depth.get(_W + "val") or "0") if depth is not None else level,
    )


def _gather(paragraph: Any, text: _Text) -> None:
    """Walks the runs of a paragraph in document order, without recursion."""
    stack: list[tuple[Any, bool]] = [(child, False) for child in reversed(list(paragraph))]
    while stack:
        element, bold = stack.pop()
        tag = element.tag
        if tag in _GONE or not isinstance(tag, str):
            continue
        if tag in (_W + "t", _MATH_TEXT):
            part = element.text or ""
            text.lines[-1].append(part)
            text.size += len(part.strip())
            text.bold += len(part.strip()) if bold else 0
        elif tag == _W + "tab":
            text.lines[-1].append("\t")
        elif tag in (_W + "br", _W + "cr"):
            text.lines.append([])
        elif tag == _W + "noBreakHyphen":
            text.lines[-1].append("-")
        elif tag == _W + "txbxContent":
            text.boxes.append(element)
        else:
            heavy = _is_bold(element) if tag == _W + "r" else bold
            stack.extend((child, heavy) for child in reversed(list(element)))


def _is_bold(run: Any) -> bool:
    mark = run.find(f"{_W}rPr/{_W}b")
    return mark is not None and mark.get(_W + "val") not in {"0", "false", "off"}


def _style(paragraph: Any, styles: dict[str, str], text: _Text, words: str) -> str:
    """By the paragraph's style, its outline level or its list number; then by its wording."""
    properties = paragraph.find(_W + "pPr")
    named = level = numbered = None
    if properties is not None:
        mark = properties.find(_W + "pStyle")
        named = styles.get(mark.get(_W + "val")) if mark is not None else None
        outline = properties.find(_W + "outlineLvl")
        level = outline.get(_W + "val") if outline is not None else None
        numbered = properties.find(_W + "numPr")
    if named is not None and len(words) <= 4 * _MAX_HEADING:
        return named
    if level is not None and level.isdigit() and int(level) < 6 and len(words) <= _MAX_HEADING:
        return f"heading{int(level) + 1}"
    heading = numbered_heading(words, bold=text.size > 0 and text.bold >= 0.95 * text.size)
    if heading is not None:
        return heading
    return "list" if numbered is not None and len(words) <= _MAX_HEADING else "paragraph"


def _table(table: Any, book: _DocxBook, depth: int) -> Iterator[_Written]:
    """Rows as lines of style `table`. A table of one cell is a frame around text; a table inside a cell follows its row."""
    rows = [row for row in table.iter(_W + "tr") if next(row.iterancestors(_W + "tbl")) is table]
    cells = [[cell for cell in row.iter(_W + "tc") if next(cell.iterancestors(_W + "tr")) is row] for row in rows]
    if all(len(row) <= 1 for row in cells):
        for row in cells:
            for cell in row:
                yield from _lines(cell, book, depth + 1)
        return
    above: list[str] = []
    for row in cells:
        texts, inner = [], []
        columns: list[str] = []
        for cell in row:
            written = list(_lines(cell, book, depth + 1))
            texts.append(" ".join(text for text, style in written if style != "table"))
            inner += [line for line in written if line[1] == "table"]
            across, below = _merged(cell)
            held = above[len(columns)] if below and not texts[-1] and len(columns) < len(above) else texts[-1]
            columns += [held] * across
        line = table_line(texts)
        above = columns
        if line:
            book.rows.append((line, columns))
            yield line, "table"
        yield from inner


def _merged(cell: Any) -> tuple[int, bool]:
    """How many columns a cell spans, and whether it goes on the one above."""
    across, below = cell.find(f"{_W}tcPr/{_W}gridSpan"), cell.find(f"{_W}tcPr/{_W}vMerge")
    stated = (across.get(_W + "val") or "") if across is not None else ""
    return (min(int(stated), _WIDEST) if stated.isdigit() else 1), below is not None and below.get(_W + "val") != "restart"


def _notes(document: Any, book: _DocxBook) -> Iterator[_Written]:
    """Footnotes and endnotes, after the text."""
    for relation in document.part.rels.values():
        if relation.is_external or relation.reltype.rsplit("/", 1)[-1] not in _NOTES:
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
        root = etree.fromstring(relation.target_part.blob, parser)
        for note in root.iterchildren():
            if note.get(_W + "type") not in {"separator", "continuationSeparator", "continuationNotice"}:
                yield from ((text, "paragraph") for text, _ in _lines(note, book))


def _style_names(document: Any) -> dict[str, str]:
    """Our style by Word's style id, for those that mean something; a style based on another means the same."""
    known: dict[str, str] = {}
    parents: dict[str, str] = {}
    for style in document.styles.element.iterchildren(_W + "style"):
        identity = style.get(_W + "styleId") or ""
        name = style.find(_W + "name")
        parent = style.find(_W + "basedOn")
        words = (name.get(_W + "val") or "") if name is not None else ""
        if parent is not None:
            parents[identity] = parent.get(_W + "val") or ""
        outline = style.find(f"{_W}pPr/{_W}outlineLvl")
        ours = named_style(words)
        if ours is not None:
            known[identity] = ours
        elif outline is not None and (outline.get(_W + "val") or "").isdigit() and int(outline.get(_W + "val")) < 6:
            known[identity] = f"heading{int(outline.get(_W + 'val')) + 1}"
    for identity in parents:
        seen, walk = {identity}, parents[identity]
        while identity not in known and walk and walk not in seen:
            if walk in known:
                known[identity] = known[walk]
            seen.add(walk)
            walk = parents.get(walk, "")
    return known


def _style_numbers(document: Any) -> dict[str, tuple[str, str]]:
    """List and level by style id, for headings that are numbered by their style."""
    return {
        style.get(_W + "styleId") or "": _number_of(properties, "", "0")
        for style in document.styles.element.iterchildren(_W + "style")
        if (properties := style.find(f"{_W}pPr/{_W}numPr")) is not None
    }


def _metadata(document: Any) -> Metadata:
    """The title in the file's properties, unless a program or a template put it there."""
    return Metadata(title=stated_title(document.core_properties.title or ""))


def _clean(text: str) -> str:
    return without_controls(text.replace("\xa0", " "))[0].strip()
