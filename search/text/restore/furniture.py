"""What a web page or a printed page puts around the text: buttons, breadcrumbs, page numbers, running heads.

Taken out with a reason; never a line of the running text, and never a single stray word.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby

from search.model import Removal
from search.text.restore.cues import cues
from search.text.restore.lines import TextLine

_ZONE = 60
"""So many lines from each end may hold furniture, if no running text comes first."""
_PROSE = 40
_LISTED = 40
"""The title of another article in a list of such is no longer."""
_GROUP = 8
_HEAD_LINES = 3
"""A running head has no more lines; in its second and third no number may change, since `2019年` may head a chapter."""
_DIGITS = re.compile(r"\d+")
_PAGE_OPENS = frozenset("-—–·•第")
_DASHED_PAGE = re.compile(r"(?:[-—–·•]\s*\d{1,4}\s*[-—–·•]|第\s*\d{1,4}\s*页(?:\s*[，,/]?\s*共\s*\d{1,4}\s*页)?)\Z")


def drop_furniture(lines: list[TextLine]) -> tuple[list[TextLine], list[Removal]]:
    """The lines without page furniture, and what was taken out."""
    reasons: dict[int, str] = {}
    _mark_pages(lines, reasons)
    _mark_web(lines, reasons)
    if not reasons or len(reasons) == len(lines):
        return lines, []
    kept: list[TextLine] = []
    removed: list[Removal] = []
    for at, line in enumerate(lines):
        if at in reasons:
            removed.append(Removal(line.text, (line.lines,), reasons[at]))
        else:
            kept.append(line)
    return kept, removed


def drop_web_furniture(lines: list[TextLine]) -> tuple[list[TextLine], list[Removal]]:
    """The lines without buttons, trails and imprints of a web page above and below its text, and these."""
    reasons: dict[int, str] = {}
    _mark_web(lines, reasons)
    removed = [Removal(lines[at].text, (lines[at].lines,), reason) for at, reason in sorted(reasons.items())]
    return [line for at, line in enumerate(lines) if at not in reasons], removed


def _mark_web(lines: list[TextLine], reasons: dict[int, str]) -> None:
    first = next((at for at, line in enumerate(lines) if line.final and len(line.text) >= _PROSE), len(lines))
    last = next((at for at in range(len(lines) - 1, first - 1, -1) if lines[at].final and len(lines[at].text) >= _PROSE), -1)
    for zone in (range(min(first, _ZONE)), range(max(last + 1, len(lines) - _ZONE, min(first, _ZONE)), len(lines))):
        found = _furniture_in(lines, zone)
        strong = any(_is_strong(lines[at].text) for at in found)
        if len(found) >= 2 or strong:
            reasons.update(dict.fromkeys(found, "page-furniture"))


def _is_strong(text: str) -> bool:
    """Whether one such line is enough to tell that furniture is here."""
    return any(pattern.match(text) for pattern in (cues().furniture_line, cues().furniture_open, cues().furniture_below))


def _only_words(text: str) -> bool:
    """Whether a line holds the labels of buttons and nothing else."""
    known = cues().furniture_words
    return text in known or ((" " in text or "　" in text) and all(word in known for word in text.split()))


def _furniture_in(lines: list[TextLine], zone: range) -> list[int]:
    found: list[int] = []
    at = zone.start
    wording = cues()
    while at < zone.stop:
        text = lines[at].text
        end = at + 1
        words = _only_words(text)
        if not words and not wording.furniture_any.match(text):
            at += 1
            continue
        if zone.start and cues().furniture_below.match(text):
            end = next((k for k in range(at + 1, zone.stop) if lines[k].final or len(lines[k].text) > _LISTED), zone.stop)
        elif cues().furniture_trail.match(text):
            end = _trail_end(lines, at, zone.stop)
        elif cues().furniture_open.match(text) and "】" not in text:
            end = next((k + 1 for k in range(at, min(at + _GROUP, zone.stop)) if lines[k].text.endswith("】")), at + 1)
        elif not (words or cues().furniture_line.match(text)):
            at += 1
            continue
        found.extend(range(at, end))
        at = end
    return found


def _trail_end(lines: list[TextLine], at: int, stop: int) -> int:
    """Where a breadcrumb of one word a line ends: word, `>`, word, `>`, word."""
    end = at + 1
    while end + 1 < stop and lines[end + 1].text in {">", ">>", "»", "›", "/"} and len(lines[end].text) <= 20:
        end += 2
    return min(end + 1, stop) if end > at + 1 else end


def _mark_pages(lines: list[TextLine], reasons: dict[int, str]) -> None:
    for at, line in enumerate(lines):
        if line.text[0] in _PAGE_OPENS and len(line.text) <= 16 and _DASHED_PAGE.match(line.text):
            reasons[at] = "page-number"
    edges = _page_edges(lines)
    if len(edges) < 2:
        return
    numbers = [at for pair in edges for at in set(pair) if len(lines[at].text) <= 20 and cues().page_number.match(lines[at].text)]
    if len(numbers) * 2 >= len(edges):
        reasons.update(dict.fromkeys(numbers, "page-number"))
    for depth in range(_HEAD_LINES if len(edges) >= 3 else 0):
        shape = str if depth else _shape
        shapes = Counter(shape(lines[at].text) for pair in edges for at in set(pair))
        for pair in edges:
            for at in pair:
                if _may_run(lines[at]) and at not in reasons and shapes[shape(lines[at].text)] * 2 >= max(6, len(edges)):
                    reasons[at] = "running-head"
        edges = [_within(pair, reasons) for pair in edges]


def _may_run(line: TextLine) -> bool:
    """Whether a line may be on every page: short, and no sentence."""
    return len(line.text) <= 60 and not line.final


def _within(edge: tuple[int, int], reasons: dict[int, str]) -> tuple[int, int]:
    """First and last line of a page within what is marked; the same ones where nothing else is left."""
    first, last = edge
    while first < last and first in reasons:
        first += 1
    while last > first and last in reasons:
        last -= 1
    return first, last


def _page_edges(lines: list[TextLine]) -> list[tuple[int, int]]:
    """First and last line of each page, where pages are known."""
    edges: list[tuple[int, int]] = []
    start = 0
    for page, group in groupby([line.page for line in lines]):
        end = start + sum(1 for _ in group)
        if page is not None:
            edges.append((start, end - 1))
        start = end
    return edges


def _shape(text: str) -> str:
    return _DIGITS.sub("0", text.replace(" ", ""))
