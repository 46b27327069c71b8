"""From lines to units: which line goes on in the next one, and which ends its paragraph.

The evidence, strongest first: wording (credits, captions, table rows), blank lines where the column has none inside a
paragraph, an indent that the extractor stripped and that shows as a first line two em short of the column, and a last
line that leaves the column unfilled.
"""

from __future__ import annotations

import re

import numpy as np

from search.model import BlockKind, Removal
from search.text.restore.captions import is_caption, split_captions
from search.text.restore.columns import RAGGED, ColumnWidths, is_latin, slack_of
from search.text.restore.cues import cues
from search.text.restore.kinds import level
from search.text.restore.lines import BULLETS, TextLine
from search.text.restore.measure import ends_with_stop, squeezed
from search.text.restore.units import Unit, unit_of

INDENT_LEAST, INDENT_MOST = 1.4, 4.0
"""A first line falls short of the column by its two-em indent; squeezed punctuation moves that by about half an em."""
SHORT_LAST = 1.8
"""A last line that falls short by this much ends its paragraph."""
HEADING_SHORT = 3.4
"""A line shorter than an indented first line can be is no paragraph."""
PLAINLY_SHORT = 6.0
HEADING_WIDEST = 30.0
_SENTENCE_INSIDE = re.compile("[。！？；]")
_SENTENCE_END_FIRST = re.compile("[^，。、；：！？“‘《（]{1,3}[。！？；]")
_CLAUSE_END_FIRST = re.compile("[\u3400-\u9fff]{1,2}，")
_MARK_INSIDE = re.compile("[，。、；：！？]")
_MOST_UNLIKE = 2.5
_REMNANT, _REMNANT_LINE = 3.0, 16.0
"""A line of three characters under a name of so many is the rest of it."""
_DASHED_WIDEST = 44.0
_CREDIT_LINES = 4
_RECORD_WITHIN, _RECORD_LINES = 30, 40
"""The record of a law begins within so many lines, and takes no more lines where a column breaks it."""
_TOKEN_LONGEST = 12
_TOKEN = re.compile(f"[A-Za-z0-9.,%％+℃°～~/-]{{1,{_TOKEN_LONGEST}}}")
_GOES_ON = re.compile("[\u3400-\u9fff，。、；：）”%％]")
_CLAUSE_MARKS = frozenset("，。、；！？）”》％%")
CUED_LONGEST = 140
"""No credit or caption that wording alone tells is longer."""
_NEAR = 60
_GAP_MORE = 3
"""So many blank lines more than usual may part two lines of a paragraph."""


def build_units(lines: list[TextLine], columns: ColumnWidths) -> tuple[list[Unit], list[Removal]]:
    """All units of the text, in source order, and the second prints of captions. Linear in the number of lines."""
    units: list[Unit] = []
    removed: list[Removal] = []
    at = 0
    runs = _runs_on(lines, columns)
    while at < len(lines):
        if captions := split_captions(lines[at]):
            units.extend(captions[0])
            removed.extend(captions[1])
            at += 1
            continue
        start = at
        cued = _cued(lines, at)
        above = units[-1] if units else None
        unit, at = cued or _dashed(lines, at, above) or _heading(lines, at, columns, above) or _paragraph(lines, at, columns, runs)
        units.append(unit)
        unit.line_gap, unit.column = columns.gap[start], columns.width[start]
    return units, removed


def _cued(lines: list[TextLine], at: int) -> tuple[Unit, int] | None:
    """What a label says of a line; a table row, a credit or a caption, by wording alone."""
    line = lines[at]
    if line.kind is not None:
        return unit_of([line], line.kind, cue=True), at + 1
    if record := _law_record(lines, at):
        return record
    short = line.cued and len(line.text) <= CUED_LONGEST
    if line.cells and not (short and cues().credit_whole.match(line.text)) and (row := _table(lines, at)):
        return row
    return (_credit(lines, at) or _caption(lines, at)) if short else None


