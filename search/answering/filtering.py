"""Filters as text, as they stand in a URL → filters of the engine port. What makes no sense is refused, naming what would."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields

from search.answering.facets import program_labels
from search.engine.port import UNLABELLED, Choice, Filters, Sort
from search.errors import BadRequest
from search.labels.gazetteer import gazetteer
from search.model import BlockKind
from search.results import FilterValues, SearchView
from search.settings import Settings

MAX_SIZE = 100
MAX_VALUES = 200
"""Values one facet takes in a request: more is no one's choice."""
FIRST_YEAR, LAST_YEAR = 1800, 2200

_YEAR = re.compile(r"(\d{4})(?:[-—–~](\d{4}))?", re.ASCII)


def make_filters(values: FilterValues) -> Filters:
    """The engine's filters. Raises BadRequest naming the value that makes no sense."""
    return Filters(
        region=_choice(values.region, values.not_region, region_path),
        year=_choice(values.year, values.not_year, year_value),
        program=_choice(values.program, values.not_program, program_key),
        supporter=_choice(values.supporter, (), region_path),
        recipient=_choice(values.recipient, (), region_path),
        documents=_bounded(values.document),
        kinds=tuple(_kind(value) for value in _bounded(values.kind)),
    )


def filter_values(given: FilterValues | Mapping[str, Sequence[str] | str] | None) -> FilterValues:
    """FilterValues of a mapping such as `{"year": ["2020"]}`. Raises BadRequest for a name that is none."""
    if given is None or isinstance(given, FilterValues):
        return given or FilterValues()
    known = {item.name for item in fields(FilterValues)}
    for name in given:
        if name not in known:
            raise BadRequest(f"没有名为“{name}”的筛选。", hint=f"可用：{'、'.join(sorted(known))}。")
    return FilterValues(**{name: (values,) if isinstance(values, str) else tuple(map(str, values)) for name, values in given.items()})


def check_view(view: SearchView, settings: Settings) -> Sort:
    """The sort asked for, once page and size make sense too. Raises BadRequest."""
    if view.page < 1:
        raise BadRequest("页码从 1 开始。")
    if not 1 <= view.size <= MAX_SIZE:
        raise BadRequest(f"每页条数在 1 到 {MAX_SIZE} 之间。")
    if (view.page - 1) * view.size >= settings.max_page_depth:
        raise BadRequest(f"翻页最多到第 {settings.max_page_depth} 条。", hint="请用筛选缩小范围，或导出全部结果。")
    try:
        return Sort(view.sort)
    except ValueError:
        raise BadRequest(f"不认识的排序“{view.sort[:40]}”。", hint=f"可用：{'、'.join(Sort)}。") from None


def region_path(value: str) -> str:
    """The path meant: a path of the gazetteer, or a name that only one division has."""
    if value == UNLABELLED or gazetteer().division(value) is not None:
        return value
    found = {division.path for division in gazetteer().lookup(value.rsplit("/", 1)[-1]) if "/" not in value or value in division.path}
    if len(found) == 1:
        return found.pop()
    if found:
        raise BadRequest(f"“{value[:40]}”不止一处。", hint=f"请写全路径，如 {'、'.join(sorted(found)[:3])}。")
    raise BadRequest(f"不认识的地区“{value[:40]}”。", hint="请写行政区划全名，如 河北省/承德市/滦平县。")


def year_value(value: str) -> str:
    """`2019`, `2018-2020` or `none`."""
    if value == UNLABELLED:
        return value
    found = _YEAR.fullmatch(value.strip())
    if found is None or not all(FIRST_YEAR <= int(year) <= LAST_YEAR for year in found.groups() if year):
        raise BadRequest(f"“{value[:40]}”不是年份。", hint="请写 2019 或 2018-2020。")
    first, last = found[1], found[2]
    if last and last < first:
        raise BadRequest(f"年份范围“{value[:40]}”前大后小。", hint=f"请写 {last}-{first}。")
    return f"{first}-{last}" if last and last != first else first


def program_key(value: str) -> str:
    """The key of a program type, given as key or label."""
    if value == UNLABELLED or value in program_labels():
        return value
    by_label = {label: key for key, label in program_labels().items()}
    if value in by_label:
        return by_label[value]
    raise BadRequest(f"不认识的帮扶类型“{value[:40]}”。", hint=f"可用：{'、'.join(program_labels())}。")


def _kind(value: str) -> BlockKind:
    try:
        return BlockKind(value)
    except ValueError:
        raise BadRequest(f"不认识的段落种类“{value[:40]}”。", hint=f"可用：{'、'.join(BlockKind)}。") from None


def _choice(include: Iterable[str], exclude: Iterable[str], read: Callable[[str], str]) -> Choice:
    return Choice(tuple(read(value) for value in _bounded(include)), tuple(read(value) for value in _bounded(exclude)))


def _bounded(values: Iterable[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(value for value in values if value))
    if len(kept) > MAX_VALUES:
        raise BadRequest(f"一个筛选最多 {MAX_VALUES} 个值。")
    return kept
