"""Source lines made ready to be judged: trimmed, measured, control characters set aside."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from search.model import BlockKind, LineRange, Removal, SourceLine
from search.text.restore import spacing
from search.text.restore.byline import names_closed
from search.text.restore.cues import cues
from search.text.restore.pieces import HEAD_LINES, RUN_TOGETHER, LinePiece, pieces_of

MEASURED_CHARS = 160
"""Longer lines are no typeset column: their width is their length, no more is measured."""
BYLINE_LONGEST = 80
"""No byline is longer."""
HINTED_CHARS = 140
"""No line that wording alone tells is longer."""

_CONTROL_CLASS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff"
_BREAK_CLASS = "\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029"
_CONTROL = re.compile(f"[{_CONTROL_CLASS}]+")
_BREAK = re.compile(f"[{_BREAK_CLASS}]")
_ODD = re.compile(f"[{_CONTROL_CLASS}{_BREAK_CLASS}]")
_NARROW = re.compile("[，。、；：！？“”‘’（）《》〈〉【】…—·,.;:!?()]")
_FINAL = re.compile(r"[。！？!?…][”’」』）》】)\"']*\Z")
_LATIN_FINAL = re.compile(r"[A-Za-z0-9)\"'][.][\"')]*\Z")
_STOP = re.compile(r"[，。、；：！？!?…,;:][”’」』）》】)\"']*\Z")
_ENDERS = frozenset("。！？!?…，、；：,;:.”’」』）》】)\"'")
"""A line that ends with none of these matches none of the three patterns above; so most lines are told without them."""
_PICTOGRAMS = re.compile("[\\s\u2600-\u27bf\u2b00-\u2bff\ufe0e\ufe0f\u200d\U0001f000-\U0001faff]+\\Z")
_INNER = re.compile(r"[，。、；！？].|[,;.] ")
_GAPS = re.compile(r"\S(?:\t\s*|[ \u00a0\u2002\u2003]{2,}|　{2,})(?=\S)")

BULLETS = ("•", "●", "■", "◆", "▪", "◦", "‣", "➢", "➤", "✓", "○ ", "□ ", "· ")
"""With one of these marks an item of a list begins, never the rest of a line; a dot without a space may part a name."""
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
    """Belongs to the head of the document: what stands above its text."""

    @property
    def lines(self) -> LineRange:
        """Where it stands in the source."""
        return (self.number, self.number)

    def standing_at(self, number: int, page: int | None, gap: int, *, opens: bool) -> TextLine:
        """The same text elsewhere, not indented."""
        judged = (self.width, self.tight, self.final, self.stopped, self.inner, self.cells, self.cued)
        return TextLine(number, self.text, page, gap, False, *judged, opens)


def measure_lines(source: Iterable[SourceLine], *, raw: bool = False) -> tuple[list[TextLine], list[Removal]]:
    """The lines that have text, and the control characters taken out of them. `raw` measures nothing and leaves
    tables as they are; elsewhere stray spaces go as in plain text, so that one document reads the same in every format."""
    lines: list[TextLine] = []
    removed: list[Removal] = []
    gap = 0
    for item in source:
        text = item.text
        if not text.isprintable() and _ODD.search(text):
            if found := "".join(_CONTROL.findall(text)):
                removed.append(Removal(found, ((item.number, item.number),), "control-character"))
            text = _BREAK.sub(" ", _CONTROL.sub("", text))
        stripped = text.strip()
        if not stripped:
            gap += 1
            continue
        if raw:
            plain = stripped if item.style == "table" else spacing.single_spaced(stripped) if "\t" in stripped else spacing.tidy(stripped)
            lines.append(TextLine(item.number, plain, item.page, gap, False, 0.0, 0.0, False, False, False, 0, False))
            gap = 0
            continue
        opens = text.startswith(_INDENTS) or stripped.startswith(BULLETS)
        at = len(lines)
        for piece in (LinePiece(stripped),) if at >= HEAD_LINES and len(stripped) < RUN_TOGETHER else pieces_of(stripped, at):
            if piece.gone:
                removed.append(Removal(piece.text, ((item.number, item.number),), piece.gone))
                continue
            beside = bool(lines) and lines[-1].cells > 1 and gap <= 1
            line = measure(piece.text, item.number, item.page, gap, text[0].isspace(), beside_row=beside)
            line.opens, line.kind = opens or piece.opens, piece.kind
            lines.append(line)
            gap, opens = 0, False
    return lines, removed


def measure(text: str, number: int, page: int | None = None, gap: int = 0, indented: bool = False, *, beside_row: bool = False) -> TextLine:
    """One trimmed, non-empty text as a line. `beside_row` says that it stands under a table row, where one wide gap parts two cells."""
    cells = 0
    if len(text.split(None, 1)) > 1:
        cells = len(_GAPS.findall(text))
        if len(text) <= BYLINE_LONGEST and cues().author_role.search(text):
            text = names_closed(text)
        tidied = spacing.tidy(text)
        if (cells == 1 and "\t" not in text and not (beside_row and _WIDE_GAP.search(text))) or (cells and spacing.is_letter_spaced(text)):
            cells = 0
        if not cells:
            text = tidied
    width = tight = float(len(text))
    marked = True
    if len(text) <= MEASURED_CHARS:
        width = em(text)
        marks = len(_NARROW.findall(text))
        tight, marked = width - 0.5 * marks, marks > 0
    final = stopped = False
    if not text[-1].isalpha():
        final = ends_sentence(text)
        stopped = final or (text[-1] in _ENDERS and bool(_STOP.search(text[-4:])))
    inner = marked and bool(_INNER.search(text, 0, 400))
    wording = cues()
    cued = bool(wording.hint.search(text, 0, HINTED_CHARS)) or text.startswith(wording.hint_openings)
    return TextLine(number, text, page, gap, indented, width, tight, final, stopped, inner, cells, cued)


def em(text: str) -> float:
    """Width of a text: a full-width character is 1, an ASCII one 0.5 (one and three bytes of UTF-8)."""
    return (len(text) + len(text.encode("utf-8", "surrogatepass"))) / 4


def squeezed(text: str) -> float:
    """Width of a text whose punctuation is set half as wide."""
    return em(text) - 0.5 * len(_NARROW.findall(text))


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a full stop or its like; closing quotes and brackets, and pictograms, aside."""
    last = text[-1:]
    if last not in _ENDERS:
        if last.isalpha() or not _PICTOGRAMS.match(last):
            return False
        text = _PICTOGRAMS.sub("", text[-40:])
        return bool(text) and not _PICTOGRAMS.match(text[-1]) and ends_sentence(text)
    end = text[-4:]
    return bool(_FINAL.search(end)) or bool(_LATIN_FINAL.search(end))


def ends_with_stop(text: str) -> bool:
    """Whether a text ends with punctuation of any kind that parts clauses."""
    return ends_sentence(text) or (text[-1:] in _ENDERS and bool(_STOP.search(text[-4:])))
