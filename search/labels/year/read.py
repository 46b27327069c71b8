"""What a match of the pattern of time expressions says: one reader a branch, each giving a mention or nothing."""

from __future__ import annotations

import re
from typing import Final

from search.labels.year import named, told, written
from search.labels.year.mention import Mention

_READERS: Final = {
    "docno": written.read_docno,
    "range": written.read_range,
    "period": written.read_period,
    "list": written.read_list,
    "pair": written.read_pair,
    "short": written.read_short,
    "single": written.read_single,
    "broken": written.read_broken,
    "numeric": written.read_numeric,
    "bare": written.read_bare,
    "decade": written.read_decade,
    "planned": named.read_plan,
    "event": named.read_event,
    "named": named.read_named,
    "relative": told.read_relative,
    "calendar": told.read_calendar,
    "same": told.read_nothing,
    "vague": told.read_vague,
    "following": told.read_following,
    "previous": told.read_previous,
    "ago": told.read_ago,
    "next": told.read_next,
    "span": told.read_span,
    "lost": told.read_date,
    "date": told.read_date,
    "epidemic": told.read_epidemic,
}


def read_mention(match: re.Match[str], text: str) -> Mention | None:
    """The mention of a match of `year_pattern` in `text`; None where it says nothing of years."""
    # lastgroup names the last group closed, which is the branch itself: every branch is one outer group.
    return _READERS[match.lastgroup or ""](match, text)
