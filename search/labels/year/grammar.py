"""A grammar of Chinese time expressions: text → mentions of years, not yet resolved against the document's own year.

One compiled pattern (`year_pattern`), applied only to the clauses that hold a trigger character; here its matches are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from search.labels.numerals import chinese_value, digits_value, number_value
from search.labels.year.pattern import YEAR, year_pattern, year_tables
from search.model import Span
from search.text.fold import read_plainly

LONGEST_RANGE: Final = 40
LONGEST_SPAN: Final = 30
LONGEST_GAP: Final = 80
LONGEST_RUN: Final = 10
"""连续22年 says how long a record has stood, not that the passage speaks of each of those years."""


class MentionKind(StrEnum):
    """How a mention becomes years."""

    YEARS = "years"
    """`first` to `last`, as written."""
    SINCE = "since"
    """`first` to the document's year."""
    OFFSET = "offset"
    """Document's year plus `first` to plus `last`."""
    LAST = "last"
    """The `first` years that end with the year under review."""
    NEXT = "next"
    """The `first` years that follow the year under review."""
    DATE = "date"
    """A month or day without a year: the year spoken of before, else the document's. `first` is the month, 0 if none."""
    FOLLOWING = "following"
    """The year after the one spoken of before (次年)."""
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
    """`plan`, `era`, `decade`, `range`, `cutoff` (截至…), `since` or `period` (of the epidemic) or empty."""


_WIDTH: Final = str.maketrans("０１２３４５６７８９\u00a0\u3000", "0123456789  ")
_WIDE: Final = re.compile("[０-９\u00a0\u3000]")
_TRIGGER: Final = re.compile("[年月疫纪春夏秋冬季]|[一二三四五六七八九]五|以来|20[0-9][0-9][-./]|[〔\\[（(]20|[〔\\[（(]19")
_CLAUSE_ENDS: Final = "，。；：！？,;!?\n"
_CLAUSE_END: Final = re.compile(f"[{_CLAUSE_ENDS}]")


def find_mentions(text: str) -> list[Mention]:
    """All time expressions of `text` that stand for years, in order, not overlapping. Ranges are code points into `text`."""
    text = read_plainly(text)
    if _WIDE.search(text):
        text = text.translate(_WIDTH)
    found: list[Mention] = []
    done = 0
    for trigger in _TRIGGER.finditer(text):
        at = trigger.start()
        if at < done:
            continue
        start = _clause_start(text, at, done)
        stop = _CLAUSE_END.search(text, trigger.end())
        end = stop.end() if stop else len(text)
        for match in year_pattern().finditer(text, start, end):
            mention = _read(match, text)
            if mention is not None:
                found.append(mention)
        done = end
    return found


def _clause_start(text: str, at: int, floor: int) -> int:
    start = at
    while start > floor and text[start - 1] not in _CLAUSE_ENDS:
        start -= 1
    return start


def _read(match: re.Match[str], text: str) -> Mention | None:
    name = match.lastgroup or ""
    # lastgroup names the last group closed, which is the branch itself: every branch is one outer group.
    reader = _READERS[name]
    return reader(match, text)


def _years(span: Span, first: int, last: int, form: str = "") -> Mention:
    if last < first:
        first, last = last, first
    if last - first > LONGEST_RANGE:
        return Mention(span, MentionKind.YEARS, first, last, (first, last), form=form)
    return Mention(span, MentionKind.YEARS, first, last, tuple(range(first, last + 1)), form=form)


def _read_docno(match: re.Match[str], _: str) -> Mention:
    return Mention(match.span(), MentionKind.REJECTED, reason="文号中的年份，不是文中所述年份")


def _read_range(match: re.Match[str], _: str) -> Mention:
    return _years(match.span(), int(match["r1"]), int(match["r2"]), "range")


def _read_period(match: re.Match[str], _: str) -> Mention:
    return _years(match.span(), int(match["p1"]), int(match["p2"]), "range")


def _read_short(match: re.Match[str], _: str) -> Mention | None:
    first = int(match["s1"])
    last = first - first % 100 + int(match["s2"])
    return _years(match.span(), first, last, "range") if first < last <= first + 20 else _years(match.span("s1"), first, first)


