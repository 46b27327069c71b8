"""The head of a document: masthead, kicker, title, decks, byline and date line, told from the text below and from each other."""

from __future__ import annotations

import re

from search.text.restore.columns import NEIGHBOURS, RAGGED, ColumnWidths
from search.text.restore.cues import cues
from search.text.restore.lines import TextLine
from search.text.restore.measure import em

_MOST_LINES = 12
_WIDEST = 90.0
_TITLE_WIDEST = 40.0
_COLUMN_LINES = 3
"""Of the lines below one of a column so many fill it too."""
_EXCLAIMED_WIDEST = 32.0
_CREDIT_LONGEST = 120
_EXCLAIMED = re.compile(r"[！？!?…][”’」』）》】\"']*\Z")
_RUBRIC = re.compile(r"\S[（(][^（）()]{2,40}[）)]\Z")
BRACKETED = re.compile(r"[（(][^（）()]*[）)]\Z")
DASHED = re.compile(r"(?:——|──|--|—)\s*\S")
_LEADS = re.compile(r"(?:——|──|--)\Z")
_SPACED = re.compile(r"\S[ \u3000]+\S")
_SHORTER = 2.0
_FRAGMENT = 6.0


def mark_head(lines: list[TextLine], columns: ColumnWidths) -> None:
    """Marks the lines above the text, none of which is joined to the next. They end where an indent, or a blank line, parts them
    from a text that no column breaks there; where neither does, the head is not told from the text, and nothing is marked."""
    count = _head_length(lines, columns)
    if not count:
        return
    for line in lines[:count]:
        line.head = line.opens = True
    lines[count].opens = True


def _head_length(lines: list[TextLine], columns: ColumnWidths) -> int:
    """How many lines are above the text: those before the first that its author indented, else those that blank lines part."""
    indented = next((at for at, line in enumerate(lines[: _MOST_LINES + 1]) if line.opens and line.kind is None), 0)
    if indented and all(map(_is_display, lines[:indented])):
        return indented
    count = 0
    while count < min(len(lines), _MOST_LINES + 1) and _is_display(lines[count]) and _stands_free(lines, count, columns):
        count += 1
    count = min(count, _MOST_LINES, len(lines) - 1)
    if count < 1 or not any(line.final for line in lines[count:]):
        return 0
    if all(line.gap for line in lines[1 : count + 1]):
        return count
    return next((at for at in range(count, 0, -1) if lines[at].gap > columns.gap[at]), 0)


def _is_display(line: TextLine) -> bool:
    """Whether a line may be a headline, a credit or a date: no sentence, no address, no beginning of a list or of a report."""
    if line.cued and len(line.text) <= _CREDIT_LONGEST and (cues().credit_whole.match(line.text) or cues().date_line.match(line.text)):
        return True
    if line.width > _WIDEST or line.cells > 1 or line.text.endswith(("：", ":", "，", "、", "；")) or cues().dateline.match(line.text):
        return False
    return not line.final or (line.width <= _EXCLAIMED_WIDEST and "。" not in line.text and bool(_EXCLAIMED.search(line.text)))


def _stands_free(lines: list[TextLine], at: int, columns: ColumnWidths) -> bool:
    """Whether a line is no part of a column, nor so long with a clause inside that it may be the first of a broken paragraph."""
    line = lines[at]
    full = columns.width[at]
    if full and abs(line.tight - full) <= 2 * RAGGED:
        below = lines[at + 1 : at + 1 + NEIGHBOURS]
        if sum(abs(other.tight - full) <= 2 * RAGGED for other in below) >= _COLUMN_LINES:
            return False
    return line.width <= _TITLE_WIDEST or not line.inner


def main_line(texts: list[str]) -> int:
    """Which of the lines of a headline is the title; those above it are kickers, those below it decks.

    In this order: the line above a dashed deck; the one below a kicker that leads on (某市——, …强调); the one that carries the rubric of
    its column (一线探访); the one set in two parts; the shorter one of two; the middle one of three; else the first."""
    kept = len(texts)
    while kept > 1 and (BRACKETED.match(texts[kept - 1]) or cues().deck_ending.search(texts[kept - 1])):
        kept -= 1
    texts = texts[:kept]
    for at in range(1, len(texts)):
        if DASHED.match(texts[at]):
            return at - 1
    for at in range(len(texts) - 2, -1, -1):
        if leads_on(texts[at]):
            return at + 1
    for at in range(len(texts) - 1, -1, -1):
        if _RUBRIC.search(texts[at]):
            return at
    if len(texts) == 2:
        first, second = (bool(_SPACED.search(text)) for text in texts)
        if first != second:
            return int(second)
        return int(em(texts[1]) <= em(texts[0]) - _SHORTER)
    return 1 if len(texts) == 3 else 0


def leads_on(text: str) -> bool:
    """Whether a line leads to the headline below it: 某市——, 某人在某会上强调."""
    return bool(_LEADS.search(text)) or bool(cues().kicker_ending.search(text))


def in_two_lines(first: str, second: str) -> bool:
    """Whether a headline of two lines is one title: the first is a mere word or two, or a body whose deed the second tells."""
    if leads_on(first) or DASHED.match(second) or BRACKETED.match(second) or _RUBRIC.search(first):
        return False
    if em(first) <= _FRAGMENT:
        return em(second) > em(first)
    return bool(cues().organ.search(first)) and bool(cues().deed.match(second))
