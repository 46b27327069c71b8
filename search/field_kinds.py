"""The kinds of facet fields: how values of a field are read, ordered and shown. The table of fields is `search/fields.py`.

Values are text: region paths, years, days, keys, names; `none` (未标明) belongs to every field and means a passage without any value.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from search.errors import BadRequest
from search.labels.gazetteer import SUFFIXES, gazetteer
from search.labels.imprint import plain_name
from search.model import Passage

UNLABELLED = "none"
"""The value of passages without any value."""
UNLABELLED_NAME = "未标明"
FIRST_YEAR, LAST_YEAR = 1800, 2200
LONGEST_NAME = 200
_YEAR = re.compile(r"(\d{4})(?:[-—–~](\d{4}))?", re.ASCII)
_DAY = re.compile(r"(\d{4})年?(?:[-./年]?(?<=[-./年])(\d{1,2})月?(?:(?<=[-./月])(\d{1,2})日?|[-./](\d{1,2})日?)?)?", re.ASCII)
_UNTIL = re.compile(r"\s*(?:\.{2,}|…|[至到~～—–])\s*|(?<=\d{4})-(?=\d{4}\Z)", re.ASCII)


@dataclass(frozen=True)
class Field(ABC):
    """One facet field. `name` is what URLs, JSON, options and the engines call it, `label` and `english` are what people call it.

    `labels` is the attribute of `Passage` that holds its labels, and the name of their list in JSON. `values_of` gives the values of a
    passage. A `counted` field is a facet with a panel of `shown` rows, which a `closed` one keeps shut until something in it is chosen;
    the others can be filtered and crossed by. `words` stand before a colon in a query."""

    name: str
    label: str
    english: str
    labels: str
    values_of: Callable[[Passage], Iterable[str]]
    counted: bool = True
    shown: int = 7
    words: tuple[str, ...] = ()
    closed: bool = False

    @property
    def excluded(self) -> str:
        """The name of the parameter that excludes values."""
        return f"not_{self.name}"

    def values(self, passage: Passage) -> tuple[str, ...]:
        """The values a passage counts for, sorted; `none` where there is none."""
        return tuple(sorted(set(self.values_of(passage)))) or (UNLABELLED,)

    @abstractmethod
    def read(self, text: str) -> str:
        """The value that a user's text means. Raises BadRequest naming what would make sense."""

    def shown_as(self, value: str) -> str:
        """How a value reads."""
        return UNLABELLED_NAME if value == UNLABELLED else value

    def covers(self, value: str) -> Iterable[str]:
        """The values stored with passages that a chosen value stands for."""
        return (value,)

    def has(self, values: Collection[str], value: str) -> bool:
        """Whether a passage with these values has the chosen one."""
        return value in values

    def related(self, one: str, other: str) -> bool:
        """Whether choosing one of two values makes choosing the other pointless."""
        return one == other

    @abstractmethod
    def official_place(self, value: str) -> int:
        """Where the value comes in the official order; values that no table knows come last."""


