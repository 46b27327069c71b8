"""The date that a source's own name, its folder or its address states: `t20200306_1.html`, `2020-03/06/`, `rmrb_20200108-07-02.txt`;
and the newspaper and page that a person wrote there, `人民日报_2020-03-01_04版.txt`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

_TABLE = tomllib.loads((Path(__file__).parent / "data" / "file_names.toml").read_text(encoding="utf-8"))
_YEAR = r"(?:19|20)\d{2}"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_COMPACT = re.compile(rf"(?:^|[^0-9A-Za-z])[A-Za-z]*({_YEAR})({_MONTH})({_DAY})(?:[0-2]\d[0-5]\d(?:[0-5]\d)?)?(?![0-9A-Za-z])")
_APART = re.compile(rf"(?<![0-9])({_YEAR})[-_./年 ](\d{{1,2}})[-_./月 ](\d{{1,2}})日?(?![0-9])")
_FOLDERS = re.compile(rf"(?:^|/)({_YEAR})[-/]?({_MONTH})[-/]({_DAY})(?=/|$)")
_PAGED = re.compile(rf"(?:^|[^0-9])({_YEAR})-?({_MONTH})-?({_DAY})[-_](\d{{2}})[-_]\d{{2,3}}(?![0-9])")
_ISSUE = re.compile(rf"({_YEAR})[-_./年 ]?(\d{{1,2}})[-_./月 ]?(\d{{1,2}})日?[-_ ,，（(]*第?([A-H]?\d{{1,2}})版")
_PAPER = re.compile(rf"^《?([\u3400-\u9fff]{{1,10}}(?<![{_TABLE['no_newspaper']}])报)》?[-_ （(]*(?={_YEAR})")
"""A newspaper before its date; 简报, 通报, 年报 and their kin are none."""
_MONTH_ONLY = re.compile(rf"(?<![0-9])({_YEAR})(?:年\d{{1,2}}月|[-_/]{_MONTH}(?![0-9])|(?<=^....){_MONTH}(?=/|$))")
_YEAR_ONLY = re.compile(rf"(?<![0-9A-Za-z~～—–-])({_YEAR})(?:年度?)?(?![0-9A-Za-z~～—–-]|[{_TABLE['until']}])")


@dataclass(frozen=True, slots=True)
class NamedTime:
    """What a name states. `page` is the page of a newspaper, from names of the form date-page-article or date-…版; where it is set the
    date is that of the issue. `year` stands alone where no day is named; `publication` is the newspaper before a date."""

    date: date | None = None
    year: int | None = None
    page: str | None = None
    publication: str | None = None


def named_time(name: str, url: str | None = None) -> NamedTime:
    """The time a source's name states, the file before its folders, the nearest folder first, and both before the address."""
    parts = name.rsplit(".", 1)[0].split("/") if "." in name.rsplit("/", 1)[-1] else name.split("/")
    paper = _PAPER.match(parts[-1])
    return replace(_time(parts, url), publication=paper[1] if paper else None)


def _time(parts: list[str], url: str | None) -> NamedTime:
    for text in (parts[-1], *((url,) if url else ())):
        if (paged := _PAGED.search(text) or _ISSUE.search(text)) and (day := _date(*paged.groups()[:3])):
            return NamedTime(day, day.year, paged[4])
    places = [*reversed(parts), "/".join(parts[:-1]), *((url,) if url else ())]
    for text in places:
        if day := _day_in(text):
            return NamedTime(day, day.year)
    for text in places:
        if found := _MONTH_ONLY.search(text) or _YEAR_ONLY.search(text):
            years = {match[1] for match in _YEAR_ONLY.finditer(text)} | {found[1]}
            return NamedTime(year=int(found[1])) if len(years) == 1 else NamedTime()
    return NamedTime()


def _day_in(text: str) -> date | None:
    for pattern in (_COMPACT, _APART, _FOLDERS):
        for found in pattern.finditer(text):
            if day := _date(*found.groups()[:3]):
                return day
    return None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
