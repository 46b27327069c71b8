"""RTF → paragraphs with their style, table rows, footnotes at the end.

Our own reader: striprtf, the usual one, breaks the Chinese characters whose second byte is written as a letter, drops footnotes and text
boxes, writes link targets into the text, and is quadratic on some input. The form is that of the RTF Specification 1.9.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from search.errors import UnreadableSource
from search.model import Metadata, Reading, Source, SourceLine
from search.reading.plain import without_controls
from search.reading.rtf_words import BREAKS, CHARACTERS, CHARSETS, SKIPPED
from search.reading.table import table_line
from search.reading.wording import joined_lines, named_style, numbered_heading, stated_title, titled
from search.settings import Settings

_WHAT = "RTF 文件"
_TOKEN = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL)
_MAX_DEPTH = 2_000
_MAX_HEADING = 60


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group: the font, how many characters stand for one escape, and where text goes."""

    font: int = 0
    skip: int = 1
    target: str = "text"
    ignorable: bool = False
    hidden: bool = False
    bold: bool = False


@dataclass(slots=True)
class _Paragraph:
    """The paragraph being written: its text, its style and level, and whether it lies in a table."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    heavy: int = 0
    style: int = 0
    level: int = 9
    in_table: bool = False


@dataclass(slots=True)
class _Story:
    """Lines of one run of text (the body, or a footnote), and the table being filled."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    paragraph: _Paragraph = field(default_factory=_Paragraph)
    cell: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


