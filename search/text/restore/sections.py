"""Which headings are above each unit."""

from __future__ import annotations

import re

from search.model import BlockKind
from search.text.restore.kinds import level
from search.text.restore.units import Unit

_UNNUMBERED = 4
"""A heading without a number ranks as high as 一、 does."""


_NUMBER = re.compile(r"(\d{1,2}|[一二三四五六七八九十])(?=[、．.）)])")
_HAN_NUMBERS = "一二三四五六七八九十"


def follows(heading: str, text: str) -> bool:
    """Whether a paragraph has the number after that of a heading of its own depth, and so is beside it, not under it."""
    depth = level(heading)
    if not depth or depth != level(text):
        return False
    first, second = _NUMBER.search(heading, 0, 4), _NUMBER.search(text, 0, 4)
    return first is not None and second is not None and _value(second.group()) == _value(first.group()) + 1


def _value(number: str) -> int:
    return int(number) if number.isdigit() else _HAN_NUMBERS.index(number) + 1


def name_sections(units: list[Unit]) -> None:
    """Gives each unit the path of headings above it, and whether one of them was put there by inference; a heading's own path ends with
    itself. Titles start anew."""
    path: list[tuple[int, str, bool]] = []
    article = next((unit.article for unit in units if unit.article), 1)
    for unit in units:
        if unit.kind is BlockKind.TITLE or unit.article not in (0, article):
            path, article = [], unit.article or article
        elif unit.body and path and follows(path[-1][1], unit.text):
            path.pop()
        heads = unit.kind is BlockKind.HEADING and unit.placed
        if heads:
            depth = level(unit.text) or _UNNUMBERED
            while path and path[-1][0] >= depth:
                path.pop()
            path.append((depth, unit.text, unit.inferred))
        if heads or unit.body or unit.kind is BlockKind.TABLE or (unit.kind is BlockKind.CAPTION and unit.placed):
            unit.section = tuple(text for _, text, _ in path)
            unit.inferred = any(inferred for _, _, inferred in path)
