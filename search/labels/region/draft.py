"""A document between its names and its labels: what the later steps read, each worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from search.labels.gazetteer import gazetteer
from search.labels.region.context import Item
from search.labels.region.frames import framed
from search.labels.region.match import FoundName
from search.labels.region.pairs import pair_places
from search.labels.region.roles import is_listed_aid, usual
from search.labels.region.tables import tables
from search.model import Block


@dataclass(frozen=True)
class Draft:
    """The blocks of a document with their texts, the names found in each, and those names on their way to places."""

    blocks: Sequence[Block]
    texts: Sequence[str]
    found: Sequence[Sequence[FoundName]]
    by_block: Sequence[Sequence[Item]]

    @cached_property
    def items(self) -> list[Item]:
        """All names of the document, in order."""
        return [item for here in self.by_block for item in here]

    @cached_property
    def said(self) -> dict[int, float]:
        """What the build of the sentences says of an item, by its id: above zero it gives."""
        found: dict[int, float] = {}
        for text, here in zip(self.texts, self.by_block, strict=True):
            found.update(framed(text, here, usual))
        return found

    @cached_property
    def mentions(self) -> list[list[tuple[str, int]]]:
        """Of each block, the places named, alone or in a pair (闽宁), with where their names start."""
        return [self._mentions(at) for at in range(len(self.blocks))]

    def _mentions(self, at: int) -> list[tuple[str, int]]:
        named = [(item.path, item.start) for item in self.by_block[at] if item.alive and item.settled]
        return named + [(path, start) for start, paths in pair_places(self.texts[at], self.found[at]) for path in paths]

    @cached_property
    def venues(self) -> frozenset[tuple[int, int]]:
        """Where a place is named as that of a meeting (座谈会在广州召开): block and start."""
        language = tables().language
        return frozenset(
            (item.block, item.start)
            for item in self.items
            if item.alive
            and item.settled
            and self.texts[item.block].startswith("在", max(0, item.start - 1))
            and language.venue.match(self.texts[item.block], item.end)
        )

    @cached_property
    def passing(self) -> frozenset[tuple[int, int]]:
        """Where places that are named in lists of aid only (援藏、援疆、驻村) are: block and start."""
        listed: dict[str, list[tuple[int, int]]] = {}
        otherwise: set[str] = set()
        for item in self.items:
            if item.alive and item.settled:
                if is_listed_aid(self.texts[item.block], item):
                    listed.setdefault(item.path, []).append((item.block, item.start))
                else:
                    otherwise.update((item.path, *gazetteer().ancestors(item.path)))
        return frozenset(place for path, places in listed.items() if path not in otherwise for place in places)

    @cached_property
    def articles(self) -> dict[int, list[int]]:
        """article → the indexes of its blocks."""
        found: dict[int, list[int]] = {}
        for at, block in enumerate(self.blocks):
            found.setdefault(block.article, []).append(at)
        return found
