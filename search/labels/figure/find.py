"""Figures of a block: amounts with their units, normalised, with what they count, when, where, and per what.

`9801万元` is 98,010,000 CNY; `3000余人` is at least 3,000 人; `800元~10,000元` is two figures, the floor and the ceiling; `500元/亩` is
per 亩.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from search.labels.figure.amount import Amount, amounts, doubled
from search.labels.figure.grammar import figure_data
from search.labels.figure.number import plain_form
from search.labels.figure.rate import change_of, clause_start, is_base, per_of, rate_end
from search.labels.figure.scope import FigureScopes, Whole
from search.labels.figure.subject import counts_one_kind, is_deed, is_undone, subject_span
from search.model import Block, Figure, ProgramLabel, RegionLabel, Span, YearLabel
from search.text.fold import read_plainly

_ALONE: Final = Whole()
_HOMES: Final = frozenset({"户", "人"})
_SHARES: Final = frozenset({"%", "百分点", "‰", "基点"})
_REACH: Final = 150
"""So far before an amount one of its unit may say what both count, in characters."""
_BATCHES: Final = frozenset({"批", "批次"})
_TOGETHER: Final = frozenset({"人", "人次"})

_VERBS: Final = frozenset({"", "投入", "投资", "安排", "支持", "捐赠", "捐款", "援助", "资助", "补助"})
"""Subjects that say what was done with an amount and not what it is: of a part, that is what the whole is."""


@lru_cache(maxsize=1)
def _words() -> dict[str, re.Pattern[str]]:
    """The patterns of what stands between two amounts."""
    return {name: re.compile(pattern) for name, pattern in figure_data()["between"].items()}


def find_figures(
    block: Block,
    years: Sequence[YearLabel] = (),
    regions: Sequence[RegionLabel] = (),
    programs: Sequence[ProgramLabel] = (),
    whole: Whole = _ALONE,
) -> tuple[Figure, ...]:
    """All figures of a block in order; spans do not overlap, `text` is `block.text[start:end]`."""
    text = block.text
    if not _words()["any"].search(text):
        return ()
    plain = plain_form(read_plainly(text))
    found = _amounts(plain)
    if not found:
        return ()
    scopes = FigureScopes(plain, block.section, years, regions, programs, [(a.start, a.end) for a in found], [a.unit for a in found], whole)
    places = sorted({span for label in regions for span in label.evidence})
    subjects = _subjects(text, plain, found, places)
    figures: list[Figure] = []
    for at, amount in enumerate(found):
        before = found[at - 1] if at else None
        bound = before.end if before else 0
        clause = clause_start(plain, amount.start)
        per = figures[-1].per if amount.pair and figures else per_of(plain, amount.start, amount.end, bound, clause)
        change = figures[-1].change if amount.pair and figures else change_of(plain, amount.start, amount.unit, clause)
        if change is None and per is None and before is not None and before.unit == amount.unit and _listed(plain, before, amount):
            per, change = figures[-1].per, figures[-1].change  # 分别增长5%、7%; 人均收入3万元和9000元
        if per is None and change is None and before is not None and _follows(plain, before, amount):
            per = figures[-1].per  # 人均收入从5600元增加到11340元
        if amount.change and change is None:
            change = ""
        scope = scopes.of(at)
        figures.append(
            Figure(
                text=text[amount.start : amount.end],
                value=float(amount.value),
                unit=amount.unit,
                start=amount.start,
                end=amount.end,
                qualifier=amount.qualifier,
                subject=subjects[at],
                years=scope.years,
                regions=scope.regions,
                per=per,
                change=change,
                programs=scope.programs,
                roles=scope.roles,
                years_from=scope.years_from,
                regions_from=scope.regions_from,
                programs_from=scope.programs_from,
            )
        )
    return tuple(figures)


def _subjects(text: str, plain: str, found: Sequence[Amount], places: Sequence[Span]) -> list[str]:
    """What each amount counts: by the words beside it, else what the amount before it counts where it goes on from there."""
    subjects: list[str] = []
    taken = 0
    for at, amount in enumerate(found):
        before = found[at - 1] if at else None
        ceiling = found[at + 1] if at + 1 < len(found) and found[at + 1].pair else amount
        bound = max(taken, before.end) if before else 0
        span = amount.noun or subject_span(plain, amount.start, _chain_end(found, at, ceiling.end), amount.unit, places, bound)
        own = before is not None and amount.start == before.end and (span[0] >= amount.end or amount.noun)  # 5县36个|乡镇: its own noun
        subject = text[slice(*span)]
        taken = span[1] if span[0] >= amount.end else 0
        if before is not None and subjects[-1]:
            follows = _follows(plain, before, amount) and (not own or is_deed(subject))
            if follows or (subject in _VERBS and _goes_on(plain, before, amount)):
                subject = subjects[-1]
        if (not subject or is_undone(subject)) and counts_one_kind(amount.unit):
            subject = _counted_before(found, subjects, at)
        subjects.append(subject)
    _respectively(plain, found, subjects)
    for at in range(len(found) - 1, 0, -1):
        before, amount = found[at - 1], found[at]
        alike = before.unit == amount.unit or {before.unit, amount.unit} == _HOMES
        listed = alike and subjects[at - 1] in _VERBS and _listed(plain, before, amount)  # 51万元、|49万元助残资金
        unnamed = _words()["sending"].fullmatch(subjects[at - 1])
        in_batches = (
            before.unit in _BATCHES and unnamed and _words()["batches"].fullmatch(plain, before.end, amount.start)
        )  # 分10批选派|53名党政干部
        if listed or (in_batches and amount.unit == "人"):
            subjects[at - 1] = subjects[at]
    return subjects


def _respectively(plain: str, found: Sequence[Amount], subjects: list[str]) -> None:
    """Give each amount of a list behind 分别 what it is of, where as many things are listed before (甲贷款、乙贷款分别新增5亿元、3亿元)."""
    for at, amount in enumerate(found[:-1]):
        told = _words()["respectively"].search(plain, found[at - 1].end if at else 0, amount.start)
        if told is None:
            continue
        last = at + 1
        while last < len(found) and found[last].unit == amount.unit and _listed(plain, found[last - 1], found[last]):
            last += 1
        things = _words()["listed"].split(told["things"])
        if len(things) == last - at > 1 and subjects[at].endswith(things[-1][-2:]):
            subjects[at:last] = things


def _counted_before(found: Sequence[Amount], subjects: Sequence[str], at: int) -> str:
    """What the last amount of the same unit counts, near before this one."""
    for earlier in range(at - 1, -1, -1):
        if found[at].start - found[earlier].end > _REACH:
            break
        if found[earlier].unit == found[at].unit and subjects[earlier] not in _VERBS:
            return subjects[earlier]
    return ""


def _goes_on(plain: str, before: Amount, amount: Amount) -> bool:
    """Whether an amount without a noun of its own is of what the one before it is of: a part, the next of a list, the change to it."""
    between = plain[before.end : amount.start]
    if _words()["change_of"].fullmatch(between):
        return True
    if {before.unit, amount.unit} <= _SHARES and _listed(plain, before, amount):
        return True
    if {before.unit, amount.unit} == _HOMES and _listed(plain, before, amount):
        return True
    return before.unit == amount.unit and bool(_words()["part"].fullmatch(between) or _words()["listed"].fullmatch(between))


def _listed(plain: str, before: Amount, amount: Amount) -> bool:
    return bool(_words()["listed"].fullmatch(plain, before.end, amount.start))


def _follows(plain: str, before: Amount, amount: Amount) -> bool:
    """Whether an amount counts what the one before it counts: the ceiling of a range, one that stands against it (14期554人次), the level
    it rose to (由12户增加到30户)."""
    if amount.pair:
        return True
    if before.end == amount.start:
        return before.unit != "CNY"
    return before.unit == amount.unit and bool(_words()["reached"].fullmatch(plain, before.end, amount.start))


def _amounts(plain: str) -> list[Amount]:
    found = [amount for amount in amounts(plain) if not is_base(plain, amount.start)]
    if "翻" in plain:
        found = sorted([*found, *doubled(plain)], key=lambda amount: amount.start)
        found = [amount for at, amount in enumerate(found) if not at or amount.start >= found[at - 1].end]
    if not found:
        return found
    bounds = [*(amount.start for amount in found[1:]), len(plain)]
    return [_with_rate(amount, plain, bound) for amount, bound in zip(found, bounds, strict=True)]


def _chain_end(found: Sequence[Amount], at: int, end: int) -> int:
    """Where the last of the amounts ends that stand one against the other and count the same (4批24名|干部)."""
    for following in found[at + 1 :]:
        if following.start != end or following.unit not in _TOGETHER:
            break
        end = following.end
    return end


def _with_rate(amount: Amount, plain: str, bound: int) -> Amount:
    end = rate_end(plain, amount.end)
    if end == amount.end or end > bound:
        return amount
    return Amount(amount.start, end, amount.value, amount.unit, amount.qualifier, amount.noun, amount.change, amount.pair)
