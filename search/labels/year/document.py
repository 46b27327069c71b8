"""A document's own year: from its metadata, from a date line, from its title, else from what its text speaks of as present."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from search.labels.numerals import chinese_value, digits_value
from search.labels.year.grammar import Mention, MentionKind
from search.labels.year.pattern import year_tables
from search.model import Block, BlockKind, Metadata


@dataclass(frozen=True, slots=True)
class DocumentTime:
    """When a document speaks. `review` is the last year it looks back on: the year before its own in a report given at the
    year's beginning, else its own. `reason` says in Chinese where the year comes from."""

    year: int | None
    date: date | None = None
    inferred: bool = True
    reason: str = "文中没有可据以推断的年份"
    review: int | None = None


_DATE: Final = r"((?:19|20)[0-9]{2}) ?[年./-] ?(1[0-2]|0?[1-9]) ?[月./-] ?([12][0-9]|3[01]|0?[1-9]) ?[日号]?"
_LABELLED: Final = re.compile(
    rf"(成文日期|印发日期|签发日期|发文日期|发布日期|发布时间|公布日期|出版日期|日期|时间|发表于)[:： ]*{_DATE}(?![0-9])"
)
_ALONE: Final = re.compile(rf"[（(—―─\s]*{_DATE}[\s]*(?:星期[一二三四五六日天])?(?:[  ]*第?\d+版)?[）)\s]*(?:印发)?")
_PAPER: Final = re.compile(rf"^[^，。；]{{0,24}}{_DATE}[^，。；]{{0,16}}$")
_PAPER_WORDS: Final = re.compile("日报|晚报|时报|早报|晨报|周报|新华社|新闻网|人民网|第?[0-9A-Z]+ ?版|版次|来源|记者|发布|编辑|印发")
_SPOKEN: Final = re.compile(rf"^[（(—―─\s]*{_DATE}[^，。；]{{0,6}}在.{{2,60}}(?:会议|大会|座谈会|论坛|仪式)上[）)\s]*$")
_CHINESE_DATE: Final = re.compile(
    r"(二[〇○Ｏ零][零〇○Ｏ一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_TITLE_YEAR: Final = re.compile(r"(?<![0-9—－~～-])((?:19|20)[0-9]{2}) ?年(?![至到—－~～-])")
_REPORT: Final = re.compile("政府工作报告|工作报告|国民经济和社会发展计划执行情况")
_LABEL_ORDER: Final = ("成文日期", "签发日期", "印发日期", "发文日期")
_WIDTH: Final = str.maketrans("０１２３４５６７８９\u00a0\u3000", "0123456789  ")

_FUTURE_BEFORE: Final = re.compile("(?:[到至]|力争|计划|规划|预计|目标|确保|有望|将|拟|争取|直到|展望|面向|迈向)[^，。；]{0,3}$")
_FUTURE_AFTER: Final = re.compile(
    "(?:年?[底末]?(?:之?前|以前)|全面建成小康|全面小康|实现(?:全面|现代化|小康|如期)|如期|远景|目标|基本实现"
    "|[^，。；]{0,6}(?:将|计划|预计|拟|力争|确保)|[^，。；]{0,4}(?:冬奥|奥运|亚运|世博|世园|全运|世界杯))"
)
_DONE_AFTER: Final = re.compile("(?:间|期间)?[，,]?(?:[^，。；]{0,4}(?:累计|共计|已)|共?(?:投入|实施|完成|选派|安排|派出|援建|拨付|年均))")
_YEAR_DONE: Final = re.compile("(?:年?[底末]|全年|度)")


def document_time(blocks: Sequence[Block], metadata: Metadata, mentions: Sequence[Sequence[Mention]]) -> DocumentTime:
    """The document's own time. `mentions` are those of `blocks`, one sequence a block."""
    report = _is_report(blocks, metadata)
    if metadata.date is not None:
        return _at(metadata.date.year, metadata.date, False, "来源标明的日期", report)
    if metadata.year is not None:
        return _at(metadata.year, None, False, "来源标明的年份", report)
    printed = _printed_date(blocks)
    if printed is not None:
        day, reason = printed
        return _at(day.year, day, False, reason, report)
    titled = _title_year(blocks, metadata)
    if titled is not None:
        year, text = titled
        return _at(year, None, True, f"据标题“{text}”", report)
    return _from_text(blocks, mentions, report)


def _at(year: int, day: date | None, inferred: bool, reason: str, report: bool) -> DocumentTime:
    early = report if day is None else (day.month == 1 or (report and day.month <= 4))
    return DocumentTime(year, day, inferred, reason, year - 1 if early else year)


def _is_report(blocks: Sequence[Block], metadata: Metadata) -> bool:
    if metadata.title and _REPORT.search(metadata.title):
        return True
    return any(_REPORT.search(b.text) for b in blocks[:6] if b.kind in {BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.HEADING})


def _as_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _printed_date(blocks: Sequence[Block]) -> tuple[date, str] | None:
    """A date that stands for the document itself: labelled, alone in a short block, or of the meeting it was given at."""
    edge = [b for i, b in enumerate(blocks) if i < 12 or i >= len(blocks) - 6]
    labelled: dict[str, date] = {}
    for block in edge:
        for label, *parts in _LABELLED.findall(block.text[:400].translate(_WIDTH)):
            day = _as_date(*parts)
            if day is not None:
                labelled.setdefault(label, day)
    for label in _LABEL_ORDER:
        if label in labelled:
            return labelled[label], f"据文中“{label}”"
    for block in edge:
        if len(block.text) > 90:
            continue
        text = _with_arabic_date(block.text).strip()
        match = _ALONE.fullmatch(text) or _SPOKEN.search(text) or (_PAPER_WORDS.search(text) and _PAPER.search(text))
        day = _as_date(*match.groups()[:3]) if match else None
        if day is not None:
            return day, f"据文中日期行“{block.text.strip()[:24]}”"
    for label, day in labelled.items():
        return day, f"据文中“{label}”"
    return None


def _with_arabic_date(text: str) -> str:
    """`二〇二六年一月二十七日` as `2026年1月27日`, so that one pattern reads both."""

    def arabic(match: re.Match[str]) -> str:
        return f"{digits_value(match[1].replace('Ｏ', '0'))}年{chinese_value(match[2])}月{chinese_value(match[3])}日"

    return _CHINESE_DATE.sub(arabic, text.translate(_WIDTH))


def _title_year(blocks: Sequence[Block], metadata: Metadata) -> tuple[int, str] | None:
    titles = [metadata.title] if metadata.title else []
    titles += [b.text for b in blocks if b.kind is BlockKind.TITLE]
    for title in titles:
        years = {int(y) for y in _TITLE_YEAR.findall(title.translate(_WIDTH))}
        if len(years) == 1:
            return years.pop(), title.strip()[:24]
    return None


@lru_cache(maxsize=1)
def _clues() -> tuple[tuple[re.Pattern[str], int], ...]:
    return tuple((re.compile(clue["pattern"]), int(clue["year"])) for clue in year_tables()["clues"])


def _from_text(blocks: Sequence[Block], mentions: Sequence[Sequence[Mention]], report: bool) -> DocumentTime:
    present: Counter[int] = Counter()
    evidence: dict[int, str] = {}
    closed: set[int] = set()
    says_this_year = False
    ends: list[int] = []
    for block, found in zip(blocks, mentions, strict=True):
        for mention in found:
            if mention.kind is MentionKind.OFFSET and (mention.first, mention.last) == (0, 0):
                says_this_year = True
            if mention.kind not in {MentionKind.YEARS, MentionKind.SINCE} or mention.form in {"plan", "decade"}:
                continue
            start, end = mention.span
            if mention.form == "range":
                done = _DONE_AFTER.match(block.text, end)
                ends.append(mention.last)
                present[mention.last if done else mention.first] += 1
                continue
            if _is_future(block.text, start, end):
                continue
            year = mention.first
            present[year] += 1
            evidence.setdefault(year, block.text[start : end + 8].split("。")[0])
            if not (mention.form == "cutoff" or _YEAR_DONE.search(block.text[start:end])):
                closed.add(year)
    floor, floor_text = _clue_year(blocks)
    candidates = [y for y in present if 1949 <= y <= 2100]
    if not evidence and ends:
        candidates = [max(ends)]  # nothing but ranges: they end with the present more often than not
    if not candidates:
        if floor is None:
            return DocumentTime(None)
        return _at(floor, None, True, f"据文中“{floor_text}”推断", report)
    year = _latest(candidates, present)
    if floor is not None and floor > year:
        return _at(floor, None, True, f"据文中“{floor_text}”推断", report)
    if says_this_year and year not in closed:
        return _at(year + 1, None, True, f"文中以“{evidence.get(year, year)}”为已过之年，又说“今年”", report)
    return _at(year, None, True, f"文中所述最近的年份：“{evidence.get(year, str(year))}”", report)


def _latest(candidates: list[int], present: Counter[int]) -> int:
    """The latest year, unless it stands alone far beyond years spoken of again and again: then it is a goal."""
    ordered = sorted(candidates)
    if len(ordered) > 1 and present[ordered[-1]] == 1 and ordered[-1] - ordered[-2] >= 4 and present.total() >= 4:
        return ordered[-2]
    return ordered[-1]


def _is_future(text: str, start: int, end: int) -> bool:
    return bool(_FUTURE_BEFORE.search(text, max(0, start - 8), start) or _FUTURE_AFTER.match(text, end))


def _clue_year(blocks: Sequence[Block]) -> tuple[int | None, str]:
    best: int | None = None
    words = ""
    for pattern, year in _clues():
        if best is not None and year <= best:
            continue
        for block in blocks:
            match = pattern.search(block.text)
            if match and not block.text[: match.start()].endswith(("猪瘟", "非典")):
                best, words = year, match.group()[:24]
                break
    return best, words
