"""Figures and relations as rows: every engine gives the oracle's rows, totals, counts, sums and pairs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.port import Engine
from search.engine.whoosh import open_engine, open_writer
from search.model import BlockKind
from search.query.analysis import fingerprint
from search.query.plan import All
from search.question import Choice, Filters
from search.records import RecordFilters, RecordKind, RecordRequest, RecordResult, RecordSort

from .corpora import PROGRAMS, REGIONS, corpus
from .factories import fill, memory
from .plans import measures, plans

Opened = Callable[[int], Engine]

VALUES = {
    "unit": ("CNY", "人", "%", "吨"),
    "per": ("total", "rate", "change", "亩", "人·年"),
    "kind": ("对口支援", "结对帮扶", "没有"),
    "year": ("2016", "2018-2020", "none", "1999"),
    "since": ("2016", "2018", "none"),
    "until": ("2020", "open", "none"),
    "region": (*REGIONS, "河北省", "none"),
    "program": (*PROGRAMS, "none"),
    "supporter": (*REGIONS, "国家电网", "none"),
    "recipient": (*REGIONS, "密云区医院", "青海省", "none"),
}
FIELDS = {
    RecordKind.FIGURE: ("unit", "per", "year", "region", "program", "supporter", "recipient"),
    RecordKind.RELATION: ("kind", "year", "since", "until", "region", "supporter", "recipient"),
}


@st.composite
def requests(draw: st.DrawFn) -> RecordRequest:
    """A request for rows of either kind, with choices in fields of its own, bounds, an order and a page."""
    kind = draw(st.sampled_from(list(RecordKind)))
    names = draw(st.lists(st.sampled_from(FIELDS[kind]), max_size=3, unique=True))
    some = {name: st.lists(st.sampled_from(VALUES[name]), max_size=2, unique=True).map(tuple) for name in names}
    choices = {name: Choice(draw(values), draw(values)) for name, values in some.items()}
    bounds = [draw(st.none() | st.sampled_from((-2.0, 3.0, 12.5, 2016.0, 1e9))) for _ in range(2)]
    kinds = draw(st.lists(st.sampled_from(list(BlockKind)), max_size=2))
    conditions = tuple(draw(st.lists(measures, max_size=2)))
    return RecordRequest(
        kind=kind,
        plan=draw(st.just(All()) | plans),
        filters=Filters.of(kinds=kinds, year=Choice(draw(st.sampled_from(((), ("2018",), ("2016-2019",)))))),
        where=replace(RecordFilters.of(bounds[0], bounds[1], **choices), measures=conditions),
        sort=draw(st.sampled_from(list(RecordSort))),
        offset=draw(st.sampled_from((0, 0, 3, 1000))),
        limit=draw(st.sampled_from((0, 1, 50))),
        yearly=draw(st.booleans()),
        counted=draw(st.none() | st.lists(st.sampled_from(FIELDS[kind]), max_size=3, unique=True).map(tuple)),
    )


def same(found: RecordResult, wanted: RecordResult) -> None:
    """Both results say the same; sums may differ by the order of addition."""
    assert [(row.passage.id, row.at) for row in found.rows] == [(row.passage.id, row.at) for row in wanted.rows]
    assert (found.total, found.passages, found.counts, found.pairs) == (wanted.total, wanted.passages, wanted.counts, wanted.pairs)
    assert {unit: many for unit, (many, _) in found.sums.items()} == {unit: many for unit, (many, _) in wanted.sums.items()}
    assert {year: many for year, (many, _) in found.yearly.items()} == {year: many for year, (many, _) in wanted.yearly.items()}
    assert all(abs(total - wanted.yearly[year][1]) <= 1e-6 * max(1.0, abs(total)) for year, (_, total) in found.yearly.items())
    assert all(abs(total - wanted.sums[unit][1]) <= 1e-6 * max(1.0, abs(total)) for unit, (_, total) in found.sums.items())


@pytest.mark.parametrize("number", range(4))
@given(request_=requests())
def test_rows_are_the_oracles(opened: Opened, oracle: Opened, number: int, request_: RecordRequest) -> None:
    """Every engine gives the rows of the oracle, in its order, with its counts, sums and pairs."""
    same(opened(number).records(request_), oracle(number).records(request_))


@given(request_=requests())
def test_count_is_what_a_click_gives(oracle: Opened, request_: RecordRequest) -> None:
    """The count shown beside a value of a counted field is the total that choosing it alone gives."""
    engine = oracle(2)
    for name, counts in engine.records(request_).counts.items():
        for value, count in counts.items():
            others = {other: choice for other, choice in request_.where.choices if other != name}
            own = next((choice.exclude for other, choice in request_.where.choices if other == name), ())
            where = RecordFilters.of(request_.where.minimum, request_.where.maximum, **others, **{name: Choice((value,), own)})
            where = replace(where, measures=request_.where.measures)
            assert engine.records(RecordRequest(request_.kind, request_.plan, request_.filters, where)).total == count


def test_rows_outlive_a_merge(tmp_path: Path) -> None:
    """Rows of segments that are carried over, and merged, are the rows of a generation written at once; those of documents left out go."""
    documents = corpus(3)
    fill(open_writer(tmp_path, analysis=fingerprint(), base=False), documents[:4], {})
    for last in (6, 9):
        writer = open_writer(tmp_path, analysis=fingerprint(), base=True)
        for document in documents[1:last]:
            if not writer.keep(document.id):
                writer.add(document)
        writer.commit()
        writer.publish()
    engine, wanted = open_engine(tmp_path), memory(documents[1:9], {}, tmp_path)
    for kind in RecordKind:
        for sort in RecordSort:
            request = RecordRequest(kind, sort=sort, limit=10_000)
            same(engine.records(request), wanted.records(request))
