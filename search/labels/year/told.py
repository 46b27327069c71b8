"""Readers of years told from another: the document's own, or the one spoken of before."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from search.labels.numerals import chinese_value
from search.labels.year.mention import LONGEST_SPAN, Mention, MentionKind, rejected
from search.labels.year.pattern import around, year_tables

LONGEST_RUN: Final = 10
"""连续22年 says how long a record has stood, not that the passage speaks of each of those years."""
LONGEST_GAP: Final = 80


@lru_cache(maxsize=1)
def _traps() -> tuple[dict[str, re.Pattern[str]], re.Pattern[str]]:
    traps = year_tables()["traps"]
    return {word: re.compile(f"(?:{before})$") for word, before in traps["before"].items()}, re.compile(traps["after"])


@lru_cache(maxsize=1)
def _trap_patterns() -> dict[str, re.Pattern[str]]:
    traps = year_tables()["traps"]
    return {key: re.compile(traps[key]) for key in ("duration_after", "duration_before")}


def _trapped(match: re.Match[str], text: str) -> bool:
    """Whether the word is cut out of others (改革开放以|来年|均)."""
    before, after = _traps()
    word, (start, end) = match["word"], match.span("word")
    trap = before.get(word)
    return bool((trap and trap.search(text, max(0, start - 2), start)) or (word.endswith("年") and after.match(text, end)))


def read_relative(match: re.Match[str], text: str) -> Mention | None:
    if _trapped(match, text):
        return None
    first, last = year_tables()["relative"][match["word"]]
    lead = around("from_before").search(text[max(0, match.start() - 2) : match.start()])
    if match["wsince"] or (lead and around("until_now_from").match(text, match.end())):
        last = max(0, last)
    return Mention(match.span(), MentionKind.OFFSET, first, last)


def read_calendar(match: re.Match[str], _: str) -> Mention:
    unit, away = year_tables()["calendar"][match.group()]
    return Mention(match.span(), MentionKind.MONTHS, away, unit)


def read_nothing(_: re.Match[str], __: str) -> None:
    return None


def read_vague(match: re.Match[str], _: str) -> Mention:
    return rejected(match.span(), "说法含混，不能定到年份")


def read_following(match: re.Match[str], _: str) -> Mention:
    return Mention(match.span(), MentionKind.FOLLOWING)


def read_previous(match: re.Match[str], text: str) -> Mention:
    if around("compared_before").search(text[max(0, match.start() - 2) : match.start()]):
        return rejected(match.span(), "只是比较的基数，不是所述年份")
    return Mention(match.span(), MentionKind.PREVIOUS)


_COUNT_PARTS: Final = re.compile("[、至到-]")


def counts(text: str) -> tuple[int, int] | None:
    """The least and the most a count of years means: `三` (3, 3), `两三` (2, 3), `十七八` (17, 18), `2-3` (2, 3); None when it is none."""
    parts = _COUNT_PARTS.split(text)
    if len(parts) == 2:
        low, high = counts(parts[0]), counts(parts[1])
        return (low[0], high[1]) if low and high and low[0] < high[1] else None
    if text.isdigit():
        return (int(text), int(text)) if int(text) else None
    head, pair = (10, text[1:]) if len(text) == 3 and text[0] == "十" else (0, text)
    if len(pair) == 2 and "十" not in pair:
        low_digit, high_digit = (chinese_value(char) or 0 for char in pair)
        near = high_digit == low_digit + 1 or (low_digit, high_digit) == (3, 5)
        return (head + low_digit, head + high_digit) if near else None
    if len(text) == 3 and text[2] == "十":  # 二三十
        found = counts(text[:2])
        return (found[0] * 10, found[1] * 10) if found else None
    value = chinese_value(text)
    return (value, value) if value else None


def read_ago(match: re.Match[str], _: str) -> Mention | None:
    count = counts(match["an"])
    return Mention(match.span(), MentionKind.OFFSET, -count[1], -count[0]) if count and count[1] <= LONGEST_SPAN else None


def read_next(match: re.Match[str], _: str) -> Mention | None:
    count = counts(match["nn"])
    return Mention(match.span(), MentionKind.NEXT, count[1]) if count and count[1] <= LONGEST_SPAN else None


def read_span(match: re.Match[str], text: str) -> Mention | None:
    prefix, suffix = match["sp"], match["ss"]
    if not prefix and not suffix:
        return None
    if prefix == "这" and not suffix:
        return None
    count = counts(match["sn"])
    if not count:
        return None
    before = text[max(0, match.start() - LONGEST_GAP) : match.start()]
    if (prefix == "连续" and before.rstrip().endswith("年")) or (suffix in {"间", "来"} and around("named_before").search(before)):
        return None  # 2018年、2019年连续两年, 2016年至2020年五年间: the years are named already
    if prefix == "近" and not suffix and _lasts(text, match):
        return rejected(match.span(), "时间长度，不是年份")
    most = count[1]
    many = bool(match["many"]) or suffix == "多来"
    if most > (LONGEST_RUN if prefix == "连续" else LONGEST_SPAN) or (many and most >= 10):
        return rejected(match.span(), "时间跨度过长或不确定，不展开为年份")
    return Mention(match.span(), MentionKind.LAST, most + many)


def _lasts(text: str, match: re.Match[str]) -> bool:
    """Whether a count of years is how long someone has done something."""
    traps = _trap_patterns()
    return bool(traps["duration_after"].match(text, match.end()) or traps["duration_before"].search(text, 0, match.start()))


_MONTH_DIGITS: Final = re.compile("([0-9]{1,2})月")
_QUARTER: Final = re.compile("^第?([一二三四])季度")


def read_date(match: re.Match[str], text: str) -> Mention:
    month = _MONTH_DIGITS.search(match.group())
    quarter = _QUARTER.match(match.group())
    first = int(month[1]) if month else 3 * (chinese_value(quarter[1]) or 0) - 2 if quarter else 0
    due = around("due_after").match(text, match.end()) or around("due_before").search(text, max(0, match.start() - 6), match.start())
    return Mention(match.span(), MentionKind.DATE, first, form="due" if due else "")


def read_epidemic(match: re.Match[str], _: str) -> Mention:
    form = "since" if match.group().endswith("以来") else "period" if match.group().endswith(("期间", "时期")) else ""
    return Mention(match.span(), MentionKind.EPIDEMIC, form=form)
