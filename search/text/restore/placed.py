"""Lines whose places on the page are known (PDF, OFD, OCR) → units: paragraphs by indent, fill, gap and size, then by wording.

A page with places needs no guess about the width of its columns, nor about the order of its articles. What remains to be told
is which line goes on in the next one, and which column goes on in the next column.
"""

from __future__ import annotations

import re
from itertools import pairwise

from search.model import BlockKind, Removal, Setting, SourceLine
from search.text.restore.captions import is_caption, split_captions
from search.text.restore.columns import next_word_width
from search.text.restore.cues import cues
from search.text.restore.furniture import drop_web_furniture
from search.text.restore.kinds import level
from search.text.restore.lines import BULLETS, TextLine
from search.text.restore.measure import em
from search.text.restore.placed_joins import join_columns, join_jumps
from search.text.restore.placed_kinds import is_jump, name_by_wording, name_placed, sets_several
from search.text.restore.placed_line import Placed, is_entry
from search.text.restore.units import Unit, unit_of

_SAME_SIZE = 0.06
_INDENT = 1.3
_DEEPER = 0.9
"""A first line begins so many em deeper than the line above."""
_INDENT_MOST = 6.5
_APART = 1.25
"""A gap of so many usual ones ends a paragraph, where the line above it does not call for the next."""
_FAR = 1.75
_CLOSE = 1.06
_SLACK, _LOOSE = 0.6, 2.6
"""A line ends before the edge by more than the next word and so many em: a line with clauses that breaks off in one may have
been broken by hand."""
_HEAD_GAP = 1.45
_NUMBERED = re.compile(r"[（(]?(?:\d|第?[一二三四五六七八九十]{1,3}[、）)章条])")
_ITEM = re.compile(r"\d{1,2}(?:\.\d{1,2})+(?![\d%％])")
_LISTED = re.compile(r"(\d{1,2})([.．、）)])(?!\d)")
_NAME_WIDEST = 12.0
_HANGING = 0.6
_CREDIT_LONGEST = 120


def build_placed(lines: list[TextLine], source: tuple[SourceLine, ...]) -> tuple[list[Unit], list[Removal]]:
    """Units in reading order with their kinds, articles apart; what a column, a page or a jump parted is whole again."""
    lines, removed = drop_web_furniture(lines)
    known = {line.number: line for line in source}
    placed: list[Placed] = []
    for line in lines:
        said = known[line.number]
        setting = said.setting or Setting(0, 0.0, 0.0, line.width, 0.0, 1.0)
        placed.append(Placed(line, setting, said.style))
    indented = _indents(placed)
    units: list[Unit] = []
    heads: dict[int, Placed] = {}
    ends: dict[int, Placed] = {}
    at = 0
    while at < len(placed):
        end = at + 1
        if (captions := split_captions(placed[at].line)) is not None:
            units += captions[0]
            removed += captions[1]
            at = end
            continue
        while end < len(placed) and _goes_on(placed, at, end, indented=indented):
            end += 1
        unit = _unit(placed[at:end])
        heads[id(unit)], ends[id(unit)] = placed[at], placed[end - 1]
        units.append(unit)
        at = end
    name_placed(units, heads, ends, several=sets_several(source))
    units = join_columns(units, heads, ends)
    name_by_wording(units, heads, ends)
    return join_jumps(_without_captions_first(units), removed, heads, ends), removed


def _without_captions_first(units: list[Unit]) -> list[Unit]:
    """A picture may be beside or above the head of an article: its caption, read before the title, comes after the text of that page."""
    title = next((at for at, unit in enumerate(units) if unit.kind is BlockKind.TITLE), 0)
    captions = [unit for unit in units[:title] if unit.kind is BlockKind.CAPTION and unit.page == units[title].page]
    if not captions:
        return units
    first = {id(unit) for unit in captions}
    after = title + 1
    while after < len(units) and units[after].page == units[title].page and units[after].article == units[title].article:
        after += 1
    return [unit for unit in units[:after] if id(unit) not in first] + captions + units[after:]


def _unit(run: list[Placed]) -> Unit:
    first = run[0]
    lines = [item.line for item in run]
    if first.style == "table" or (first.line.cells and len(run) == 1):
        return unit_of(lines, BlockKind.TABLE, cue=True)
    between = ""
    if (
        len(run) > 1
        and first.rank > 0
        and run[0].setting.room + run[0].setting.start > 2.0
        and not cues().title_endings.search(run[-1].line.text)
    ):
        between = " "
    return unit_of(lines, wrapped=len(run) > 1, between=between)


def _indents(placed: list[Placed]) -> bool:
    """Whether paragraphs begin with an indent: most lines do that follow a sentence ended before the edge of the column."""
    after = [
        (here.setting.start >= _INDENT)
        for before, here in pairwise(placed)
        if before.setting.column == here.setting.column
        and before.rank == here.rank == 0
        and before.line.final
        and before.setting.room > 2.5
        and not here.middle_set
    ]
    return not after or sum(after) * 2 >= len(after)


