"""OpenDocument texts and presentations (.odt, .odp) → paragraphs and table rows in order, notes at the end."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.container import open_package
from search.reading.package import FAULTS, attribute, damaged, local, xml_part
from search.reading.package import part as bytes_of
from search.reading.plain import without_controls
from search.reading.table import table_line
from search.reading.wording import deck_titled, joined_lines, named_style, numbered_heading, stated_title, titled
from search.settings import Settings

_WHAT = "OpenDocument 文件"
_PASSED_OVER = frozenset(
    {
        "tracked-changes",
        "annotation",
        "annotation-end",
        "forms",
        "sequence-decls",
        "variable-decls",
        "note-citation",
        "desc",
        "title",
        "notes",
    }
)
_MAX_REPEATED = 200
_MAX_DEPTH = 200
_Written = tuple[int | None, str, str]
"""Page (of a presentation), text and style of a line."""


@dataclass(slots=True)
class _OdfBook:
    """Our style by the name of a style, the notes met so far, the slide being read, and what may still be written."""

    styles: dict[str, str]
    room: int
    notes: list[Any] = field(default_factory=list)
    slide: int | None = None


def read_odf(source: Source, settings: Settings) -> Reading:
    """Paragraphs in order. Raises UnreadableSource for broken, encrypted and oversized files."""
    with open_package(source.data, _WHAT, settings) as package:
        with suppress(KeyError):
            if b"encryption-data" in bytes_of(package, "META-INF/manifest.xml", _WHAT):
                raise UnreadableSource(f"{_WHAT}已加密。", hint="请取消密码保护后另存。")
        try:
            root = xml_part(package, "content.xml", _WHAT)
            book = _OdfBook(_styles(package, root), settings.max_expanded_bytes // 4)
            body = next(element for element in root.iterchildren() if local(element) == "body")
            lines = list(_lines(body, book))
            book.slide = None
            while book.notes:
                waiting, book.notes = book.notes, []
                lines += [line for note in waiting for line in _lines(note, book)]
            metadata = _metadata(package)
        except StopIteration:
            raise damaged(_WHAT) from None
        except FAULTS:
            raise damaged(_WHAT) from None
    lines = deck_titled(lines) if any(page for page, _, _ in lines) else [(None, *line) for line in titled([line[1:] for line in lines])]
    numbered = tuple(SourceLine(number, text, page, style) for number, (page, text, style) in enumerate(lines, 1))
    return Reading(numbered, "odf", metadata=metadata)


def _lines(root: Any, book: _OdfBook, depth: int = 0) -> Iterator[_Written]:
    """Lines of the blocks below an element; sections, lists and frames are seen through."""
    if depth > _MAX_DEPTH:
        return
    for child in root.iterchildren():
        tag = local(child)
        if tag in ("p", "h"):
            yield from _paragraph(child, book, depth)
        elif tag == "table":
            yield from _table(child, book, depth)
        elif tag == "page":
            book.slide = (book.slide or 0) + 1
            yield from _lines(child, book, depth + 1)
        elif tag and tag not in _PASSED_OVER:
            yield from _lines(child, book, depth + 1)


def _paragraph(paragraph: Any, book: _OdfBook, depth: int) -> Iterator[_Written]:
    parts: list[str] = []
    boxes: list[Any] = []
    _gather(paragraph, parts, boxes, book)
    pieces = [piece for line in "".join(parts).split("\n") if (piece := without_controls(line.replace("\xa0", " "))[0].strip())]
    words = "".join(pieces)
    book.room -= len(words)
    if book.room < 0:
        raise UnreadableSource(f"{_WHAT}的文字过多。", hint="请分成几个文件。")
    if pieces:
        style = _style(paragraph, book, words)
        if style in {"title", "subtitle"} or style.startswith("heading"):
            pieces = [joined_lines(pieces)]
        yield from ((book.slide, piece, style) for piece in pieces)
    for box in boxes:
        yield from _lines(box, book, depth + 1)


def _style(paragraph: Any, book: _OdfBook, words: str) -> str:
    named = book.styles.get(attribute(paragraph, "style-name"))
    if named is not None and len(words) <= 240:
        return named
    if local(paragraph) == "h":
        level = attribute(paragraph, "outline-level")
        return f"heading{min(6, int(level)) if level.isdigit() and level != '0' else 1}"
    return numbered_heading(words, bold=False) or "paragraph"


def _gather(paragraph: Any, parts: list[str], boxes: list[Any], book: _OdfBook) -> None:
    """The text of a paragraph in order, without recursion; text boxes and notes are laid aside."""
    stack: list[Any] = [paragraph]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(" ".join(item.split()) if not item.strip() else _spaced(item))
            continue
        tag = local(item)
        if item is not paragraph:
            if item.tail:
                stack.append(item.tail)
            if tag == "s":
                count = attribute(item, "c")
                parts.append(" " * min(_MAX_REPEATED, int(count) if count.isdigit() else 1))
            elif tag == "tab":
                parts.append("\t")
            elif tag == "line-break":
                parts.append("\n")
            elif tag in ("note", "text-box"):
                (book.notes if tag == "note" else boxes).append(item)
            if not tag or tag in _PASSED_OVER or tag in {"note", "text-box"}:
                continue
        stack.extend(reversed(list(item.iterchildren())))
        if item.text and tag != "s":
            stack.append(item.text)


def _spaced(text: str) -> str:
    """White space is one space in ODF, but for what its own elements say."""
    inner = " ".join(text.split())
    return (" " if text[0].isspace() else "") + inner + (" " if text[-1].isspace() else "")


def _table(table: Any, book: _OdfBook, depth: int) -> Iterator[_Written]:
    """Rows as lines of style `table`. A table of one column is a frame around text."""
    rows = [row for row in table.iter() if local(row) == "table-row" and _owner(row) is table]
    cells = [[cell for cell in row.iterchildren() if local(cell) in ("table-cell", "covered-table-cell")] for row in rows]
    if all(len(row) <= 1 for row in cells):
        for row in cells:
            for cell in row:
                yield from _lines(cell, book, depth + 1)
        return
    for row in cells:
        texts: list[str] = []
        for cell in row:
            written = " ".join(text for _, text, _ in _lines(cell, book, depth + 1))
            count = attribute(cell, "number-columns-repeated")
            texts += [written] * (min(_MAX_REPEATED, int(count)) if written and count.isdigit() else 1)
        if line := table_line(texts):
            yield book.slide, line, "table"


def _owner(row: Any) -> Any:
    return next((above for above in row.iterancestors() if local(above) == "table"), None)


def _styles(package: zipfile.ZipFile, content: Any) -> dict[str, str]:
    """Our style by the name of a style, for those that mean something; a style with a parent means the same."""
    names: dict[str, str] = {}
    parents: dict[str, str] = {}
    roots = [content]
    with suppress(KeyError):
        roots.append(xml_part(package, "styles.xml", _WHAT))
    for root in roots:
        for style in root.iter("{*}style"):
            name = attribute(style, "name")
            if ours := named_style(attribute(style, "display-name") or name.replace("_20_", " ")):
                names[name] = ours
            parents[name] = attribute(style, "parent-style-name")
    for name in parents:
        walk, seen = name, set[str]()
        while walk not in names and walk in parents and walk not in seen:
            seen.add(walk)
            walk = parents[walk]
        ours = names.get(walk) or named_style(walk.replace("_20_", " "))
        if ours:
            names[name] = ours
    return names


def _metadata(package: zipfile.ZipFile) -> Metadata:
    try:
        root = xml_part(package, "meta.xml", _WHAT)
    except KeyError:
        return Metadata()
    said = {local(element): element.text or "" for element in root.iter() if local(element) == "title"}
    return Metadata(title=stated_title(said.get("title", "")))
