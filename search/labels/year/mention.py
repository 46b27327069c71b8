"""What the grammar of time expressions finds: mentions of years, not yet resolved against the document's own year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from search.model import Span

LONGEST_RANGE: Final = 40
LONGEST_SPAN: Final = 30
"""So many years back or ahead are counted out; 五十年来 is no list of years."""


class MentionKind(StrEnum):
    """How a mention becomes years."""

    YEARS = "years"
    """`first` to `last`, as written."""
    SINCE = "since"
    """`first` to the document's year."""
    OFFSET = "offset"
    """Document's year plus `first` to plus `last`."""
    MONTHS = "months"
    """`first` months or quarters (`last` months each) from the document's own (上个月, 上一季度)."""
    LAST = "last"
    """The `first` years that end with the year under review."""
    NEXT = "next"
    """The `first` years that follow the year under review."""
    DATE = "date"
    """A month or day without a year: the year spoken of before, else the document's. `first` is the month, 0 if none."""
    FOLLOWING = "following"
    """The year after the one spoken of before (次年)."""
    PREVIOUS = "previous"
    """The year before the one spoken of before, else before the document's (上年)."""
    EPIDEMIC = "epidemic"
    """The COVID-19 epidemic, 2020 and what followed."""
    REJECTED = "rejected"
    """Looks like a year and is none; `reason` says why."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One expression found. `first` and `last` mean what `kind` says; `values` lists years that are no range."""

    span: Span
    kind: MentionKind
    first: int = 0
    last: int = 0
    values: tuple[int, ...] = ()
    reason: str = ""
    form: str = ""
    """`plan` (a plan or another named period), `era`, `decade`, `range`, `cutoff` (截至…), `due` (a month that is still to come),
    `since` or `period` (of the epidemic) or empty."""


def year_range(span: Span, first: int, last: int, form: str = "") -> Mention:
    """All years from `first` to `last`, in either order; of a range longer than `LONGEST_RANGE` its ends alone."""
    if last < first:
        first, last = last, first
    values = (first, last) if last - first > LONGEST_RANGE else tuple(range(first, last + 1))
    return Mention(span, MentionKind.YEARS, first, last, values, form=form)


def year_list(span: Span, values: Sequence[int], form: str) -> Mention:
    """The years of `values`, which are one or more."""
    ordered = tuple(sorted(set(values)))
    return Mention(span, MentionKind.YEARS, ordered[0], ordered[-1], ordered, form=form)


def rejected(span: Span, reason: str) -> Mention:
    """What looks like a year and is none."""
    return Mention(span, MentionKind.REJECTED, reason=reason)
