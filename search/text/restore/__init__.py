"""Restores the canonical text of a document from the lines an extractor left.

`restore(reading)` is the only door. Every non-space character of the source occurs in exactly one block, or in `removed`
with a reason; nothing is added but a space where two lines of a heading, or two Latin words, meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from search.model import Block, BlockKind, Reading, Restored
from search.text.restore.contents import drop_contents
from search.text.restore.lines import measure_lines
from search.text.restore.long import part_long
from search.text.restore.loose import head_runs
from search.text.restore.metadata import read_metadata
from search.text.restore.pipeline import restore_plain
from search.text.restore.placed import build_placed
from search.text.restore.sections import name_sections
from search.text.restore.styled import build_styled, drop_styled_furniture
from search.text.restore.units import Unit

__all__ = ["SECTIONS_INFERRED", "restore", "with_sections"]

SECTIONS_INFERRED = (
    '节次推定：文末的小标题按用词与次序归入正文，请核对；可在同名 .toml 中写 sections = "confirmed" 确认，或写 sections = "none" 不采用。'
)


def restore(reading: Reading) -> Restored:
    """Blocks in reading order with their kinds, articles, sections and source lines; what was left out and why; what the
    text says of itself. Deterministic; restoring the blocks' texts again gives the same texts. Never raises on any text."""
    source, furniture = drop_styled_furniture(reading.lines)
    shaped = [line for line in source if line.style is not None or line.setting is not None or line.cells]
    placed = any(line.setting is not None for line in shaped)
    styled = any(line.style is not None for line in shaped)
    warnings = reading.warnings
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
        if head_runs(units):
            warnings = (*warnings, SECTIONS_INFERRED)
    units, contents = drop_contents(units)
    removed += contents
    units = part_long(units)
    name_sections(units)
    removed.sort(key=lambda removal: removal.source_lines)
    cells = {line.number: line.cells for line in shaped if line.cells}
    return Restored(
        tuple(_block(unit, cells) for unit in units),
        tuple(removed),
        read_metadata(units, reading.metadata),
        warnings,
    )


def _block(unit: Unit, cells: Mapping[int, tuple[str, ...]]) -> Block:
    row = cells.get(unit.lines[0][0], ()) if unit.kind is BlockKind.TABLE and unit.lines else ()
    return Block(unit.kind, unit.text, unit.lines, unit.article, unit.section, unit.placed, unit.page, row, unit.inferred)


def with_sections(restored: Restored, said: str | None) -> Restored:
    """The text with what its user says of inferred sections: `confirmed` takes the doubt away, `none` takes the sections away."""
    if said is None or SECTIONS_INFERRED not in restored.warnings:
        return restored
    kept = said == "confirmed"
    blocks = tuple(_settled(block, kept=kept) if block.section_inferred else block for block in restored.blocks)
    return replace(restored, blocks=blocks, warnings=tuple(one for one in restored.warnings if one != SECTIONS_INFERRED))


def _settled(block: Block, *, kept: bool) -> Block:
    if kept:
        return replace(block, section_inferred=False)
    return replace(block, section=(), section_inferred=False, placed=block.kind is not BlockKind.HEADING)
