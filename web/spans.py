"""Two boxes of a form as one choice: a span of years, a time between two days."""

from __future__ import annotations

from search import SearchError
from search.results import BY_NAME
from web.locale import gettext as _
from web.problems import Problem
from web.state import EARLIEST, LATEST


def year_span(first: str, last: str) -> tuple[str, ...]:
    """A span of years from two boxes, either of which may be empty."""
    if not first and not last:
        return ()
    for value in (first, last):
        if value and not (value.isascii() and value.isdigit() and len(value) == 4):
            raise Problem(400, "bad-year", _("年份要写成四位数，如 2019。"))
    low, high = sorted((first or EARLIEST, last or LATEST))
    return (low,) if low == high else (f"{low}-{high}",)


def day_span(first: str, last: str) -> tuple[str, ...]:
    """A time from two boxes, either of which may be empty; both alike are that day, month or year."""
    if not first and not last:
        return ()
    try:
        return (BY_NAME["date"].read(first if first == last else f"{first}..{last}"),)
    except SearchError as error:
        raise Problem(400, "bad-date", error.message, error.hint) from None
