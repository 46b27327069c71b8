"""Dates that a document prints of itself: labelled, in a masthead or source line, under its title, at its end, in a dateline, in the
record of a law."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from search.labels.numerals import chinese_value, digits_value
from search.model import Block, BlockKind

HEAD_BLOCKS: Final = 12
END_BLOCKS: Final = 6
LONGEST: Final = 120
"""A line longer than this dates nothing but what it speaks of."""
PROSE: Final = 60
"""A body block as long as this that ends a sentence ends the head."""
DATELINE_WITHIN: Final = 40
DATELINE_BLOCKS: Final = 6
LAW_HEAD: Final = 30
LAW_RECORD: Final = 6_000

DAY: Final = r"((?:19|20)[0-9]{2}) ?[年./-] ?(1[0-2]|0?[1-9]) ?[月./-] ?([12][0-9]|3[01]|0?[1-9])(?![0-9]) ?[日号]?"
_WEEKDAY: Final = r"(?:[ ]*[（(]?(?:星期|周)[一二三四五六日天][）)]?)?"
_CLOCK: Final = r"(?:[ T]*\d{1,2}:\d{2}(?::\d{2})?)?"
_ALONE: Final = re.compile(rf"[（(\[【—―─\s]*{DAY}{_WEEKDAY}{_CLOCK}(?:[ ]*第?[A-Z]?\d+ ?版)?[）)\]】\s]*(?:印发)?")
_MONTH_DAY: Final = re.compile(r"(1[0-2]|0?[1-9])[-月]([12][0-9]|3[01]|0?[1-9])日?[ ]+\d{1,2}:\d{2}(?::\d{2})?")
_ANY: Final = re.compile(rf"(?<![0-9]){DAY}")
_CHINESE_DATE: Final = re.compile(
    r"([一二][〇○Ｏ零九][零〇○Ｏ一二三四五六七八九]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_WIDE: Final = re.compile("[０-９：－\u00a0\u3000]")
_WIDTH: Final = str.maketrans("０１２３４５６７８９：－\u00a0\u3000", "0123456789:-  ")
_COMPACT: Final = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?![0-9])")


@dataclass(frozen=True, slots=True)
class Printed:
    """A date and, in Chinese, where it is printed."""

    day: date
    reason: str


@dataclass(frozen=True, slots=True)
class Dateline:
    """Month and day of a report, with the year where the dateline has one, and its wording."""

    month: int
    day: int
    year: int | None
    text: str


@cache
def cues() -> dict[str, Any]:
    """The tables of `data/document_dates.toml`, read once."""
    return tomllib.loads((Path(__file__).parents[1] / "data" / "document_dates.toml").read_text("utf-8"))


@cache
def pattern(key: str) -> re.Pattern[str]:
    """One of these tables as a pattern that matches any of its entries."""
    entries = cues()[key]
    return re.compile("|".join(f"(?:{entry})" for entry in ([entries] if isinstance(entries, str) else entries)))


@cache
def _labelled() -> re.Pattern[str]:
    labels = "|".join(cues()["written"] + cues()["issued"])
    return re.compile(rf"({labels})[:： ]*{DAY}")


@cache
def _dateline() -> re.Pattern[str]:
    day = r"(?:((?:19|20)[0-9]{2}) ?年 ?)?(1[0-2]|0?[1-9]) ?月 ?([12][0-9]|3[01]|0?[1-9]) ?日"
    end = cues()["dateline_end"]
    return re.compile(rf"(?:{pattern('agency').pattern})[^，。；（()0-9]{{0,16}}{day} ?{end}")


@cache
def _spoken() -> re.Pattern[str]:
    return re.compile(rf"^[（(—―─\s]*{DAY}[^，。；]{{0,6}}在.{{2,60}}{cues()['meeting']}[）)\s]*$")


@cache
def _record() -> re.Pattern[str]:
    return re.compile(rf"{DAY}(?=[^0-9。；]{{0,60}}(?:[0-9]{{1,3}}[^0-9。；]{{0,60}})?(?:{pattern('law_record').pattern}))")


@cache
def _in_force() -> re.Pattern[str]:
    return re.compile(rf"自 ?{DAY} ?起 ?(?:{pattern('in_force').pattern})")


def readable(text: str) -> str:
    """A text in narrow digits, and `二〇二六年一月二十七日` as `2026年1月27日`, so that one pattern reads all forms."""
    text = _narrow(text)
    return _CHINESE_DATE.sub(_arabic, text) if "月" in text else text


def _narrow(text: str) -> str:
    return _WIDE.sub(_in_narrow, text)  # its few characters, where `translate` looks up all


def _in_narrow(match: re.Match[str]) -> str:
    return match[0].translate(_WIDTH)


def _arabic(match: re.Match[str]) -> str:
    return f"{digits_value(match[1].replace('Ｏ', '0'))}年{chinese_value(match[2])}月{chinese_value(match[3])}日"


def as_date(year: str | int, month: str | int, day: str | int) -> date | None:
    """The day of a calendar, or None."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _head(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks above the first paragraph."""
    for at, block in enumerate(blocks[:HEAD_BLOCKS]):
        if block.kind is BlockKind.BODY and len(block.text) >= PROSE and block.text[-1:] in "。！？”…":
            return blocks[:at]
    return blocks[:HEAD_BLOCKS]


