"""Restores the canonical text of a document from the lines an extractor left.

`restore(reading)` is the only door. Every non-space character of the source stands in exactly one block, or in `removed`
with a reason; nothing is added but a space where two lines of a heading, or two Latin words, meet.
"""

from __future__ import annotations

from search.model import Block, Reading, Removal, Restored
from search.text.restore.captions import mark_islands
from search.text.restore.columns import find_columns
from search.text.restore.flow import build_units
from search.text.restore.furniture import drop_furniture
from search.text.restore.headlines import place_captions, place_headlines, take_headlines
from search.text.restore.kinds import name_article_heads, name_head, name_middle, name_rest
from search.text.restore.lines import Line, measure_lines
from search.text.restore.mend import mend_paragraphs
from search.text.restore.metadata import read_metadata
from search.text.restore.openings import move_openings
from search.text.restore.sections import name_sections
from search.text.restore.styled import build_styled
from search.text.restore.units import Unit

__all__ = ["restore"]

_ROUNDS = 6


def restore(reading: Reading) -> Restored:
    """Blocks in reading order with their kinds, articles, sections and source lines; what was left out and why; what the
    text says of itself. Deterministic; restoring the blocks' texts again gives the same texts. Never raises on any text."""
    styled = any(line.style is not None for line in reading.lines)
    lines, removed = measure_lines(reading.lines, raw=styled)
    if styled:
        units = build_styled(lines, reading.lines)
    else:
        lines, furniture = drop_furniture(lines)
        removed += furniture
        units, second_prints = _restore_plain(lines)
        removed += second_prints
        units = _settle(units)
    name_sections(units)
    removed.sort(key=lambda removal: removal.source_lines)
    return Restored(
        tuple(_block(unit) for unit in units),
        tuple(removed),
        read_metadata(units, reading.metadata),
        reading.warnings,
    )


def _restore_plain(lines: list[Line]) -> tuple[list[Unit], list[Removal]]:
    columns = find_columns(lines)
    units, removed = build_units(lines, columns)
    mark_islands(units)
    units = mend_paragraphs(units)
    removed += name_head(units)
    headlines = take_headlines(units, columns.gap)
    name_middle(units)
    name_rest(units)
    name_article_heads(units)
    units = move_openings(units)
    units = place_headlines(units, headlines)
    units = place_captions(units, max((unit.article for unit in units), default=1))
    return units, removed


def _settle(units: list[Unit]) -> list[Unit]:
    return units


def _block(unit: Unit) -> Block:
    return Block(unit.kind, unit.text, unit.lines, unit.article, unit.section, unit.placed, unit.page)
