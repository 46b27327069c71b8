"""The state of a results page as an immutable value: URL ↔ value, and every step from one state to the next.

What is asked is one `Question`; the state adds only how the answer is viewed. Law: `SearchState.parse(pairs(state)) == state` for every
state, and equal states have one URL. Parameters that are not known are ignored; a known one that makes no sense is a `Problem` with status
400 that names it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from search import SearchError
from search.results import FACETS, Collapse, Filters, Question, RecordSort, Sort, read_amount
from search.results import PARAMETERS as FILTERS
from web.problems import Problem

FACET_NAMES = tuple(field.name for field in FACETS)
VIEWS = ("passages", "documents", "kwic", "cross", "figures")
SORTS = tuple(str(sort) for sort in Sort)
KWIC_ORDERS = ("left", "right", "document")
CONTEXTS = ("40", "20", "100")
"""Characters on either side of a line of the concordance."""
RECORD_ORDERS = tuple(str(sort) for sort in RecordSort)
ORDERS = (*KWIC_ORDERS, *(order for order in RECORD_ORDERS if order not in KWIC_ORDERS))
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
DEFAULT_LANGUAGE = LANGUAGES[0]
MAX_SIZE = 100
EARLIEST, LATEST = "1900", "2100"
"""Where a range of years goes whose other end was left open."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_INTEGER = re.compile(r"[0-9]{1,9}")

Pairs = list[tuple[str, str]]
Multi = Mapping[str, Sequence[str]]
_Reader = Callable[[str, str], Any]


_ANYTHING = Question()


@dataclass(frozen=True, slots=True)
class SearchState:
    """Everything that decides what a page of results shows: what is asked, and how the answer is viewed."""

    question: Question = _ANYTHING
    view: str = "passages"
    copies: str = "fold"
    order: str = "left"
    context: str = "40"
    rows: str = "region"
    columns: str = "year"
    level: int = 1
    unit: str = ""
    per: str = ""
    relation: str = ""
    min: str = ""
    max: str = ""
    sums: str = ""
    lang: str = DEFAULT_LANGUAGE

    @classmethod
    def parse(cls, values: Multi) -> SearchState:
        """The state of a query string given as name → values. Raises Problem 400 for values that make no sense."""
        told = {name: kept for name, texts in values.items() if (kept := [text for text in texts if text != ""])}
        try:
            filters = Filters.read({name: told[name] for name in FILTERS if name in told})
        except SearchError as error:
            raise _refused(getattr(error, "parameter", "filter"), error) from None
        asked = {ours: read(name, told[name][-1]) for name, (ours, read) in _ASKED.items() if name in told}
        viewed = {name: read(name, told[name][-1]) for name, read in _VIEWED.items() if name in told}
        off = tuple(sorted(set(told.get("off", ()))))
        return cls(Question(filters=filters, off=off, **asked), **viewed)

    def pairs(self) -> Pairs:
        """Parameters in canonical order, without those at their default."""
        asked = self.question
        out: Pairs = [("q", asked.text)] if asked.text else []
        out += asked.filters.pairs()
        if asked.literal:
            out.append(("literal", "1"))
        out += [("off", key) for key in asked.off]
        if asked.sort is not Sort.RELEVANCE:
            out.append(("sort", asked.sort))
        out += [(name, str(value)) for name, default in _VIEW_DEFAULTS if (value := getattr(self, name)) != default]
        if asked.page != 1:
            out.append(("page", str(asked.page)))
        if asked.size != _ANYTHING.size:
            out.append(("size", str(asked.size)))
        if self.lang != DEFAULT_LANGUAGE:
            out.append(("lang", self.lang))
        return out

    # --- what is asked ---------------------------------------------------------------------------------------------------

    @property
    def q(self) -> str:
        """The text of the question."""
        return self.question.text

    @property
    def page(self) -> int:
        return self.question.page

    @property
    def size(self) -> int:
        return self.question.size

    @property
    def filters(self) -> Filters:
        return self.question.filters

    @property
    def kwic_order(self) -> str:
        """The order of a concordance."""
        return self.order if self.order in KWIC_ORDERS else KWIC_ORDERS[0]

    @property
    def record_order(self) -> str:
        """The order of figures."""
        return self.order if self.order in RECORD_ORDERS else RECORD_ORDERS[0]

    def figure_choices(self) -> dict[str, Any]:
        """What chooses among figures beside the question, for `Library.figures`."""
        low, high = (read_amount(value) if value else None for value in (self.min, self.max))
        return {"unit": self.unit or None, "per": self.per or None, "minimum": low, "maximum": high}

    def values(self, parameter: str) -> tuple[str, ...]:
        """The values of a filter (`region`, `not_region`, `document` …)."""
        return self.question.filters.values(parameter)

    def asked(self) -> Question:
        """The question as this view asks it: documents and copies collapse their hits."""
        if self.view == "documents":
            return replace(self.question, collapse=Collapse.DOCUMENT)
        if self.view == "passages" and self.copies == "fold":
            return replace(self.question, collapse=Collapse.COPY)
        return self.question

    # --- steps: each returns a new state; a change of what is found goes back to page 1 ---------------------------------

    def asking(self, **changes: Any) -> SearchState:
        """Other parts of the question, on page 1 unless told."""
        return replace(self, question=replace(self.question, **{"page": 1, **changes}))

    def viewing(self, **changes: str | int) -> SearchState:
        """Another way of viewing, on page 1."""
        return replace(self, question=replace(self.question, page=1), **changes)  # type: ignore[arg-type]

    def with_page(self, page: int) -> SearchState:
        return self.asking(page=page)

    def with_view(self, view: str) -> SearchState:
        return self.viewing(view=view)

    def with_sort(self, sort: str) -> SearchState:
        return self.asking(sort=Sort(sort))

    def with_query(self, text: str) -> SearchState:
        """The same page for another query."""
        return replace(self, question=self.question.asking(text))

    def filtered(self, filters: Filters) -> SearchState:
        """The same page under other filters."""
        return replace(self, question=self.question.filtered(filters))

    def add(self, parameter: str, value: str) -> SearchState:
        """`Filters.add`."""
        return self.filtered(self.filters.add(parameter, value))

    def remove(self, parameter: str, value: str) -> SearchState:
        """Takes a value out of a filter or an exclusion."""
        return self.filtered(self.filters.remove(parameter, value))

    def exclude(self, field: str, value: str) -> SearchState:
        """Excludes a value, and chooses it no longer."""
        return self.filtered(self.filters.exclude(field, value))

    def choose(self, parameter: str, value: str) -> SearchState:
        """Chooses this value alone in its field, so that the count shown beside it is the total that follows."""
        return self.filtered(self.filters.choose(parameter, value))

    def replacing(self, **values: Iterable[str]) -> SearchState:
        """The values of these filters replaced."""
        return self.filtered(self.filters.with_values(**values))

    def without_filters(self) -> SearchState:
        return self.filtered(Filters())

    def turn_off(self, key: str) -> SearchState:
        """Without one of the expansions."""
        return self.asking(off=tuple(sorted({*self.question.off, key})))

    def applied(self) -> tuple[tuple[str, str], ...]:
        """Filters in force as (parameter, value), in canonical order."""
        return tuple(self.filters.pairs())


