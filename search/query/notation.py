"""Other writings of an amount and of a date that mean the very same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_AMOUNT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,8})?)(万亿|亿|万)?(?![0-9.])")
_SCALES = {"": Decimal(1), "万": Decimal(10**4), "亿": Decimal(10**8), "万亿": Decimal(10**12)}
_LEAST = 10_000
"""Below so much nobody writes 万."""
_PLACES = 4
"""Decimals after which a number before 万 or 亿 is written otherwise."""
_DATE = re.compile(r"([12][0-9]{3})(?:[-/.]([01]?[0-9])[-/.]([0-3]?[0-9])|年([01]?[0-9])月([0-3]?[0-9])[日号]?)")
_DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
_TENS = ("", "十", "二十", "三十")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar, as far as it can be one."""

    year: int
    month: int
    day: int


def amount_runs(form: str) -> Iterator[str]:
    """A term that begins with an amount, the amount written otherwise: 98010000 as 9801万 and 0.9801亿, 1亿元 as 10000万元."""
    found = _AMOUNT.match(form)
    if found is None:
        return
    number, scale, rest = found[1], found[2] or "", form[found.end() :]
    value = Decimal(number) * _SCALES[scale]
    if value < _LEAST or number.startswith("00") or _DATE.match(form) or rest.startswith(("年", "月", "日", "-", "/")):
        return
    for other, size in _SCALES.items():
        written = value / size
        if other != scale and written >= Decimal("0.01") and written == written.quantize(Decimal(10) ** -(_PLACES if other else 0)):
            yield f"{written.normalize():f}{other}{rest}"


def day_of(form: str) -> Day | None:
    """The day that a term in match form names in full; None if it names none."""
    found = _DATE.fullmatch(form)
    if found is None:
        return None
    year, month, day = int(found[1]), int(found[2] or found[4]), int(found[3] or found[5])
    return Day(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def day_runs(day: Day) -> Iterator[str]:
    """The writings of a day with its year."""
    year, month, number = day.year, day.month, day.day
    yield f"{year}年{month}月{number}日"
    yield f"{year}年{month:02}月{number:02}日"
    for mark in "-/.":
        yield f"{year}{mark}{month:02}{mark}{number:02}"
        yield f"{year}{mark}{month}{mark}{number}"
    yield f"{str(year).translate(_DIGITS)}年{_spoken(month)}月{_spoken(number)}日"


def short_run(day: Day) -> str:
    """The day as a text writes it that is of its year: 8月19日."""
    return f"{day.month}月{day.day}日"


def _spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    return _TENS[tens] + str(ones).translate(_DIGITS) * bool(ones)
