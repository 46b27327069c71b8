"""Figures of one unit held against each other: what is said twice, what is part of another, what cannot both be so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import combinations, islice
from typing import Final

from search.answering.record_questions import question_words
from search.model import Figure
from search.results import Comparison, FigureRow

MOST_READ: Final = 2_000
"""Totals of a unit that are read to be compared; beyond them the page says that only so many were."""
MOST_SHOWN: Final = 20
"""Repetitions and contradictions listed, and sums of one thing held against each other; beyond them it is said that there may be more."""
_HEAD: Final = 2
"""Characters at the end of two subjects that must be the same for them to be of one thing."""


@lru_cache(maxsize=2)
def _said(name: str) -> re.Pattern[str]:
    return re.compile(question_words()["compared"][name])


def compare(rows: Sequence[FigureRow], *, complete: bool) -> Comparison:
    """What must be known before totals are added up. Rates and changes among the rows are left out."""
    totals = [row for row in rows if row.figure.per is None and row.figure.change is None]
    repeated, of_one_thing = list(_repeated(totals)), _of_one_thing(totals)
    contradictions = list(islice(_contradictions(of_one_thing), MOST_SHOWN + 1))
    return Comparison(
        repeated=tuple(repeated[:MOST_SHOWN]),
        parts=sum(is_part(row) for row in totals),
        contradictions=tuple(contradictions[:MOST_SHOWN]),
        complete=complete,
        repetitions=len(repeated),
        all_contradictions=len(contradictions) <= MOST_SHOWN and all(len(group) <= MOST_SHOWN for group in of_one_thing),
    )


def is_part(row: FigureRow) -> bool:
    """Whether the clause says that the figure is part of another (其中)."""
    return bool(_said("part").search(row.quote.partition(row.figure.text)[0]))


def _repeated(rows: Iterable[FigureRow]) -> Iterable[tuple[FigureRow, ...]]:
    """The same sum of the same thing in several passages."""
    groups: dict[tuple[object, ...], list[FigureRow]] = {}
    for row in rows:
        figure = row.figure
        groups.setdefault((figure.value, figure.unit, figure.subject[-_HEAD:], figure.years), []).append(row)
    for group in groups.values():
        if len({row.passage_id for row in group}) > 1:
            yield tuple(group)


def _of_one_thing(rows: Iterable[FigureRow]) -> list[list[FigureRow]]:
    """The sums that say of what, where and when, those of one unit, thing and time together."""
    groups: dict[tuple[object, ...], list[FigureRow]] = {}
    for row in rows:
        if row.figure.years and row.figure.regions and len(row.figure.subject) >= _HEAD:
            groups.setdefault((row.figure.unit, row.figure.years, row.figure.subject[-_HEAD:]), []).append(row)
    return list(groups.values())


def _contradictions(groups: Iterable[Sequence[FigureRow]]) -> Iterable[tuple[FigureRow, FigureRow]]:
    """Two sums of the same thing, years and places that differ by more than rounding, in two passages; at least one is said of a whole."""
    for group in groups:
        for one, other in combinations(group[:MOST_SHOWN], 2):
            if one.passage_id != other.passage_id and _differ(one.figure, other.figure) and (_is_whole(one) or _is_whole(other)):
                yield one, other


def _differ(one: Figure, other: Figure) -> bool:
    places, others = set(one.regions), set(other.regions)
    if not (places <= others or others <= places) or one.qualifier or other.qualifier:
        return False
    low, high = sorted((abs(one.value), abs(other.value)))
    # A part is no contradiction of its whole, however small: only sums of one size are told apart as two tellings of one.
    return low > 0 and 1.01 < high / low < 1.5


def _is_whole(row: FigureRow) -> bool:
    return len(row.figure.years) > 1 or bool(_said("whole").search(row.quote))
