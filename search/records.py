"""Figures and relations as rows: what each can be filtered and counted by, and what is asked of them.

A record belongs to a passage; it is found through the passages a query finds, and by values of its own: a figure's own year is not its
passage's. Every engine filters by `record_values`, so that all of them mean the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from search.errors import BadRequest
from search.fields import BY_NAME, UNLABELLED
from search.labels.figure.number import PLAIN, read_number
from search.model import Figure, Passage, Relation, Role
from search.query.plan import All, Measure, Node
from search.question import NO_CHOICE, NO_FILTERS, Choice, Filters

TOTAL, RATE, CHANGE = "total", "rate", "change"
"""Values of `per` beside what rates are per: amounts that can be added up, all rates, all changes."""


class RecordKind(StrEnum):
    """What a row is."""

    FIGURE = "figure"
    RELATION = "relation"


class RecordSort(StrEnum):
    """DOCUMENT: as the documents have them. VALUE_*: by the value of a figure, by the first year of a relation; ties as they stand.
    YEAR_*: by latest (desc) or earliest (asc) year; those without one last."""

    DOCUMENT = "document"
    VALUE_DESC = "value-desc"
    VALUE_ASC = "value-asc"
    YEAR_DESC = "year-desc"
    YEAR_ASC = "year-asc"


FIELDS: Mapping[RecordKind, tuple[str, ...]] = {
    RecordKind.FIGURE: ("unit", "per", "year", "region", "program", "supporter", "recipient"),
    RecordKind.RELATION: ("kind", "year", "since", "until", "region", "supporter", "recipient", "pair"),
}
"""What each kind of row can be filtered and counted by."""
_NONE = (UNLABELLED,)
COUNTED: Mapping[RecordKind, tuple[str, ...]] = {RecordKind.FIGURE: ("unit", "per"), RecordKind.RELATION: ("kind",)}
"""The fields whose values are counted where a request does not say, for choosing one."""
OPEN = "open"
"""The value of `until` of relations that are said to begin and not to end."""


@dataclass(frozen=True, slots=True)
class RecordFilters:
    """Choices in a record's own fields, by name, those without a choice left out; bounds of the value, ends included; and conditions, of
    which a figure has to meet one where there are any."""

    choices: tuple[tuple[str, Choice], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    measures: tuple[Measure, ...] = ()

    @classmethod
    def of(cls, minimum: float | None = None, maximum: float | None = None, **choices: Choice) -> RecordFilters:
        """Filters with these choices."""
        kept = tuple((name, choice) for name, choice in sorted(choices.items()) if choice != NO_CHOICE)
        return cls(kept, minimum, maximum)


@dataclass(frozen=True, slots=True)
class RecordRequest:
    """The rows of the passages that match `plan` under `filters`, of those that `where` lets through: a page from `offset` on."""

    kind: RecordKind = RecordKind.FIGURE
    plan: Node = field(default_factory=All)
    filters: Filters = NO_FILTERS
    where: RecordFilters = RecordFilters()
    sort: RecordSort = RecordSort.DOCUMENT
    offset: int = 0
    limit: int = 50
    counted: tuple[str, ...] | None = None
    """The fields whose values are counted; None: those of `COUNTED`."""
    yearly: bool = False
    """Whether totals are added up year by year, too."""

    @property
    def fields_counted(self) -> tuple[str, ...]:
        """The fields whose values are counted."""
        return COUNTED[self.kind] if self.counted is None else self.counted


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record by its passage and its place among the passage's own."""

    passage: Passage
    at: int

    @property
    def figure(self) -> Figure:
        """The figure it is."""
        return self.passage.figures[self.at]

    @property
    def relation(self) -> Relation:
        """The relation it is."""
        return self.passage.relations[self.at]


@dataclass(frozen=True, slots=True)
class RecordResult:
    """A page of rows. `total` and `passages` (that they stand in) are exact. `counts` holds, of each counted field, value → rows, its own
    inclusions left out. `sums` holds, of each unit, how many totals there are and what they add up to: rates and changes are never added.
    `pairs` holds, of relations, (supporter, recipient) → rows."""

    rows: tuple[RecordRow, ...]
    total: int
    passages: int
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    sums: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    pairs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    yearly: Mapping[int, tuple[int, float]] = field(default_factory=dict)
    """Where it was asked for: of each year, how many totals are of this year alone, and what they add up to."""


def records_of(passage: Passage, kind: RecordKind) -> tuple[Figure | Relation, ...]:
    """The records of a passage."""
    return passage.figures if kind is RecordKind.FIGURE else passage.relations


