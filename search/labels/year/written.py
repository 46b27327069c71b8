"""Readers of years written out: alone, in lists, in ranges, as decades."""

from __future__ import annotations

import re
from typing import Final

from search.labels.numerals import chinese_value
from search.labels.year.mention import Mention, MentionKind, rejected, year_list, year_range
from search.labels.year.pattern import YEAR, around


def read_docno(match: re.Match[str], _: str) -> Mention:
    return rejected(match.span(), "文号中的年份，不是文中所述年份")


def read_range(match: re.Match[str], _: str) -> Mention:
    return year_range(match.span(), int(match["r1"]), int(match["r2"]), "range")


def read_period(match: re.Match[str], _: str) -> Mention:
    return year_range(match.span(), int(match["p1"]), int(match["p2"]), "range")


def read_short(match: re.Match[str], _: str) -> Mention | None:
    first = int(match["s1"])
    last = first - first % 100 + int(match["s2"] or match["s3"])
    return year_range(match.span(), first, last, "range") if first < last <= first + 20 else year_range(match.span("s1"), first, first)


_LISTED_YEAR: Final = re.compile(f"{YEAR}|(?<![0-9])[0-9]{{2}}(?![0-9])")


def read_list(match: re.Match[str], _: str) -> Mention:
    first = int(match["l1"])
    return year_list(match.span(), [first, *_fullyear_range(first, match["l2"])], "range")


def read_pair(match: re.Match[str], _: str) -> Mention:
    first = int(match["t1"])
    return year_list(match.span(), [first, *_fullyear_range(first, match["t2"])], "range")


def _fullyear_range(first: int, rest: str) -> list[int]:
    """Years of a list after its first, which lends its century to those of two digits."""
    return [int(y) if len(y) == 4 else first - first % 100 + int(y) for y in _LISTED_YEAR.findall(rest)]


def read_single(match: re.Match[str], text: str) -> Mention:
    year = int(match["y"])
    before = text[max(0, match.start() - 8) : match.start()]
    long_ago = year % 10 == 0 and year < 2000 and around("history_after").match(text, match.end())
    round_number = year % 100 == 0 and (around("span_after").match(text, match.end()) or around("about_before").search(before))
    if round_number or long_ago or around("age_before").search(before):
        return rejected(match.span(), "时间长度，不是年份")
    return _open_or_single(match, text, year, bool(match["ysince"]), bool(match["ystart"]))


def _open_or_single(match: re.Match[str], text: str, year: int, since: bool, start: bool = False) -> Mention:
    begin, end = match.span()
    before = text[max(0, begin - 4) : begin]
    lead = around("from_before").search(before)
    if lead:
        begin -= len(lead.group())
    if since or (start and (lead or text[end : end + 1] in {"，", ","})):
        return Mention((begin, end), MentionKind.SINCE, year, year)
    if start:
        end = match.start("ystart")
    if lead and lead.group().startswith("自") and around("open_after").match(text, end):
        return Mention((begin, end), MentionKind.SINCE, year, year)
    later = (around("until_now_from") if lead else around("until_now")).match(text, end)
    if later:
        return Mention((begin, later.end()), MentionKind.SINCE, year, year)
    cutoff = around("cutoff_before").search(before)
    if cutoff:
        return Mention((begin - len(cutoff.group()), end), MentionKind.YEARS, year, year, (year,), form="cutoff")
    return Mention((match.start(), end), MentionKind.YEARS, year, year, (year,))


def read_broken(match: re.Match[str], text: str) -> Mention:
    return _open_or_single(match, text, int(match["b"]), bool(match["bsince"]))


def read_numeric(match: re.Match[str], _: str) -> Mention:
    return year_range(match.span(), int(match["d"]), int(match["d"]))


def read_bare(match: re.Match[str], _: str) -> Mention | None:
    """九六年 is 1996 and 〇八年 2008, 98年 at the start of a clause 1998; 七八年 may as well be seven or eight years."""
    if match["bn"]:
        year = 1900 + int(match["bn"])
        return year_range(match.span(), year, year)
    tens, ones = (chinese_value(char) or 0 for char in match["bd"])
    if ones == tens + 1 and tens:
        return None
    year = (1900 if tens else 2000) + 10 * tens + ones
    return year_range(match.span(), year, year)


_DECADE: Final = re.compile("[0-9]+|[一二三四五六七八九]")


def read_decade(match: re.Match[str], _: str) -> Mention | None:
    century = 2000 if (match["century"] or "").startswith(("21", "二十一", "本")) else 1900
    starts: list[int] = []
    for tens in _DECADE.findall(match["tens"]):
        value = int(tens) if tens.isdigit() else 10 * (chinese_value(tens) or 0)
        starts.append(value if value > 100 else century + value)
    if match["tsep"] in {"至", "到", "-"}:
        return year_range(match.span(), min(starts), max(starts) + 9, "decade")
    return year_list(match.span(), [year for start in starts for year in range(start, start + 10)], "decade")
