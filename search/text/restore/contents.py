"""A table of contents above the text: its entries are the headings that follow, printed once more, and no text of their own."""

from __future__ import annotations

import re

from search.model import BlockKind, Removal
from search.text.restore.units import Unit

_NAMED = re.compile(r"目\s*[录次]|CONTENTS|Contents")
_LEADER = re.compile(r"[\s.．…·•—_-]*\d{0,4}\Z")
_LONGEST = 10
_FEWEST = 2
_MOST = 300


def drop_contents(units: list[Unit]) -> tuple[list[Unit], list[Removal]]:
    """Units without the tables of contents, and these as removals: a line 目录 and the entries under it, every one of which is a heading or
    the beginning of a block further down."""
    for at, unit in enumerate(units):
        if len(unit.text) > _LONGEST or unit.kind is BlockKind.TABLE or not _NAMED.fullmatch(unit.text):
            continue
        end = _end_of_entries(units, at + 1)
        if end - at - 1 >= _FEWEST:
            gone = [Removal(one.text, one.lines, "table-of-contents") for one in units[at:end]]
            return units[:at] + units[end:], gone
    return units, []


def _end_of_entries(units: list[Unit], start: int) -> int:
    """The index after the last entry: where the first of them occurs again, if all in between do so too."""
    first = _bare(units[start].text) if start < len(units) else ""
    again = next((at for at in range(start + 1, min(len(units), start + _MOST)) if first and _bare(units[at].text) == first), start)
    below = {_bare(unit.text) for unit in units[again:]}
    entries = units[start:again]
    return again if entries and all(_bare(unit.text) in below for unit in entries) else start


def _bare(text: str) -> str:
    return re.sub(r"\s", "", _LEADER.sub("", text))
