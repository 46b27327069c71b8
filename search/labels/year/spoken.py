"""The year a document speaks from, by what its text calls past and present, where nothing dates it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from search.labels.year.grammar import Mention, MentionKind
from search.labels.year.pattern import year_tables
from search.labels.year.printed import cues, pattern
from search.model import Block, BlockKind

EARLIEST: Final = 1949
_YEAR_DONE: Final = re.compile("(?<![0-9月])(?:[0-9]{4} ?年?[底末]|.*(?:全年|年度))$")


@dataclass(frozen=True, slots=True)
class SpokenYear:
    """The year and the reason, in Chinese; no year where the text gives none, or only a bound (2021年以来)."""

    year: int | None
    reason: str = "文中没有可据以推断的年份"


@dataclass(slots=True)
class _SpokenYears:
    present: Counter[int] = field(default_factory=Counter)
    """How often each year is spoken of as past or present."""
    wording: dict[int, str] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    """Years of which something within the year is told, so that the text may well be of that year."""
    ends: list[int] = field(default_factory=list)
    bounds: dict[int, str] = field(default_factory=dict)
    says_this_year: bool = False


def spoken_year(blocks: Sequence[Block], mentions: Sequence[Sequence[Mention]], latest: int) -> SpokenYear:
    """The latest year spoken of as past or present, none after `latest`. A goal never counts, nor a year that only opens an interval;
    the rows of a table count only where nothing else does."""
    seen = _gather(blocks, mentions, tables=False)
    if not seen.wording and not seen.ends:
        seen = _gather(blocks, mentions, tables=True)
    floor, floor_text = _clue_year(blocks)
    candidates = [y for y in seen.present if EARLIEST <= y <= latest]
    if not seen.wording and seen.ends:
        candidates = [
            year for year in [max(seen.ends)] if year <= latest
        ]  # nothing but ranges: they end with the present more often than not
    if not candidates:
        if floor is not None:
            return SpokenYear(floor, f"据文中“{floor_text}”推断")
        bound = max((year for year in seen.bounds if year <= latest), default=None)
        return SpokenYear(None) if bound is None else SpokenYear(None, f"文中只说“{seen.bounds[bound]}”，不早于{bound}年")
    year = _latest(candidates, seen.present)
    if floor is not None and floor > year:
        return SpokenYear(floor, f"据文中“{floor_text}”推断")
    if seen.says_this_year and year not in seen.closed and year < latest:
        return SpokenYear(year + 1, f"文中以“{seen.wording.get(year, year)}”为已过之年，又说“今年”")
    return SpokenYear(year, f"文中所述最近的年份：“{seen.wording.get(year, str(year))}”")


def _gather(blocks: Sequence[Block], mentions: Sequence[Sequence[Mention]], *, tables: bool) -> _SpokenYears:
    seen = _SpokenYears()
    for block, found in zip(blocks, mentions, strict=True):
        if block.kind is BlockKind.TABLE and not tables:
            continue
        for mention in found:
            _weigh(seen, block.text, mention)
    return seen


def _weigh(seen: _SpokenYears, text: str, mention: Mention) -> None:
    start, end = mention.span
    if mention.kind is MentionKind.OFFSET and (mention.first, mention.last) == (0, 0):
        seen.says_this_year = True
    wording = text[start : end + 8].split("。")[0]
    if mention.kind is MentionKind.SINCE:
        seen.bounds.setdefault(mention.first, wording)
        return
    if mention.kind is not MentionKind.YEARS or mention.form in {"plan", "decade"}:
        return
    if mention.form == "range":
        done = pattern("done_after").match(text, end)
        seen.ends.append(mention.last)
        seen.present[mention.last if done else mention.first] += 1
        return
    if is_goal(text, start, end):
        return
    seen.present[mention.first] += 1
    seen.wording.setdefault(mention.first, wording)
    if not (mention.form == "cutoff" or _YEAR_DONE.search(text[start:end])):
        seen.closed.add(mention.first)


def is_goal(text: str, start: int, end: int) -> bool:
    """Whether a year is one to be reached: 到2020年, 2022年北京冬奥会; not 由2015年的……提高到2019年的…… nor 到2020年底，常住人口6万人."""
    if pattern("reached_after").match(text, end):
        return False
    if before := _before().search(text, max(0, start - 10), start):
        opened = before.group().startswith(("到", "至")) and _span_opens().search(text, max(0, start - 60), before.start())
        return not opened
    return bool(pattern("goal_after").match(text, end))


@cache
def _before() -> re.Pattern[str]:
    return re.compile(rf"(?:{pattern('goal_before').pattern})[^，。；]{{0,3}}\Z")


@cache
def _span_opens() -> re.Pattern[str]:
    return re.compile(cues()["span_opens"])


def _latest(candidates: list[int], present: Counter[int]) -> int:
    """The latest year, unless it stands alone far beyond years spoken of again and again: then it is a goal."""
    ordered = sorted(candidates)
    if len(ordered) > 1 and present[ordered[-1]] == 1 and ordered[-1] - ordered[-2] >= 4 and present.total() >= 4:
        return ordered[-2]
    return ordered[-1]


@lru_cache(maxsize=1)
def _clues() -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple((re.compile(clue["pattern"]), int(clue["year"])) for clue in year_tables()["clues"])


def _clue_year(blocks: Sequence[Block]) -> tuple[int | None, str]:
    best: int | None = None
    words = ""
    for clue, year in _clues():
        if best is not None and year <= best:
            continue
        for block in blocks:
            match = clue.search(block.text)
            if match and not block.text[: match.start()].endswith(("猪瘟", "非典")):
                best, words = year, match.group()[:24]
                break
    return best, words
