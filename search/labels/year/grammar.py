"""A grammar of Chinese time expressions: text → mentions of years, not yet resolved against the document's own year.

One compiled pattern (`year_pattern`), applied only to the clauses that hold a trigger character; its matches are read by
`search/labels/year/read.py`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from search.labels.year.mention import LONGEST_RANGE, LONGEST_SPAN, Mention, MentionKind
from search.labels.year.pattern import trigger_pattern, year_pattern
from search.labels.year.plain import plain_text
from search.labels.year.read import read_mention
from search.text.fold import read_plainly

__all__ = ["LONGEST_RANGE", "LONGEST_SPAN", "Mention", "MentionKind", "find_mentions"]

_CLAUSE_ENDS: Final = "，。；：！？,;!?\n"
_CLAUSE_END: Final = re.compile(f"[{_CLAUSE_ENDS}]")


def find_mentions(text: str) -> list[Mention]:
    """All time expressions of `text` that stand for years, in order, not overlapping. Ranges are code points into `text`."""
    plain = plain_text(read_plainly(text))
    found = _mentions(plain.text)
    return found if plain.offsets is None else [replace(one, span=plain.span(*one.span)) for one in found]


def _mentions(text: str) -> list[Mention]:
    found: list[Mention] = []
    done = 0
    for trigger in trigger_pattern().finditer(text):
        at = trigger.start()
        if at < done:
            continue
        start = _clause_start(text, at, done)
        stop = _CLAUSE_END.search(text, trigger.end())
        end = stop.end() if stop else len(text)
        for match in year_pattern().finditer(text, start, end):
            mention = read_mention(match, text)
            if mention is not None:
                found.append(mention)
        done = end
    return found


def _clause_start(text: str, at: int, floor: int) -> int:
    start = at
    while start > floor and text[start - 1] not in _CLAUSE_ENDS:
        start -= 1
    return start