def _law_record(lines: list[TextLine], at: int) -> tuple[Unit, int] | None:
    """When a law was adopted and amended, as its head says, in brackets or a line each; in brackets over as many lines as it takes."""
    text = lines[at].text
    if at >= _RECORD_WITHIN or not cues().law_record.match(text):
        return None
    end = at
    if text.startswith(("（", "(")) and not text.endswith(("）", ")")):
        closing = range(at + 1, min(at + _RECORD_LINES, len(lines)))
        end = next((line for line in closing if lines[line].text.endswith(("）", ")"))), at)
    elif not cues().law_record_whole.match(text):
        return None
    record = unit_of(lines[at : end + 1], BlockKind.CREDIT, cue=True)
    return (record, end + 1) if cues().law_deed.search(record.text) else None


def _credit(lines: list[TextLine], at: int) -> tuple[Unit, int] | None:
    line = lines[at]
    text = line.text
    if len(text) > 120:
        return None
    if cues().credit_opening.match(text) and not text.endswith(("）", ")", "】")) and not line.final:
        for end in range(at + 1, min(at + _CREDIT_LINES, len(lines))):
            if lines[end].text.endswith(("）", ")", "】")):
                return unit_of(lines[at : end + 1], BlockKind.CREDIT, cue=True), end + 1
    if cues().credit_label.match(text) and at + 1 < len(lines) and len(lines[at + 1].text) <= 40 and not lines[at + 1].stopped:
        return unit_of(lines[at : at + 2], BlockKind.CREDIT, cue=True), at + 2
    if cues().credit_whole.match(text):
        return unit_of([line], BlockKind.CREDIT, cue=True), at + 1
    return None


def _table(lines: list[TextLine], at: int) -> tuple[Unit, int] | None:
    beside = (at and lines[at - 1].cells) or (at + 1 < len(lines) and lines[at + 1].cells)
    if not beside and lines[at].cells < 3:
        return None
    return unit_of([lines[at]], BlockKind.TABLE, cue=True), at + 1


def _caption(lines: list[TextLine], at: int) -> tuple[Unit, int] | None:
    line = lines[at]
    if cues().attachment.match(line.text):
        return None
    if line.width <= 140 and is_caption(line.text):
        return unit_of([line], BlockKind.CAPTION, cue=True), at + 1
    return None


def _special(lines: list[TextLine], at: int) -> bool:
    """Whether a line cannot be part of a paragraph, by its wording."""
    line = lines[at]
    text = line.text
    if line.cells:
        return True
    if not line.cued or len(text) > 120:
        return False
    return bool(
        cues().credit_whole.match(text)
        or (cues().credit_opening.match(text) and (not line.final or text.endswith(("）", ")"))))
        or is_caption(text)
        or cues().date_line.match(text)
    )


def _dashed(lines: list[TextLine], at: int, above: Unit | None) -> tuple[Unit, int] | None:
    """A line of the head, or one such as `——某市对口帮扶纪实`, neither of which goes on in the next one."""
    line = lines[at]
    if line.head:
        return unit_of([line]), at + 1
    if not line.text.startswith("——") or line.stopped or line.width > _DASHED_WIDEST or (above is not None and above.body):
        return None
    return unit_of([line]), at + 1


def _heading(lines: list[TextLine], at: int, columns: ColumnWidths, above: Unit | None) -> tuple[Unit, int] | None:
    """A heading of one line, or of two that the page sets as a pair, inside text that a column broke."""
    if _stands_alone(lines, at, columns, above):
        return unit_of([lines[at]], BlockKind.HEADING), at + 1
    if not _is_heading(lines, at, columns):
        return None
    mate = at + 1
    if (
        mate < len(lines)
        and not lines[mate].opens
        and _pair(lines, at, columns)
        and _is_heading(lines, mate, columns, follows_heading=True)
    ):
        return unit_of([lines[at], lines[mate]], BlockKind.HEADING, wrapped=True, between=" "), mate + 1
    return unit_of([lines[at]], BlockKind.HEADING, wrapped=True), at + 1


def _pair(lines: list[TextLine], at: int, columns: ColumnWidths) -> bool:
    first, second = lines[at], lines[at + 1]
    if abs(first.width - second.width) > 2 or second.gap or at >= columns.end:
        return False
    if columns.gap[at]:
        return True
    below = lines[at + 2].gap if at + 2 < len(lines) else 9
    return first.gap > 0 and below > 0


