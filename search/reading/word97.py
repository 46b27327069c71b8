"""Word 97–2003 documents and WPS's .wps (the same binary form) → one line a paragraph, tables row by row, notes at the end.

Our own reader, because none of the ready ones fits: antiword and catdoc are GPL programs, LibreOffice is a gigabyte and loses which cells
share a row, wps2md keeps neither tables nor styles. The form is that of Microsoft's [MS-DOC], sections named in the comments. What is on
the printed page is read: results of fields, not their codes; no deletions, hidden text, headers or comments. Automatic numbers are left
out.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

from olefile import OleFileIO

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.ole import BROKEN, damaged, encrypted, open_ole, stream, summary_title
from search.reading.plain import without_controls
from search.reading.table import table_line
from search.reading.wording import confirmed_title, joined_lines, named_style, numbered_heading, stated_title, titled
from search.settings import Settings

_WHAT = "Word 文件"
_WORD, _WORD_6 = 0xA5EC, 0xA5DC
_FIRST_VERSION = 193
"""nFib of Word 97; older ones are laid out otherwise."""
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_CCP = 0x4C
"""Where the eight lengths begin: text, footnotes, headers, macros, comments, endnotes, text boxes, boxes in headers (2.5.4)."""
_SHOWN = (0, 1, 5, 6)
_STYLES, _CHARACTERS, _PARAGRAPHS, _PIECES = 0xA2, 0xFA, 0x102, 0x1A2
_MAX_HEADING = 60
_HIDDEN = frozenset({0x0800, 0x083C})
"""sprmCFRMarkDel and sprmCFVanish."""
_BOLD, _IN_TABLE, _ROW_END, _OUTLINE, _ELSEWHERE = 0x0835, 0x2416, 0x2417, 0x2640, 0x6646
"""sprmCFBold, sprmPFInTable, sprmPFTtp, sprmPOutLvl, sprmPHugePapx."""
_DROPPED = dict.fromkeys([*range(7), 8, *range(14, 19), *range(22, 30), 31])
_LINE_MARKS = {0x0B: "\n", 0x0C: "\n", 0x0E: "\n", 0x1E: "-", 0xA0: " "}
_Spans = tuple[list[int], list[dict[int, int]]]
"""Starts of runs by file position, and what each says by sprm."""


_Written = tuple[str, str]
"""Text and style of a line."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters `start` to `end` of the document, at `place` in the main stream, `width` bytes each."""

    start: int
    end: int
    place: int
    width: int


@dataclass(frozen=True, slots=True)
class _WordStream:
    """The main stream with its text, and what it says of pieces, styles and runs of paragraphs and characters."""

    text: str
    lengths: tuple[int, ...]
    pieces: tuple[_Piece, ...]
    styles: dict[int, str]
    paragraphs: _Spans
    characters: _Spans

    def place(self, position: int) -> int:
        """Where in the file the character at `position` lies."""
        index = bisect_right(self.pieces, position, key=lambda piece: piece.start) - 1
        piece = self.pieces[max(0, index)]
        return piece.place + (position - piece.start) * piece.width


@dataclass(slots=True)
class _WordTable:
    """The rows of a table so far, and the row being filled."""

    rows: list[list[str]] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    cell: list[str] = field(default_factory=list)

    def end_row(self) -> None:
        """The row is whole."""
        if self.cell:
            self.row.append(" ".join(self.cell))
            self.cell = []
        if self.row:
            self.rows.append(self.row)
        self.row = []


def read_word97(source: Source, settings: Settings) -> Reading:
    """Paragraphs in order. Raises UnreadableSource for broken, encrypted, older and oversized files."""
    container = open_ole(source.data, _WHAT)
    try:
        document = _parsed(stream(container, "WordDocument"), container)
        lines = titled(list(_lines(document)))
        title = confirmed_title(stated_title(summary_title(container)), [text for text, _ in lines])
    except BROKEN:
        raise damaged(_WHAT) from None
    finally:
        container.close()
    if sum(len(text) for text, _ in lines) > settings.max_expanded_bytes // 4:
        raise UnreadableSource(f"{_WHAT}的文字过多。", hint="请分成几个文件。")
    numbered = tuple(SourceLine(number, text, style=style) for number, (text, style) in enumerate(lines, 1))
    return Reading(numbered, "doc", metadata=Metadata(title=title))


def _parsed(main: bytes, container: OleFileIO) -> _WordStream:
    """The document of the main stream, with the tables of the other one. Raises UnreadableSource or one of BROKEN."""
    mark, version = struct.unpack_from("<HH", main, 0)
    if mark == _WORD_6 or version < _FIRST_VERSION:
        raise UnreadableSource("Word 95 或更早的 .doc 不能读取。", hint="请用 Word 或 WPS 打开，另存为 .docx。")
    if mark != _WORD:
        raise damaged(_WHAT)
    (flags,) = struct.unpack_from("<H", main, 0x0A)
    if flags & _ENCRYPTED:
        raise encrypted(_WHAT)
    table = stream(container, "1Table" if flags & _TABLE_1 else "0Table")
    lengths = tuple(max(0, size) for size in struct.unpack_from("<8i", main, _CCP))
    pieces = tuple(_pieces(_part(main, table, _PIECES)))
    if not pieces:
        raise damaged(_WHAT)
    return _WordStream(
        "".join(_decoded(main, piece) for piece in pieces),
        lengths,
        pieces,
        _style_names(_part(main, table, _STYLES)),
        _spans(main, _part(main, table, _PARAGRAPHS), partial(_paragraph_run, stream(container, "Data"))),
        _spans(main, _part(main, table, _CHARACTERS), _character_run),
    )