def _edges(blocks: Sequence[Block]) -> Iterable[Block]:
    yield from _head(blocks)
    yield from blocks[max(HEAD_BLOCKS, len(blocks) - END_BLOCKS) :]


def labelled_date(blocks: Sequence[Block]) -> Printed | None:
    """A date after a label that dates the text itself (成文日期)."""
    for label, found in _labels(blocks):
        if label in cues()["written"]:
            return Printed(found, f"据文中“{label}”")
    return None


def _labels(blocks: Sequence[Block]) -> Iterable[tuple[str, date]]:
    for block in (*blocks[:HEAD_BLOCKS], *blocks[max(HEAD_BLOCKS, len(blocks) - END_BLOCKS) :]):
        for label, *parts in _labelled().findall(_narrow(block.text[:400])):
            if (day := as_date(*parts)) is not None:
                yield label, day


def published_date(blocks: Sequence[Block]) -> Printed | None:
    """The date of a masthead, a source line, a line of its own above the text; or of a source line below it."""
    head = _head(blocks)
    for block in head:
        if len(block.text) > LONGEST:
            continue
        text = readable(block.text).strip()
        if (found := _ALONE.fullmatch(text) or _named_paper(block, text)) and (day := as_date(*found.groups()[:3])):
            return Printed(day, f"据文中日期行“{block.text.strip()[:24]}”")
    for _, day in _labels(blocks):
        return Printed(day, "据文中标注的日期")
    for block in blocks[max(len(head), len(blocks) - END_BLOCKS) :]:
        text = readable(block.text).strip()
        if (
            len(text) <= LONGEST
            and block.text[-1:] not in "。！？"
            and (found := _paper_line(text))
            and (day := as_date(*found.groups()[:3]))
        ):
            return Printed(day, f"据文末“{block.text.strip()[:24]}”")
    return None


def _named_paper(block: Block, text: str) -> re.Match[str] | None:
    return _ANY.search(text) if block.kind is BlockKind.CREDIT else _paper_line(text)


def _paper_line(text: str) -> re.Match[str] | None:
    """The date of a short line that names a paper, a source or a page, and is no sentence."""
    return _ANY.search(text) if len(text) <= LONGEST and "。" not in text and pattern("paper").search(text) else None


