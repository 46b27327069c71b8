"""What figures and relations are answered with: rows with the clause that says them, pairs, comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from search.model import Figure, Relation
from search.present import notebook
from search.results.answers import Facets, QueryReading


@dataclass(frozen=True, slots=True)
class PairTable:
    """Who helps whom: pairs of a supporter (row) and a recipient (column) that a clause says, by region path."""

    supporters: tuple[tuple[str, str], ...]
    recipients: tuple[tuple[str, str], ...]
    cells: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure with where it is."""

    figure: Figure
    passage_id: str
    document_id: str
    document_title: str
    quote: str = ""
    """The clause it is in."""


@dataclass(frozen=True, slots=True, repr=False)
class FigureTable:
    """A page of the figures of the passages a query finds, filtered by their own values. `total` and `passages` are exact. `units` counts
    figures per unit and `pers` totals, rates and changes, for choosing one, most first. `sums` holds, of each unit, how many totals there
    are and what they add up to; `repeated` says that the page shows the same amount of the same subject more than once."""

    rows: tuple[FigureRow, ...]
    total: int
    units: tuple[tuple[str, int], ...]
    query: QueryReading
    passages: int = 0
    pers: tuple[tuple[str, int], ...] = ()
    sums: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    repeated: bool = False
    facets: Facets = field(default_factory=dict)
    """Where it was asked for: the figures' own years, places and types, counted in figures."""
    yearly: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    """Where it was asked for: of each year, how many totals are of it alone, and what they add up to."""
    compared: Comparison | None = None

    def __repr__(self) -> str:
        return f"<FigureTable: {self.total} figures, here {len(self.rows)}>"

    def __iter__(self) -> Iterator[FigureRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _repr_html_(self) -> str:
        return notebook.figures_html(self.rows, f"{self.query.text or '全部'}：{self.total} 个数据")

    def to_pandas(self) -> Any:
        """The figures of this page as a data frame. Raises BadRequest where pandas is not installed."""
        return notebook.figures_frame(self.rows)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Totals of one unit held against each other: sums said in several passages, how many are parts of another, and pairs that are said of
    the same thing, years and places and cannot both be so. `complete` is False where there were too many to read all, `repetitions` counts
    the sums said in several passages, of which the first are in `repeated`, and `all_contradictions` is False where there may be more."""

    repeated: tuple[tuple[FigureRow, ...], ...]
    parts: int
    contradictions: tuple[tuple[FigureRow, FigureRow], ...]
    complete: bool
    repetitions: int = 0
    all_contradictions: bool = True


@dataclass(frozen=True, slots=True)
class RelationEvidence:
    """A clause that says so: code points `start`–`end` of a passage, and what it says."""

    passage_id: str
    document_id: str
    document_title: str
    start: int
    end: int
    quote: str
    relation: Relation
    programs: tuple[str, ...] = ()
    """The types of aid that its passage speaks of."""


@dataclass(frozen=True, slots=True)
class ClauseTable:
    """A page of clauses that say who helps whom, as the documents have them. `total` is exact."""

    rows: tuple[RelationEvidence, ...]
    total: int


@dataclass(frozen=True, slots=True)
class RelationRow:
    """Who helps whom, by all the clauses that say so. `kinds` are those the clauses name, most often first; `since` is the earliest and
    `until` the latest year any of them names, `sinces` are all beginnings where they disagree, `years` those it is said of. `said`
    counts the clauses, of which `evidence` holds some: those that say a beginning first."""

    supporter: str
    recipient: str
    kinds: tuple[str, ...]
    since: int | None
    until: int | None
    sinces: tuple[int, ...]
    years: tuple[int, ...]
    said: int
    evidence: tuple[RelationEvidence, ...]


@dataclass(frozen=True, slots=True)
class AmountSaid:
    """An amount of money or people of a pair, with the clause that says it first."""

    figure: Figure
    clause: RelationEvidence


@dataclass(frozen=True, slots=True)
class PairYear:
    """What is said of a pair in a year or span of years (none: of no year): in how many clauses, and with how much."""

    years: tuple[int, ...]
    said: int
    amounts: tuple[AmountSaid, ...]


@dataclass(frozen=True, slots=True)
class PairRecord:
    """One pair of who helps whom. `row` counts over all clauses, `clauses` is a page of them, `years` and `programs` are worked out over
    all (`complete` is False where there are too many to read)."""

    row: RelationRow
    clauses: ClauseTable
    years: tuple[PairYear, ...]
    programs: tuple[tuple[str, int], ...]
    complete: bool


@dataclass(frozen=True, slots=True, repr=False)
class RelationTable:
    """A page of relations. `total` counts pairs, `said` the clauses behind them. `kinds` counts clauses per kind, for choosing one.
    `pairs` holds all pairs with their clauses, for matrices."""

    rows: tuple[RelationRow, ...]
    total: int
    said: int
    kinds: tuple[tuple[str, int], ...]
    pairs: Mapping[tuple[str, str], int]
    query: QueryReading

    def __repr__(self) -> str:
        return f"<RelationTable: {self.total} pairs, said {self.said} times, here {len(self.rows)}>"

    def __iter__(self) -> Iterator[RelationRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def _repr_html_(self) -> str:
        return notebook.relations_html(self.rows, f"{self.total} 对，{self.said} 句")

    def to_pandas(self) -> Any:
        """The pairs of this page as a data frame. Raises BadRequest where pandas is not installed."""
        return notebook.relations_frame(self.rows)


@dataclass(frozen=True, slots=True)
class Told:
    """The answer of the records to a question such as 谁帮助赤城县. `asks` is `who`, `whom`, `since` or `amount`; nothing is in `relations`
    and `figures` where the collection does not say. `total` counts pairs or amounts, of which the first are given; `complete` is False
    where there are more amounts than were read to tell which were given."""

    asks: str
    supporter: str = ""
    recipient: str = ""
    year: int | None = None
    relations: tuple[RelationRow, ...] = ()
    figures: tuple[FigureRow, ...] = ()
    total: int = 0
    complete: bool = True