def read_rtf(source: Source, settings: Settings) -> Reading:
    """Paragraphs and rows in order. Raises UnreadableSource for broken and oversized files."""
    parser = _RtfParser(source.data, settings.max_expanded_bytes // 4)
    parser.run()
    if parser.stack:
        raise UnreadableSource(f"{_WHAT}不完整，末尾缺失。", hint="请重新下载，或用 Word、WPS 打开后另存。")
    written = [*titled(parser.body.lines), *(line for note in parser.notes for line in note.lines)]
    lines = tuple(SourceLine(number, line, style=style) for number, (line, style) in enumerate(written, 1))
    return Reading(lines, "rtf", metadata=Metadata(title=stated_title("".join(parser.title))))


class _RtfParser:
    """One pass over the tokens of a file."""

    def __init__(self, data: bytes, room: int) -> None:
        self.data, self.room = data, room
        self.state = _State()
        self.stack: list[tuple[_State, _Story]] = []
        self.body = self.story = _Story()
        self.notes: list[_Story] = []
        self.title: list[str] = []
        self.styles: dict[int, str] = {}
        self.naming: tuple[int, list[str]] = (0, [])
        self.charsets: dict[int, str] = {}
        self.codepage = "cp1252"
        self.pending = b""
        self.left = 0
        self.defining = 0

    def run(self) -> None:
        """Reads to the end of the outer group; what follows it is no part of the document."""
        at, opened = 0, False
        while (found := _TOKEN.match(self.data, at)) is not None:
            at = found.end()
            word, number, escape, symbol, brace, text = found.groups()
            if word == b"bin":
                at += max(0, int(number or 0))
            elif word is not None:
                self._word(word.decode("ascii"), None if number is None else int(number))
            elif escape is not None:
                self._bytes(bytes([int(escape, 16)]))
            elif symbol is not None:
                self._symbol(symbol)
            elif brace == b"{":
                opened = True
                self._open()
            elif brace == b"}":
                self._close()
                if opened and not self.stack:
                    break
            elif text is not None:
                self._bytes(text)
        self._flush()
        self._end_paragraph()
        self._end_table(self.story)

    def _open(self) -> None:
        self._flush()
        if len(self.stack) >= _MAX_DEPTH:
            raise UnreadableSource(f"{_WHAT}的嵌套层数多得不合常理。")
        self.stack.append((self.state, self.story))
        self.left = 0

    def _close(self) -> None:
        self._flush()
        if not self.stack:
            return
        if self.state.target == "style" and self.stack[-1][0].target == "styles":
            self._name_style()
        self.state, story = self.stack.pop()
        if story is not self.story:
            self._end_paragraph()
            self._end_table(self.story)
            self.story = story
        self.left = 0

    def _name_style(self) -> None:
        number, parts = self.naming
        name = "".join(parts).partition(";")[0]
        if ours := named_style(name):
            self.styles[number] = ours
        self.naming = (0, [])

    def _word(self, word: str, number: int | None) -> None:
        self._flush()
        if self.left and word != "u":
            self.left -= 1
            return
        action = _ACTIONS.get(word)
        if word in SKIPPED or (self.state.ignorable and word not in _KNOWN):
            self.state = replace(self.state, target="nowhere", ignorable=False)
        elif word in CHARACTERS:
            self._put(CHARACTERS[word])
        elif action is not None:
            action(self, number)
        self.state = replace(self.state, ignorable=False) if self.state.ignorable else self.state

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self.state = replace(self.state, ignorable=True)
            return
        if symbol in b"\\{}":
            self._bytes(symbol)
            return
        self._flush()
        if symbol in b"\r\n":
            self._end_paragraph()
        else:
            self._put({b"~": " ", b"_": "-"}.get(symbol, ""))

    def _bytes(self, data: bytes) -> None:
        """Text in the codepage of the font; a lead byte at the end waits for its second, wherever that is written."""
        if self.left:
            taken = min(self.left, len(data))
            self.left -= taken
            data = data[taken:]
        self.pending += data

    def _flush(self) -> None:
        if not self.pending:
            return
        data, self.pending = self.pending, b""
        encoding = self.charsets.get(self.state.font, self.codepage)
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            text = data.decode(self.codepage if encoding != self.codepage else "gb18030", errors="replace")
        self._put(text)

    def _put(self, text: str) -> None:
        if self.state.target == "title":
            self.title.append(text)
        elif self.state.target == "style":
            self.naming[1].append(text)
        elif self.state.target == "text" and not self.state.hidden:
            self.room -= len(text)
            if self.room < 0:
                raise UnreadableSource(f"{_WHAT}的文字过多。", hint="请分成几个文件。")
            paragraph = self.story.paragraph
            paragraph.parts.append(text)
            paragraph.size += len(text.strip())
            paragraph.heavy += len(text.strip()) if self.state.bold else 0

    def _end_paragraph(self, cell: bool = False) -> None:
        self._flush()
        if self.state.target != "text":
            return
        story, old = self.story, self.story.paragraph
        story.paragraph = _Paragraph(style=old.style, level=old.level, in_table=old.in_table)
        pieces = _pieces(old.parts)
        if cell or old.in_table:
            story.cell.extend(pieces)
            if cell:
                story.row.append(" ".join(story.cell))
                story.cell = []
            return
        self._end_table(story)
        story.lines.extend(_styled(pieces, old, self.styles))

    def _end_row(self) -> None:
        story = self.story
        if story.row:
            story.rows.append(story.row)
        story.row = []

    def _end_table(self, story: _Story) -> None:
        """Rows as lines; a table of one column is a frame around text."""
        if story.row:
            self._end_row()
        rows, story.rows = story.rows, []
        if all(len(row) <= 1 for row in rows):
            story.lines.extend((cell, "paragraph") for row in rows for cell in row if cell)
        else:
            story.lines.extend((line, "table") for row in rows if (line := table_line(row)))
        loose, story.cell = story.cell, []
        story.lines.extend((piece, "paragraph") for piece in loose)

    # --- what the control words do ---

    def _unicode(self, number: int | None) -> None:
        code = (number or 0) & 0xFFFF
        self._put(chr(code))
        self.left = self.state.skip

    def _plain(self, _number: int | None) -> None:
        self.state = replace(self.state, bold=False, hidden=False)

    def _new(self, _number: int | None) -> None:
        parts = self.story.paragraph.parts
        self.story.paragraph = _Paragraph(parts)

    def _charset(self, number: int | None) -> None:
        if self.state.target == "fonts" and (encoding := CHARSETS.get(number or 0)):
            self.charsets[self.defining] = encoding

    def _font(self, number: int | None) -> None:
        if self.state.target == "fonts":
            self.defining = number or 0
        else:
            self.state = replace(self.state, font=number or 0)

    def _style(self, number: int | None) -> None:
        if self.state.target in {"styles", "style"}:
            self.state = replace(self.state, target="style")
            self.naming = (number or 0, [])
        else:
            self.story.paragraph.style = number or 0

    def _note(self, _number: int | None) -> None:
        if self.state.target == "text":
            self.story = _Story()
            self.notes.append(self.story)

    def _codepage(self, number: int | None) -> None:
        self.codepage = {65001: "utf-8", 936: "gb18030", 950: "big5hkscs", 10000: "mac_roman"}.get(number or 0, f"cp{number}")
        try:
            b"".decode(self.codepage)
        except LookupError:
            self.codepage = "gb18030"


def _pieces(parts: list[str]) -> list[str]:
    text = "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\xa0", " ")
    return [piece for line in text.split("\n") if (piece := without_controls(line)[0].strip())]