def _read_list(match: re.Match[str], _: str) -> Mention:
    values = tuple(sorted({int(match["l1"]), *(int(y) for y in re.findall(YEAR, match["l2"]))}))
    return Mention(match.span(), MentionKind.YEARS, values[0], values[-1], values, form="range")


_SPAN_OF_TIME: Final = re.compile(" ?(?:的?历史|之久|以上的历史|前(?=[的，,。]))")
_FROM: Final = re.compile("[自从] ?$")
_UNTIL_NOW_FROM: Final = re.compile("[^，。；：！？,;年月\n]{1,20}?(?:以来|至今)")
_UNTIL_NOW: Final = re.compile("[^，。；：！？、,;年月\n]{1,14}?以来")
"""自2016年结对帮扶以来, 1995年第一批干部入藏至今: the words between say what began."""
_OPEN: Final = re.compile("[^，。；：！？,;的到至]{0,14}[，,]")
"""自2021年4月结对，: from then on, though nothing says until now."""
_CUTOFF: Final = re.compile("截[至止]到? ?$")


def _read_single(match: re.Match[str], text: str) -> Mention:
    year = int(match["y"])
    before = text[max(0, match.start() - 1) : match.start()]
    if year % 100 == 0 and (_SPAN_OF_TIME.match(text, match.end()) or before in {"近", "约", "逾"}):
        return Mention(match.span(), MentionKind.REJECTED, reason="时间长度，不是年份")
    return _open_or_single(match, text, year, bool(match["ysince"]), bool(match["ystart"]))


def _open_or_single(match: re.Match[str], text: str, year: int, since: bool, start: bool = False) -> Mention:
    begin, end = match.span()
    before = text[max(0, begin - 4) : begin]
    lead = _FROM.search(before)
    if lead:
        begin -= len(lead.group())
    if since or (start and (lead or text[end : end + 1] in {"，", ","})):
        return Mention((begin, end), MentionKind.SINCE, year, year)
    if start:
        end = match.start("ystart")
    if lead and lead.group().startswith("自") and _OPEN.match(text, end):
        return Mention((begin, end), MentionKind.SINCE, year, year)
    later = (_UNTIL_NOW_FROM if lead else _UNTIL_NOW).match(text, end)
    if later:
        return Mention((begin, later.end()), MentionKind.SINCE, year, year)
    cutoff = _CUTOFF.search(before)
    if cutoff:
        return Mention((begin - len(cutoff.group()), end), MentionKind.YEARS, year, year, (year,), form="cutoff")
    return Mention((match.start(), end), MentionKind.YEARS, year, year, (year,))


def _read_broken(match: re.Match[str], text: str) -> Mention:
    return _open_or_single(match, text, int(match["b"]), bool(match["bsince"]))


def _read_numeric(match: re.Match[str], _: str) -> Mention:
    return _years(match.span(), int(match["d"]), int(match["d"]))


def _read_chinese(match: re.Match[str], text: str) -> Mention | None:
    year = digits_value(match["c"].replace("Ｏ", "0"))
    return None if year is None else _open_or_single(match, text, year, bool(match["csince"]))


def _read_decade(match: re.Match[str], _: str) -> Mention | None:
    tens = match["tens"]
    if len(tens) == 4:
        return _years(match.span(), int(tens), int(tens) + 9, "decade")
    value = number_value(tens)
    if value is None:
        return None
    century = 2000 if (match["century"] or "").startswith(("21", "二十一", "本")) else 1900
    return _years(match.span(), century + int(value), century + int(value) + 9, "decade")


