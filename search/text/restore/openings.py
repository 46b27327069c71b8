"""An article whose display text and opening paragraphs the extractor left behind its end.

The sign: the text ends with a credit, and below it are a dashed subtitle, two or more headings with nothing under them,
and then more text. The subtitle and the paragraphs open the article; which paragraphs the headings stood over is not told, and is
inferred in `search/text/restore/loose.py`.
"""

from __future__ import annotations

from search.model import BlockKind
from search.text.restore.kinds import headline_like
from search.text.restore.units import Unit


def move_openings(units: list[Unit]) -> list[Unit]:
    """Units with such an opening moved before the text, the headings left behind it and marked as not placed."""
    first = next((at for at, unit in enumerate(units) if unit.body), None)
    if first is None or any(unit.kind is BlockKind.TITLE for unit in units):
        return units
    for at in range(first + 1, len(units) - 3):
        if units[at - 1].kind is not BlockKind.CREDIT:
            continue
        subtitles = _run(units, at, BlockKind.SUBTITLE)
        headings = _run(units, at + subtitles, BlockKind.HEADING) if subtitles else 0
        opening = _run(units, at + subtitles + headings, BlockKind.BODY) if headings >= 2 else 0
        if not opening:
            continue
        if any(unit.kind is BlockKind.HEADING for unit in units[first:at]):
            return units
        start = at + subtitles + headings
        below = units[start + opening :]
        if any(unit.body or unit.kind is BlockKind.HEADING for unit in below):
            return units
        loose = units[at + subtitles : start]
        for heading in loose:
            heading.placed = False
        for unit in units[start : start + opening]:
            unit.opening = True
        return units[:first] + units[at : at + subtitles] + units[start : start + opening] + units[first:at] + loose + below
    return units


def _run(units: list[Unit], at: int, kind: BlockKind) -> int:
    count = 0
    while at + count < len(units) and units[at + count].kind is kind and not (kind is BlockKind.BODY and headline_like(units[at + count])):
        count += 1
    return count
