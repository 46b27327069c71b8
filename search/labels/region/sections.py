"""What a passage takes from its section, its article and its document: places it does not name and is about all the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from search.labels.gazetteer import gazetteer
from search.labels.region.about import Mentions
from search.labels.region.inherit import Heritage
from search.model import Block, BlockKind, RegionLabel, Role

LEAD = 3
"""A place named within so many of an article's first blocks holds for all of its sections."""
MOST = 0.5
"""So does one named in this share of its sections."""

Section = tuple[int, tuple[str, ...]]


class PlaceScopes:
    """Where in an article a main place holds: everywhere when its title, its lead or most of its sections name it, else in the
    sections that do. And what the headings themselves name."""

    def __init__(self, blocks: Sequence[Block], mentions: Mentions, labels: Sequence[Sequence[RegionLabel]]) -> None:
        self._sections: dict[int, set[Section]] = {}
        self._named: dict[tuple[int, str], set[Section]] = {}
        self._leading: set[tuple[int, str]] = set()
        self._headings: dict[tuple[int, str], Sequence[RegionLabel]] = {}
        counts: dict[int, int] = {}
        for block, here, own in zip(blocks, mentions, labels, strict=True):
            counts[block.article] = counts.get(block.article, 0) + 1
            section = (block.article, block.section)
            self._sections.setdefault(block.article, set()).add(section)
            leads = counts[block.article] <= LEAD or not block.section or block.kind in (BlockKind.TITLE, BlockKind.SUBTITLE)
            for path in {one for place, _ in here for one in (place, *gazetteer().ancestors(place))}:
                self._named.setdefault((block.article, path), set()).add(section)
                if leads:
                    self._leading.add((block.article, path))
            if block.kind is BlockKind.HEADING and own:
                self._headings[block.article, block.text] = own

    def holds(self, path: str, block: Block) -> bool:
        """Whether a main place of a block's article is meant in the block's section."""
        key = (block.article, path)
        named = self._named.get(key)
        if named is None or key in self._leading or len(named) >= MOST * len(self._sections[block.article]):
            return True
        return (block.article, block.section) in named

    def of_section(self, paths: Sequence[str], block: Block) -> tuple[str, ...]:
        """Of several places those that the section of a block names; all where it names none, or there is no section."""
        section = (block.article, block.section)
        here = tuple(path for path in paths if section in self._named.get((block.article, path), ()))
        return here if here and block.section else tuple(paths)

    def from_heading(self, block: Block, role: Role) -> tuple[str, ...]:
        """The places in a role that the nearest heading above a block names."""
        for heading in reversed(block.section):
            found = tuple(label.path for label in self._headings.get((block.article, heading), ()) if label.role is role)
            if found:
                return found
        return ()


def inherit(
    blocks: Sequence[Block], labels: Sequence[list[RegionLabel]], mentions: Mentions, heritage: Heritage
) -> list[list[RegionLabel]]:
    """Add what each block inherits: the supporters of its heading or its article where it names none but provinces of theirs, the
    recipients of its heading, or of its article where it speaks of them, where it names none."""
    scopes = PlaceScopes(blocks, mentions, labels)
    above = {parent for path in heritage.all_supporters() for parent in gazetteer().ancestors(path)}
    found = []
    for block, own in zip(blocks, labels, strict=True):
        added: list[RegionLabel] = []
        if all(label.path in above for label in own if label.role is Role.SUPPORTER):
            main = scopes.from_heading(block, Role.SUPPORTER) or heritage.inherited_supporters(block.article)
            added += _taken((path for path in main if scopes.holds(path, block)), Role.SUPPORTER, own)
        if not any(label.role is Role.RECIPIENT for label in own):
            main = scopes.from_heading(block, Role.RECIPIENT)
            if not main and heritage.speaks_of_recipients(block):
                listed = heritage.inherited_recipients(block.article)
                if not heritage.points_back(block):
                    main = tuple(path for path in listed if scopes.holds(path, block))
                else:
                    main = scopes.of_section(listed, block) if heritage.points_nearby(block) else listed
            added += _taken(main, Role.RECIPIENT, own)
        if not own and not added and heritage.theme:
            added = [RegionLabel(heritage.theme, inherited=True)]
        found.append(own + added)
    return found


def _taken(paths: Iterable[str], role: Role, own: Sequence[RegionLabel]) -> list[RegionLabel]:
    have = {label.path for label in own}
    return [RegionLabel(path, role=role, inherited=True) for path in paths if path not in have]
