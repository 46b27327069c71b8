"""Paragraphs that the end of a column or a page parted, and articles that go on on another page."""

from __future__ import annotations

from search.model import BlockKind, Removal
from search.text.restore.columns import next_word_width
from search.text.restore.cues import cues
from search.text.restore.lines import BULLETS
from search.text.restore.measure import ends_sentence
from search.text.restore.placed_kinds import jump_of
from search.text.restore.placed_line import Placed
from search.text.restore.units import Unit, absorb

_BETWEEN = frozenset({BlockKind.CAPTION, BlockKind.TABLE})
_FARTHEST = 14
_INDENT = 1.2
_SHALLOW = 0.7
"""After a full sentence a first line begins another paragraph even if it is indented by little more than half a character."""
_SLACK = 0.6
_PICTURE = 2.5
"""A gap of so many usual ones inside a column is that of a picture."""


def join_columns(units: list[Unit], heads: dict[int, Placed], ends: dict[int, Placed]) -> list[Unit]:
    """Units with the paragraphs whole that go on in another column; captions and notes between come after them."""
    out: list[Unit] = []
    taken: set[int] = set()
    for at, unit in enumerate(units):
        if id(unit) in taken:
            continue
        out.append(unit)
        last = at
        while (found := _continuation(units, last, unit, heads, ends, taken)) is not None:
            absorb(unit, units[found])
            ends[id(unit)] = ends[id(units[found])]
            taken.add(id(units[found]))
            for between in units[last + 1 : found]:
                if between.kind is BlockKind.CAPTION:
                    between.placed = False
            last = found
    return out


def _continuation(units: list[Unit], at: int, unit: Unit, heads: dict[int, Placed], ends: dict[int, Placed], taken: set[int]) -> int | None:
    """The unit in another column in which a paragraph goes on."""
    if unit.kind is not BlockKind.BODY or id(unit) not in ends:
        return None
    end = ends[id(unit)]
    if end.rank != 0 or end.setting.turned:
        return None
    for index in range(at + 1, min(at + 1 + _FARTHEST, len(units))):
        other = units[index]
        if id(other) in taken:
            return None
        if jump_of(other) is not None:
            return None  # what goes on on another page is told by the two lines that say so
        if other.kind in _BETWEEN or (id(other) in heads and heads[id(other)].rank < 0):
            continue
        if other.kind is not BlockKind.BODY or id(other) not in heads:
            return None
        head = heads[id(other)].setting
        if head.block is not None and end.setting.block is not None:
            if head.block == end.setting.block:
                return index
            if ends_sentence(unit.text):  # programs that set page by page end a paragraph with the page; a sentence they do not end
                return None
        if index == at + 1 and head.column == end.setting.column and head.gap < _PICTURE:
            return None  # the lines themselves have told that another paragraph begins
        return index if _flows(unit, end, other, heads[id(other)]) else None
    return None


def _flows(unit: Unit, end: Placed, other: Unit, head: Placed) -> bool:
    if other.text.startswith(BULLETS) or head.rank != 0 or head.setting.start > _INDENT or head.setting.bold != end.setting.bold:
        return False
    full = end.setting.room <= next_word_width(other.text) + _SLACK
    if not full:
        return False
    if ends_sentence(unit.text) and head.setting.start > _SHALLOW:
        return False
    # a last line that fills the column is rarer than a sentence that ends with one
    return not (ends_sentence(unit.text) and cues().paragraph_start.match(other.text))


def join_jumps(units: list[Unit], removed: list[Removal], heads: dict[int, Placed], ends: dict[int, Placed]) -> list[Unit]:
    """Articles made whole that break off with （下转第2版） and go on under （上接第1版）; the two lines go to `removed`."""
    leads = [at for at, unit in enumerate(units) if (jump := jump_of(unit)) and jump[0]]
    for lead in reversed(leads):
        back = _answer_to(lead, leads, units)
        if back is None:
            continue
        end = back + 1
        while end < len(units) and units[end].page == units[back].page and units[end].article == units[back].article:
            if jump_of(units[end]) is not None:
                break
            end += 1
        moved = units[back:end]
        for unit in moved:
            unit.article = units[lead].article
        last, first = (units[lead - 1], moved[1]) if lead and len(moved) > 1 else (units[lead], units[lead])
        if (
            last.kind is first.kind is BlockKind.BODY
            and id(last) in ends
            and id(first) in heads
            and _flows(last, ends[id(last)], first, heads[id(first)])
        ):
            absorb(last, first)
            del moved[1]
        removed += [Removal(line.text, line.lines, "furniture") for line in (units[lead], units[back])]
        units = units[:lead] + moved[1:] + units[lead + 1 : back] + units[end:]
    return units


def _answer_to(lead: int, leads: list[int], units: list[Unit]) -> int | None:
    """Where the article goes on that breaks off at `lead`: under the line that names it, else under the one whose turn it is."""
    page = units[lead].page
    backs = [at for at in range(lead + 1, len(units)) if _answers(units[at], page)]
    title = next((_bare(unit.text) for unit in reversed(units[:lead]) if unit.kind is BlockKind.TITLE), None)
    named = [at for at in backs if title and title in _bare(units[at].text)]
    turn = sum(other < lead and units[other].page == page for other in leads)
    return named[0] if named else backs[turn] if turn < len(backs) else backs[-1] if backs else None


def _bare(text: str) -> str:
    return "".join(text.split())


def _answers(unit: Unit, page: int | None) -> bool:
    jump = jump_of(unit)
    return jump is not None and not jump[0] and unit.page != page
