"""Restores the canonical text of a document from the lines an extractor left.

`restore(reading)` is the only door. Every non-space character of the source stands in exactly one block, or in `removed`
with a reason; nothing is added but a space where two lines of a heading, or two Latin words, meet.
"""

from __future__ import annotations

from collections.abc import Mapping

from search.model import Block, BlockKind, Reading, Restored
from search.text.restore.contents import drop_contents
from search.text.restore.lines import measure_lines
from search.text.restore.long import part_long
from search.text.restore.metadata import read_metadata
from search.text.restore.pipeline import restore_plain
from search.text.restore.placed import build_placed
from search.text.restore.sections import name_sections
from search.text.restore.styled import build_styled, drop_styled_furniture
from search.text.restore.units import Unit

__all__ = ["restore"]


def restore(reading: Reading) -> Restored:
    """Blocks in reading order with their kinds, articles, sections and source lines; what was left out and why; what the
    text says of itself. Deterministic; restoring the blocks' texts again gives the same texts. Never raises on any text."""
    source, furniture = drop_styled_furniture(reading.lines)
    placed = any(line.setting is not None for line in source)
    styled = any(line.style is not None for line in source)
    lines, removed = measure_lines(source, raw=styled and not placed)
    removed += furniture
    if placed:
        units, dropped = build_placed(lines, source)
        removed += dropped
    elif styled:
        units, repeated = build_styled(lines, source)
        removed += repeated
    else:
        page = restore_plain(lines)
        units = page.units
        removed += page.removed
    units, contents = drop_contents(units)
    removed += contents
    units = part_long(units)
    name_sections(units)
    removed.sort(key=lambda removal: removal.source_lines)
    cells = {line.number: line.cells for line in source if line.cells}
    return Restored(
        tuple(_block(unit, cells) for unit in units),
        tuple(removed),
        read_metadata(units, reading.metadata),
        reading.warnings,
    )


def _block(unit: Unit, cells: Mapping[int, tuple[str, ...]]) -> Block:
    row = cells.get(unit.lines[0][0], ()) if unit.kind is BlockKind.TABLE and unit.lines else ()
    return Block(unit.kind, unit.text, unit.lines, unit.article, unit.section, unit.placed, unit.page, row)