def _part(main: bytes, table: bytes, place: int) -> bytes:
    start, size = struct.unpack_from("<II", main, place)
    return table[start : start + size]


def _pieces(clx: bytes) -> Iterator[_Piece]:
    """The piece table (2.9.38, 2.8.35): which characters lie where, in one byte (Windows-1252) or two."""
    at = 0
    while clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    (size,) = struct.unpack_from("<I", clx, at + 1)
    plc = clx[at + 5 : at + 5 + size]
    count = (len(plc) - 4) // 12
    bounds = struct.unpack_from(f"<{count + 1}I", plc)
    for index, (start, end) in enumerate(pairwise(bounds)):
        (place,) = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)
        narrow = bool(place & 0x40000000)
        place &= 0x3FFFFFFF
        if start < end:
            yield _Piece(start, end, place // 2 if narrow else place, 1 if narrow else 2)


def _decoded(main: bytes, piece: _Piece) -> str:
    """The characters of a piece, one a code unit, so that positions hold; surrogates are joined later."""
    size = piece.end - piece.start
    raw = main[piece.place : piece.place + size * piece.width]
    if piece.width == 1:
        text = raw.decode("cp1252", errors="replace")
    else:
        raw = raw[: len(raw) // 2 * 2]
        text = "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw)))
    if len(text) < size:
        raise ValueError("the piece reaches past the end of the file")
    return text


def _style_names(sheet: bytes) -> dict[int, str]:
    """Our style by the index of Word's, for those that mean something; a style based on another means the same (2.9.271)."""
    if len(sheet) < 6:
        return {}
    head, count, fixed = struct.unpack_from("<HHH", sheet)
    at = 2 + head
    known: dict[int, str] = {}
    parents: dict[int, int] = {}
    for index in range(count):
        if at + 2 > len(sheet):
            break
        (size,) = struct.unpack_from("<H", sheet, at)
        style = sheet[at + 2 : at + 2 + size]
        at += 2 + size + size % 2
        if size < fixed + 2:
            continue
        parents[index] = struct.unpack_from("<H", style, 2)[0] >> 4
        (length,) = struct.unpack_from("<H", style, fixed)
        name = style[fixed + 2 : fixed + 2 + 2 * length].decode("utf-16-le", errors="replace").partition("\0")[0].partition(",")[0]
        if ours := named_style(name):
            known[index] = ours
    for index in parents:
        walk, seen = index, set[int]()
        while walk not in known and walk in parents and walk not in seen:
            seen.add(walk)
            walk = parents[walk]
        if walk in known:
            known[index] = known[walk]
    return known


def _spans(main: bytes, plc: bytes, run: Callable[[bytes, int, int], dict[int, int]]) -> _Spans:
    """Runs of properties from the pages that a bin table lists (2.8.25, 2.9.32)."""
    count = max(0, (len(plc) - 4) // 8)
    starts: list[int] = []
    said: list[dict[int, int]] = []
    for page_number in struct.unpack_from(f"<{count}I", plc, 4 * (count + 1)) if count else ():
        page = main[(page_number & 0x3FFFFF) * 512 :][:512]
        if len(page) < 512:
            continue
        runs = page[511]
        if 4 * (runs + 1) > 511:
            continue
        starts.extend(struct.unpack_from(f"<{runs}I", page))
        said.extend(run(page, runs, index) for index in range(runs))
    order = sorted(range(len(starts)), key=starts.__getitem__)
    return [starts[index] for index in order], [said[index] for index in order]


def _paragraph_run(more: bytes, page: bytes, runs: int, index: int) -> dict[int, int]:
    """Style (under key 0) and sprms of a run of paragraphs (2.9.173); those of wide rows lie in the data stream."""
    at = 2 * page[4 * (runs + 1) + 13 * index]
    if not at or at > 508:
        return {}
    size, begin = (2 * page[at] - 1, at + 1) if page[at] else (2 * page[at + 1], at + 2)
    if size < 2:
        return {}
    style = page[begin] | page[begin + 1] << 8 if begin + 1 < 511 else 0
    said = {0: style} | _sprms(page[begin + 2 : begin + size])
    place = said.get(_ELSEWHERE)
    if place is not None and place + 2 <= len(more):
        said |= _sprms(more[place + 2 : place + 2 + struct.unpack_from("<H", more, place)[0]])
    return said


def _character_run(page: bytes, runs: int, index: int) -> dict[int, int]:
    """The sprms of a run of characters (2.9.33)."""
    at = 2 * page[4 * (runs + 1) + index]
    return _sprms(page[at + 1 : at + 1 + page[at]]) if at else {}


def _sprms(properties: bytes) -> dict[int, int]:
    """Operand by code, as far as it is a number (2.6.1)."""
    said: dict[int, int] = {}
    at = 0
    while at + 3 <= len(properties):
        (code,) = struct.unpack_from("<H", properties, at)
        kind = code >> 13
        at += 2
        if kind == 6:
            size = properties[at] + 1
            if code in (0xD608, 0xD606) and at + 1 < len(properties):
                size = struct.unpack_from("<H", properties, at)[0] + 1
        else:
            size = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}[kind]
            said[code] = int.from_bytes(properties[at : at + size], "little")
        at += size
    return said


def _lines(document: _WordStream) -> Iterator[_Written]:
    """Lines of the text, then of footnotes, endnotes and text boxes."""
    start = 0
    for number, length in enumerate(document.lengths):
        if number in _SHOWN and length:
            yield from _story(document, start, min(start + length, len(document.text)))
        start += length


def _story(document: _WordStream, start: int, end: int) -> Iterator[_Written]:
    """Paragraphs and tables between two positions."""
    table = _WordTable()
    fields: list[bool] = []
    while start < end:
        stop = start
        while stop < end and document.text[stop] not in "\r\x07":
            stop += 1
        said = _said(document.paragraphs, document.place(min(stop, end - 1)))
        mark = document.text[stop : stop + 1]
        pieces, bold = _shown(document, start, stop, fields)
        start = stop + 1
        if mark == "\x07" or said.get(_IN_TABLE):
            if said.get(_ROW_END) and mark == "\x07":
                table.end_row()
            else:
                table.cell.extend(pieces)
                if mark == "\x07":
                    table.row.append(" ".join(table.cell))
                    table.cell = []
            continue
        yield from _rows(table)
        table = _WordTable()
        yield from _paragraph(document, pieces, bold, said)
    yield from _rows(table)


def _rows(table: _WordTable) -> Iterator[_Written]:
    """A finished table: rows as lines; a table of one column is a frame around text."""
    table.end_row()
    if all(len(row) <= 1 for row in table.rows):
        yield from ((cell, "paragraph") for row in table.rows for cell in row if cell)
        return
    yield from ((line, "table") for row in table.rows if (line := table_line(row)))


def _paragraph(document: _WordStream, pieces: Sequence[str], bold: bool, said: dict[int, int]) -> Iterator[_Written]:
    if not pieces:
        return
    words = "".join(pieces)
    style = document.styles.get(said.get(0, 0))
    level = said.get(_OUTLINE, 9)
    if style is None or len(words) > 4 * _MAX_HEADING:
        style = f"heading{level + 1}" if level < 6 and len(words) <= _MAX_HEADING else numbered_heading(words, bold=bold) or "paragraph"
    if style in {"title", "subtitle"} or style.startswith("heading"):
        pieces = [joined_lines(pieces)]
    yield from ((piece, style) for piece in pieces)


def _shown(document: _WordStream, start: int, stop: int, fields: list[bool]) -> tuple[list[str], bool]:
    """What of a paragraph is printed, as lines, and whether nearly all of it is bold. `fields` are the open ones: True within a code."""
    parts: list[str] = []
    heavy = 0
    for begin, end in _runs(document, start, stop):
        said = _said(document.characters, document.place(begin))
        if any(said.get(code) for code in _HIDDEN):
            continue
        part = _without_codes(document.text[begin:end], fields)
        parts.append(part)
        heavy += len(part.strip()) if said.get(_BOLD) in {1, 0x81} else 0
    text = "".join(parts).translate(_LINE_MARKS).translate(_DROPPED)
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    pieces = [piece for line in text.split("\n") if (piece := without_controls(line)[0].strip())]
    size = sum(map(len, pieces))
    return pieces, size > 0 and heavy >= 0.95 * size


def _runs(document: _WordStream, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The range cut where character properties or pieces begin."""
    starts = document.characters[0]
    while start < stop:
        piece = document.pieces[max(0, bisect_right(document.pieces, start, key=lambda item: item.start) - 1)]
        place = document.place(start)
        following = bisect_right(starts, place)
        end = min(stop, max(piece.end, start + 1))
        if following < len(starts):
            end = min(end, start + max(1, (starts[following] - place + piece.width - 1) // piece.width))
        yield start, end
        start = end


def _without_codes(text: str, fields: list[bool]) -> str:
    """Text without field codes: of `begin code separator result end` the result stays (2.8.25)."""
    if not fields and not any(mark in text for mark in "\x13\x14\x15"):
        return text
    kept = []
    for character in text:
        if character == "\x13":
            fields.append(True)
        elif character == "\x14" and fields:
            fields[-1] = False
        elif character == "\x15" and fields:
            fields.pop()
        elif not any(fields):
            kept.append(character)
    return "".join(kept)


def _said(spans: _Spans, place: int) -> dict[int, int]:
    index = bisect_right(spans[0], place) - 1
    return spans[1][index] if index >= 0 else {}
