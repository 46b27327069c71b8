"""Which headings stand above each unit."""

from __future__ import annotations

from search.model import BlockKind
from search.text.restore.kinds import level
from search.text.restore.units import Unit

_UNNUMBERED = 4
"""A heading without a number stands as high as 一、 does."""


def name_sections(units: list[Unit]) -> None:
    """Gives each unit the path of headings above it; a heading's own path ends with itself. Titles start anew."""
    path: list[tuple[int, str]] = []
    article = next((unit.article for unit in units if unit.article), 1)
    for unit in units:
        if unit.kind is BlockKind.TITLE or unit.article not in (0, article):
            path, article = [], unit.article or article
        if unit.kind is BlockKind.HEADING and unit.placed:
            depth = level(unit.text) or _UNNUMBERED
            while path and path[-1][0] >= depth:
                path.pop()
            path.append((depth, unit.text))
            unit.section = tuple(text for _, text in path)
        elif unit.body or unit.kind is BlockKind.TABLE or (unit.kind is BlockKind.CAPTION and unit.placed):
            unit.section = tuple(text for _, text in path)
