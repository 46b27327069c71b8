"""What the library counts is what a brute count over all passages gives, whatever is chosen and excluded; every offer keeps its word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Library, build, open_library
from search.errors import BadRequest
from search.fields import BY_NAME, FACETS, facet_values
from search.labels.gazetteer import gazetteer
from search.model import Passage, Role
from search.question import PARAMETERS, Filters, Question

TEXTS = ("", "扶贫", "“密云区”", "就业 AND NOT 培训")


@pytest.fixture(scope="module")
def library() -> Iterator[Library]:
    """The five seeds."""
    build(["seeds"], "memory:filters")
    with open_library("memory:filters") as opened:
        yield opened


@pytest.fixture(scope="module")
def passages(library: Library) -> tuple[Passage, ...]:
    """Every passage of the five seeds."""
    return tuple(passage for one in library.documents() for passage in library.document(one.id).document.passages)


Given = dict[str, list[str]]
"""What is asked for, by parameter, as a user would write it."""


def _let_through(passage: Passage, given: Given) -> bool:
    """The meaning of filters, written out from what was asked: any of what is chosen in a field, none of what is excluded, all at once."""
    values = {**facet_values(passage), "document": (passage.document_id,), "kind": (str(passage.kind),)}

    def has(name: str, value: str) -> bool:
        field = BY_NAME.get(name)
        return field.has(values[name], value) if field else value in values[name]

    for name, asked in given.items():
        found = any(has(name.removeprefix("not_"), value) for value in asked)
        if found is name.startswith("not_"):
            return False
    return True


def _drawn(data: st.DataObject, passages: Sequence[Passage]) -> Given:
    """Values that occur (and ranges of years) for any of the parameters there are."""
    given: Given = {}
    for name in data.draw(st.lists(st.sampled_from(PARAMETERS), max_size=3, unique=True)):
        field = name.removeprefix("not_")
        if field == "document":
            values = sorted({passage.document_id for passage in passages})
        elif field == "kind":
            values = sorted({str(passage.kind) for passage in passages})
        else:
            values = sorted({value for passage in passages for value in facet_values(passage)[field]})
            values += ["2018-2020", "2019-2021"] if field == "year" else []
        given[name] = data.draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
    return given


@given(data=st.data())
@settings(max_examples=150)
def test_filters_let_through_what_they_say(library: Library, passages: tuple[Passage, ...], data: st.DataObject) -> None:
    """Chosen and excluded values of every parameter: the total and the number of documents are those of a brute count."""
    given = _drawn(data, passages)
    filters = Filters.read(given)
    kept = [passage for passage in passages if _let_through(passage, given)]
    answer = library.search(Question("", filters, size=1))
    assert (answer.total, answer.documents) == (len(kept), len({passage.document_id for passage in kept}))
    assert library.count(Question("", filters)) == len(kept)


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_lets_through_what_it_says(library: Library, passages: tuple[Passage, ...], name: str) -> None:
    """Each parameter by itself, with a value that some passages have and some lack: the total is that of a brute count."""
    field = name.removeprefix("not_")
    values = {"document": passages[0].document_id, "kind": "heading"}.get(field) or facet_values(passages[len(passages) // 2])[field][0]
    given = {name: [values]}
    kept = sum(_let_through(passage, given) for passage in passages)
    assert library.count(Question("", Filters.read(given))) == kept


@given(data=st.data())
@settings(max_examples=40)
def test_a_count_is_what_the_click_gives(library: Library, passages: tuple[Passage, ...], data: st.DataObject) -> None:
    """Under any text and any filters, exclusions among them, the count beside a value is the total once that value alone is chosen."""
    question = Question(data.draw(st.sampled_from(TEXTS)), Filters.read(_drawn(data, passages)))
    facets = library.search(question).facets
    assert list(facets) == [field.name for field in FACETS]
    field = data.draw(st.sampled_from(FACETS))
    for value in facets[field.name][:8]:
        chosen = question.filters.with_values(**{field.name: (value.value,)})
        assert library.count(question.filtered(chosen)) == value.count, value


@pytest.mark.parametrize("filters", [{}, {"year": "2019"}, {"not_region": "河北省"}, {"kind": "body", "not_program": "health"}])
def test_an_offer_gives_its_count(library: Library, filters: dict[str, str]) -> None:
    """A word offered as a filter says what that filter, added to those in force, gives without the word."""
    offered = 0
    for text in ("赤城县 就业", "2019年 教育", "密云 消费扶贫", "玉树 医疗"):
        question = Question(text, Filters.read(filters))
        for intent in library.search(question).intents:
            offer = intent.offer
            assert library.search(Question(offer.rest, question.filters.add(offer.facet, offer.value))).total == intent.total
            offered += 1
    assert offered > 3


def test_what_keeps_everything_out_is_named_with_its_count(library: Library) -> None:
    """Where nothing is found, each filter is offered to be dropped with the total that gives."""
    question = Question("消费扶贫", Filters.read({"region": "上海市", "not_year": "2016"}))
    answer = library.search(question)
    assert answer.total == 0
    assert {(one.kind, one.value) for one in answer.culprits} == {("region", "上海市")}
    for one in answer.culprits:
        assert library.count(question.filtered(question.filters.remove(one.kind, one.value))) == one.total_without


@pytest.mark.parametrize(("name", "role"), [("supporter", Role.SUPPORTER), ("recipient", Role.RECIPIENT)])
def test_sides_are_those_of_the_labels(library: Library, passages: tuple[Passage, ...], name: str, role: Role) -> None:
    """Every place that some passage has in this role is found by the filter of that side, in the passages that have it in this role."""
    places = {label.path for passage in passages for label in passage.regions if label.role is role}
    assert places
    for place in sorted(places)[:12]:
        having = {
            passage.id
            for passage in passages
            for label in passage.regions
            if label.role is role and (label.path == place or label.path.startswith(f"{place}/"))
        }
        answer = library.search(Question("", Filters.read({name: place}), size=100))
        assert {hit.passage.id for hit in answer.hits} <= having
        assert answer.total == len(having)


UNITS = (
    "国家电网定点帮扶湖北省巴东县，国家电网为巴东县修建电站。",
    "国家电网定点帮扶长阳县。中国农业大学定点帮扶云南省镇康县。",
    "北京市密云区对口帮扶河北省滦平县，北京市密云区医院对口帮扶滦平县医院。",
)


def test_units_that_help_are_values_of_supporter(tmp_path: Path) -> None:
    """A company or a university that a clause says to help is a value of 支援方 beside places: filtered, crossed and asked for by
    its name, each count being what the filter gives."""
    for at, text in enumerate(UNITS):
        (tmp_path / f"{at}.txt").write_text(f"{text}\n\n天气晴朗，道路畅通，收成也好。\n", encoding="utf-8")
    build([str(tmp_path)], "memory:units-of-filters")
    with open_library("memory:units-of-filters") as opened:
        passages = [passage for one in opened.documents() for passage in opened.document(one.id).document.passages]
        values = {value for passage in passages for value in BY_NAME["supporter"].values(passage)}
        units = {value for value in values if value != "none" and gazetteer().division(value) is None}
        assert {"国家电网", "中国农业大学"} <= units
        table = opened.cross(Question(), rows="supporter", columns="program")
        assert {"国家电网", "中国农业大学"} <= {value for value, _ in table.rows}
        for unit in sorted(units):
            having = [passage for passage in passages if unit in BY_NAME["supporter"].values(passage)]
            assert opened.search(Question("", Filters.read({"supporter": unit}))).total == len(having) > 0
            assert opened.search(Question(f"支援方:{unit}")).total == len(having)
        assert opened.search(Question("", Filters.read({"supporter": "中国农业大学", "recipient": "云南省/临沧市/镇康县"}))).total == 1


def test_names_that_are_neither_place_nor_unit_are_refused() -> None:
    """支援方 is asked for by a place, or by the name of a unit, below its place where it has one; nothing else makes sense."""
    field = BY_NAME["supporter"]
    assert field.read(" 国家电网 ") == "国家电网"
    assert field.read("北京市/密云区/密云区医院") == "北京市/密云区/密云区医院"
    assert field.read("密云区") == "北京市/密云区"
    for wrong in ("没有的县", "月球/某某医院", "电"):
        with pytest.raises(BadRequest):
            field.read(wrong)
    assert field.related("北京市", "北京市/密云区")
    assert not field.related("北京市/密云区", "北京市/密云区/密云区医院")


@pytest.mark.parametrize(
    ("field", "parameter", "value", "name"),
    [("受援方", "recipient", "滦平县", "滦平"), ("年份", "year", "2020", "2020年"), ("类型", "program", "消费扶贫", "消费扶贫")],
)
def test_labels_alone_put_first_what_names_them(library: Library, field: str, parameter: str, value: str, name: str) -> None:
    """A query of a field without words finds what the filter finds; the passages that name the value are before all that inherit it."""
    question = Question(f"{field}:{value}", size=100)
    found = library.search(question)
    assert found.total == library.search(Question("", Filters.read({parameter: value}))).total > 1
    naming = [name in hit.passage.text for hit in found.hits]
    assert naming == sorted(naming, reverse=True)
    assert naming[0]
    assert library.search(Question(f"NOT {field}:{value}")).total == library.overview().passages - found.total
