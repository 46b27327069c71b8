"""The years a heading hands to the passages of its section, until the next section begins."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from search.labels.year.document import DocumentTime
from search.labels.year.pattern import year_tables
from search.model import Block, BlockKind, YearLabel

MOST_YEARS: Final = 10
"""A heading that names more years (改革开放四十年) does not say of each passage below that it speaks of all of them."""


class Sections:
    """What the headings of one document say of the time of their sections."""

    def __init__(self, blocks: Sequence[Block], labels: Sequence[Sequence[YearLabel]], time: DocumentTime) -> None:
        self._time = time
        self._years = {
            (block.article, block.text): tuple(label.year for label in found)
            for block, found in zip(blocks, labels, strict=True)
            if block.kind is BlockKind.HEADING
        }

    def years(self, block: Block) -> Sequence[int]:
        """The years of the nearest heading above that has any, else the document's own; empty where that is not known."""
        for heading in reversed(block.section):
            named = self._years.get((block.article, heading), ())
            if named and len(named) <= MOST_YEARS:
                return named
            side = self._side(heading)
            if side is not None:
                return (side,)
        return () if self._time.year is None else (self._time.year,)

    def _side(self, heading: str) -> int | None:
        """In a report on the year before its own, the year that a heading without one speaks of; None where it does not say."""
        time = self._time
        if time.review is None or time.review == time.year:
            return None
        review, coming = _section_words()
        last_coming = max((heading.rfind(word) for word in coming), default=-1)
        last_review = max((heading.rfind(word) for word in review), default=-1)
        if last_coming == last_review:
            return None
        return time.review if last_review > last_coming else time.year


@lru_cache(maxsize=1)
def _section_words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = year_tables()["sections"]
    return tuple(table["review"]), tuple(table["coming"])
