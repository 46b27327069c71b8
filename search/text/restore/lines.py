"""Source lines made ready to be judged: trimmed, measured, control characters set aside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from search.model import BlockKind, LineRange, Removal, SourceLine
from search.text.restore import spacing
from search.text.restore.byline import names_closed
from search.text.restore.cues import cues
from search.text.restore.measure import measures
from search.text.restore.pieces import HEAD_LINES, RUN_TOGETHER, pieces_of

BYLINE_LONGEST = 80
"""No byline is longer."""
_CONTROL_CLASS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff"
_BREAK_CLASS = "\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029"
_CONTROL = re.compile(f"[{_CONTROL_CLASS}]+")
_BREAK = re.compile(f"[{_BREAK_CLASS}]")
_ODD = re.compile(f"[{_CONTROL_CLASS}{_BREAK_CLASS}]")
_GAPS = re.compile(r"\S(?:\t\s*|[ \u00a0\u2002\u2003]{2,}|　{2,})(?=\S)")

BULLETS = ("•", "●", "■", "◆", "▪", "◦", "‣", "➢", "➤", "✓", "○ ", "□ ", "· ")
"""With one of these marks an item of a list begins, never the rest of a line; a dot without a space may part a name."""
_BULLET_FIRST = frozenset(bullet[0] for bullet in BULLETS)
_INDENTS = ("\u3000", "\u00a0\u00a0")
"""What only an author, and no extractor, sets before a paragraph."""
_WIDE_GAP = re.compile(r"\S[ \u00a0\u2002\u2003\u3000]{4,}\S")


@dataclass(slots=True)
class TextLine:
    """A line that has text. Widths are in em: a full-width character is 1, an ASCII one 0.5; `tight` counts punctuation
    as 0.5 too, as a justified line may squeeze it. `gap` is the number of blank lines above."""

    number: int
    text: str
    page: int | None
    gap: int
    indented: bool
    width: float
    tight: float
    final: bool
    """Ends a sentence."""
    stopped: bool
    """Ends with any punctuation that parts sentences or clauses."""
    inner: bool
    """Has such punctuation inside."""
    cells: int
    """How many wide gaps part it, as in a table row."""
    cued: bool
    """May be a credit, a caption or a date by its wording: has what each of their patterns needs."""
    opens: bool = False
    """Begins a block for certain: its author indented it, or it belongs to the head of the document or is the first below that."""
    kind: BlockKind | None = None
    """What a label before it says it is."""
    head: bool = False
    """Belongs to the head of the document: what is above its text."""

    @property
    def lines(self) -> LineRange:
        """Where it is in the source."""
        return (self.number, self.number)

    def standing_at(self, number: int, page: int | None, gap: int, *, opens: bool) -> TextLine:
        """The same text elsewhere, not indented."""
        judged = (self.width, self.tight, self.final, self.stopped, self.inner, self.cells, self.cued)
        return TextLine(number, self.text, page, gap, False, *judged, opens)


def measure_lines(source: Iterable[SourceLine], *, raw: bool = False) -> tuple[list[TextLine], list[Removal]]:
    """The lines that have text, and the control characters taken out of them. `raw` measures nothing and leaves
    tables as they are; elsewhere stray spaces go as in plain text, so that one document reads the same in every format."""
    if raw:
        return _unmeasured(source)
    drafts = LineDrafts()
    removed: list[Removal] = []
    gap = 0
    below_head = False
    for item in source:
        text = item.text
        if below_head and 0 < len(text) < RUN_TOGETHER and " " not in text and text.isprintable():
            drafts.add_word(text, item.number, item.page, gap, text[0] in _BULLET_FIRST and text.startswith(BULLETS))
            gap = 0
            continue
        text = _without_controls(item, removed)
        stripped = text.strip()
        if not stripped:
            gap += 1
            continue
        opens = text.startswith(_INDENTS) or (stripped[0] in _BULLET_FIRST and stripped.startswith(BULLETS))
        indented = text[0].isspace()
        below_head = len(drafts) >= HEAD_LINES
        if below_head and len(stripped) < RUN_TOGETHER:
            drafts.add(stripped, item.number, item.page, gap, indented=indented, opens=opens)
            gap = 0
            continue
        for piece in pieces_of(stripped, len(drafts)):
            if piece.gone:
                removed.append(Removal(piece.text, ((item.number, item.number),), piece.gone))
                continue
            line = drafts.add(piece.text, item.number, item.page, gap, indented=indented, opens=opens or piece.opens)
            line.kind = piece.kind
            gap, opens = 0, False
    return drafts.measured(), removed


def _unmeasured(source: Iterable[SourceLine]) -> tuple[list[TextLine], list[Removal]]:
    lines: list[TextLine] = []
    removed: list[Removal] = []
    gap = 0
    for item in source:
        stripped = _without_controls(item, removed).strip()
        if not stripped:
            gap += 1
            continue
        plain = stripped if item.style == "table" else spacing.single_spaced(stripped) if "\t" in stripped else spacing.tidy(stripped)
        lines.append(TextLine(item.number, plain, item.page, gap, False, 0.0, 0.0, False, False, False, 0, False))
        gap = 0
    return lines, removed


def _without_controls(item: SourceLine, removed: list[Removal]) -> str:
    text = item.text
    if text.isprintable() or not _ODD.search(text):
        return text
    if found := "".join(_CONTROL.findall(text)):
        removed.append(Removal(found, ((item.number, item.number),), "control-character"))
    return _BREAK.sub(" ", _CONTROL.sub("", text))


class LineDrafts:
    """Lines with text, in order, before they are measured."""

    def __init__(self) -> None:
        self._lines: list[TextLine] = []
        self._unmeasured: list[TextLine] = []

    def __len__(self) -> int:
        return len(self._lines)

    def add(
        self, text: str, number: int, page: int | None = None, gap: int = 0, *, indented: bool = False, opens: bool = False
    ) -> TextLine:
        """One trimmed, non-empty text, where it is, and what is known of it."""
        cells = 0
        if len(text.split(None, 1)) > 1:
            # Under a row of a table one wide gap parts two cells.
            text, cells = _cells_of(text, beside_row=bool(self._lines) and self._lines[-1].cells > 1 and gap <= 1)
        line = TextLine(number, text, page, gap, indented, 0.0, 0.0, False, False, False, cells, False, opens)
        self._lines.append(line)
        self._unmeasured.append(line)
        return line

    def add_word(self, text: str, number: int, page: int | None, gap: int, opens: bool) -> None:
        """The same of a text without any white space, as most lines of Chinese columns are."""
        line = TextLine(number, text, page, gap, False, 0.0, 0.0, False, False, False, 0, False, opens)
        self._lines.append(line)
        self._unmeasured.append(line)

    def add_measured(self, line: TextLine) -> None:
        """A line that is measured already."""
        self._lines.append(line)

    def measured(self) -> list[TextLine]:
        """All lines, measured."""
        for line, found in zip(self._unmeasured, measures([line.text for line in self._unmeasured]), strict=True):
            line.width, line.tight, line.final, line.stopped, line.inner, line.cued = found
        return self._lines


def _cells_of(text: str, *, beside_row: bool) -> tuple[str, int]:
    """A line of several words without its stray spaces, and how many wide gaps part it if it is a row of a table."""
    cells = len(_GAPS.findall(text))
    if len(text) <= BYLINE_LONGEST and cues().author_role.search(text):
        text = names_closed(text)
    tidied = spacing.tidy(text)
    if (cells == 1 and "\t" not in text and not (beside_row and _WIDE_GAP.search(text))) or (cells and spacing.is_letter_spaced(text)):
        cells = 0
    return (text if cells else tidied), cells
