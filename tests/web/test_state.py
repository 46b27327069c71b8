"""The state of a page and its address are one thing."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.results import (
    BY_NAME,
    BlockKind,
    Choice,
    DayField,
    Filters,
    KeyField,
    NameField,
    Question,
    SideField,
    Sort,
    TreeField,
    YearField,
)
from web.problems import Problem
from web.state import FACET_NAMES, KWIC_ORDERS, LANGUAGES, NAMES, VIEWS, SearchState, multi
from web.urls import QueryString, Steps, Urls

URLS = Urls("http://example.test", {})

PATHS = ("河北省", "河北省/承德市", "河北省/承德市/滦平县", "北京市", "北京市/密云区", "none")
paths = st.sampled_from(PATHS)
spans = st.tuples(st.integers(1949, 2030), st.integers(0, 20)).map(
    lambda pair: f"{pair[0]}-{pair[0] + pair[1]}" if pair[1] else str(pair[0])
)
years = st.one_of(spans, st.just("none"))
identifiers = st.from_regex(r"[A-Za-z0-9_\-一-龥]{1,20}", fullmatch=True)
days = st.sampled_from(["2020", "2020-02", "2020-02-29", "2019-12-31..2020-02-29", "2020-03..", "..2020", "none"])
names = st.one_of(st.sampled_from(["密云报", "协作 周刊", "none"]), st.from_regex(r"[A-Za-z一-龥]{1,20}", fullmatch=True))
units = st.sampled_from(["国家电网", "北京市/密云区/密云区医院"])
VALUES: dict[type, st.SearchStrategy[str]] = {
    TreeField: paths,
    SideField: st.one_of(paths, units),
    YearField: years,
    DayField: days,
    NameField: names,
}


def several(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, max_size=3).map(tuple)


def fresh(name: str) -> st.SearchStrategy[str]:
    """Values of the field named."""
    field = BY_NAME[name]
    return st.sampled_from([*list(field.terms())[:3], "none"]) if isinstance(field, KeyField) else VALUES[type(field)]


filters = st.builds(
    Filters.of,
    documents=several(identifiers),
    kinds=several(st.sampled_from([BlockKind.BODY, BlockKind.TITLE, BlockKind.CAPTION])),
    **{name: st.builds(Choice, several(fresh(name)), several(fresh(name))) for name in BY_NAME},
)
questions = st.builds(
    Question,
    text=st.text(st.characters(codec="utf-8"), max_size=30),
    filters=filters,
    sort=st.sampled_from(Sort),
    page=st.integers(1, 500),
    size=st.integers(1, 100),
    off=several(st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)).map(lambda some: tuple(sorted(set(some)))),
    literal=st.booleans(),
)
states = st.builds(
    SearchState,
    question=questions,
    view=st.sampled_from(VIEWS),
    copies=st.sampled_from(["fold", "all"]),
    order=st.sampled_from(KWIC_ORDERS),
    rows=st.sampled_from(FACET_NAMES),
    columns=st.sampled_from(FACET_NAMES),
    level=st.integers(1, 3),
    unit=st.sampled_from(["", "CNY", "人", "%"]),
    min=st.sampled_from(["", "0", "1000.5"]),
    max=st.sampled_from(["", "-1", "99"]),
    lang=st.sampled_from(LANGUAGES),
)


def state_of(url: str) -> SearchState:
    return SearchState.parse(multi(parse_qsl(urlsplit(url).query, keep_blank_values=True)))


@given(states)
def test_an_address_gives_back_its_state(state: SearchState) -> None:
    """Parsing the address of a state gives the state."""
    assert state_of(URLS.search(state)) == state


@given(states, st.randoms(use_true_random=False))
def test_the_order_of_parameters_says_nothing(state: SearchState, random: object) -> None:
    """Parameters in any order, with unknown ones among them, are one state with one address."""
    pairs = [*state.pairs(), ("utm_source", "x"), ("_", "1")]
    random.shuffle(pairs)  # type: ignore[attr-defined]
    assert URLS.search(SearchState.parse(multi(pairs))) == URLS.search(state)


@given(states, st.sampled_from(FACET_NAMES), st.data())
def test_a_change_of_filter_goes_back_to_page_one(state: SearchState, facet: str, data: st.DataObject) -> None:
    """Choosing, adding, excluding and removing all lead to page 1; only paging keeps it."""
    value = data.draw(fresh(facet))
    for step in (state.add(facet, value), state.choose(facet, value), state.exclude(facet, value), state.remove(facet, value)):
        assert step.page == 1
    assert state.with_page(7).page == 7
    assert state.with_query("x").page == 1


@given(states, st.sampled_from(FACET_NAMES), st.data())
def test_addresses_written_in_one_go_are_those_of_the_steps(state: SearchState, facet: str, data: st.DataObject) -> None:
    """The addresses the facets are made of are those of the states they lead to, for new and for present values."""
    present = (*state.values(facet), *state.values(f"not_{facet}"))
    value = data.draw(st.sampled_from(present) | fresh(facet) if present else fresh(facet))
    steps = Steps(QueryString(state), state, facet)
    assert steps.choose(value) == URLS.search(state.choose(facet, value))
    assert steps.add(value) == URLS.search(state.add(facet, value))
    assert steps.exclude(value) == URLS.search(state.exclude(facet, value))
    assert steps.remove(value) == URLS.search(state.remove(facet, value))
    assert steps.readmit(value) == URLS.search(state.remove(f"not_{facet}", value))


@given(states, st.integers(1, 30))
def test_one_parameter_changed_is_the_address_of_that_state(state: SearchState, page: int) -> None:
    """What is put together from the pieces of a query string is what the whole state would be written as."""
    query = QueryString(state)
    assert query.page(page) == URLS.search(state.with_page(page))
    assert query.search("view", "kwic") == URLS.search(state.with_view("kwic"))
    assert query.search("sort") == URLS.search(state.with_sort("relevance"))
    assert query.search("literal", "1") == URLS.search(state.asking(literal=True))
    assert state_of(query.path("/advanced")) == state.with_page(1)
    assert state_of(query.path("/facet/region", find="密云")) == state.with_page(1)
    for address in (query.feed(), query.api_search(), query.export("csv"), query.figures_csv()):
        assert state_of(address).filters == state.filters
        assert state_of(address).q == state.q
    assert state_of(query.document("a b")) == state
    assert query.document("a b", hit="1-甲", anchor="1-甲").endswith("hit=1-甲#1-甲")


@given(states, st.sampled_from(FACET_NAMES), st.data())
def test_chosen_and_excluded_never_meet(state: SearchState, facet: str, data: st.DataObject) -> None:
    """A value just chosen is not excluded, one just excluded is not chosen, and a removed one is neither."""
    value = data.draw(fresh(facet))
    chosen, excluded = state.choose(facet, value), state.exclude(facet, value)
    assert chosen.values(facet) == (value,)
    assert value not in chosen.values(f"not_{facet}")
    assert value in excluded.values(f"not_{facet}")
    assert value not in excluded.values(facet)


def test_a_place_takes_the_room_of_its_parents_and_children() -> None:
    """Adding a county drops its province from the choice, and the other way round."""
    state = SearchState().add("region", "河北省").add("region", "北京市").add("region", "河北省/承德市")
    assert state.values("region") == ("北京市", "河北省/承德市")
    assert state.add("region", "河北省").values("region") == ("北京市", "河北省")


def test_a_year_takes_the_room_of_the_range_around_it() -> None:
    """Adding a year inside a range narrows to it, adding a range takes in the years it covers, and others stay."""
    state = SearchState().add("year", "2012").add("year", "2018-2020")
    assert state.values("year") == ("2012", "2018-2020")
    assert state.add("year", "2019").values("year") == ("2012", "2019")
    assert state.add("year", "2010-2013").values("year") == ("2010-2013", "2018-2020")
    assert state.add("year", "2019-2021").values("year") == ("2012", "2018-2020", "2019-2021")


def test_years_written_twice_are_one() -> None:
    """`2019-2019` is 2019, and a value given twice is there once."""
    assert state_of("/search?year=2019-2019&year=2019").values("year") == ("2019",)


def test_empty_parameters_are_none() -> None:
    """A form sends empty fields; they mean nothing."""
    assert state_of("/search?q=&region=&year=&page=&sort=") == SearchState()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("page=0", "bad-page"),
        ("page=x", "bad-page"),
        ("page=-1", "bad-page"),
        ("page=１", "bad-page"),
        ("size=0", "bad-size"),
        ("size=101", "bad-size"),
        ("sort=foo", "bad-sort"),
        ("year=abc", "bad-year"),
        ("year=2020-2018", "bad-year"),
        ("year=20190", "bad-year"),
        ("not_year=soon", "bad-not-year"),
        ("region=河北省//滦平县", "bad-region"),
        ("region=/", "bad-region"),
        ("region=a/b/c/d/e", "bad-region"),
        ("program=消费", "bad-program"),
        ("kind=poem", "bad-kind"),
        ("view=map", "bad-view"),
        ("min=ten", "bad-min"),
        ("lang=fr", "bad-lang"),
    ],
)
def test_what_makes_no_sense_is_refused(query: str, code: str) -> None:
    """A value that makes no sense is a 400 with a code of its own and a sentence that names the parameter."""
    with pytest.raises(Problem) as caught:
        state_of(f"/search?{query}")
    assert (caught.value.status, caught.value.code) == (400, code)
    assert query.partition("=")[0] in caught.value.detail


@given(st.lists(st.tuples(st.sampled_from([*NAMES, "x"]), st.text(max_size=12)), max_size=6))
def test_any_address_is_a_state_or_a_refusal(pairs: list[tuple[str, str]]) -> None:
    """No query string makes parsing fail in any other way than by a 400."""
    try:
        state = SearchState.parse(multi(pairs))
    except Problem as problem:
        status = problem.status
    else:
        status = 200 if state_of(URLS.search(state)) == state else 0
    assert status in (200, 400)


@given(st.text(max_size=20))
def test_addresses_keep_chinese_characters_and_nothing_else(text: str) -> None:
    """Chinese characters stand in addresses of pages as they are, all else that is not ASCII is encoded; whole addresses, which leave the
    site, are ASCII throughout and mean the same."""
    address = URLS.search(SearchState().with_query(text))
    assert all(char.isascii() or "\u3400" <= char <= "\u9fff" for char in address)
    whole = URLS.absolute(address)
    assert whole.isascii()
    readable = text.encode("utf-8", "replace").decode()
    assert [value for name, value in parse_qsl(urlsplit(whole).query) if name == "q"] == ([readable] if text else [])
