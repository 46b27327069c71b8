"""What is asked of the library: one immutable value from the address of a page, or the words of a command, down to the engine.

`Filters` says which passages may be found at all, `Question` adds the text, the order and the page. Values are canonical (`Filters.read`
is the way in for text of users), so that equal questions are equal values with one address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from search.errors import BadRequest
from search.fields import BY_NAME, FACETS, FIELDS, Field
from search.model import BlockKind

MAX_VALUES = 200
"""Values that one filter takes: more is nobody's choice."""
IDENTIFIER = r"^[^\s/?#&\x00-\x1f\x7f]{1,200}$"
"""What the ids of documents and passages look like, as JSON Schema and as Python write it."""
DOCUMENT, KIND = "document", "kind"
"""Filters that are no facets: documents by id, and kinds of passage."""
LABELS: Mapping[str, str] = {**{field.name: field.label for field in FIELDS}, DOCUMENT: "文献", KIND: "段落类别"}


class Sort(StrEnum):
    """RELEVANCE: tier, score, then document order. YEAR_*: the passage's latest (desc) or earliest (asc) year first, passages
    without a year last, ties by relevance. DATE_*: the latest (desc) or earliest (asc) document first, undated last, ties by relevance.
    DOCUMENT: document id by code points, then order in the document."""

    RELEVANCE = "relevance"
    YEAR_DESC = "year-desc"
    YEAR_ASC = "year-asc"
    DATE_DESC = "date-desc"
    DATE_ASC = "date-asc"
    DOCUMENT = "document"


class Collapse(StrEnum):
    """By what hits collapse into one: passages of one document, or passages with the same text (copies in other documents)."""

    DOCUMENT = "document"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen in one field: any of `include` (empty: no restriction), none of `exclude`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


NO_CHOICE = Choice()
_PLACES = {field.name: place for place, field in enumerate(FIELDS)}


def _names(fields: Iterable[Field]) -> list[str]:
    return [name for field in fields for name in (field.name, field.excluded)]


