"""The state of a results page as an immutable value: URL ↔ value, and every step from one state to the next.

Law: `SearchState.parse(pairs(state)) == state` for every state, and equal states have one URL. Parameters that are not known are
ignored; a known one that makes no sense is a `Problem` with status 400 that names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from search.results import BlockKind, Collapse, FilterValues, SearchView
from web.problems import Problem

FACETS = ("region", "year", "program")
VIEWS = ("passages", "documents", "kwic", "cross", "figures")
SORTS = ("relevance", "year-desc", "year-asc", "document")
KWIC_ORDERS = ("left", "right", "document")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
DEFAULT_LANGUAGE = LANGUAGES[0]
MAX_SIZE = 100

_YEAR = re.compile(r"(?:[12]\d{3})(?:-[12]\d{3})?|none")
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_IDENTIFIER = re.compile(r"[^\s/?#&]{1,200}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INTEGER = re.compile(r"[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,9})?")

Pairs = list[tuple[str, str]]
Multi = Mapping[str, Sequence[str]]
_Reader = Callable[[str, str], object]


@dataclass(frozen=True, slots=True)
class SearchState:
    """Everything that decides what a page of results shows. Field names are the URL's parameter names, field order is their order."""

    q: str = ""
    region: tuple[str, ...] = ()
    not_region: tuple[str, ...] = ()
    year: tuple[str, ...] = ()
    not_year: tuple[str, ...] = ()
    program: tuple[str, ...] = ()
    not_program: tuple[str, ...] = ()
    document: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    supporter: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    literal: bool = False
    off: tuple[str, ...] = ()
    sort: str = "relevance"
    view: str = "passages"
    copies: str = "fold"
    order: str = "left"
    rows: str = "region"
    columns: str = "year"
    level: int = 1
    unit: str = ""
    min: str = ""
    max: str = ""
    page: int = 1
    size: int = 20
    lang: str = DEFAULT_LANGUAGE

    def __post_init__(self) -> None:
        """Sets hold each value once, in one order, so that equal states have one URL."""
        for name in _MULTIPLE:
            value = getattr(self, name)
            if len(value) > 1:
                object.__setattr__(self, name, tuple(sorted(set(value))))

    @classmethod
    def parse(cls, values: Multi) -> SearchState:
        """The state of a query string given as name → values. Raises Problem 400 for values that make no sense."""
        found: dict[str, object] = {}
        for name, read in _READERS.items():
            if name not in values or not (given := [value for value in values[name] if value != ""]):
                continue
            if name in _MULTIPLE:
                found[name] = tuple(read(name, value) for value in given)
            else:
                found[name] = read(name, given[-1])
        return cls(**found)  # type: ignore[arg-type]

    def pairs(self) -> Pairs:
        """Parameters in canonical order, without those at their default."""
        values = _values(self)
        out: Pairs = []
        if values == _ALL_DEFAULTS:
            return out
        for (name, default), value in zip(_DEFAULTS, values, strict=True):
            if value is default or value == default:
                continue
            if isinstance(value, tuple):
                out.extend((name, item) for item in value)
            else:
                out.append((name, "1" if value is True else str(value)))
        return out

    def _with(self, **changes: object) -> SearchState:
        """`dataclasses.replace`, at a third of its cost: a page takes some hundred steps."""
        values = list(_values(self))
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return SearchState(*values)

    # --- steps: each returns a new state; a change of what is found goes back to page 1 ---------------------------------

    def with_page(self, page: int) -> SearchState:
        return self._with(page=page)

    def with_view(self, view: str) -> SearchState:
        return self._with(view=view, page=1)

    def with_sort(self, sort: str) -> SearchState:
        return self._with(sort=sort, page=1)

    def with_query(self, text: str) -> SearchState:
        """The same page for another query; expansions switched off belong to the old query and go."""
        return self._with(q=text, off=(), literal=False, page=1)

    def with_language(self, lang: str) -> SearchState:
        return self._with(lang=lang)

    def with_options(self, **changes: str | int | bool | tuple[str, ...]) -> SearchState:
        """Any other fields, back on page 1."""
        return self._with(**{"page": 1, **changes})

    def add(self, facet: str, value: str) -> SearchState:
        """Chooses a value. A region takes the place of its ancestors and descendants in the choice; an exclusion of it is lifted."""
        chosen = [item for item in getattr(self, facet) if not (facet == "region" and _related(item, value))]
        changes: dict[str, object] = {facet: (*chosen, value), "page": 1}
        if facet in FACETS:
            changes[f"not_{facet}"] = tuple(item for item in getattr(self, f"not_{facet}") if item != value)
        return self._with(**changes)

    def remove(self, name: str, value: str) -> SearchState:
        """Takes a value out of a facet, an exclusion (`not_region`), `document`, `kind` or `off`."""
        return self._with(**{name: tuple(item for item in getattr(self, name) if item != value), "page": 1})

    def exclude(self, facet: str, value: str) -> SearchState:
        """Excludes a value, and chooses it no longer."""
        name = f"not_{facet}"
        left = tuple(item for item in getattr(self, facet) if item != value)
        return self.with_options(**{facet: left, name: (*getattr(self, name), value)})

    def choose(self, facet: str, value: str) -> SearchState:
        """Chooses this value alone in its facet, so that the count shown beside it is the total that follows."""
        changes: dict[str, tuple[str, ...]] = {facet: (value,)}
        if facet in FACETS:
            changes[f"not_{facet}"] = tuple(item for item in getattr(self, f"not_{facet}") if item != value)
        return self.with_options(**changes)

    def without_filters(self) -> SearchState:
        return self._with(**dict.fromkeys(FILTERS, ()), page=1)

    def turn_off(self, key: str) -> SearchState:
        return self._with(off=(*self.off, key), page=1)

    # --- what the library is asked ---------------------------------------------------------------------------------------

    def applied(self) -> tuple[tuple[str, str], ...]:
        """Filters in force as (name, value), in canonical order."""
        return tuple((name, value) for name in FILTERS for value in getattr(self, name))

    def search_view(self) -> SearchView:
        """The library's form of this state."""
        collapse = None
        if self.view == "documents":
            collapse = Collapse.DOCUMENT
        elif self.view == "passages" and self.copies == "fold":
            collapse = Collapse.COPY
        filters = FilterValues(**{name: getattr(self, name) for name in FILTERS})
        return SearchView(self.q, filters, self.sort, self.page, self.size, self.off, self.literal, collapse)