def _is_heading(lines: list[TextLine], at: int, columns: ColumnWidths, *, follows_heading: bool = False) -> bool:
    line = lines[at]
    if line.stopped or line.width > HEADING_WIDEST or line.cells or at + 1 >= len(lines):
        return False
    if not (columns.width[at] or columns.width[at + 1]) or at >= columns.end:
        return False
    if line.indented and at == 0:
        return False
    if _SENTENCE_INSIDE.search(line.text) or _ends_in_mid_word(line, lines[at + 1]):
        return False
    above, below = columns.before(at), columns.after(at)
    full = min(above, below) if above and below else above or below
    if not follows_heading and at and not lines[at - 1].stopped and not above:
        return False
    short = full - line.tight
    after = lines[at + 1]
    indented = _is_indented(lines, at + 1, columns)
    if short >= HEADING_SHORT:
        marked = " " in line.text or bool(level(line.text)) or after.gap > columns.gap[at] or _open_mate(line, after)
        marked = marked or bool(at and lines[at - 1].final and _two_halves(line.text))
        return indented or marked or short >= PLAINLY_SHORT
    if short < SHORT_LAST:
        return _fills_column(lines, at, columns)
    two_part = " " in line.text and columns.after(at + 1) - after.tight > INDENT_LEAST / 2
    apart = after.gap > columns.gap[at] or not line.inner or _two_halves(line.text)
    return two_part or (indented and (short >= INDENT_LEAST + 1.2 or apart))


def _ends_in_mid_word(line: TextLine, after: TextLine) -> bool:
    """Whether the next line begins with the end of a clause, as the first line of no paragraph does: 共|赢。以投资带贫为目标;
    or, in Latin script, with a small letter."""
    if is_latin(line):
        return after.text[:1].islower()
    if " " in line.text or level(line.text):
        return False
    return bool(_SENTENCE_END_FIRST.match(after.text)) or bool(_CLAUSE_END_FIRST.match(after.text) and not cues().openers.match(after.text))


def _two_halves(text: str) -> bool:
    """Whether a comma parts a text into two of about one length, as in `深挖产业优势，做大消费扶贫`."""
    first, comma, second = text.partition("，")
    if not comma or _MARK_INSIDE.search(first) or _MARK_INSIDE.search(second):
        return False
    return abs(squeezed(first) - squeezed(second)) <= _MOST_UNLIKE


def _fills_column(lines: list[TextLine], at: int, columns: ColumnWidths) -> bool:
    """Whether a line of one or two clauses that fills its column is a heading: it leaves no room for an indent, the paragraph above
    it has ended, and below it one begins with an indent."""
    line, after = lines[at], lines[at + 1]
    if not at or not lines[at - 1].final or line.indented or (line.inner and not _two_halves(line.text)) or after.gap > columns.gap[at] + 1:
        return False
    above, below = columns.before(at), columns.after(at + 1)
    if not above or not below or abs(above - below) > RAGGED or (above - lines[at - 1].tight < SHORT_LAST and not line.inner):
        return False
    return below - line.tight <= 1.0 and not after.final and _is_indented(lines, at + 1, columns)


def _is_indented(lines: list[TextLine], at: int, columns: ColumnWidths) -> bool:
    """Whether a line looks like the first of a paragraph: it leaves room for the two em of a stripped indent."""
    line = lines[at]
    room = columns.room(at, below=True)
    full = columns.after(at) or columns.width[at] or columns.before(at)
    indent = full - line.tight
    if line.final and (full - line.width > 2.6 or not _filled(lines, at + 1, columns)):
        return False
    return 1.0 <= room <= INDENT_MOST or (room >= -0.5 and INDENT_LEAST <= indent <= INDENT_MOST)