def _styled(pieces: list[str], said: _Paragraph, styles: dict[int, str]) -> Iterator[tuple[str, str]]:
    if not pieces:
        return
    words = "".join(pieces)
    style = styles.get(said.style)
    if style is None or len(words) > 4 * _MAX_HEADING:
        bold = said.size > 0 and said.heavy >= 0.95 * said.size
        level = said.level
        style = f"heading{level + 1}" if level < 6 and len(words) <= _MAX_HEADING else numbered_heading(words, bold=bold) or "paragraph"
    if style in {"title", "subtitle"} or style.startswith("heading"):
        pieces = [joined_lines(pieces)]
    yield from ((piece, style) for piece in pieces)


def _targeted(target: str) -> Callable[[_RtfParser, int | None], None]:
    def aim(parser: _RtfParser, _number: int | None) -> None:
        if parser.state.target != "nowhere":
            parser.state = replace(parser.state, target=target)

    return aim


def _bold(parser: _RtfParser, number: int | None) -> None:
    parser.state = replace(parser.state, bold=number != 0)


def _hide(parser: _RtfParser, number: int | None) -> None:
    parser.state = replace(parser.state, hidden=number != 0)


def _in_table(parser: _RtfParser, number: int | None) -> None:
    parser.story.paragraph.in_table = number != 0


def _level(parser: _RtfParser, number: int | None) -> None:
    parser.story.paragraph.level = 9 if number is None else number


def _skip(parser: _RtfParser, number: int | None) -> None:
    parser.state = replace(parser.state, skip=max(0, min(9, 1 if number is None else number)))


_ACTIONS: dict[str, Callable[[_RtfParser, int | None], None]] = {
    "u": _RtfParser._unicode, "uc": _skip, "ansicpg": _RtfParser._codepage, "f": _RtfParser._font, "fcharset": _RtfParser._charset,
    "s": _RtfParser._style, "fonttbl": _targeted("fonts"), "stylesheet": _targeted("styles"), "title": _targeted("title"),
    "info": _targeted("info"), "footnote": _RtfParser._note, "b": _bold, "v": _hide, "deleted": _hide,
    "plain": _RtfParser._plain, "pard": _RtfParser._new, "intbl": _in_table, "outlinelevel": _level,
    "cell": lambda parser, _: parser._end_paragraph(cell=True), "nestcell": lambda parser, _: parser._put(" "),
    "row": lambda parser, _: parser._end_row(),
} | {word: lambda parser, _: parser._end_paragraph() for word in BREAKS}  # fmt: skip
_KNOWN = frozenset({"shpinst", "shptxt", "shprslt", "cs"})
"""Destinations that may be passed over by who does not know them, and that hold text of the page."""
