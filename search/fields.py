"""The table of facet fields: what a passage can be filtered, counted and shown by.

Everything that deals with facets is keyed by it: filters, counts, addresses, command options, JSON, panels and the engines' schema. A new
facet is one entry here beside the labeller that gives passages its values. What is said of the whole document (publication, genre, date,
authors) its passages carry as `Passage.imprint`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from search.field_kinds import (
    FIRST_YEAR,
    LAST_YEAR,
    UNLABELLED,
    UNLABELLED_NAME,
    DayField,
    Field,
    KeyField,
    NameField,
    SideField,
    TreeField,
    YearField,
)
from search.labels.gazetteer import NATION, gazetteer
from search.labels.genre import genre_labels, genre_names
from search.labels.mechanism.table import mechanism_labels, mechanism_names
from search.labels.program.table import program_labels, program_names
from search.labels.quality import qualities, quality_labels, quality_names
from search.model import Passage, RegionLabel, Role

__all__ = [
    "BY_NAME",
    "FACETS",
    "FACET_NAMES",
    "FIELDS",
    "FIRST_YEAR",
    "LABELS",
    "LAST_YEAR",
    "NAMES",
    "PROGRAM",
    "UNLABELLED",
    "UNLABELLED_NAME",
    "DayField",
    "Field",
    "KeyField",
    "NameField",
    "SideField",
    "TreeField",
    "YearField",
    "document_day",
    "facet_values",
    "place_paths",
]


def place_paths() -> tuple[str, ...]:
    """The path of every division, in the official order: the values that fields of places take."""
    return tuple(division.path for division in gazetteer().divisions)


def _of_role(role: Role) -> Callable[[Passage], Iterable[str]]:
    return lambda passage: (label.path for label in passage.regions if label.role is role)


def _units_that_help(passage: Passage) -> Iterable[str]:
    return (relation.supporter.name for relation in passage.relations if relation.supporter.unit)


def _paths(labels: Iterable[RegionLabel]) -> Iterable[str]:
    return (label.path for label in labels)


def _publication(passage: Passage) -> Iterable[str]:
    return (passage.imprint.publication,) if passage.imprint.publication else ()


def _issued(passage: Passage) -> Iterable[str]:
    year = passage.imprint.year
    return (str(year),) if year is not None and FIRST_YEAR <= year <= LAST_YEAR else ()


def _dates(passage: Passage) -> Iterable[str]:
    day = passage.imprint.date
    return (day.isoformat(),) if day is not None and FIRST_YEAR <= day.year <= LAST_YEAR else _issued(passage)


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
    TreeField(
        "about",
        "主要涉及",
        "About",
        "",
        lambda passage: passage.about,
        shown=6,
        words=("主要涉及", "about"),
        closed=True,
        beside=(NATION,),
    ),
    YearField("year", "年份", "Year", "years", lambda passage: (str(one.year) for one in passage.years), shown=6, words=("年份", "year")),
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
    NameField("publication", "来源", "Publication", "", _publication, words=("来源", "刊名", "publication"), closed=True),
    KeyField(
        "genre",
        "文种",
        "Document type",
        "",
        lambda passage: (passage.imprint.genre,) if passage.imprint.genre else (),
        words=("文种", "genre"),
        terms=genre_labels,
        names=genre_names,
        closed=True,
    ),
    YearField("issued", "文献年份", "Document year", "", _issued, shown=5, words=("文献年份", "issued"), closed=True),
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
    DayField("date", "文献日期", "Document date", "", _dates, counted=False, words=("日期", "文献日期", "date")),
    NameField("author", "作者", "Author", "", lambda passage: passage.imprint.authors, counted=False, words=("作者", "author")),
    SideField(
        "supporter",
        "支援方",
        "Supporter",
        "regions",
        _of_role(Role.SUPPORTER),
        counted=False,
        words=("支援方", "supporter"),
        units_of=_units_that_help,
    ),
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


def document_day(passage: Passage) -> int:
    """A number by which passages are ordered by the date of their document: a year without a day comes before its days. 0 where nothing is
    known."""
    day, year = passage.imprint.date, passage.imprint.year
    if day is None:
        return 0 if year is None else min(max(year, 1), LAST_YEAR) * 384
    return (min(day.year, LAST_YEAR) * 12 + day.month - 1) * 32 + day.day
