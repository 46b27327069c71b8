"""What each unit is: title, subtitle, heading, body, caption, credit; by place, shape and wording."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from search.model import BlockKind
from search.text.restore.cues import cue_table, cues
from search.text.restore.measure import em, ends_sentence, ends_with_stop
from search.text.restore.units import Unit

_HEADLINE_WIDEST = 32.0
TITLE_WIDEST = 64.0
_LIST_RUN = 4
_TITLE_SHORTEST = 4
_HEAD_LINES = 3
_HEAD_LONGEST = 60
_MOST_PRINTS = 4
"""A line that is above the text more often is no title printed again."""
_NUMBERED_SENTENCE = 26
_CHAPTER_LEVELS = (4, 5)
CHAPTER_DEPTHS_ALONE = 3
"""Parts, chapters and sections of a law may follow one another with nothing between them."""
CHAPTER_DEPTH = 5
"""Numbers deeper than this, 1. and (1), are those of lists as often as of headings."""
_SENTENCE_INSIDE = re.compile("[。；].")
LIST_ITEM = re.compile(r"(?:\d+(?:\.\d+)+|\d+[.、．)]|[（(]\d+[）)]|[-*•·●■◆]|[a-zA-Z][.)])")
_SHOWN = frozenset({BlockKind.HEADING, BlockKind.SUBTITLE})
_SIBLINGS = 2
"""So many lines of one kind speak for another."""
_OFFICE_NAME = re.compile(
    rf"[{cue_table()['metadata']['office']}]\s+(?:[\u3400-\u9fff]{{2,3}}|[\u3400-\u9fff]\s+[\u3400-\u9fff]|[\u3400-\u9fff]{{1,6}}·[\u3400-\u9fff]{{1,8}})\Z"
)
_BULLETS = ("●", "■", "◆", "★", "▲", "◎", "※")
"""A line with one of these that stands alone above a paragraph heads it; several together are a list."""
_NAME = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}·[\u3400-\u9fff]{1,8}")
_DASHED = re.compile(r"(?:——|──|--)\s*\S")
_BRACKETED = re.compile(r"[（(].*[）)]\Z")
_SIGNED = re.compile(r"[（(][\u3400-\u9fff]{2,3}(?:[\s　、][\u3400-\u9fff]{2,3}){0,3}[）)]\Z")
_ABOUT = re.compile(r"(?:关于|印发)")


def headline_like(unit: Unit, widest: float = _HEADLINE_WIDEST) -> bool:
    """Whether a unit has the shape of a heading: short, one clause or two, no sentence end."""
    text = unit.text
    if len(text) > 2 * widest or unit.kind is not BlockKind.BODY or unit.cue or (unit.wrapped and len(text) > 40):
        return False
    return not ends_with_stop(text) and em(text) <= widest and not _SENTENCE_INSIDE.search(text) and any(map(str.isalpha, text))


def prose_like(unit: Unit) -> bool:
    """Whether a unit is running text."""
    return unit.body and not unit.cue and not headline_like(unit, TITLE_WIDEST)


def prose_bounds(units: list[Unit]) -> tuple[int, int]:
    """Index of the first and the last unit of running text; (len, -1) where there is none."""
    first = next((at for at, unit in enumerate(units) if _is_running_text(unit)), len(units))
    last = next((at for at in range(len(units) - 1, -1, -1) if _is_running_text(units[at])), -1)
    return first, last


def _is_running_text(unit: Unit) -> bool:
    if unit.kind is not BlockKind.BODY or unit.cue or unit.head:
        return False
    text = unit.text
    return len(text) > 2 * TITLE_WIDEST or ends_sentence(text) or text[-1] in "：:；;" or em(text) > TITLE_WIDEST


def name_attachments(units: list[Unit]) -> None:
    """A list of attachments, `附件：1.……` and the numbered lines under it, is no heading."""
    listed = False
    for unit in units:
        numbered = level(unit.text) > CHAPTER_DEPTH and not unit.cue
        listed = bool(cues().attachment.match(unit.text)) or (listed and numbered)
        if listed and unit.kind is BlockKind.HEADING:
            unit.kind = BlockKind.BODY


def name_middle(units: list[Unit]) -> None:
    """Kinds between the first paragraph and the last: headings, signatures, list items."""
    first, last = prose_bounds(units)
    run: list[Unit] = []
    for at in range(first, last + 1):
        unit = units[at]
        if headline_like(unit) and _DASHED.match(unit.text) and (at == 0 or not units[at - 1].body) and not run:
            unit.kind = BlockKind.SUBTITLE
            continue
        if (unit.kind is BlockKind.HEADING and not unit.cue) or headline_like(unit):
            if cues().date_line.match(unit.text):
                unit.kind = BlockKind.CREDIT
                if run and run[-1] is units[at - 1]:
                    run.pop().kind = BlockKind.CREDIT
                continue
            if not run and _SIGNED.match(unit.text) and at and ends_sentence(units[at - 1].text):
                unit.kind = BlockKind.CREDIT
            else:
                run.append(unit)
            continue
        _name_run(run)
        run = []
        if at < last and _is_numbered_sentence(unit, units[at + 1]) and not (at and level(units[at - 1].text) == level(unit.text)):
            unit.kind = BlockKind.HEADING
    _name_run(run)


def _is_numbered_sentence(unit: Unit, below: Unit) -> bool:
    """`（一）加强组织领导。` alone above a paragraph: a heading with a full stop."""
    text = unit.text
    if not unit.body or unit.cue or len(text) > _NUMBERED_SENTENCE or not text.endswith("。") or _SENTENCE_INSIDE.search(text):
        return False
    return level(text) in _CHAPTER_LEVELS and below.body and not level(below.text) and len(below.text) > _NUMBERED_SENTENCE


def name_rest(units: list[Unit]) -> None:
    """Kinds below the last paragraph that no headline group claimed: dates, credits, captions, numbered headings."""
    _, last = prose_bounds(units)
    run: list[Unit] = []
    for at in range(last + 1, len(units)):
        unit = units[at]
        if not headline_like(unit, TITLE_WIDEST):
            continue
        if cues().date_line.match(unit.text) or cues().credit_head.match(unit.text):
            unit.kind = BlockKind.CREDIT
            if cues().date_line.match(unit.text) and units[at - 1].body and at - 1 > last and headline_like(units[at - 1]):
                units[at - 1].kind = BlockKind.CREDIT
        else:
            run.append(unit)
    _name_run([unit for unit in run if unit.body], only_numbered=True)


def name_siblings(units: list[Unit]) -> None:
    """A numbered line that is wider than headings are, in one clause or several but no sentence, is one all the same above a paragraph
    where the numbers of its depth before and after it are headings."""
    depths = [level(unit.text) if unit.kind in {BlockKind.HEADING, BlockKind.BODY} else 0 for unit in units]
    named = Counter(depth for depth, unit in zip(depths, units, strict=True) if unit.kind is BlockKind.HEADING and depth)
    for at, unit in enumerate(units[:-1]):
        below = units[at + 1]
        if named[depths[at]] < _SIBLINGS or not depths[at] or depths[at] > CHAPTER_DEPTH or not headline_like(unit, TITLE_WIDEST):
            continue
        if below.body and not below.cue and depths[at + 1] != depths[at] and prose_like(below):
            unit.kind = BlockKind.HEADING


def name_contributions(units: list[Unit]) -> None:
    """On a page of speeches each has its headline and, below it, office and name of who spoke: 某部部长 王某. Two or more of them make
    every headline a title, the line below it a deck, and the name a credit."""
    spoken = [
        at for at in range(1, len(units)) if _is_display(units[at]) and _is_display(units[at - 1]) and _OFFICE_NAME.search(units[at].text)
    ]
    if len(spoken) < _SIBLINGS:
        return
    for at in spoken:
        units[at].kind = BlockKind.CREDIT
        first = at - 1
        while first and _is_display(units[first - 1]) and at - first < _HEAD_LINES:
            first -= 1
        units[first].kind, units[first].opening_article = BlockKind.TITLE, True
        for unit in units[first + 1 : at]:
            unit.kind = BlockKind.SUBTITLE


def _is_display(unit: Unit) -> bool:
    return unit.kind is BlockKind.HEADING and not level(unit.text) and unit.text not in cues().heading_plain


def name_article_heads(units: list[Unit]) -> None:
    """A heading with a byline or a dashed line under it opens a new article: it is a title."""
    article = 1
    seen_prose = False
    for at, unit in enumerate(units):
        article += unit.opening_article and seen_prose
        seen_prose = seen_prose or prose_like(unit)
        below = units[at + 1] if at + 1 < len(units) else None
        if unit.kind in _SHOWN and _is_speaker(unit.text, units[at - 1] if at else None, below):
            unit.kind = BlockKind.CREDIT
        if (
            unit.kind is BlockKind.HEADING
            and not level(unit.text)
            and below is not None
            and below.lines[0][0] > unit.lines[0][0]
            and _opens_article(below)
            and any(prose_like(other) for other in units[at + 1 : at + 5])
        ):
            unit.kind = BlockKind.TITLE
            article += seen_prose
            if headline_like(below):
                below.kind = BlockKind.SUBTITLE
        unit.article = article


def _is_speaker(text: str, above: Unit | None, below: Unit | None) -> bool:
    """Whether a display line says who speaks or wrote: 某人讲述; below another display line 某人代表（某省省长）, 李 汀, 扎西·多吉; any
    name above 同志们："""
    if cues().told_by.search(text):
        return True
    if below is not None and _NAME.fullmatch(text) and cues().addressed.match(below.text):
        return above is not None and above.kind in {*_SHOWN, BlockKind.TITLE, BlockKind.CREDIT}
    named = text not in cues().heading_plain and bool(cues().speaker.match(text))
    return named and above is not None and above.kind in {*_SHOWN, BlockKind.TITLE}


def _opens_article(below: Unit) -> bool:
    """Whether what is under a heading opens an article: a byline, a dashed line, or the dateline of a news report."""
    if below.kind is BlockKind.CREDIT:
        return _byline(below.text)
    return bool(_DASHED.match(below.text) and headline_like(below)) or bool(below.body and cues().dateline.match(below.text))


def level(text: str) -> int:
    """Depth of a numbered heading, 1 for the outermost; 0 if it has no number."""
    wording, first = cues(), text[:1]
    if not (first in wording.heading_opens or first.isdecimal()) or not wording.heading_numbered.match(text):
        return 0
    return next((depth for depth, pattern in enumerate(cues().heading_levels, 1) if pattern.match(text)), 0)


def _byline(text: str) -> bool:
    return bool(re.search("记者|通讯员|作者|撰文", text)) or text.startswith(("□", "■", "●", "○", "◆"))


def _without_lists(run: list[Unit]) -> list[Unit]:
    """A run of display lines without those that are a list: two or more of one depth that follow one another with nothing under them.
    The last of them is no heading either, though text follows it."""
    kept: list[Unit] = []
    for depth, group in groupby(run, key=lambda unit: level(unit.text)):
        items = list(group)
        if depth > CHAPTER_DEPTHS_ALONE and len(items) > 1:
            for unit in items:
                unit.kind = BlockKind.BODY
        else:
            kept += items
    return kept


def _without_facts(run: list[Unit]) -> Iterator[Unit]:
    """A run of display lines without facts one to a line: of many unnumbered lines that follow one another the first heads the others."""
    for numbered, group in groupby(run, key=lambda unit: level(unit.text) > 0):
        items = list(group)
        if not numbered and len(items) > _LIST_RUN:
            for unit in items[1:]:
                unit.kind = BlockKind.BODY
            items = items[:1]
        yield from items


def _name_run(run: list[Unit], *, only_numbered: bool = False) -> None:
    run = _without_lists(run)
    items = sum(bool(LIST_ITEM.match(unit.text)) for unit in run)
    if len(run) >= _LIST_RUN and items * 2 >= len(run):
        heads = True
        for unit in run:
            heads = heads and not LIST_ITEM.match(unit.text)
            unit.kind = BlockKind.HEADING if heads and not _BRACKETED.match(unit.text) else BlockKind.BODY
        return
    run = list(_without_facts(run))
    alone = len(run) == 1 and not only_numbered and run[0].text.startswith(_BULLETS)
    for unit in run:
        if level(unit.text) or unit.text in cues().heading_plain or alone or not (LIST_ITEM.match(unit.text) or only_numbered):
            unit.kind = BlockKind.HEADING