def _stands_alone(lines: list[TextLine], at: int, columns: ColumnWidths, above: Unit | None) -> bool:
    """Whether blank lines part a line of one clause, or of two like halves, from both its neighbours where a column has none."""
    line = lines[at]
    if line.stopped or line.width > HEADING_WIDEST or line.cells or at + 1 >= columns.end:
        return False
    if line.inner and not (at and lines[at - 1].final and _two_halves(line.text)):
        return False
    if line.gap <= columns.gap[at] and not (above is not None and above.text.startswith("——")):
        return False
    whole = above is None or not above.body or ends_with_stop(above.text) or above.text.startswith("——")
    return whole and lines[at + 1].gap > columns.gap[at] and not columns.gap[at] and any(columns.width[max(0, at - _NEAR) : at + _NEAR])


def _open_mate(line: TextLine, after: TextLine) -> bool:
    return not after.stopped and abs(line.width - after.width) <= 1 and not line.inner and not after.inner


def _filled(lines: list[TextLine], at: int, columns: ColumnWidths) -> bool:
    """Whether a line fills its column from the first em on, so that the line above it does not end a paragraph."""
    if at >= len(lines) or not columns.width[at] or lines[at].gap > columns.gap[at]:
        return False
    full = columns.after(at) or columns.before(at)
    return not lines[at].final and full - lines[at].tight < 1.0 and columns.room(at, below=True) < 1.0


def _paragraph(lines: list[TextLine], at: int, columns: ColumnWidths, runs: list[bool]) -> tuple[Unit, int]:
    end = at
    while end + 1 < len(lines) and ((end > at and runs[end]) or _continues(lines, end, columns, first=end == at, wrapped=end > at)):
        end += 1
    return unit_of(lines[at : end + 1], wrapped=end > at), end + 1


def _continues(lines: list[TextLine], at: int, columns: ColumnWidths, *, first: bool, wrapped: bool) -> bool:
    """Whether line `at` goes on in the next one. `first` says that it opens its paragraph, `wrapped` that the paragraph is
    known to be broken by a column."""
    line, after = lines[at], lines[at + 1]
    if after.opens or (first and line.text.startswith(BULLETS) and level(after.text) and after.width <= HEADING_WIDEST):
        return False
    if (len(after.text) <= _TOKEN_LONGEST or len(line.text) <= _TOKEN_LONGEST or after.text[0] in _CLAUSE_MARKS) and (
        not line.cells and not after.cells and _broken_inline(lines, at, first=first)
    ):
        return True
    if not columns.tight[at] or not columns.tight[at + 1]:
        return False
    if not (columns.width[at] or columns.width[at + 1] or (wrapped and not line.final)):
        return False
    if after.gap < columns.gap[at] or after.gap > columns.gap[at] + _GAP_MORE or ((after.cells or after.cued) and _special(lines, at + 1)):
        return False
    if at + 1 >= columns.end:
        return _continues_in_tail(lines, at, columns)
    full = columns.width[at] or columns.width[at + 1]
    if max(line.tight, after.tight) > full + 2 * RAGGED and _overfull(at, columns):
        return False
    if first and not line.stopped and level(after.text) and (level(line.text) or not line.inner) and after.width <= HEADING_WIDEST:
        return False
    if first and not line.stopped and not line.inner:
        below = min(full, columns.after(at)) if after.inner else full
        if line.tight <= below - HEADING_SHORT - 0.6:
            return _ends_in_mid_word(line, after)
    if first and not line.stopped and _is_label(line, after):
        return False
    if line.final:
        return _sentence_goes_on(lines, at, columns, first=first)
    if line.text.endswith(("：", ":")):
        widest = max(columns.before(at), columns.width[at], columns.after(at))
        if line.tight + (2 if first else 0) < widest - SHORT_LAST:
            return False
    if first and line.tight < full - HEADING_SHORT and cues().paragraph_start.match(after.text):
        return False
    return not (after.indented and not line.indented and after.gap > columns.gap[at])


