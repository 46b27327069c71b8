"""Golden queries: what they find, in which order, by which step."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.memory import MemoryEngine, MemoryStore, MemoryWriter
from search.engine.port import SearchRequest
from search.model import BlockKind, Document, Passage
from search.query.intent import Instead, did_you_mean, facet_intent
from search.query.parse import parse
from search.query.planner import PlannedStep
from tests.planned import choose, plan

DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))


@cache
def engine() -> MemoryEngine:
    """The passages of the cases in three documents, in this order."""
    store = MemoryStore()
    writer = MemoryWriter(store)
    entries = list(DATA["passages"].items())
    for name, part in (("one", entries[:4]), ("two", entries[4:5]), ("zz", entries[5:])):
        passages = tuple(Passage(id_, name, order, BlockKind.BODY, text, ()) for order, (id_, text) in enumerate(part, start=1))
        writer.add(Document(name, name, name, "", "txt", passages))
    writer.commit()
    writer.publish()
    assert store.current is not None
    return MemoryEngine(store.current)


def run(text: str, off: tuple[str, ...] = ()) -> tuple[list[str], PlannedStep]:
    """The hits of a query by id, and the step taken."""
    step = choose(parse(text, off=off), engine())
    return [hit.passage.id for hit in engine().search(SearchRequest(plan=step.plan)).hits], step


@pytest.mark.parametrize("case", DATA["case"], ids=lambda case: case["query"])
def test_golden_queries(case: dict[str, Any]) -> None:
    """Every case finds what its comment says it should."""
    hits, step = run(case["query"])
    if case.get("any_order"):
        assert sorted(hits) == sorted(case["finds"])
    elif case.get("first"):
        assert hits[: len(case["finds"])] == case["finds"]
    else:
        assert hits[: len(case["finds"]) or None] == case["finds"]
    assert step.code == case.get("step", step.code)


def test_expansions_are_reported_and_can_be_switched_off() -> None:
    """Every expansion has a key; switched off, it is neither searched nor reported."""
    hits, step = run("医疗扶贫")
    keys = tuple(one.key for one in step.expansions)
    assert hits == ["hp"]
    assert "synonym:医疗扶贫>健康扶贫" in keys
    assert all(one.key not in keys for one in plan(parse("医疗扶贫", off=keys)).expansions)


@pytest.mark.parametrize("text", ["医疗扶贫", "2020年 就业", "看病难 大棚"])
def test_only_what_occurs_is_searched_and_reported_beside_the_words(text: str) -> None:
    """Expansions that occur nowhere are left out of the plan and of what is told; without asking the engine all of them are there."""
    known, all_ = plan(parse(text), engine().present), plan(parse(text))
    runs = [one.target for one in known.expansions if one.kind in ("synonym", "number")]
    assert all(engine().contains(runs)) if runs else True
    assert set(known.expansions) <= set(all_.expansions)
    dropped = {one.target for one in all_.expansions} - {one.target for one in known.expansions}
    assert dropped
    assert not any(f"text={run!r}" in repr(known.plan) for run in dropped)


def test_operators_switch_expansions_off() -> None:
    """A query with operators is a set: nothing is added to it."""
    assert plan(parse("医疗扶贫 AND 医院")).expansions == ()


def test_unknown_field_values_are_searched_literally_with_a_note() -> None:
    """A region that is none, a year that is none: literal, and said."""
    for text in ("地区:没有此地", "年份:去年", "类型:无此类"):
        step = plan(parse(text))
        assert [note.code for note in step.notes] == ["unknown-value"]


def test_facet_intent_offers_and_never_applies() -> None:
    """Year, place and type are offered with the rest of the query; ordinary words that are also places are not."""
    offers = facet_intent(parse("2019年 赤城 就业"))
    assert [(one.facet, one.value, one.rest) for one in offers] == [
        ("year", "2019", "赤城 就业"),
        ("region", "河北省/张家口市/赤城县", "2019年 就业"),
        ("program", "labour", "2019年 赤城"),
    ]
    assert all(one.facet != "region" for one in facet_intent(parse("合作 资源 振兴")))
    assert facet_intent(parse("赤城 OR 蔚县")) == ()


def meant(text: str) -> tuple[Instead, ...]:
    """What is offered for a query as typed."""
    return did_you_mean(parse(text), plan(parse(text), engine().present).missing, engine())


def test_did_you_mean_only_offers_what_finds_something() -> None:
    """Spellings are offered in queries with operators too, with their true totals."""
    (instead,) = meant("滦坪 AND 大棚")
    assert (instead.text, instead.kind, instead.total) == ("滦平 AND 大棚", "spelling", 1)
    assert meant("毫无关系的词语") == ()


@given(st.text('京东消费扶贫AND OR()*?"-，16,5人什么', max_size=30))
def test_any_query_is_planned(text: str) -> None:
    """Whatever is typed, a step comes back and the engine answers it."""
    hits, step = run(text)
    assert len(hits) <= 20
    assert step.message or not step.code


def test_plans_do_not_depend_on_what_is_switched_off_elsewhere() -> None:
    """Two queries that differ only in typed text notes plan alike."""
    query = parse("消费扶贫 密云")
    assert plan(query).plan == plan(replace(query, text="")).plan


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("密云区 财政援助资金 林西县 直升机", "“直升机”"),
        ("滦平县 种植食用菌 医院 直升机 航母", "“直升机”、“航母”"),
        ("滦平县种植食用菌的农户", ""),
    ],
)
def test_words_that_occur_nowhere_are_named(text: str, absent: str) -> None:
    """Where nothing answers in full and the nearest are listed, the reader is told which of the words occur nowhere."""
    found, step = run(text)
    assert found
    assert step.code == "nearest"
    assert [note.message for note in step.notes] == ([f"这里收的文献没有说到{absent}。"] if absent else [])
