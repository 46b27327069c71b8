"""Readers of years called by a name: five-year plans, events they are counted from, periods."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from search.labels.numerals import number_value
from search.labels.year.mention import LONGEST_SPAN, Mention, MentionKind, rejected, year_list, year_range
from search.labels.year.pattern import event_years, words_of, year_tables
from search.model import Span

_PLAN_NAME: Final = re.compile("[一二三四五六七八九]?十?[一二三四五六七八九十]五|十五")


def read_plan(match: re.Match[str], text: str) -> Mention | None:
    suffix = match["psuffix"] or ""
    names = _PLAN_NAME.findall(match["plan"])
    if suffix == "普法":
        known = [years for name in names if (years := year_tables()["law_plans"].get(name))]
        return year_range(match.span(), known[0][0], known[-1][1], "plan") if known else None
    if min(map(len, names)) == 2 and suffix not in {"时期", "期间", "规划", "计划"}:
        return None  # “三五”成群, “八五”普法: two characters alone prove nothing
    periods = [year_tables()["plans"][name] for name in names]
    if len(periods) > 1:
        values = [year for first, last in periods for year in range(first, last + 1)]
        joined = any(mark in match["plan"] for mark in "至到-")
        return year_range(match.span(), min(values), max(values), "plan") if joined else year_list(match.span(), values, "plan")
    first, last = periods[0]
    after = text[match.end() : match.end() + 6]
    if suffix == "以来":
        return Mention(match.span(), MentionKind.SINCE, first, first, form="era")
    if match["pedge"]:
        count = min(number_value(match["pn"]) or 1, last - first + 1)
        early = match["pedge"] in {"前", "头", "开局"}
        return year_range(match.span(), first if early else last - int(count) + 1, first + int(count) - 1 if early else last, "plan")
    if suffix == "末" or "收官之年" in after or "最后一年" in after:
        return year_range(match.span(), last, last, "plan")
    if suffix == "初" or "开局之年" in after or "第一年" in after or "开好局" in after:
        return year_range(match.span(), first, first, "plan")
    return year_range(match.span(), first, last, "plan")


@lru_cache(maxsize=1)
def _superlative() -> re.Pattern[str]:
    return re.compile(year_tables()["traps"]["superlative"])


def read_event(match: re.Match[str], text: str) -> Mention | None:
    year, counted = event_years()[match["ename"]]
    if match["eopen"]:
        if year < year_tables()["traps"]["superlative_before"] and match["eopen"] == "以来" and _superlative().match(text, match.end()):
            return rejected(match.span(), "只是比较的范围，不是所述年份")
        return Mention(match.span(), MentionKind.SINCE, year, year, form="era")
    number = match["en"]
    count = 100 if number in {"百", "一百"} else number_value(number)
    if not count or not counted:
        return read_count(match, int(count or 0), match["esuffix"] or "", bool(match["emany"]))
    last = year + int(count)
    if last > LAST_YEAR:
        return None
    if match["eunit"] == "周年" or (not match["esuffix"] and (number.endswith("百") or text.startswith(words_of("moments"), match.end()))):
        return year_range(match.span(), last, last)
    if match["emany"] or (match["esuffix"] or "").startswith("多"):
        return Mention(match.span(), MentionKind.SINCE, year, year, form="era")
    return _period(match.span(), year, last)


LAST_YEAR: Final = 2100


def _period(span: Span, first: int, last: int) -> Mention:
    return Mention(span, MentionKind.YEARS, first, last, tuple(range(first, last + 1)), form="plan")


def read_count(match: re.Match[str], count: int, suffix: str, many: bool) -> Mention | None:
    """对口援疆三年来: years that end with the document's, for what began when is told of several beginnings."""
    if not suffix or match["eunit"] == "周年" or not 0 < count <= LONGEST_SPAN:
        return None
    return Mention(match.span("en")[:1] + match.span("esuffix")[1:], MentionKind.LAST, count + many)


def read_named(match: re.Match[str], _: str) -> Mention:
    first, last = year_tables()["periods"][match.group()]
    return _period(match.span(), first, last)