def _goes_on(placed: list[Placed], start: int, at: int, *, indented: bool) -> bool:
    """Whether line `at` goes on the unit that line `start` begins."""
    first, before, here = placed[start], placed[at - 1], placed[at]
    if before.setting.column != here.setting.column or before.style or here.style or before.line.cells or here.line.cells:
        return False
    if before.setting.block is not None and here.setting.block is not None:
        return before.setting.block == here.setting.block
    if before.setting.turned or here.setting.turned or abs(before.setting.size - here.setting.size) > _SAME_SIZE * before.setting.size:
        return False
    if before.rank > 0:
        return _headline_goes_on(before, here)
    if is_entry(before.line.text) or _stands_alone(first, before, here, at - start):
        return False
    if before.rank < 0:
        return _small_goes_on(before, here)
    return _paragraph_goes_on(before, here, begin=first.line.text, first=at - 1 == start, indented=indented)


def _headline_goes_on(before: Placed, here: Placed) -> bool:
    text, rest = before.line.text, here.line.text
    if before.setting.bold != here.setting.bold or here.setting.gap > _HEAD_GAP or before.line.final:
        return False
    if rest.startswith(("——", "—", "●", "■", "◆", "□", "•")) or level(rest) or (level(text) and before.setting.room > 2.5):
        return False
    if cues().credit_head.match(rest) or cues().credit_whole.match(rest) or cues().date_line.match(rest):
        return False
    return not (cues().credit_head.match(text) or cues().credit_whole.match(text) or cues().title_endings.search(text))


def _stands_alone(first: Placed, before: Placed, here: Placed, count: int) -> bool:
    """Whether wording alone ends the unit at the line above, or begins one with this line."""
    if is_jump(before.line.text) or is_jump(here.line.text):
        return True
    alone = count == 1 and _is_credit(first) and first.setting.room > 1.0
    name = count == 1 and not before.line.inner and before.line.width < _NAME_WIDEST
    return alone or ((before.setting.room > 1.0 or name) and (_is_credit(here) or bool(cues().attachment.match(here.line.text))))


def _is_credit(item: Placed) -> bool:
    text = item.line.text
    if not item.line.cued or len(text) > _CREDIT_LONGEST:
        return False
    return bool(cues().credit_whole.match(text) or cues().date_line.match(text)) or (item.rank < 0 and is_caption(text))


def _small_goes_on(before: Placed, here: Placed) -> bool:
    if here.setting.gap > _APART or here.line.text[0] in "①②③④⑤⑥⑦⑧⑨⑩*＊※[［注":
        return False
    return here.setting.start - before.setting.start < _INDENT or before.setting.room < 1.0


def _hangs(before: Placed, here: Placed, *, first: bool) -> bool:
    """Whether a line begins under the words that follow the label or number of the line above: 附件：………，1.………."""
    text = before.line.text
    label = cues().attachment.match(text) or cues().paragraph_start.match(text)
    if not first or label is None or before.line.final or here.setting.gap > _APART or _NUMBERED.match(here.line.text):
        return False
    return abs(here.setting.start - before.setting.start - em(label.group())) < _HANGING


def _is_next_number(text: str, rest: str) -> bool:
    """Whether a line has the number in a list that follows that of the paragraph above."""
    one, other = _LISTED.match(text), _LISTED.match(rest)
    return one is not None and other is not None and one[2] == other[2] and int(other[1]) == int(one[1]) + 1


def _paragraph_goes_on(before: Placed, here: Placed, *, begin: str, first: bool, indented: bool) -> bool:
    line, rest = before.line, here.line
    loose = _LOOSE if line.inner and not line.stopped and here.setting.gap < _CLOSE else _SLACK
    short = before.setting.room > next_word_width(rest.text) + loose
    started = here.setting.start - before.setting.start > _DEEPER and _INDENT <= here.setting.start < _INDENT_MOST
    if before.setting.bold != here.setting.bold and (short or line.final):
        return False
    if first and before.inset and not line.stopped:
        return False
    if _hangs(before, here, first=first):
        return True
    if here.setting.gap > _FAR or (here.setting.gap > _APART and (short or line.final)):
        return False
    if short:
        return False
    if (
        rest.text.startswith(BULLETS)
        or _is_next_number(begin, rest.text)
        or (_ITEM.match(line.text) and _ITEM.match(rest.text))
        or (indented and started)
    ):
        return False
    if indented and line.final and _INDENT <= here.setting.start < _INDENT_MOST:
        return False  # a paragraph of one full line above this one, indented as this is
    if here.setting.start > 3.0 and here.setting.room > 3.0 and line.final:
        return False
    if line.stopped and here.setting.start >= _INDENT and cues().paragraph_start.match(rest.text):
        return False
    return not (line.final and cues().paragraph_start.match(rest.text) and (first or here.setting.start > 0.8 or not indented))