def record_values(record: Figure | Relation) -> dict[str, tuple[str, ...]]:
    """The values a record has in each of its fields; places with every ancestor; `none` where there is none."""
    values = _figure_values(record) if isinstance(record, Figure) else _relation_values(record)
    return {name: _tidy(found) for name, found in values.items()}


def _tidy(found: Iterable[str]) -> tuple[str, ...]:
    told = tuple(found)
    return told if len(told) == 1 else tuple(sorted(set(told))) or _NONE


def _figure_values(figure: Figure) -> dict[str, Iterable[str]]:
    sides = list(zip(figure.regions, figure.roles, strict=False))
    return {
        "unit": (figure.unit,),
        "per": _per(figure),
        "year": [str(year) for year in figure.years],
        "region": _with_ancestors(figure.regions),
        "program": figure.programs,
        "supporter": _with_ancestors(path for path, role in sides if role is Role.SUPPORTER),
        "recipient": _with_ancestors(path for path, role in sides if role is Role.RECIPIENT),
    }


def _per(figure: Figure) -> tuple[str, ...]:
    if figure.change is not None:
        return (CHANGE,)
    return (RATE, figure.per) if figure.per else (TOTAL,)


def _relation_values(relation: Relation) -> dict[str, Iterable[str]]:
    sides = {"supporter": relation.supporter, "recipient": relation.recipient}
    last = relation.until or relation.since
    spanned = range(relation.since, last + 1) if relation.since and last else ()
    return {
        "kind": (relation.kind,),
        "since": (str(relation.since),) if relation.since else (),
        "until": (str(relation.until),) if relation.until else (OPEN,) if relation.since else (),
        "pair": (pair_name(relation.supporter.name, relation.recipient.name),),
        "year": map(str, {*relation.years, *spanned}),
        "region": _with_ancestors(side.place for side in sides.values()),
        **{name: [*_with_ancestors([side.place]), side.name] for name, side in sides.items()},
    }


def pair_name(supporter: str, recipient: str) -> str:
    """The value of `pair` of relations from exactly this supporter to exactly this recipient."""
    return f"{supporter}→{recipient}"


def read_amount(text: str) -> float:
    """A number as people write it, `1万` and `9801万` too. Raises BadRequest."""
    plain = text.strip().translate(PLAIN)
    negative = plain.startswith("-")
    at = int(negative)
    number, end = read_number(plain, at) if at < len(plain) else (None, at)
    if number is None or number.low != number.high or number.open or plain[end:].strip() not in {"", "元"}:
        raise BadRequest(f"“{text[:40]}”不是数。", hint="请写 10000、0.5 或 1万。")
    return -float(number.low) if negative else float(number.low)


def _with_ancestors(paths: Iterable[str]) -> list[str]:
    return [one for path in paths for one in _ancestors(path)]


@lru_cache(maxsize=20_000)
def _ancestors(path: str) -> tuple[str, ...]:
    """The path and every path above it; nothing of an empty one."""
    found = [path] if path else []
    while path := path.rpartition("/")[0]:
        found.append(path)
    return tuple(found)


def record_number(record: Figure | Relation) -> float:
    """What a record is ordered by as its value."""
    return record.value if isinstance(record, Figure) else float(record.since or min(record.years, default=0))


def record_years(record: Figure | Relation) -> tuple[int, ...]:
    """The years a record is ordered by."""
    if isinstance(record, Figure):
        return record.years
    return tuple(sorted({*record.years, *(year for year in (record.since, record.until) if year)}))


def is_total(figure: Figure) -> bool:
    """Whether it may be added up."""
    return figure.change is None and not figure.per


def in_bounds(record: Figure | Relation, filters: RecordFilters) -> bool:
    """Whether a record's value lies between the bounds, and it meets a condition where there is one."""
    low, high = filters.minimum, filters.maximum
    if (low is not None and record_number(record) < low) or (high is not None and record_number(record) > high):
        return False
    return not filters.measures or (isinstance(record, Figure) and any(measure.holds(record) for measure in filters.measures))


def covered(name: str, value: str) -> Iterable[str]:
    """The values stored with records that a chosen value stands for."""
    return BY_NAME[name].covers(value) if name in BY_NAME else (value,)


def lets_through(values: Mapping[str, tuple[str, ...]], filters: RecordFilters, without: str = "") -> bool:
    """Whether a record with these values has what is chosen and nothing that is excluded (the inclusions of `without` left out)."""
    for name, choice in filters.choices:
        own = values[name]
        if any(one in own for value in choice.exclude for one in covered(name, value)):
            return False
        if name != without and choice.include and not any(one in own for value in choice.include for one in covered(name, value)):
            return False
    return True
