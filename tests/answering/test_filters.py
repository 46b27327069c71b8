"""What the library counts is what a brute count over all passages gives, whatever is chosen and excluded; every offer keeps its word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import Library, build, open_library
from search.fields import FACETS, FIELDS, facet_values
from search.model import Passage
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


def _let_through(passage: Passage, filters: Filters) -> bool:
    """The meaning of filters, written out: any of what is chosen in a field, none of what is excluded, all fields at once."""
    values = facet_values(passage)
    for field in FIELDS:
        choice = filters.choice(field.name)
        if choice.include and not any(field.has(values[field.name], value) for value in choice.include):
            return False
        if any(field.has(values[field.name], value) for value in choice.exclude):
            return False
    return passage.document_id in (filters.documents or (passage.document_id,)) and passage.kind in (filters.kinds or (passage.kind,))


def _drawn(data: st.DataObject, passages: Sequence[Passage]) -> Filters:
    """Filters of values that occur (and of ranges of years), any of the parameters there are."""
    given: dict[str, list[str]] = {}
    for name in data.draw(st.lists(st.sampled_from(PARAMETERS), max_size=3, unique=True)):
        field = name.removeprefix("not_")
        if field == "document":
            values = sorted({passage.document_id for passage in passages})
        elif field == "kind":
            values = sorted({passage.kind for passage in passages})
        else:
            values = sorted({value for passage in passages for value in facet_values(passage)[field]})
            values += ["2018-2020", "2019-2021"] if field == "year" else []
        given[name] = data.draw(st.lists(st.sampled_from(values), min_size=1, max_size=2))
    return Filters.read(given)


@given(data=st.data())
@settings(max_examples=150)
def test_filters_let_through_what_they_say(library: Library, passages: tuple[Passage, ...], data: st.DataObject) -> None:
    """Chosen and excluded values of every parameter: the total and the number of documents are those of a brute count."""
    filters = _drawn(data, passages)
    kept = [passage for passage in passages if _let_through(passage, filters)]
    answer = library.search(Question("", filters, size=1))
    assert (answer.total, answer.documents) == (len(kept), len({passage.document_id for passage in kept}))
    assert library.count(Question("", filters)) == len(kept)


@given(data=st.data())
@settings(max_examples=40)
def test_a_count_is_what_the_click_gives(library: Library, passages: tuple[Passage, ...], data: st.DataObject) -> None:
    """Under any text and any filters, exclusions among them, the count beside a value is the total once that value alone is chosen."""
    question = Question(data.draw(st.sampled_from(TEXTS)), _drawn(data, passages))
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