def _read_plan(match: re.Match[str], text: str) -> Mention | None:
    plan, suffix = match["plan"], match["psuffix"] or ""
    if suffix == "普法":
        years = year_tables()["law_plans"].get(plan)
        return _years(match.span(), years[0], years[1], "plan") if years else None
    if len(plan) == 2 and suffix not in {"时期", "期间", "规划", "计划"}:
        return None  # “三五”成群, “八五”普法: two characters alone prove nothing
    first, last = year_tables()["plans"][plan]
    after = text[match.end() : match.end() + 6]
    if suffix == "以来":
        return Mention(match.span(), MentionKind.SINCE, first, first, form="era")
    if suffix == "末" or "收官之年" in after or "最后一年" in after:
        return _years(match.span(), last, last, "plan")
    if suffix == "初" or "开局之年" in after or "第一年" in after:
        return _years(match.span(), first, first, "plan")
    return _years(match.span(), first, last, "plan")


def _read_era(match: re.Match[str], _: str) -> Mention | None:
    for name, year in year_tables()["eras"].items():
        if match.group().startswith(name):
            return Mention(match.span(), MentionKind.SINCE, year, year, form="era")
    return None


def _read_relative(match: re.Match[str], text: str) -> Mention:
    first, last = year_tables()["relative"][match["word"]]
    lead = _FROM.search(text[max(0, match.start() - 2) : match.start()])
    if match["wsince"] or (lead and _UNTIL_NOW_FROM.match(text, match.end())):
        last = max(0, last)
    return Mention(match.span(), MentionKind.OFFSET, first, last)


def _read_nothing(_: re.Match[str], __: str) -> None:
    return None


def _read_vague(match: re.Match[str], _: str) -> Mention:
    return Mention(match.span(), MentionKind.REJECTED, reason="说法含混，不能定到年份")


def _read_following(match: re.Match[str], _: str) -> Mention:
    return Mention(match.span(), MentionKind.FOLLOWING)


def _count(text: str) -> int | None:
    return int(text) if text.isdigit() else chinese_value(text)


def _read_ago(match: re.Match[str], _: str) -> Mention | None:
    count = _count(match["an"])
    return Mention(match.span(), MentionKind.OFFSET, -count, -count) if count and count <= LONGEST_SPAN else None


def _read_next(match: re.Match[str], _: str) -> Mention | None:
    count = _count(match["nn"])
    return Mention(match.span(), MentionKind.NEXT, count) if count and count <= LONGEST_SPAN else None


def _read_span(match: re.Match[str], text: str) -> Mention | None:
    prefix, suffix = match["sp"], match["ss"]
    if not prefix and not suffix:
        return None
    if prefix == "这" and not suffix:
        return None
    count = _count(match["sn"])
    if not count:
        return None
    if prefix == "连续" and text[max(0, match.start() - LONGEST_GAP) : match.start()].rstrip().endswith("年"):
        return None  # 2018年、2019年连续两年: the years are named already
    many = bool(match["many"]) or suffix == "多来"
    if count > (LONGEST_RUN if prefix == "连续" else LONGEST_SPAN) or (many and count >= 10):
        return Mention(match.span(), MentionKind.REJECTED, reason="时间跨度过长或不确定，不展开为年份")
    return Mention(match.span(), MentionKind.LAST, count + many)


_MONTH_DIGITS: Final = re.compile("([0-9]{1,2}) ?月")


def _read_date(match: re.Match[str], _: str) -> Mention:
    month = _MONTH_DIGITS.search(match.group())
    return Mention(match.span(), MentionKind.DATE, int(month[1]) if month else 0)


def _read_epidemic(match: re.Match[str], _: str) -> Mention:
    form = "since" if match.group().endswith("以来") else "period" if match.group().endswith(("期间", "时期")) else ""
    return Mention(match.span(), MentionKind.EPIDEMIC, form=form)


_READERS: Final = {
    "docno": _read_docno,
    "range": _read_range,
    "period": _read_period,
    "list": _read_list,
    "short": _read_short,
    "single": _read_single,
    "broken": _read_broken,
    "numeric": _read_numeric,
    "chinese": _read_chinese,
    "decade": _read_decade,
    "planned": _read_plan,
    "era": _read_era,
    "relative": _read_relative,
    "same": _read_nothing,
    "vague": _read_vague,
    "following": _read_following,
    "ago": _read_ago,
    "next": _read_next,
    "span": _read_span,
    "lost": _read_date,
    "date": _read_date,
    "epidemic": _read_epidemic,
}
