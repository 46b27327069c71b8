"""The table of facet fields: what a passage can be filtered, counted and shown by.

Everything that deals with facets is keyed by it: filters, counts, addresses, command options, JSON, panels and the engines' schema. A new
facet is one entry here beside the labeller that gives passages its values. Values are text: region paths, years, keys; `none` (未标明)
belongs to every field and means a passage without any value.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from search.errors import BadRequest
from search.labels.gazetteer import gazetteer
from search.labels.mechanism.table import mechanism_labels, mechanism_names
from search.labels.program.table import program_labels, program_names
from search.labels.quality import qualities, quality_labels, quality_names
from search.model import Passage, RegionLabel, Role

UNLABELLED = "none"
"""The value of passages without any value."""
UNLABELLED_NAME = "未标明"
FIRST_YEAR, LAST_YEAR = 1800, 2200
_YEAR = re.compile(r"(\d{4})(?:[-—–~](\d{4}))?", re.ASCII)


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


@dataclass(frozen=True)
class TreeField(Field):
    """Values are paths; a passage counts for every ancestor of its own."""

    def values(self, passage: Passage) -> tuple[str, ...]:
        found: set[str] = set()
        for path in self.values_of(passage):
            while path and path not in found:
                found.add(path)
                path = path.rpartition("/")[0]
        return tuple(sorted(found)) or (UNLABELLED,)

    def read(self, text: str) -> str:
        """A path of the gazetteer, or a name that only one division has."""
        if text == UNLABELLED or gazetteer().division(text) is not None:
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


def place_paths() -> tuple[str, ...]:
    """The path of every division, in the official order: the values that fields of places take."""
    return tuple(division.path for division in gazetteer().divisions)


def _of_role(role: Role) -> Callable[[Passage], Iterable[str]]:
    return lambda passage: (label.path for label in passage.regions if label.role is role)


def _paths(labels: Iterable[RegionLabel]) -> Iterable[str]:
    return (label.path for label in labels)


PROGRAM = KeyField(
    "program",
    "帮扶类型",
    "Type",
    "programs",
    lambda passage: (label.key for label in passage.programs),
    words=("类型", "帮扶类型", "program"),
    terms=program_labels,
    names=program_names,
)

FIELDS: tuple[Field, ...] = (
    TreeField("region", "地区", "Region", "regions", lambda passage: _paths(passage.regions), shown=6, words=("地区", "region")),
    TreeField("about", "主要涉及", "About", "", lambda passage: passage.about, shown=6, words=("主要涉及", "about"), closed=True),
    YearField("year", "年份", "Year", "years", lambda passage: (str(one.year) for one in passage.years), shown=40, words=("年份", "year")),
    PROGRAM,
    KeyField(
        "mechanism",
        "帮扶机制",
        "Mechanism",
        "mechanisms",
        lambda passage: (label.key for label in passage.mechanisms),
        words=("机制", "帮扶机制", "mechanism"),
        terms=mechanism_labels,
        names=mechanism_names,
    ),
    KeyField(
        "topic",
        "话题",
        "Topic",
        "topics",
        lambda passage: (label.key for label in passage.topics),
        counted=False,
        words=("话题", "topic"),
        terms=program_labels,
        names=program_names,
    ),
    KeyField(
        "quality",
        "文本质量",
        "Text quality",
        "",
        qualities,
        words=("质量", "文本质量", "quality"),
        terms=quality_labels,
        names=quality_names,
        closed=True,
    ),
    TreeField("supporter", "支援方", "Supporter", "regions", _of_role(Role.SUPPORTER), counted=False, words=("支援方", "supporter")),
    TreeField("recipient", "受援方", "Recipient", "regions", _of_role(Role.RECIPIENT), counted=False, words=("受援方", "recipient")),
)
"""Every field, in the order they are shown and written in."""

FACETS: tuple[Field, ...] = tuple(field for field in FIELDS if field.counted)
"""The fields that are counted and shown."""

FACET_NAMES: tuple[str, ...] = tuple(field.name for field in FACETS)
NAMES: tuple[str, ...] = tuple(field.name for field in FIELDS)

LABELS: tuple[tuple[str, str], ...] = tuple({field.labels: field.label for field in reversed(FIELDS) if field.labels}.items())[::-1]
"""The label lists of a passage (attribute of `Passage`, name in JSON) with the label of the field that leads each."""

BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}


def facet_values(passage: Passage) -> dict[str, tuple[str, ...]]:
    """The values a passage counts for in every field."""
    return {field.name: field.values(passage) for field in FIELDS}
