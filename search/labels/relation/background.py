"""What a passage leaves to its document to say when it tells who helps whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Final

from search.labels.relation.short_names import NO_NAMES, ShortNames
from search.model import Block, RegionLabel, Role

_BELOW: Final = re.compile("(?P<town>[一-龥]{1,6}?[镇乡])?(?P<village>[一-龥]{1,6}?(?:村|嘎查))?")
"""Right behind the name of a county: a town, a village, a village of a town of it."""
_COUNTY: Final = 2
_OWN: Final = re.compile("^[^。]{0,60}?(?:讯|报道|记者)")
"""How a report begins that says where it is from."""


class Background:
    """What the passages of an article may leave out: the units it names for short, the places it is of, who gives and who takes in it,
    where its villages are."""

    def __init__(
        self,
        blocks: Sequence[Block] = (),
        regions: Sequence[Sequence[RegionLabel]] = (),
        names: ShortNames = NO_NAMES,
        about: Sequence[str] = (),
        published: Sequence[str] = (),
    ) -> None:
        self._blocks, self._regions = blocks, regions
        self._about, self._published = about, published
        self.names = names

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """Place → the side it is on, for those that have one."""
        return {one.path: one.role for of in self._regions for one in of if one.role is not Role.MENTIONED}

    def home(self, level: str) -> str:
        """What 我市 or 我县 is, by its last character: of the places that the publication, the first line or the subject names, the one
        that ends with it. Empty where none of these says which."""
        for paths in (self._published, self._said_first, self._about):
            found = {cut for path in paths if (cut := _of_level(path, level))}
            if len(found) == 1:
                return found.pop()
        return ""

    @cached_property
    def _said_first(self) -> tuple[str, ...]:
        for block, labels in zip(self._blocks, self._regions, strict=True):
            if match := _OWN.match(block.text):
                return tuple(one.path for one in labels if any(start < match.end() for start, _ in one.evidence))
        return ()

    def county_of(self, name: str) -> str:
        """The county in which the document says that a village or town of this name lies."""
        return self._counties.get(name, "")

    @cached_property
    def _counties(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for block, labels in zip(self._blocks, self._regions, strict=True):
            for label in labels if "村" in block.text or "镇" in block.text or "乡" in block.text else ():
                for _, end in label.evidence if label.path.count("/") == _COUNTY else ():
                    match = _BELOW.match(block.text, end)
                    for name in (match["town"], match["village"]) if match else ():
                        if name:
                            found.setdefault(name, label.path)
        return found


def _of_level(path: str, level: str) -> str:
    """The part of a path down to its lowest name that ends so."""
    names = path.split("/")
    for count in range(len(names), 0, -1):
        if names[count - 1].endswith(level):
            return "/".join(names[:count])
    return ""


NO_BACKGROUND = Background()
