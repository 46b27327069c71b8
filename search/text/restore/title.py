"""Kinds of what is above the first paragraph: title, kickers, decks, credits, section headings."""

from __future__ import annotations

import re
from collections import Counter

from search.model import BlockKind, Removal
from search.text.restore import spacing
from search.text.restore.cues import cue_table, cues
from search.text.restore.head import BRACKETED, DASHED, in_two_lines, main_line
from search.text.restore.kinds import CHAPTER_DEPTH, LIST_ITEM, TITLE_WIDEST, headline_like, level, prose_bounds
from search.text.restore.measure import em
from search.text.restore.units import Unit, absorb

_TITLE_SHORTEST = 4
_HEAD_LINES = 3
_HEAD_LONGEST = 60
_MOST_PRINTS = 4
"""A line that is above the text more often is no title printed again."""
_NUMBERED_RUN = 3
_MOST_HEADLINES = 4
_SERIAL = re.compile(r"(?:PART|Part|part)?[ .]?0?[1-9]\d?")
_SERIAL_LONGEST = 8
_DIGITS = re.compile(r"\d+")
_DECREE = re.compile(r"《([^》]{4,80})》(?:已经|业经|经|已)")
_DECREE_WITHIN = 8
_ROSTER = re.compile(r"[\u3400-\u9fff·]{2,3}(?:[ \u3000、]+[\u3400-\u9fff·]{2,4}){3,}")
"""Four names or more are no headline."""
_ATTACHED = re.compile(cue_table()["official"]["attachment"] + r"\s*[0-9一二三四五六七八九十]{0,3}\s*[：:]?")
"""The label of an attachment above its title."""
_ABOUT = re.compile(r"(?:关于|印发)")


def name_head(units: list[Unit]) -> list[Removal]:
    """Kinds of what is above the first paragraph. Returns what was printed there twice, and the names of pages and columns."""
    first, _ = prose_bounds(units)
    head = units[: min(first, _HEAD_LONGEST)]
    for unit in head:
        if unit.kind is BlockKind.HEADING and not unit.cue:
            unit.kind, unit.wrapped = BlockKind.BODY, False
    removed: list[Removal] = []
    gone: set[int] = set()
    _name_credits(head, removed, gone)
    _join_official_title(head, gone)
    _choose_title(head, gone)
    _name_rest(units, head, first, removed, gone)
    _free_lists(head)
    if gone:
        units[:] = [unit for unit in units if id(unit) not in gone]
    return removed


def name_decreed_law(units: list[Unit]) -> None:
    """Under a decree that publishes it (《某条例》已经……通过，现予公布) the law's own name is the title."""
    for unit in units[:_DECREE_WITHIN]:
        found = _DECREE.match(unit.text) if unit.body else None
        if found is None:
            continue
        name = next((other for other in units if other.text == found.group(1) and not other.cue), None)
        if name is not None and not any(other.kind is BlockKind.TITLE for other in units):
            name.kind = BlockKind.TITLE
        return


def name_serials(units: list[Unit]) -> None:
    """01, 02, 03 alone on their lines, as public accounts part a text, are headings."""
    serials = [unit for unit in units if len(unit.text) <= _SERIAL_LONGEST and _may_be_serial(unit)]
    numbers = [int(found.group()) for unit in serials if (found := _DIGITS.search(unit.text))]
    if len(serials) >= 2 and numbers == list(range(1, len(serials) + 1)):
        for unit in serials:
            unit.kind, unit.wrapped = BlockKind.HEADING, False


def _may_be_serial(unit: Unit) -> bool:
    return unit.kind in {BlockKind.BODY, BlockKind.HEADING} and bool(_SERIAL.fullmatch(unit.text))


def _name_credits(head: list[Unit], removed: list[Removal], gone: set[int]) -> None:
    """Dates, offices, names of bodies and numbers of documents are credits; the name of the page is none of the text."""
    seen = False
    for at, unit in enumerate(head):
        text = unit.text
        if unit.body and not unit.cue and cues().date_line.match(text):
            unit.kind = BlockKind.CREDIT
        elif not headline_like(unit, TITLE_WIDEST):
            continue
        elif cues().credit_head.match(text) or (not seen and at + 1 < len(head) and _ATTACHED.fullmatch(text)):
            unit.kind = BlockKind.CREDIT
        elif unit.head and not seen and at + 1 < len(head) and cues().section_label.match(text):
            removed.append(Removal(text, unit.lines, "page-furniture"))
            gone.add(id(unit))
        elif unit.head and seen and cues().organ_alone.match(text):
            unit.kind = BlockKind.CREDIT
        else:
            seen = True


