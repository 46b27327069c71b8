"""Figures of a block: amounts with their units, normalised, with what they count.

`9801万元` is 98,010,000 CNY; `3000余人` is at least 3,000 人; `800元~10,000元` is two figures, the floor and the ceiling.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from search.labels.figure.grammar import MULTIPLIERS, FigureTable, figure_table
from search.labels.figure.subject import subject_span
from search.labels.numerals import CHINESE_DIGIT, chinese_value
from search.model import Block, Figure, Qualifier, RegionLabel, Span, YearLabel
from search.text.fold import read_plainly

_ASCII: Final = str.maketrans("０１２３４５６７８９．。，", "0123456789..,")
_START: Final = re.compile("(?<![A-Za-z0-9０-９.．])[0-9０-９一二两三四五六七八九十百千]")
"""Where an amount may begin: not in the midst of a number or a word."""
_STOP: Final = re.compile("。")
_APPROX_BEFORE: Final = re.compile("(?:将?近|约|大约|大概|接近|上下|约为|约有|约达) ?$")
_LEAST_BEFORE: Final = re.compile(
    "(?:(?<![不未])超过?|逾|突破|至少|不低于|不少于|不小于|(?<!不)高于|(?<!不)多于|(?<!不)大于|(?<![以之马])上) ?$"
)
_MOST_BEFORE: Final = re.compile(
    "(?:不超过?|不高于|不大于|不多于|未超过?|至多|最多|不足|不到|(?<!不)低于|(?<!不)少于|(?<!不)小于|控制在) ?$"
)
_APPROX_AFTER: Final = re.compile(" ?(?:左右|上下)")
_LEAST_AFTER: Final = re.compile(" ?(?:以上|及以上|之多)")
_MOST_AFTER: Final = re.compile(" ?(?:以下|及以下|以内|之内)")


def find_figures(block: Block, years: Sequence[YearLabel] = (), regions: Sequence[RegionLabel] = ()) -> tuple[Figure, ...]:
    """All figures of a block in order; spans do not overlap, `text` is `block.text[start:end]`.

    A figure's years are those named nearest before it in the block, its regions those named in its sentence.
    """
    text = block.text
    if not _START.search(text):
        return ()
    table = figure_table()
    found: list[Figure] = []
    folded = read_plainly(text)
    amounts = list(_matches(folded, table))
    if not amounts:
        return ()
    context = _Context.of(text, years, regions)
    for match in amounts:
        for start, end, value, unit, qualifier in _read(match, folded, table):
            follows = bool(found) and found[-1].end == start and bool(found[-1].subject)  # 14期554人次: both count the same thing
            subject = found[-1].subject if follows else text[slice(*subject_span(folded, match.start(), match.end(), unit))]
            dated, placed = context.years_at(start), context.places_at(start, end)
            found.append(Figure(text[start:end], float(value), unit, start, end, qualifier, subject, dated, placed))
    return tuple(found)


def _matches(text: str, table: FigureTable) -> Iterator[re.Match[str]]:
    """Amounts with a unit, and of money without one, in order, none overlapping. Only where a numeral stands is looked at."""
    done = 0
    for numeral in _START.finditer(text):
        at = numeral.start()
        if at < done:
            continue
        match = table.pattern.match(text, at) or table.bare_money.match(text, at)
        if match is None or (match.re is table.bare_money and not table.money_before.search(text, max(0, at - 12), at)):
            continue
        done = match.end()
        yield match


Amount = tuple[int, int, Decimal, str, Qualifier | None]


def _read(match: re.Match[str], text: str, table: FigureTable) -> Iterator[Amount]:
    if match.re is table.bare_money:
        money = _number(match["number"])
        if money is not None:
            yield (*match.span(), money * MULTIPLIERS[match["times"]], "CNY", _qualifier(match, text, match.start()))
        return
    if match["percent"]:
        value = _percent(match["percent"])
        if value is not None:
            yield (*match.span(), value, "%", _qualifier(match, text, match.start()))
        return
    if _is_name(match, text, table):
        return
    unit = table.units[match["unit"]]
    value = _number(match["number"])
    if value is None:
        return
    factor = MULTIPLIERS.get(match["times"] or "", 1)
    if not match["low"]:
        yield (*match.span(), value * factor, unit, _qualifier(match, text, match.start()))
        return
    low = _number(match["low"])
    low_unit = table.units[match["low_unit"]] if match["low_unit"] else unit
    start = match.start("number")
    if low is None or (low_unit == unit and low > value and not match["low_times"]):
        yield (start, match.end(), value * factor, unit, _qualifier(match, text, start))
        return
    spoken = low_unit != unit
    own = match["low_times"] or match["low_unit"]
    low_end = max(match.end("low"), match.end("low_times"), match.end("low_unit"))
    low_value = low * (MULTIPLIERS.get(match["low_times"] or "", 1) if own else factor)
    yield (match.start("low"), low_end, low_value, low_unit, None if spoken else Qualifier.AT_LEAST)
    yield (start, match.end(), value * factor, unit, None if spoken else Qualifier.AT_MOST)


def _number(text: str) -> Decimal | None:
    plain = text.translate(_ASCII).replace(",", "")
    if plain[:1].isdigit() and plain.isascii():
        return Decimal(plain)
    value = chinese_value(text)
    return None if value is None else Decimal(value)


def _percent(text: str) -> Decimal | None:
    whole, point, decimals = text.partition("点")
    value = _number(whole)
    if value is None or not point:
        return value
    return value + Decimal("0." + "".join(str(chinese_value(c)) for c in decimals))


def _is_name(match: re.Match[str], text: str, table: FigureTable) -> bool:
    """Chinese numerals that are idiom or name, not amount (一个, 千家万户, 八项规定), and headings (4个方面)."""
    start, end = match.span()
    number, unit = match["number"], match["unit"]
    if text.startswith("级", end):
        return True  # 千万吨级煤矿 names a size
    if unit in {"个", "项", "条", "件"} and text.startswith(table.abstract, end):
        return True
    if number[0] in "0123456789０１２３４５６７８９":
        return False
    if text.startswith(table.stop, start) or match["low"]:
        return True
    counted = bool(match["more"] or match["more2"] or _qualifier(match, text, start))
    if number == "一" or (number in {"百", "千", "十百", "百千"} and not counted):
        return number != "一" or not match["times"]
    before, after = text[start - 1 : start], text[end : end + 1]
    if before in {"“", "‘", "《", "「"} or after in {"”", "’", "》", "」"}:
        return True
    return len(number) == 1 and number in CHINESE_DIGIT and not counted and unit in table.idiomatic


def _qualifier(match: re.Match[str], text: str, start: int) -> Qualifier | None:
    before, end = text[max(0, start - 5) : start], match.end()
    if _MOST_BEFORE.search(before) or _MOST_AFTER.match(text, end):
        return Qualifier.AT_MOST
    if _LEAST_BEFORE.search(before) or _LEAST_AFTER.match(text, end):
        return Qualifier.AT_LEAST
    if _APPROX_BEFORE.search(before) or _APPROX_AFTER.match(text, end):
        return Qualifier.APPROX
    more = match["more"] or match["more2"]
    if more:
        return Qualifier.APPROX if more == "来" else Qualifier.AT_LEAST
    return None


@dataclass(frozen=True, slots=True)
class _Context:
    """Where a block names times and places, laid out once so that each figure finds its own by bisection."""

    stops: tuple[int, ...]
    times: tuple[Span, ...]
    years: dict[Span, tuple[int, ...]]
    places: tuple[tuple[int, str], ...]
    all_places: tuple[str, ...]
    named: dict[Span, tuple[str, ...]] = field(default_factory=dict)
    """What `places_at` found for a stretch of `places`."""

    @classmethod
    def of(cls, text: str, years: Sequence[YearLabel], regions: Sequence[RegionLabel]) -> _Context:
        """The context of a block with these labels."""
        named: dict[Span, list[int]] = {}
        for label in years:
            for span in label.evidence:
                named.setdefault(span, []).append(label.year)
        places = sorted((span[0], region.path) for region in regions for span in region.evidence)
        times = {span: tuple(sorted(found)) for span, found in named.items()}
        stops = tuple(match.start() for match in _STOP.finditer(text))
        return cls(stops, tuple(sorted(times)), times, tuple(places), tuple(dict.fromkeys(r.path for r in regions)))

    def years_at(self, start: int) -> tuple[int, ...]:
        """Years of the time expression nearest before `start`; of one later in the same sentence, if none stands before."""
        at = bisect_right(self.times, (start, start))
        if at:
            return self.years[self.times[at - 1]]
        stop = bisect_left(self.stops, start)
        if at < len(self.times) and (stop == len(self.stops) or self.times[at][0] < self.stops[stop]):
            return self.years[self.times[at]]
        return ()

    def places_at(self, start: int, end: int) -> tuple[str, ...]:
        """Places named in the sentence of the figure; without any, all places the passage has."""
        before, after = bisect_left(self.stops, start), bisect_left(self.stops, end)
        low = bisect_left(self.places, (self.stops[before - 1] + 1, "")) if before else 0
        high = bisect_left(self.places, (self.stops[after], "")) if after < len(self.stops) else len(self.places)
        if (low, high) not in self.named:
            self.named[low, high] = tuple(dict.fromkeys(path for _, path in self.places[low:high])) or self.all_places
        return self.named[low, high]
