"""Years a passage speaks of, each with its evidence.

The grammar finds expressions, the document's own time resolves the relative ones. A passage that speaks of no year inherits the
document's. Whole documents at once, block order kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from search.labels.year.document import DocumentTime, document_time
from search.labels.year.grammar import Mention, MentionKind, find_mentions
from search.model import Block, BlockKind, Day, Metadata, Origin, Rejection, Span, YearLabel

EPIDEMIC_FIRST: Final = 2020
EPIDEMIC_LAST: Final = 2022
"""China's measures against COVID-19 ended at the turn of 2022 to 2023."""


_SETS_CONTEXT: Final = frozenset({MentionKind.YEARS, MentionKind.OFFSET, MentionKind.DATE, MentionKind.FOLLOWING})


@dataclass(frozen=True, slots=True)
class YearLabels:
    """Labels and rejections of a document's blocks, in block order, and the document's own year.

    `inferred` is False when the source prints or its metadata states the date. `reason` says where the year comes from.
    """

    labels: tuple[tuple[YearLabel, ...], ...]
    year: int | None
    date: date | None
    inferred: bool
    reason: str
    rejected: tuple[tuple[Rejection, ...], ...]
    in_force: Day | None = None


def label_years(blocks: Sequence[Block], metadata: Metadata) -> YearLabels:
    """Year labels of all blocks. Years the user gave (`metadata.years`) come first and replace inherited ones; forbidden
    years are never given."""
    mentions = [find_mentions(block.text) for block in blocks]
    time = document_time(blocks, metadata, mentions)
    headings = {b.text: found for b, found in zip(blocks, mentions, strict=True) if b.kind is BlockKind.HEADING}
    labels: list[tuple[YearLabel, ...]] = []
    rejected: list[tuple[Rejection, ...]] = []
    for block, found in zip(blocks, mentions, strict=True):
        given, refused = _label_block(block, found, time, metadata)
        if not given:
            given = _inherit(block, headings, time, metadata)
        labels.append(given)
        rejected.append(refused)
    return YearLabels(tuple(labels), time.year, time.date, time.inferred, time.reason, tuple(rejected), time.in_force)


def _label_block(
    block: Block, mentions: Sequence[Mention], time: DocumentTime, metadata: Metadata
) -> tuple[tuple[YearLabel, ...], tuple[Rejection, ...]]:
    spans: dict[int, list[Span]] = {}
    stated: set[int] = set()
    refused: list[Rejection] = []
    context: int | None = None
    for mention in mentions:
        years, resolved, reason = _resolve(mention, time, context)
        if reason:
            refused.append(_refusal(block, mention, reason))
        for year in years:
            if year in metadata.forbid_years:
                refused.append(_refusal(block, mention, "使用者排除了这一年"))
                continue
            spans.setdefault(year, []).append(mention.span)
            if not resolved or (mention.kind is MentionKind.SINCE and year == mention.first and mention.form != "era"):
                stated.add(year)
        if years and mention.kind in _SETS_CONTEXT and mention.form not in {"plan", "decade"}:
            context = years[-1]
    labels = {y: YearLabel(y, resolved=y not in stated, evidence=tuple(s)) for y, s in spans.items()}
    for year in metadata.years:
        old = labels.get(year)
        labels[year] = YearLabel(year, evidence=old.evidence if old else (), origin=Origin.USER)
    return tuple(labels[y] for y in sorted(labels)), tuple(refused)


def _inherit(block: Block, headings: Mapping[str, Sequence[Mention]], time: DocumentTime, metadata: Metadata) -> tuple[YearLabel, ...]:
    """The one year the nearest heading names (一、2025年工作回顾), else the document's."""
    for heading in reversed(block.section):
        named = {y for m in headings.get(heading, ()) if m.kind is MentionKind.YEARS and m.form != "plan" for y in m.values}
        if len(named) == 1:
            year = named.pop()
            return () if year in metadata.forbid_years else (YearLabel(year, inherited=True),)
    if time.year is None or time.year in metadata.forbid_years:
        return ()
    return (YearLabel(time.year, inherited=True),)


def _refusal(block: Block, mention: Mention, reason: str) -> Rejection:
    start, end = mention.span
    return Rejection("year", block.text[start:end], mention.span, reason)


_NO_YEAR: Final = "文献年份未知，相对时间无从推算"


def _resolve(mention: Mention, time: DocumentTime, context: int | None) -> tuple[Sequence[int], bool, str]:
    """Years of a mention, whether the document's own date was needed, and a reason when there are none."""
    if mention.kind is MentionKind.YEARS:
        return mention.values, False, ""
    if mention.kind is MentionKind.REJECTED:
        return (), False, mention.reason
    if mention.kind is MentionKind.SINCE:
        if time.year is None or time.year < mention.first:
            return (mention.first,), False, ""
        return range(mention.first, time.year + 1), True, ""
    if mention.kind is MentionKind.DATE and context is not None:
        return (context,), True, ""
    if mention.kind is MentionKind.FOLLOWING:
        return ((context + 1,), True, "") if context is not None else ((), True, "前文没有可参照的年份")
    if time.year is None or time.review is None:
        if mention.kind is MentionKind.EPIDEMIC and mention.form == "period":
            return (EPIDEMIC_FIRST,), True, ""
        return (), True, _NO_YEAR
    return _resolve_relative(mention, time.year, time.review, time.date)


def _resolve_relative(mention: Mention, year: int, review: int, day: date | None) -> tuple[Sequence[int], bool, str]:
    if mention.kind is MentionKind.OFFSET:
        return range(year + mention.first, year + mention.last + 1), True, ""
    if mention.kind is MentionKind.LAST:
        return range(review - mention.first + 1, review + 1), True, ""
    if mention.kind is MentionKind.NEXT:
        return range(review + 1, review + mention.first + 1), True, ""
    if mention.kind is MentionKind.DATE:
        reached = day is not None and 0 < mention.first <= day.month
        return (year if reached else review,), True, ""
    return _resolve_epidemic(mention, year)


def _resolve_epidemic(mention: Mention, year: int) -> tuple[Sequence[int], bool, str]:
    if year < EPIDEMIC_FIRST:
        return (), True, "文献早于新冠肺炎疫情"
    if mention.form == "since":
        return range(EPIDEMIC_FIRST, year + 1), True, ""
    if year <= EPIDEMIC_LAST:
        return (year,), True, ""
    if mention.form == "period":
        return range(EPIDEMIC_FIRST, EPIDEMIC_LAST + 1), True, ""
    return (), True, "未说明哪一年的疫情"
