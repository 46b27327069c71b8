"""Blocks in, labels out: regions, years, program types and figures, each with its evidence.

One call labels a whole document, because its other passages decide what a name or a 今年 in one of them means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from search.labels.figure.find import find_figures
from search.labels.program.label import label_programs
from search.labels.region.label import label_regions
from search.labels.script import simplified
from search.labels.year.label import label_years
from search.model import Block, Figure, Metadata, ProgramLabel, RegionLabel, Rejection, YearLabel

__all__ = ["BlockLabels", "DocumentLabels", "label"]


@dataclass(frozen=True, slots=True)
class BlockLabels:
    """The labels of one block, and what was considered and not given."""

    regions: tuple[RegionLabel, ...]
    years: tuple[YearLabel, ...]
    programs: tuple[ProgramLabel, ...]
    figures: tuple[Figure, ...]
    rejected: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True)
class DocumentLabels:
    """The labels of a document: one `BlockLabels` a block, in order, and what holds for the whole."""

    blocks: tuple[BlockLabels, ...]
    supporters: tuple[str, ...]
    recipients: tuple[str, ...]
    date: date | None
    year: int | None
    year_inferred: bool
    year_reason: str


def label(blocks: Sequence[Block], metadata: Metadata) -> DocumentLabels:
    """Labels of all blocks of one document. Pure: the same blocks and metadata give the same labels, whatever else is indexed."""
    # The gazetteer is in simplified script; reading is one character to one, so evidence keeps its place.
    regions = label_regions([_in_simplified(block) for block in blocks], metadata)
    years = label_years(blocks, metadata)
    programs = label_programs(blocks, metadata)
    labelled = tuple(
        BlockLabels(
            regions=regions.labels[at],
            years=years.labels[at],
            programs=programs.labels[at],
            figures=find_figures(block, years.labels[at], regions.labels[at]),
            rejected=(*regions.rejected[at], *years.rejected[at], *programs.rejected[at]),
        )
        for at, block in enumerate(blocks)
    )
    return DocumentLabels(labelled, regions.supporters, regions.recipients, years.date, years.year, years.inferred, years.reason)


def _in_simplified(block: Block) -> Block:
    text = simplified(block.text)
    return block if text == block.text else replace(block, text=text, section=tuple(map(simplified, block.section)))
