"""Found if it is there: what stands in a passage and is typed as a query finds the passage, in every engine."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search.engine.port import Engine, SearchRequest
from search.query.describe import escape
from search.query.expand import own_runs
from search.query.parse import parse
from search.settings import Settings
from search.text.fold import match_form
from tests.planned import choose, plan

from .conftest import Opened
from .corpora import SENTENCES, corpus

numbers = st.integers(1, 3)
SETTINGS = Settings(max_query_terms=500)


@cache
def texts(number: int) -> dict[str, str]:
    """Passage id → canonical text."""
    return {passage.id: passage.text for document in corpus(number) for passage in document.passages}


def found(engine: Engine, query: str) -> set[str]:
    """The ids of everything the query finds, as the library would ask it."""
    step = choose(parse(query, SETTINGS), engine)
    return {hit.passage.id for hit in engine.search(SearchRequest(plan=step.plan, limit=10_000, collect=())).hits}


@st.composite
def cuts(draw: st.DrawFn) -> tuple[int, str, str]:
    """A corpus, a passage of it, and a run of that passage that holds more than spaces."""
    number = draw(numbers)
    id_, text = draw(st.sampled_from(sorted(texts(number).items())))
    start = draw(st.integers(0, len(text) - 1))
    run = text[start : draw(st.integers(start + 1, len(text)))]
    assume(match_form(run).text)
    return number, id_, run


@given(cuts())
def test_any_run_typed_finds_its_passage(opened: Opened, cut: tuple[int, str, str]) -> None:
    """A run of canonical text, its operators escaped, finds the passage it was taken from."""
    number, id_, run = cut
    assert id_ in found(opened(number), escape(run))


@given(cuts())
def test_a_quoted_run_finds_exactly_the_passages_that_have_it(opened: Opened, cut: tuple[int, str, str]) -> None:
    """A quoted run is found where it stands in match form, and nowhere else."""
    number, id_, run = cut
    written = run.replace("\\", "\\\\").replace('"', '\\"')
    hits = found(opened(number), f'"{written}"')
    assert id_ in hits
    wanted = [one.text for one in own_runs(run)]
    if wanted:
        assert hits == {other for other, text in texts(number).items() if any(one in match_form(text).text for one in wanted)}


@given(number=numbers, data=st.data())
def test_a_query_with_operators_is_a_set(opened: Opened, number: int, data: st.DataObject) -> None:
    """AND, OR and NOT of terms are the intersection, union and difference of the passages that have them as runs."""
    terms = st.sampled_from(("京东", "北京", "扶贫", "密云", "消费扶贫", "的", "16958", "a", "区", "西部"))
    a, b, c = (data.draw(terms) for _ in range(3))
    has = {term: {id_ for id_, text in texts(number).items() if term in match_form(text).text} for term in (a, b, c)}
    engine = opened(number)
    assert found(engine, f"{a} AND NOT {b}") == has[a] - has[b]
    assert found(engine, f"({a} OR {b}) AND {c}") == (has[a] | has[b]) & has[c]
    assert found(engine, f"{a} -{b} -{c}") == has[a] - has[b] - has[c]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_cut_of_a_sentence(opened: Opened, sentence: str) -> None:
    """Every run of every sentence of the corpus, long and short, is found, in any of its writings."""
    engine = opened(3)
    holders = {id_ for id_, text in texts(3).items() if sentence == text}
    assert holders
    for start in range(len(sentence)):
        for end in range(start + 1, min(len(sentence), start + 6) + 1):
            step = plan(parse(escape(sentence[start:end]), SETTINGS))
            hits = engine.search(SearchRequest(plan=step.plan, limit=10_000, collect=())).hits
            assert holders <= {hit.passage.id for hit in hits}, sentence[start:end]
