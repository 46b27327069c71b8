"""Text that no line end parts: a body longer than a page is parted at sense, between sentences, best where a new matter begins."""

from __future__ import annotations

import re
from dataclasses import replace

from search.text.restore.cues import cues
from search.text.restore.units import Unit

LONGEST = 2_000
"""A paragraph of an author is hardly ever longer; one that is, is several that lost their line ends."""
_ENOUGH, _MOST = 500, 900
"""A part ends after so many characters where a new matter begins, and after so many at the end of any sentence."""
_QUOTED = 400
"""A quotation that is longer has lost its closing mark."""
_SENTENCE = re.compile(r"[。！？!?…]+[”’」』）》】)\"']*\s*")
_CLAUSE = re.compile(r"[；;，,、]\s*")


def part_long(units: list[Unit]) -> list[Unit]:
    """Units with every body longer than a page in parts. Linear in the length of the text."""
    return [part for unit in units for part in (_parts(unit) if unit.body and len(unit.text) > LONGEST else [unit])]


def _parts(unit: Unit) -> list[Unit]:
    ends = _ends(unit.text, _SENTENCE) or _ends(unit.text, _CLAUSE)
    texts: list[str] = []
    start = 0
    for end in ends:
        size = end - start
        if (size >= _MOST or (size >= _ENOUGH and cues().openers.match(unit.text, end))) and len(unit.text) - end >= _ENOUGH // 2:
            texts.append(unit.text[start:end].strip())
            start = end
    texts.append(unit.text[start:].strip())
    return [replace(unit, text=text) for text in texts]


def _ends(text: str, mark: re.Pattern[str]) -> list[int]:
    """Where sentences end outside of quotations."""
    found: list[int] = []
    depth = at = 0
    for end in mark.finditer(text):
        depth = max(0, depth + text.count("“", at, end.end()) - text.count("”", at, end.end()))
        at = end.end()
        if depth == 0 or at - (found[-1] if found else 0) > _QUOTED:
            depth = 0
            found.append(at)
    return found
