"""A mention's years, worked out from the document's own time and the year spoken of before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from search.labels.year.document import DocumentTime
from search.labels.year.mention import Mention, MentionKind

EPIDEMIC_FIRST: Final = 2020
EPIDEMIC_LAST: Final = 2022
"""China's measures against COVID-19 ended at the turn of 2022 to 2023."""
LONGEST_SINCE: Final = 100
"""Of what began longer ago (1840年以来) only the ends are spoken of."""
MONTHS_PAST: Final = 6
"""A month that is this many ahead of the document's own, and not said to be due, is last year's."""
_NO_YEAR: Final = "文献年份未知，相对时间无从推算"


def resolve(mention: Mention, time: DocumentTime, context: int | None) -> tuple[Sequence[int], bool, str]:
    """Years of a mention, whether the document's own date was needed, and a reason when there are none. `context` is the year spoken of
    before in the same passage."""
    if mention.kind is MentionKind.YEARS:
        return mention.values, False, ""
    if mention.kind is MentionKind.REJECTED:
        return (), False, mention.reason
    if mention.kind is MentionKind.SINCE:
        if time.year is None or time.year < mention.first:
            return (mention.first,), False, ""
        if time.year - mention.first > LONGEST_SINCE:
            return (mention.first, time.year), True, ""
        return range(mention.first, time.year + 1), True, ""
    if mention.kind is MentionKind.DATE and context is not None:
        return (context,), True, ""
    if mention.kind is MentionKind.FOLLOWING:
        return ((context + 1,), True, "") if context is not None else ((), True, "前文没有可参照的年份")
    if mention.kind is MentionKind.PREVIOUS and context is not None:
        return (context - 1,), True, ""
    if time.year is None or time.review is None:
        if mention.kind is MentionKind.EPIDEMIC and mention.form == "period":
            return (EPIDEMIC_FIRST,), True, ""
        return (), True, _NO_YEAR
    if mention.kind is MentionKind.EPIDEMIC:
        return _epidemic(mention, time.year)
    return _relative(mention, time.year, time.review, time.date), True, ""


def _relative(mention: Mention, year: int, review: int, day: date | None) -> Sequence[int]:
    if mention.kind is MentionKind.OFFSET:
        return range(year + mention.first, year + mention.last + 1)
    if mention.kind is MentionKind.PREVIOUS:
        return (year - 1,)
    if mention.kind is MentionKind.LAST:
        return range(review - mention.first + 1, review + 1)
    if mention.kind is MentionKind.NEXT:
        return range(review + 1, review + mention.first + 1)
    if mention.kind is MentionKind.MONTHS:
        return (year if day is None else year + ((day.month - 1) // mention.last + mention.first) // (12 // mention.last),)
    return (_year_of_month(mention, year, review, day),)


def _year_of_month(mention: Mention, year: int, review: int, day: date | None) -> int:
    if day is None or not mention.first:
        return review
    if mention.form == "due" or mention.first <= day.month:
        return year
    return year - 1 if mention.first - day.month >= MONTHS_PAST else review


def _epidemic(mention: Mention, year: int) -> tuple[Sequence[int], bool, str]:
    if year < EPIDEMIC_FIRST:
        return (), True, "文献早于新冠肺炎疫情"
    if mention.form == "since":
        return range(EPIDEMIC_FIRST, year + 1), True, ""
    if year <= EPIDEMIC_LAST:
        return (year,), True, ""
    if mention.form == "period":
        return range(EPIDEMIC_FIRST, EPIDEMIC_LAST + 1), True, ""
    return (), True, "未说明哪一年的疫情"