_VIEW_DEFAULTS = tuple((item.name, item.default) for item in fields(SearchState) if item.name not in ("question", "lang"))
NAMES = ("q", *FILTERS, "literal", "off", "sort", *(name for name, _ in _VIEW_DEFAULTS), "page", "size", "lang")
"""The names of all parameters in canonical order; a field's exclusions come right after its choices."""


def multi(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Pairs of a query string as name → values."""
    out: dict[str, list[str]] = {}
    for name, value in pairs:
        out.setdefault(name, []).append(value)
    return out


def _bad(name: str, value: str, must: str) -> Problem:
    shown = _CONTROL.sub("\ufffd", value if len(value) <= 40 else value[:40] + "…")
    return Problem(400, f"bad-{name.replace('_', '-')}", f"参数 {name} 的值“{shown}”不能用：{must}")


def _refused(name: str, error: SearchError) -> Problem:
    message = _CONTROL.sub("\ufffd", error.message)
    return Problem(400, f"bad-{name.replace('_', '-')}", f"参数 {name} 不能用：{message}", error.hint)


def _read_text(_name: str, value: str) -> str:
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


def _read_sort(name: str, value: str) -> Sort:
    return Sort(_one_of(*SORTS)(name, value))


def _read_number(name: str, value: str) -> str:
    try:
        read_amount(value)
    except SearchError:
        raise _bad(name, value, "要一个数，如 10000、0.5 或 1万。") from None
    return value


_ASKED: Mapping[str, tuple[str, _Reader]] = {
    "q": ("text", _read_text),
    "literal": ("literal", _read_flag),
    "sort": ("sort", _read_sort),
    "page": ("page", _whole(1, 10**8)),
    "size": ("size", _whole(1, MAX_SIZE)),
}
"""Parameter → the part of the question it gives, and how it is read."""

_VIEWED: Mapping[str, _Reader] = {
    "view": _one_of(*VIEWS),
    "copies": _one_of("fold", "all"),
    "order": _one_of(*ORDERS),
    "context": _one_of(*CONTEXTS),
    "rows": _one_of(*FACET_NAMES),
    "columns": _one_of(*FACET_NAMES),
    "level": _whole(1, 3),
    "unit": _read_text,
    "per": _read_text,
    "relation": _read_text,
    "min": _read_number,
    "max": _read_number,
    "sums": _one_of("1"),
    "lang": _one_of(*LANGUAGES),
}