def _candidates(head: list[Unit], gone: set[int]) -> list[Unit]:
    """The lines that follow one another as a headline: no credits, no list, no numbered or plain heading."""
    found: list[Unit] = []
    for unit in head:
        if id(unit) in gone or unit.kind is BlockKind.CREDIT:
            if found:
                break
            continue
        text = unit.text
        if not (headline_like(unit, TITLE_WIDEST) or (unit.head and unit.body)) or level(text) or text in cues().heading_plain:
            break
        if (
            LIST_ITEM.match(text)
            or _ROSTER.fullmatch(text)
            or (found and (unit.gap > 0 or not unit.head) and not DASHED.match(text) and not BRACKETED.match(text))
        ):
            break
        found.append(unit)
    return found if len(found) <= _MOST_HEADLINES else found[:1]


def _choose_title(head: list[Unit], gone: set[int]) -> None:
    """Names the title among the lines of the headline, the kickers above it and the decks below it."""
    if any(unit.kind is BlockKind.TITLE for unit in head):
        return
    lines = _candidates(head, gone)
    if not lines:
        return
    if len(lines) == 2 and in_two_lines(lines[0].text, lines[1].text):
        absorb(lines[0], lines[1], between=" ")
        gone.add(id(lines[1]))
        lines = lines[:1]
    main = main_line([unit.text for unit in lines])
    for at, unit in enumerate(lines):
        unit.kind = BlockKind.TITLE if at == main else BlockKind.SUBTITLE


def _name_rest(units: list[Unit], head: list[Unit], first: int, removed: list[Removal], gone: set[int]) -> None:
    title = next((unit for unit in head if unit.kind is BlockKind.TITLE and id(unit) not in gone), None)
    named = 0
    below_label = False
    often = Counter(unit.text for unit in head)
    for at, unit in enumerate(head):
        text = unit.text
        if id(unit) in gone or unit is title:
            continue
        if (
            title is not None
            and text == title.text
            and often[text] <= _MOST_PRINTS
            and unit.kind in {BlockKind.BODY, BlockKind.SUBTITLE, BlockKind.TITLE}
        ):
            removed.append(Removal(text, unit.lines, "repeated-title"))
            gone.add(id(unit))
        elif not headline_like(unit, TITLE_WIDEST):
            continue
        elif title is not None and (DASHED.match(text) or BRACKETED.match(text)):
            unit.kind = BlockKind.SUBTITLE
        elif level(text) or text in cues().heading_plain:
            unit.kind, below_label = BlockKind.HEADING, text in cues().heading_plain
        elif LIST_ITEM.match(text) or below_label or _ROSTER.fullmatch(text):
            continue
        elif title is None:
            unit.kind, title = BlockKind.TITLE, unit
        elif len(text) >= _TITLE_SHORTEST and text in title.text:
            unit.kind = BlockKind.TITLE
        elif named < _HEAD_LINES and first < len(units):
            named += 1
            listed = at > 0 and bool(LIST_ITEM.match(head[at - 1].text))
            unit.kind = BlockKind.HEADING if listed or (at == len(head) - 1 and _heads_a_section(unit, units)) else BlockKind.SUBTITLE


def _free_lists(units: list[Unit]) -> None:
    """Numbered lines that follow one another, three or more with nothing under them, are a list and no headings."""
    run: list[Unit] = []
    for unit in [*units, None]:
        if unit is not None and unit.kind is BlockKind.HEADING and not unit.cue and level(unit.text) > CHAPTER_DEPTH:
            run.append(unit)
            continue
        if len(run) >= _NUMBERED_RUN:
            for item in run:
                item.kind = BlockKind.BODY
        run = []


def _heads_a_section(unit: Unit, units: list[Unit]) -> bool:
    """Whether the last short line above the text is a section heading rather than a deck: others like it follow."""
    first, last = prose_bounds(units)
    others = [other for other in units[first:last] if headline_like(other) or other.kind is BlockKind.HEADING]
    return len(others) >= 1 and em(unit.text) <= max(em(other.text) for other in others) + 2


def _join_official_title(head: list[Unit], gone: set[int]) -> None:
    """`某某厅` / `关于印发……` / `……的通知` on three lines is one title. Those taken into it join `gone`."""
    ends = [bool(cues().title_endings.search(unit.text)) for unit in head]
    for at, unit in enumerate(head):
        opens = bool(_ABOUT.match(unit.text))
        inside = not ends[at] and bool(_ABOUT.search(unit.text)) and headline_like(unit, TITLE_WIDEST)
        if not (unit.body and (opens or inside)):
            continue
        end = start = at
        while end + 1 < len(head) and not ends[end] and headline_like(head[end + 1], TITLE_WIDEST):
            end += 1
        if not ends[end]:
            break
        while opens and start and not ends[start - 1] and headline_like(head[start - 1]) and not level(head[start - 1].text):
            start -= 1
        for other in head[start + 1 : end + 1]:
            absorb(head[start], other)
            gone.add(id(other))
        head[start].text = spacing.tidy(head[start].text)
        head[start].kind = BlockKind.TITLE
        return