FILTERS = ("region", "not_region", "year", "not_year", "program", "not_program", "document", "kind", "supporter", "recipient")
_MULTIPLE = (*FILTERS, "off")
_DEFAULTS = tuple((item.name, item.default) for item in fields(SearchState))
PARAMETERS = tuple(name for name, _default in _DEFAULTS)
"""The names of all parameters in canonical order; a facet's exclusions come right after its choices."""
_PLACES = {name: place for place, (name, _default) in enumerate(_DEFAULTS)}
_ALL_DEFAULTS = tuple(default for _name, default in _DEFAULTS)
_values: Callable[[SearchState], tuple[Any, ...]] = attrgetter(*_PLACES)


def multi(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Pairs of a query string as name → values."""
    out: dict[str, list[str]] = {}
    for name, value in pairs:
        out.setdefault(name, []).append(value)
    return out


def _related(one: str, other: str) -> bool:
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def _bad(name: str, value: str, must: str) -> Problem:
    shown = _CONTROL.sub("�", value if len(value) <= 40 else value[:40] + "…")
    return Problem(400, f"bad-{name.replace('_', '-')}", f"参数 {name} 的值“{shown}”不能用：{must}")


def _read_text(_name: str, value: str) -> str:
    return value


def _read_region(name: str, value: str) -> str:
    parts = value.split("/")
    if len(value) > 200 or len(parts) > 4 or not all(part.strip() for part in parts) or _CONTROL.search(value):
        raise _bad(name, value, "地区写作一条路径，如“河北省/承德市/滦平县”。")
    return value


def _read_year(name: str, value: str) -> str:
    if not _YEAR.fullmatch(value) or ("-" in value and value[:4] > value[5:]):
        raise _bad(name, value, "年份写作“2019”，或一段年份“2018-2020”。")
    return value[:4] if "-" in value and value[:4] == value[5:] else value


def _read_key(name: str, value: str) -> str:
    if not _KEY.fullmatch(value):
        raise _bad(name, value, "帮扶类型要用它的英文键，如 consumption。")
    return value


def _read_identifier(name: str, value: str) -> str:
    if not _IDENTIFIER.fullmatch(value) or _CONTROL.search(value):
        raise _bad(name, value, "这不是一篇文献的编号。")
    return value


def _read_flag(_name: str, value: str) -> bool:
    return value not in ("0", "false", "no")


def _whole(least: int, most: int) -> _Reader:
    def read(name: str, value: str) -> int:
        if not _INTEGER.fullmatch(value) or not least <= int(value) <= most:
            raise _bad(name, value, f"要一个 {least} 到 {most} 之间的整数。")
        return int(value)

    return read


def _one_of(*allowed: str) -> _Reader:
    def read(name: str, value: str) -> str:
        if value not in allowed:
            raise _bad(name, value, f"可用的值是 {'、'.join(allowed)}。")
        return value

    return read


def _read_number(name: str, value: str) -> str:
    if not _NUMBER.fullmatch(value):
        raise _bad(name, value, "要一个数，如 10000 或 0.5。")
    return value


_READERS: dict[str, _Reader] = {
    "q": _read_text,
    "region": _read_region,
    "not_region": _read_region,
    "year": _read_year,
    "not_year": _read_year,
    "program": _read_key,
    "not_program": _read_key,
    "document": _read_identifier,
    "kind": _one_of(*(kind.value for kind in BlockKind)),
    "supporter": _read_region,
    "recipient": _read_region,
    "literal": _read_flag,
    "off": _read_text,
    "sort": _one_of(*SORTS),
    "view": _one_of(*VIEWS),
    "copies": _one_of("fold", "all"),
    "order": _one_of(*KWIC_ORDERS),
    "rows": _one_of(*FACETS),
    "columns": _one_of(*FACETS),
    "level": _whole(1, 3),
    "unit": _read_text,
    "min": _read_number,
    "max": _read_number,
    "page": _whole(1, 10**8),
    "size": _whole(1, MAX_SIZE),
    "lang": _one_of(*LANGUAGES),
}
