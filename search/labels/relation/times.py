"""When and how much: the years, money and people of the sentence that says who helps whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from search.labels.relation.table import relation_table
from search.model import Figure, Party, Relation, Span, YearLabel

_SENTENCE: Final = re.compile("[。！？\n]")
_CLAUSE: Final = re.compile("[，。；！？\n]")
_SINCE: Final = re.compile("(?:年(?:[0-9]{1,2}月)?)?(?:以来|起|开始|至今|始)")
_BEGAN: Final = ("始于", "起于", "自", "从", "始自")
_FROM: Final = "自从"
_MOST: Final = 400
"""How far before a clause its sentence is looked for, in characters."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who helps whom, as a range of a text says it."""

    giver: Party
    taker: Party
    kind: str
    start: int
    end: int
    verb: str
    lasting: bool = True
    """Says that they are paired, not only that one gave the other something."""
    deed: bool = False
    """Tells who was sent: 2019年以来 says only that more were."""


def with_times(text: str, found: Sequence[Said], years: Sequence[YearLabel], figures: Sequence[Figure]) -> tuple[Relation, ...]:
    """What was said as relations, each with the years, the money and the people of its sentence."""
    table = relation_table()
    expressions: dict[Span, list[int]] = {}
    for label in years:
        for span in label.evidence:
            expressions.setdefault(span, []).append(label.year)
    named = sorted((span, tuple(sorted(years))) for span, years in expressions.items())
    starts = [one.start for one in found]
    relations: list[Relation] = []
    for at, one in enumerate(found):
        first, last = _around(text, one.start, one.end)
        sentence = _sentence(text, one.start, one.end)
        following = next((start for start in starts[at + 1 :] if start >= one.end), sentence[1])
        own = [f for f in figures if one.start <= f.start < min(following, sentence[1])]
        others = [(other.start, other.end) for other in found[:at] if other.giver != one.giver and other.end <= one.start]
        own_times = [item for item in named if not any(low <= item[0][0] < high for low, high in others)]  # 甲自2010年起援建A，乙支援B
        since, until, spoken = _times(text, one, own_times, sentence)
        relations.append(
            Relation(
                supporter=one.giver,
                recipient=one.taker,
                kind=one.kind,
                start=first,
                end=last,
                since=since,
                until=until,
                years=spoken,
                amounts=tuple(f for f in own if len(f.unit) == 3 and f.unit.isascii() and f.change is None),
                people=tuple(f for f in own if f.unit in {"人", "人次"} and table.people.search(f.subject)),
            )
        )
    return tuple(relations)


def _times(
    text: str, one: Said, named: Sequence[tuple[Span, tuple[int, ...]]], sentence: Span
) -> tuple[int | None, int | None, tuple[int, ...]]:
    near = [(span, years) for span, years in named if sentence[0] <= span[0] and span[1] <= one.end]
    if not near:
        near = [(span, years) for span, years in named if one.end <= span[0] and span[1] <= sentence[1]][:1]
    if not near:
        return None, None, ()
    (start, end), years = near[-1]
    if not one.lasting:
        return None, None, years
    if one.deed and "以来" in text[start : end + 2]:
        return None, None, years
    counted = "大" not in text[start:end] and "会" not in text[start:end]  # 党的十八大以来 is how texts begin, not when this did
    if (_SINCE.search(text, start, end + 2) is not None and counted) or text.endswith(_BEGAN, 0, start) or text[start] in _FROM:
        return years[0], None, years
    if len(years) > 1:
        return (
            (years[0], years[-1], years)
            if re.search("[0-9一二三四五]", text[start:end]) and not text[start:end].endswith("来")
            else (None, None, years)
        )
    begins = relation_table().begins.search(text, end, min(sentence[1], end + 40)) if end <= one.end else None
    return (years[0] if begins else None), None, years


def _around(text: str, start: int, end: int) -> Span:
    """The clauses of a range, whole."""
    first = max((match.end() for match in _CLAUSE.finditer(text, max(0, start - 60), start)), default=max(0, start - 60))
    stop = _CLAUSE.search(text, end)
    return first, stop.start() if stop else len(text)


def _sentence(text: str, start: int, end: int) -> Span:
    first = max((text.rfind(mark, max(0, start - _MOST), start) for mark in "。！？\n"), default=-1) + 1
    stop = _SENTENCE.search(text, end)
    return first, stop.start() if stop else len(text)
