"""The nearest passages are the same ones for every engine, and their list means the same in a plan."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.port import Engine, SearchRequest
from search.query.nearest import reading
from search.query.nearest.stages import Asked
from search.query.parse import parse
from search.query.plan import And, Listed, Not, Run, Term, Tier
from search.query.score import quantise
from search.question import NO_FILTERS
from tests.house.constants import patch_constant

from .conftest import Opened
from .corpora import HAN, SENTENCES

numbers = st.integers(0, 3)
texts = st.one_of(
    st.sampled_from(SENTENCES),
    st.text(HAN + "，0129 ", min_size=2, max_size=30),
    st.builds(lambda one, other: one[:14] + other[5:], st.sampled_from(SENTENCES), st.sampled_from(SENTENCES)),
)
CUTS = {
    "search.query.nearest.stages.DEPTH": 30,
    "search.query.nearest.stages.MOST_OF_DOCUMENT": 2,
    "search.query.nearest.stages.CANDIDATES": 8,
    "search.query.nearest.stages.LISTED": 5,
    "search.query.nearest.stages.POSTINGS": 60,
}


def _asked(engine: Engine, text: str) -> Asked | None:
    return reading.sought(parse(text), engine.contains, engine.statistics().passages)


def listed(engine: Engine, text: str) -> list[tuple[str, int]]:
    """The nearest passages by id, through a plan, with what they score."""
    sought = _asked(engine, text)
    if sought is None:
        return []
    plan = Listed(tuple((one.key, one.score) for one in engine.nearest(sought)))
    return [(hit.passage.id, quantise(hit.score)) for hit in engine.search(SearchRequest(plan=plan, limit=100)).hits]


@given(number=numbers, text=texts)
def test_every_engine_lists_the_same_passages(opened: Opened, oracle: Opened, number: int, text: str) -> None:
    """The same passages in the same order with the same scores as the oracle, whatever is asked."""
    assert listed(opened(number), text) == listed(oracle(number), text)


@given(text=texts)
def test_every_engine_cuts_the_same(opened: Opened, oracle: Opened, text: str) -> None:
    """With limits so small that all of them cut, the lists are still the same."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in CUTS.items():
            patch_constant(patch, name, value)
        ours, theirs = listed(opened(3), text), listed(oracle(3), text)
    assert ours == theirs
    assert len(ours) <= 5


@given(text=texts)
def test_a_list_is_a_set_like_any_other(opened: Opened, text: str) -> None:
    """In a plan the list has its passages and no others, in tier RELAXED, and what is not in it is all the rest."""
    engine = opened(3)
    sought = _asked(engine, text)
    near = engine.nearest(sought) if sought else ()
    plan = Listed(tuple((one.key, one.score) for one in near), (Term((Run("京"),)),))
    result = engine.search(SearchRequest(plan=plan, limit=200))
    assert result.total == len(near)
    assert {hit.tier for hit in result.hits} <= {Tier.RELAXED}
    assert engine.counts([(Not(plan), NO_FILTERS)])[0] == engine.statistics().passages - len(near)
    assert engine.counts([(And((plan, Term((Run("京"),)))), NO_FILTERS)])[0] <= len(near)


def test_the_passage_with_the_words_comes_first(opened: Opened) -> None:
    """A sentence with words changed finds the passage it was."""
    engine = opened(3)
    sought = _asked(engine, "北京东西部人民扶贫协作，京东公司采购农产品")
    assert sought is not None
    plan = Listed(tuple((one.key, one.score) for one in engine.nearest(sought)))
    (best, *_) = engine.search(SearchRequest(plan=plan)).hits
    assert "京东集团采购农产品" in best.passage.text
