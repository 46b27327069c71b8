"""Years a passage speaks of, each with its evidence.

The grammar finds expressions, the document's own time resolves the relative ones. A passage that speaks of no year inherits those of
the heading above it, else the document's. Whole documents at once, block order kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from search.labels.year.document import DocumentTime, document_time
from search.labels.year.grammar import LONGEST_RANGE, Mention, MentionKind, find_mentions
from search.labels.year.pattern import around, words_of
from search.labels.year.resolve import resolve
from search.labels.year.section import Sections
from search.model import Block, Day, Metadata, Origin, Rejection, Span, YearLabel

_SETS_CONTEXT: Final = frozenset(
    {MentionKind.YEARS, MentionKind.OFFSET, MentionKind.MONTHS, MentionKind.DATE, MentionKind.FOLLOWING, MentionKind.PREVIOUS}
)
_ENDS: Final = frozenset({MentionKind.YEARS, MentionKind.OFFSET, MentionKind.SINCE})
_WHOLE: Final = frozenset({"plan", "decade", "range"})


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
    labels: list[tuple[YearLabel, ...]] = []
    rejected: list[tuple[Rejection, ...]] = []
    for block, found in zip(blocks, mentions, strict=True):
        given, refused = _label_block(block, found, time, metadata)
        labels.append(given)
        rejected.append(refused)
    sections = Sections(blocks, labels, time)
    for at, block in enumerate(blocks):
        if not labels[at]:
            years = [year for year in sections.years(block) if year not in metadata.forbid_years]
            labels[at] = tuple(YearLabel(year, inherited=True) for year in years)
    return YearLabels(tuple(labels), time.year, time.date, time.inferred, time.reason, tuple(rejected), time.in_force)


def _label_block(
    block: Block, mentions: Sequence[Mention], time: DocumentTime, metadata: Metadata
) -> tuple[tuple[YearLabel, ...], tuple[Rejection, ...]]:
    found, refused = _resolved(block, mentions, time)
    spans: dict[int, list[Span]] = {}
    stated: set[int] = set()
    for one in found:
        for year in one.years:
            if year in metadata.forbid_years:
                refused.append(_refusal(block, one.mention, "使用者排除了这一年"))
                continue
            spans.setdefault(year, []).append(one.span)
            since = one.mention.kind is MentionKind.SINCE and year == one.mention.first and one.mention.form != "era"
            if since or not one.relative:
                stated.add(year)
    open_from = {one.mention.first for one in found if one.mention.kind is MentionKind.SINCE and not one.closed}
    labels = {y: YearLabel(y, resolved=y not in stated, evidence=tuple(s), open=y in open_from) for y, s in spans.items()}
    for year in metadata.years:
        old = labels.get(year)
        labels[year] = YearLabel(year, evidence=old.evidence if old else (), origin=Origin.USER)
    return tuple(labels[y] for y in sorted(labels)), tuple(refused)


@dataclass(frozen=True, slots=True)
class _DatedMention:
    """A mention with its years. `relative`: the document's own date was needed; `closed`: prose says where its interval ends."""

    mention: Mention
    span: Span
    years: Sequence[int]
    relative: bool
    closed: bool = False


def _resolved(block: Block, mentions: Sequence[Mention], time: DocumentTime) -> tuple[list[_DatedMention], list[Rejection]]:
    """Mentions with their years, those that prose makes one range (从2016年起，到2018年底) joined."""
    found: list[_DatedMention] = []
    refused: list[Rejection] = []
    context: int | None = None
    near = False
    for mention in mentions:
        years, relative, reason = resolve(mention, time, None if _is_dateline(block.text, mention.span) else context)
        if reason:
            refused.append(_refusal(block, mention, reason))
        if not years:
            near = False
            continue
        one = _DatedMention(mention, mention.span, years, relative)
        if near and (first := _range_start(block.text, found[-1], one)) is not None:
            before = found.pop()
            span = (before.span[0], mention.span[1])
            one = _DatedMention(before.mention, span, range(first, years[0] + 1), before.relative and relative, closed=True)
            years = one.years
        found.append(one)
        near = mention.kind in _ENDS and not one.closed
        if mention.kind in _SETS_CONTEXT and mention.form not in {"plan", "decade"} and not _is_birth(block.text, mention.span):
            context = years[-1]
    return found, refused


def _is_birth(text: str, span: Span) -> bool:
    """Whether a year is that in which someone was born: what is told next happened later (生于1972年，7月转任)."""
    return text.endswith(words_of("born", "before"), 0, span[0]) or text.startswith(words_of("born", "after"), span[1])


def _is_dateline(text: str, span: Span) -> bool:
    """Whether a day is that of the report, whatever year was spoken of before it (某报哈尔滨8月15日电)."""
    return text.startswith(words_of("sent"), span[1])


def _range_start(text: str, one: _DatedMention, two: _DatedMention) -> int | None:
    """The first year of the range two mentions make in prose (去年3月至今年5月); None where they make none."""
    if one.mention.form in _WHOLE or two.mention.form in _WHOLE or two.mention.kind is MentionKind.SINCE:
        return None
    since = one.mention.kind is MentionKind.SINCE
    first = one.mention.first if since else one.years[-1]
    if not 0 < two.years[0] - first <= LONGEST_RANGE:
        return None
    gap = text[one.span[1] : two.span[0]]
    led = any(word in text[max(0, one.span[0] - 1) : one.span[0] + 1] for word in "从自由")
    if not (gap.endswith(("到", "至")) or (two.mention.form == "cutoff" and (led or since))):
        return None
    plain = around("until").fullmatch(gap) and (led or since or not gap.startswith(("，", ",")))
    return first if plain or (led and around("until_words").fullmatch(gap)) else None


def _refusal(block: Block, mention: Mention, reason: str) -> Rejection:
    start, end = mention.span
    return Rejection("year", block.text[start:end], mention.span, reason)