@lru_cache(maxsize=4_096)
def _with_ancestors(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Paths with all above them, sorted; `none` where there is none. Passages of a document mostly have the same."""
    found: set[str] = set()
    for path in paths:
        while path and path not in found:
            found.add(path)
            path = path.rpartition("/")[0]
    return tuple(sorted(found)) or (UNLABELLED,)


@dataclass(frozen=True)
class TreeField(Field):
    """Values are paths; a passage counts for every ancestor of its own."""

    beside: tuple[str, ...] = ()
    """Values that are no division."""

    def values(self, passage: Passage) -> tuple[str, ...]:
        return _with_ancestors(tuple(self.values_of(passage)))

    def read(self, text: str) -> str:
        """A path of the gazetteer, or a name that only one division has."""
        if text == UNLABELLED or text in self.beside or gazetteer().division(text) is not None:
            return text
        last = text.rsplit("/", 1)[-1]
        found = {division.path for division in gazetteer().lookup(last) if "/" not in text or text in division.path}
        if len(found) == 1:
            return found.pop()
        if found:
            raise BadRequest(f"“{text[:40]}”不止一处。", hint=f"请写全路径，如 {'、'.join(sorted(found)[:3])}。", parameter=self.name)
        raise BadRequest(f"不认识的地区“{text[:40]}”。", hint="请写行政区划全名，如 河北省/承德市/滦平县。", parameter=self.name)

    def shown_as(self, value: str) -> str:
        return UNLABELLED_NAME if value == UNLABELLED else value.rpartition("/")[2]

    def related(self, one: str, other: str) -> bool:
        return one == other or one.startswith(other + "/") or other.startswith(one + "/")

    def official_place(self, value: str) -> int:
        return gazetteer().official_order(value)


def _no_units(passage: Passage) -> Iterable[str]:  # noqa: ARG001  what a field without units has
    return ()


@dataclass(frozen=True)
class SideField(TreeField):
    """Places, and beside them units that help (国家电网, 北京市/北京某医院) by the names relations have for them. A unit stands for itself
    alone: that a place's hospital helps does not say that the place does."""

    units_of: Callable[[Passage], Iterable[str]] = _no_units

    def values(self, passage: Passage) -> tuple[str, ...]:
        places, units = super().values(passage), set(self.units_of(passage))
        return tuple(sorted({*places, *units} - {UNLABELLED})) if units else places

    def read(self, text: str) -> str:
        """A path or a name as of a place, or the name of a unit, below the path of its place where it has one: no table knows them all,
        so every name can be asked for that does not end as that of a place."""
        place, _, name = text.strip().rpartition("/")
        known = gazetteer().division(text) is not None or bool(gazetteer().lookup(name))
        if known or text == UNLABELLED or name.endswith(SUFFIXES) or (place and gazetteer().division(place) is None):
            return super().read(text)
        unit = plain_name(name)
        if not 1 < len(unit) <= LONGEST_NAME or not unit.isprintable():
            return super().read(text)
        return f"{place}/{unit}" if place else unit

    def related(self, one: str, other: str) -> bool:
        return one == other or (super().related(one, other) and None not in map(gazetteer().division, (one, other)))


@dataclass(frozen=True)
class YearField(Field):
    """Values are years; a choice may be a range (`2018-2020`)."""

    def read(self, text: str) -> str:
        if text == UNLABELLED:
            return text
        found = _YEAR.fullmatch(text.strip())
        if found is None or not all(FIRST_YEAR <= int(year) <= LAST_YEAR for year in found.groups() if year):
            raise BadRequest(f"“{text[:40]}”不是年份。", hint="请写 2019 或 2018-2020。", parameter=self.name)
        first, last = found[1], found[2]
        if last and last < first:
            raise BadRequest(f"年份范围“{text[:40]}”前大后小。", hint=f"请写 {last}-{first}。", parameter=self.name)
        return f"{first}-{last}" if last and last != first else first

    def covers(self, value: str) -> Iterable[str]:
        first, dash, last = value.partition("-")
        return (str(year) for year in range(int(first), int(last) + 1)) if dash else (value,)

    def related(self, one: str, other: str) -> bool:
        """A range and what lies in it wholly."""
        if UNLABELLED in (one, other):
            return one == other
        (first, last), (begin, end) = _ends(one), _ends(other)
        return (first <= begin and end <= last) or (begin <= first and last <= end)

    def has(self, values: Collection[str], value: str) -> bool:
        first, dash, last = value.partition("-")
        if not dash:
            return value in values
        return any(year.isdigit() and int(first) <= int(year) <= int(last) for year in values)

    def official_place(self, value: str) -> int:
        return int(value)


@dataclass(frozen=True)
class KeyField(Field):
    """Values are keys of a table. `terms` gives its labels by key in official order, `names` the key by every name it goes by."""

    terms: Callable[[], Mapping[str, str]] = dict
    names: Callable[[], Mapping[str, str]] = dict

    def read(self, text: str) -> str:
        """The key of a type, given as key or label."""
        known = self.terms()
        if text == UNLABELLED or text in known:
            return text
        for key, label in known.items():
            if label == text:
                return key
        raise BadRequest(f"不认识的{self.label}“{text[:40]}”。", hint=f"可用：{'、'.join(known)}。", parameter=self.name)

    def shown_as(self, value: str) -> str:
        return UNLABELLED_NAME if value == UNLABELLED else self.terms().get(value, value)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {key: place for place, key in enumerate(self.terms())}

    def official_place(self, value: str) -> int:
        return self._places.get(value, len(self._places))


def _ends(years: str) -> tuple[int, int]:
    first, _dash, last = years.partition("-")
    return int(first), int(last or first)


@dataclass(frozen=True)
class NameField(Field):
    """Values are names as documents have them: no table knows them all, so every name can be asked for."""

    def read(self, text: str) -> str:
        name = plain_name(text)
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise BadRequest(f"“{text[:40]}”不是一个{self.label}。", hint="请照文献上的写法。", parameter=self.name)
        return name

    def official_place(self, value: str) -> int:  # noqa: ARG002  names have no order but the alphabet's
        return 0


@dataclass(frozen=True)
class DayField(Field):
    """Values are days; a passage counts for the month and the year of its own. A choice is a day, a month, a year, or all from one to
    another (`2020-08-01..2020-09-15`), either end of which may be open."""

    def values(self, passage: Passage) -> tuple[str, ...]:
        found = {value[:length] for value in self.values_of(passage) for length in (4, 7, 10)}
        return tuple(sorted(found)) or (UNLABELLED,)

    def read(self, text: str) -> str:
        """The canonical writing of a time, such as `2020-08` of 2020年8月."""
        if text == UNLABELLED:
            return text
        ends = [_point(end) if end else "" for end in _UNTIL.split(text.strip(), maxsplit=1)]
        if None in ends or not any(ends):
            raise BadRequest(
                f"“{text[:40]}”不是日期。", hint="请写 2020-08-19、2020-08、2020 或 2020-08-01..2020-09-15。", parameter=self.name
            )
        value = "..".join(dict.fromkeys(end or "" for end in ends)) if len(ends) == 2 else f"{ends[0]}"
        first, last = _days(value)
        if first > last:
            raise BadRequest(f"日期范围“{text[:40]}”前大后小。", hint=f"请写 {ends[1]}..{ends[0]}。", parameter=self.name)
        return value

    def covers(self, value: str) -> Iterable[str]:
        return _whole_times(value) if ".." in value else (value,)

    def has(self, values: Collection[str], value: str) -> bool:
        return value in values if ".." not in value else not _whole_times(value).isdisjoint(values)

    def related(self, one: str, other: str) -> bool:
        """A time and what lies in it wholly."""
        if UNLABELLED in (one, other):
            return one == other
        (first, last), (begin, end) = _days(one), _days(other)
        return (first <= begin and end <= last) or (begin <= first and last <= end)

    def shown_as(self, value: str) -> str:
        return UNLABELLED_NAME if value == UNLABELLED else value.replace("..", "–")

    def official_place(self, value: str) -> int:
        return int(value.replace("-", "").ljust(8, "0"))


def _point(text: str) -> str | None:
    """A day, a month or a year in its canonical writing; None where the text is none."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    year, month, day = found[1], found[2], found[3] or found[4]
    try:
        whole = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if not FIRST_YEAR <= whole.year <= LAST_YEAR:
        return None
    return whole.isoformat()[: 10 if day else 7 if month else 4]


@lru_cache(maxsize=256)
def _days(value: str) -> tuple[date, date]:
    """The first and the last day of a time."""
    begin, dots, end = value.partition("..")
    first = begin or str(FIRST_YEAR)
    last = (end if dots else begin) or str(LAST_YEAR)
    return _ends_of(first)[0], _ends_of(last)[1]


def _ends_of(point: str) -> tuple[date, date]:
    year, month, day = (*map(int, point.split("-")), 0, 0)[:3]
    if not month:
        return date(year, 1, 1), date(year, 12, 31)
    if not day:
        return date(year, month, 1), _month_after(date(year, month, 1)) - timedelta(days=1)
    return date(year, month, day), date(year, month, day)


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


@lru_cache(maxsize=256)
def _whole_times(value: str) -> frozenset[str]:
    """The years, months and days that make up a range, each as large as it can be: at most 31 days, 11 months at either end."""
    at, last = _days(value)
    found: set[str] = set()
    while at <= last:
        year_end, month_after = date(at.year, 12, 31), _month_after(at)
        if at.month == at.day == 1 and year_end <= last:
            found.add(f"{at.year}")
            at = year_end + timedelta(days=1)
        elif at.day == 1 and month_after - timedelta(days=1) <= last:
            found.add(at.isoformat()[:7])
            at = month_after
        else:
            found.add(at.isoformat())
            at += timedelta(days=1)
    return frozenset(found)
