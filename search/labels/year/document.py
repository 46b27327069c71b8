"""A document's own time: what its source states, what it prints of itself, what its name says, else what its text speaks of as present."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from search.labels.year.grammar import Mention
from search.labels.year.printed import (
    Dateline,
    Printed,
    as_date,
    compact_date,
    dateline,
    day_in_force,
    labelled_date,
    law_date,
    pattern,
    published_date,
    signed_date,
    spoken_date,
)
from search.labels.year.spoken import SpokenYear, is_goal, spoken_year
from search.model import Block, BlockKind, Day, Metadata, Origin


@dataclass(frozen=True, slots=True)
class DocumentTime:
    """When a document speaks. `review` is the last year it looks back on: the year before its own in a report given at the
    year's beginning, else its own. `reason` says in Chinese where the year comes from. `in_force` is the day a law takes effect."""

    year: int | None
    date: date | None = None
    inferred: bool = True
    reason: str = "文中没有可据以推断的年份"
    review: int | None = None
    in_force: Day | None = None


_TITLE_YEAR: Final = re.compile(r"(?<![0-9—－~～-])((?:19|20)[0-9]{2}) ?年(?![至到—－~～-])")
_WIDTH: Final = str.maketrans("０１２３４５６７８９\u00a0\u3000", "0123456789  ")


def latest_day() -> date:
    """Tomorrow, by the clock of the machine: somewhere on earth it has begun. No document is of a later day, unless its user says so."""
    return date.today() + timedelta(days=1)


def document_time(blocks: Sequence[Block], metadata: Metadata, mentions: Sequence[Sequence[Mention]]) -> DocumentTime:
    """The document's own time. `mentions` are those of `blocks`, one sequence a block. The first of these that is known and not in the
    future: the user's word, the record of a law, the source's own date, a printed date, the date in the name, a dateline, the year
    of the title or the name, the years the text speaks of."""
    title = _title(blocks, metadata)
    report = _is_report(blocks, metadata)
    latest = latest_day()
    law = law_date(title, blocks)
    in_force = day_in_force(title, blocks) if law else None
    if metadata.origin is Origin.USER and metadata.date is not None:
        return _at(metadata.date.year, metadata.date, False, "来源标明的日期", report, in_force)
    for found in (law, _stated(metadata), *_printed(blocks, metadata), _of_dateline(blocks, metadata, mentions, latest)):
        if found is not None and found.day <= latest:
            return _at(found.day.year, found.day, False, found.reason, report, in_force)
    if metadata.year is not None and (metadata.year <= latest.year or metadata.origin is Origin.USER):
        return _at(metadata.year, None, False, "来源标明的年份", report)
    if (day := compact_date(title)) and day <= latest:
        return _at(day.year, day, False, f"据标题“{title[:24]}”", report)
    for year, reason in (_title_year(blocks, metadata), (metadata.named_year, "据文件名或其目录、网址中的年份")):
        if year is not None and year <= latest.year:
            return _at(year, None, True, reason, report)
    spoken = spoken_year(blocks, mentions, latest.year)
    return DocumentTime(None, reason=spoken.reason) if spoken.year is None else _at(spoken.year, None, True, spoken.reason, report)


def _at(year: int, day: date | None, inferred: bool, reason: str, report: bool, in_force: date | None = None) -> DocumentTime:
    early = report if day is None else (day.month == 1 or (report and day.month <= 4))
    return DocumentTime(year, day, inferred, reason, year - 1 if early else year, in_force)


def _stated(metadata: Metadata) -> Printed | None:
    return Printed(metadata.date, "来源标明的日期") if metadata.date else None


def _printed(blocks: Sequence[Block], metadata: Metadata) -> Sequence[Printed | None]:
    """What the document prints, the day it was written or spoken before that of publication, with what its name states at its place: the
    issue of a newspaper before the text, any other name after it."""
    named = Printed(metadata.named_date, "据文件名、目录或网址中的日期") if metadata.named_date else None
    issue = named if metadata.named_page else None
    return (labelled_date(blocks), issue, spoken_date(blocks), published_date(blocks), signed_date(blocks), named)


def _of_dateline(blocks: Sequence[Block], metadata: Metadata, mentions: Sequence[Sequence[Mention]], latest: date) -> Printed | None:
    """The day of a dateline, with the year from wherever it is known: itself, the source, the name, the title, the text."""
    found = dateline(blocks)
    if found is None:
        return None
    year, whence = _year_of(found, blocks, metadata, mentions, latest)
    day = as_date(year, found.month, found.day) if year is not None else None
    if day is not None and day > latest:
        day = as_date(day.year - 1, day.month, day.day)
    return Printed(day, f"据电头“{found.text}”{whence}") if day else None


def _year_of(
    found: Dateline, blocks: Sequence[Block], metadata: Metadata, mentions: Sequence[Sequence[Mention]], latest: date
) -> tuple[int | None, str]:
    if found.year is not None:
        return found.year, ""
    for year, whence in (
        (metadata.year, "与来源标明的年份"),
        (metadata.named_year, "与文件名中的年份"),
        (_title_year(blocks, metadata)[0], "与标题中的年份"),
    ):
        if year is not None:
            return year, whence
    spoken: SpokenYear = spoken_year(blocks, mentions, latest.year)
    return spoken.year, "与文中所述年份（推定）"


def _title(blocks: Sequence[Block], metadata: Metadata) -> str:
    return metadata.title or next((block.text for block in blocks if block.kind is BlockKind.TITLE), "")


def _is_report(blocks: Sequence[Block], metadata: Metadata) -> bool:
    if metadata.title and pattern("report").search(metadata.title):
        return True
    return any(pattern("report").search(b.text) for b in blocks[:6] if b.kind in {BlockKind.TITLE, BlockKind.SUBTITLE, BlockKind.HEADING})


def _title_year(blocks: Sequence[Block], metadata: Metadata) -> tuple[int | None, str]:
    titles = [metadata.title] if metadata.title else []
    titles += [b.text for b in blocks if b.kind is BlockKind.TITLE]
    for title in titles:
        text = title.translate(_WIDTH)
        years = {int(found[1]) for found in _TITLE_YEAR.finditer(text) if not is_goal(text, found.start(), found.end())}
        if len(years) == 1:
            return years.pop(), f"据标题“{title.strip()[:24]}”"
    return None, ""
