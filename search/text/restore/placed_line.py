"""A line with its setting, as the stages for pages with places share it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.model import Setting
from search.text.restore.lines import TextLine

DISPLAY, SMALL = 1.08, 0.95
"""Sizes beyond these, where running text has 1.0, are those of headlines and of captions and notes."""
_ENTRY = re.compile(r"(?:…{2}|\.{3}|·{3}|．{2}|—{4})[\s.…·．—]*\d{1,4}\Z")


@dataclass(frozen=True, slots=True)
class Placed:
    """A line with text and how it is set."""

    line: TextLine
    setting: Setting
    style: str | None = None

    @property
    def rank(self) -> int:
        """1 for display sizes, -1 for small ones, 0 for running text."""
        return 1 if self.setting.size > DISPLAY else -1 if self.setting.size < SMALL else 0

    @property
    def inset(self) -> bool:
        """Whether it is in the very middle, as a heading does that nearly fills a narrow column."""
        start, room = self.setting.start, self.setting.room
        return start > 0.6 and abs(start - room) < 0.3 and abs(start - 2.0) > 0.25

    @property
    def middle_set(self) -> bool:
        """Whether it is centred in its column, or is to the right of its middle."""
        start, room = self.setting.start, self.setting.room
        return start > 2.6 and (abs(start - room) < 2.4 or room < start)


def is_entry(text: str) -> bool:
    """Whether a line is an entry of a table of contents: leaders, and behind them a page number."""
    return text[-1:].isdigit() and bool(_ENTRY.search(text))