def _runs_on(lines: list[TextLine], columns: ColumnWidths) -> list[bool]:
    """For each line but the last whether nothing speaks against it and the next being one, if it is not the first of its paragraph: so most
    lines of a column are told at once."""
    if not any(columns.width):
        return [False] * len(lines)
    said = np.array(
        [(line.gap, line.final or line.text[-1] in "：:", line.opens or line.cells > 0 or line.cued or line.indented) for line in lines]
    )
    gaps, ends, begins = said[1:, 0], said[:-1, 1], said[1:, 2]
    width, tight, usual = np.array(columns.width), np.array(columns.tight), np.array(columns.gap)[:-1]
    full = np.where(width[:-1] > 0, width[:-1], width[1:])
    goes_on = (ends == 0) & (begins == 0) & (full > 0) & (tight[:-1] > 0) & (tight[1:] > 0) & (usual <= gaps) & (gaps <= usual + _GAP_MORE)
    goes_on &= np.maximum(tight[:-1], tight[1:]) <= full + 2 * RAGGED
    goes_on[max(columns.end - 1, 0) :] = False
    return [*goes_on.tolist(), False]


def _broken_inline(lines: list[TextLine], at: int, *, first: bool) -> bool:
    """Whether a web page broke the line around a word of its own markup: PM / 2.5 / 平均浓度. A line that begins with a mark which ends
    a clause goes on the one above; a number or a Latin word alone lies between two halves of a sentence."""
    line, after = lines[at], lines[at + 1]
    if after.gap or line.final:
        return False
    if after.text[0] in _CLAUSE_MARKS:
        return True
    if _TOKEN.fullmatch(after.text):
        below = lines[at + 2] if at + 2 < len(lines) else None
        goes_on = below is not None and not below.gap and not below.opens and bool(_GOES_ON.match(below.text))
        return goes_on and (line.inner or not first) and not line.stopped
    return not first and bool(_TOKEN.fullmatch(line.text)) and bool(_GOES_ON.match(after.text))


def _is_label(line: TextLine, after: TextLine) -> bool:
    """Whether a line is too short beside the next to be the first of its paragraph: a numbered heading, an office and a name, a date."""
    if cues().credit_head.match(line.text) or cues().date_line.match(line.text):
        return True
    return after.tight - line.tight >= HEADING_SHORT + 0.6 and bool(level(line.text)) and not _SENTENCE_INSIDE.search(line.text)


def _overfull(at: int, columns: ColumnWidths) -> bool:
    """Whether a line or the next is too wide for the columns around them: display text, no part of a paragraph."""
    above = columns.before(at) or columns.width[at]
    widest = max(above, columns.after(at), columns.after(at + 1)) + 2 * RAGGED
    return columns.tight[at] > widest or columns.tight[at + 1] > widest


def _continues_in_tail(lines: list[TextLine], at: int, columns: ColumnWidths) -> bool:
    """Below the last sentence only lines that fill the column are joined; headlines and captions are there too."""
    if cues().attachment.match(lines[at].text) and lines[at].width > _REMNANT_LINE and lines[at + 1].width <= _REMNANT:
        return not lines[at].final and lines[at + 1].gap == columns.gap[at]
    if not columns.end:
        full = columns.width[at]
        return full > 0 and not lines[at].final and abs(columns.tight[at] - full) <= slack_of(lines[at], full)
    full = columns.before(columns.end - 1)
    after = lines[at + 1]
    filled = full and abs(lines[at].tight - full) <= RAGGED and after.tight <= full + RAGGED
    return bool(filled) and not lines[at].final and after.gap == columns.gap[at] and " " not in lines[at].text


def _sentence_goes_on(lines: list[TextLine], at: int, columns: ColumnWidths, *, first: bool) -> bool:
    """A sentence ends with the line: does the paragraph go on? Decided by gap, indent, and how full the line is."""
    line, after = lines[at], lines[at + 1]
    if after.gap > columns.gap[at] or cues().paragraph_start.match(after.text):
        return False
    if after.indented and (not line.indented or (first and not all(other.indented for other in lines[at + 2 : at + 8]))):
        return False
    above = columns.before(at) or columns.width[at]
    below = columns.after(at + 1) or columns.width[at + 1] or above
    slack = slack_of(line, above) - RAGGED
    unfilled = above - line.tight - (2 if first else 0)
    if columns.room(at, below=False) - (2 if first else 0) >= 1.0 and not is_latin(line):
        return False
    indent = below - after.tight
    if unfilled >= SHORT_LAST + slack:
        return False
    if is_latin(line):
        return True
    if _is_indented(lines, at + 1, columns):
        return False
    return not (indent > INDENT_MOST and not after.stopped and at + 2 < len(lines))
