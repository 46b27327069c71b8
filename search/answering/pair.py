"""One pair of who helps whom, by every clause that says so: with how much in which year, by which programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from search.results import AmountSaid, PairYear, RelationEvidence

MOST_READ: Final = 5_000
"""Clauses of a pair that are read for its years and programs; beyond them the page says that it knows only so many."""


def by_year(clauses: Iterable[RelationEvidence]) -> tuple[PairYear, ...]:
    """What is said of each year or span of years, the newest first, those without a year last. An amount belongs to its own years, else to
    those of its clause; amounts said again in another clause are one."""
    said: Counter[tuple[int, ...]] = Counter()
    amounts: dict[tuple[int, ...], dict[tuple[object, ...], AmountSaid]] = {}
    for clause in clauses:
        said[clause.relation.years] += 1
        for figure in (*clause.relation.amounts, *clause.relation.people):
            years = figure.years or clause.relation.years
            known = amounts.setdefault(years, {})
            known.setdefault((figure.value, figure.unit, figure.subject, figure.per), AmountSaid(figure, clause))
    spans = sorted({*said, *amounts}, key=lambda years: (not years, tuple(-year for year in reversed(years)), len(years)))
    return tuple(PairYear(years, said[years], tuple(amounts.get(years, {}).values())) for years in spans)


def programs(clauses: Sequence[RelationEvidence]) -> tuple[tuple[str, int], ...]:
    """The program types of the passages that say so, with how many clauses stand in one of each, most first."""
    counts = Counter(key for clause in clauses for key in clause.programs)
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