PARAMETERS: tuple[str, ...] = (*_names(FACETS), DOCUMENT, KIND, *_names(field for field in FIELDS if not field.counted))
"""The name of every filter, exclusions (`not_region`) right after the choices of their field, in the order of addresses."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Choices by field and restrictions. Values within a field are OR, fields are AND.

    `choices` holds the fields with a choice, in the order of the table; make it by `Filters.of` or `Filters.read`."""

    choices: tuple[tuple[str, Choice], ...] = ()
    documents: tuple[str, ...] = ()
    kinds: tuple[BlockKind, ...] = ()

    @classmethod
    def of(cls, documents: Iterable[str] = (), kinds: Iterable[BlockKind] = (), **choices: Choice) -> Filters:
        """Filters of canonical values; each set holds a value once, in one order."""
        if not choices.keys() <= BY_NAME.keys():
            raise KeyError(f"no such field: {', '.join(choices.keys() - BY_NAME.keys())}")
        given = sorted([name for name, choice in choices.items() if choice != NO_CHOICE], key=_PLACES.__getitem__)
        made = tuple([(name, tidied) for name in given if (tidied := _tidy(choices[name])) != NO_CHOICE])
        return cls(made, _set(documents), tuple(BlockKind(kind) for kind in _set(kinds)))

    @classmethod
    def read(cls, given: Mapping[str, Sequence[str] | str]) -> Filters:
        """Filters of a user's words by parameter name, such as `{"year": ["2018-2020"], "not_region": "河北省"}`.

        Raises BadRequest for a name that is none and for a value that makes no sense, naming what would."""
        values: dict[str, tuple[str, ...]] = {}
        for name, texts in given.items():
            if name not in PARAMETERS:
                raise BadRequest(f"没有名为“{name[:40]}”的筛选。", hint=f"可用：{'、'.join(PARAMETERS)}。", parameter=name[:40])
            values[name] = _read(name, (texts,) if isinstance(texts, str) else texts)
        return cls._from(values)

    @classmethod
    def _from(cls, values: Mapping[str, tuple[str, ...]]) -> Filters:
        choices = {field.name: Choice(values.get(field.name, ()), values.get(field.excluded, ())) for field in FIELDS}
        return cls.of(values.get(DOCUMENT, ()), map(BlockKind, values.get(KIND, ())), **choices)

    def choice(self, field: str) -> Choice:
        """The choice in the field named."""
        for name, choice in self.choices:
            if name == field:
                return choice
        return NO_CHOICE

    def values(self, parameter: str) -> tuple[str, ...]:
        """The values of a parameter: `region`, `not_region`, `document`, `kind` …"""
        if parameter == DOCUMENT:
            return self.documents
        if parameter == KIND:
            return self.kinds
        if not self.choices:
            return ()
        choice = self.choice(parameter.removeprefix("not_"))
        return choice.exclude if parameter.startswith("not_") else choice.include

    def pairs(self) -> list[tuple[str, str]]:
        """Parameter and value of everything chosen, in the order of addresses."""
        if self == NO_FILTERS:
            return []
        return [(name, str(value)) for name in PARAMETERS for value in self.values(name)]

    # --- steps: each gives new filters ---------------------------------------------------------------------------------

    def with_values(self, **changed: Iterable[str]) -> Filters:
        """The values of these parameters replaced."""
        values = {name: self.values(name) for name in PARAMETERS}
        for name, new in changed.items():
            if name not in values:
                raise KeyError(f"no such filter: {name}")
            values[name] = tuple(new)
        return self._from(values)

    def choose(self, parameter: str, value: str) -> Filters:
        """This value alone in its field, so that the count shown beside it is the total that follows."""
        changed: dict[str, Iterable[str]] = {parameter: (value,)}
        if parameter in BY_NAME:
            changed[f"not_{parameter}"] = _without(self.values(f"not_{parameter}"), value)
        return self.with_values(**changed)

    def add(self, parameter: str, value: str) -> Filters:
        """One value more. A place takes the place of its ancestors and descendants; an exclusion of it is lifted."""
        field = BY_NAME.get(parameter)
        if field is None:
            return self.with_values(**{parameter: (*self.values(parameter), value)})
        kept = [other for other in self.values(parameter) if not field.related(other, value)]
        return self.with_values(**{parameter: (*kept, value), field.excluded: _without(self.values(field.excluded), value)})

    def exclude(self, field: str, value: str) -> Filters:
        """The value excluded, and chosen no longer."""
        excluded = f"not_{field}"
        return self.with_values(**{field: _without(self.values(field), value), excluded: (*self.values(excluded), value)})

    def remove(self, parameter: str, value: str) -> Filters:
        """The value taken out of the parameter."""
        return self.with_values(**{parameter: _without(self.values(parameter), value)})


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that decides which hits are shown. `off` are expansions the user removed (`Expansion.key`), `literal` switches all
    relaxation off, `collapse` groups hits. `page` counts from 1."""

    text: str = ""
    filters: Filters = NO_FILTERS
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = 20
    off: tuple[str, ...] = ()
    literal: bool = False
    collapse: Collapse | None = None

    @property
    def offset(self) -> int:
        """Hits before this page."""
        return (self.page - 1) * self.size

    def filtered(self, filters: Filters) -> Question:
        """The first page of the same question under other filters."""
        return replace(self, filters=filters, page=1)

    def asking(self, text: str) -> Question:
        """The first page for another text; expansions switched off belong to the old text and go."""
        return replace(self, text=text, off=(), literal=False, page=1)


def read_sort(text: str) -> Sort:
    """The order by this name. Raises BadRequest."""
    try:
        return Sort(text)
    except ValueError:
        raise BadRequest(f"不认识的排序“{text[:40]}”。", hint=f"可用：{'、'.join(Sort)}。", parameter="sort") from None


def _read(parameter: str, texts: Iterable[str]) -> tuple[str, ...]:
    kept = dict.fromkeys(text for text in texts if text)
    if len(kept) > MAX_VALUES:
        raise BadRequest(f"一个筛选最多 {MAX_VALUES} 个值。", parameter=parameter)
    if parameter == DOCUMENT:
        return tuple(map(_identifier, kept))
    if parameter == KIND:
        return tuple(map(_kind, kept))
    try:
        return tuple(map(BY_NAME[parameter.removeprefix("not_")].read, kept))
    except BadRequest as error:
        error.parameter = parameter
        raise


_IDENTIFIER = re.compile(IDENTIFIER.removesuffix("$") + r"\Z")


def _identifier(text: str) -> str:
    if not _IDENTIFIER.match(text):
        raise BadRequest(f"“{text[:40]}”不是一篇文献的编号。", parameter=DOCUMENT)
    return text


def _kind(text: str) -> str:
    try:
        return BlockKind(text)
    except ValueError:
        raise BadRequest(f"不认识的段落种类“{text[:40]}”。", hint=f"可用：{'、'.join(BlockKind)}。", parameter=KIND) from None


def _tidy(choice: Choice) -> Choice:
    return Choice(_set(choice.include), _set(choice.exclude))


def _set(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _without(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(other for other in values if other != value)