def signed_date(blocks: Sequence[Block]) -> Printed | None:
    """A date alone on one of the last lines, as under a signature; else on one of the last above what is attached, which begins with a
    title of its own."""
    first = [block for block in blocks if block.article == blocks[0].article] if blocks else []
    ends = [blocks, first] if len(first) < len(blocks) else [blocks]
    for block in (block for part in ends for block in reversed(part[max(len(_head(part)), len(part) - END_BLOCKS) :])):
        text = readable(block.text).strip()
        if len(text) <= LONGEST and (found := _ALONE.fullmatch(text)) and (day := as_date(*found.groups()[:3])):
            return Printed(day, f"据文末落款“{block.text.strip()[:24]}”")
    return None


def spoken_date(blocks: Sequence[Block]) -> Printed | None:
    """The date in brackets under a title, or of the meeting a text was given at."""
    for block in blocks[:HEAD_BLOCKS]:
        text = readable(block.text).strip()
        if len(text) > LONGEST:
            continue
        found = _spoken().search(text) or (_ALONE.fullmatch(text) if text.startswith(("（", "(")) else None)
        if found and (day := as_date(*found.groups()[:3])):
            return Printed(day, f"据文中日期行“{block.text.strip()[:24]}”")
    return None


def dateline(blocks: Sequence[Block]) -> Dateline | None:
    """The dateline of a report (本报北京12月2日电), at the beginning of a paragraph or alone in brackets at the end; or the stamp of a
    list of news (8-3 20:24)."""
    for block in blocks[:DATELINE_BLOCKS]:
        text = readable(block.text).strip()
        if (stamp := _MONTH_DAY.fullmatch(text)) and as_date(2000, stamp[1], stamp[2]):
            return Dateline(int(stamp[1]), int(stamp[2]), None, text)
    bodies = [block.text for block in blocks if block.kind in {BlockKind.BODY, BlockKind.CREDIT}]
    for text in (*bodies[:DATELINE_BLOCKS], *(text for text in bodies[-2:] if len(text) <= DATELINE_WITHIN)):
        found = _dateline().search(readable(text[: 2 * DATELINE_WITHIN]))
        if found and found.start() <= DATELINE_WITHIN:
            year, month, day = found.groups()[-3:]
            if as_date(year or 2000, month, day):
                return Dateline(int(month), int(day), int(year) if year else None, found.group().strip()[:24])
    return None


def law_date(title: str, blocks: Sequence[Block]) -> Printed | None:
    """The last date in the record of a law: adopted, revised, amended, whichever is the latest; where it keeps no record, the day it comes
    into force."""
    if not _is_law(title):
        return None
    record: list[date] = []
    for block in blocks[:LAW_HEAD]:
        if pattern("law_start").match(block.text):
            break
        text = readable(block.text[:LAW_RECORD])
        if block.kind is BlockKind.CREDIT and (signed := _ALONE.fullmatch(text.strip())) and (day := as_date(*signed.groups()[:3])):
            record.append(day)
        if pattern("decree").match(block.text):
            continue  # it tells when a council approved the law; the decree itself has the day it was published
        record += [day for parts in _record().findall(text) if (day := as_date(*parts))]
    if record:
        return Printed(max(record), "据文首的通过、公布与修订记录")
    day = day_in_force(title, blocks)
    return Printed(day, "据文中施行日期") if day else None


def day_in_force(title: str, blocks: Sequence[Block]) -> date | None:
    """The day from which a law is in force, by its last articles or its head."""
    if not _is_law(title):
        return None
    for block in (*reversed(blocks[-LAW_HEAD:]), *blocks[:LAW_HEAD]):
        found = _in_force().search(readable(block.text[-400:]))
        if found and (day := as_date(*found.groups())):
            return day
    return None


def _is_law(title: str) -> bool:
    bare = re.sub(r"[（(][^（）()]*[）)]\s*$", "", title.strip().strip("》")).strip()
    return bool(re.search(rf"(?:{pattern('law_titles').pattern})\Z", bare))


def compact_date(title: str) -> date | None:
    """The one date a title states as eight digits: 新闻联播 (20221222)."""
    days = {day for parts in _COMPACT.findall(title.translate(_WIDTH)) if (day := as_date(*parts))}
    return days.pop() if len(days) == 1 else None
