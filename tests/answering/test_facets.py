"""Laws of the facet counts made ready to show."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.answering.facets import FacetLists
from search.fields import UNLABELLED
from search.labels.gazetteer import gazetteer
from search.question import Choice, Filters
from search.results import FacetValue
from tests.house.constants import patch_constant

PATHS = [
    "河北省",
    "河北省/承德市",
    "河北省/承德市/滦平县",
    "河北省/张家口市",
    "北京市",
    "北京市/密云区",
    "甲地",
    "甲地/乙",
    "甲地/丙",
    UNLABELLED,
]
LISTS = FacetLists()
"""One for all examples, as one generation has one for all questions."""
counted = st.dictionaries(st.sampled_from(PATHS), st.integers(1, 3))
chosen = st.lists(st.sampled_from(PATHS), max_size=2, unique=True).map(tuple)


def walk(nodes: Iterable[FacetValue]) -> Iterable[FacetValue]:
    """Every node of a tree."""
    for node in nodes:
        yield node
        yield from walk(node.children)


@given(counted, chosen, chosen)
def test_the_tree_holds_what_is_counted_or_chosen(counts: dict[str, int], include: tuple[str, ...], exclude: tuple[str, ...]) -> None:
    """Every place that is counted, chosen, or above one of these stands in the tree once, below its parent; what other queries counted
    does not."""
    whole = {**counts}
    for path in counts:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            whole.setdefault("/".join(parts[:depth]), 1)
    regions = LISTS.of({"region": whole}, Filters.of(region=Choice(include, exclude)))["region"]
    listed = [node.value for node in walk(regions)]
    wanted = {*whole, *include, *exclude}
    for path in (*include, *exclude):
        parts = path.split("/")
        wanted |= {"/".join(parts[:depth]) for depth in range(1, len(parts))}
    assert sorted(listed) == sorted(wanted)
    for node in walk(regions):
        assert all(child.value.rpartition("/")[0] == node.value for child in node.children)
        assert node.count == whole.get(node.value, 0)


@given(counted, chosen)
def test_places_stand_in_a_stated_order(counts: dict[str, int], include: tuple[str, ...]) -> None:
    """Chosen ones first, then by count, then in official order, then by name; what is unlabelled last."""
    regions = LISTS.of({"region": counts}, Filters.of(region=Choice(include)))["region"]
    order = gazetteer().official_order
    places = [node for node in regions if node.value != UNLABELLED]
    keys = [(not (node.selected or node.partly), -node.count, order(node.value), node.value) for node in places]
    assert keys == sorted(keys)
    assert [node.value for node in regions[len(places) :]] == [UNLABELLED] * (UNLABELLED in counts or UNLABELLED in include)


@given(
    st.dictionaries(st.text("甲乙丙丁", min_size=1, max_size=3), st.integers(0, 3), max_size=30),
    st.lists(st.text("甲乙丙丁", min_size=1, max_size=3), max_size=2, unique=True).map(tuple),
    st.slices(40),
    st.sampled_from([1, 8]),
)
def test_values_in_order_as_far_as_asked_are_the_first_of_all(
    counts: dict[str, int], chosen: tuple[str, ...], part: slice, few: int
) -> None:
    """Any part of the values of a facet is that part of all of them in order, whether or not all were put in order for it; a value is
    listed once where it is counted or chosen, and no other."""
    with pytest.MonkeyPatch.context() as patch:
        patch_constant(patch, "search.answering.facets._FEW", few)
        made = LISTS.of({"author": counts}, Filters.of(author=Choice(include=chosen)))["author"]
        again = LISTS.of({"author": counts}, Filters.of(author=Choice(include=chosen)))["author"]
        assert made[part] == tuple(again)[part]
    assert sorted(value.value for value in made) == sorted({*(name for name, count in counts.items() if count), *chosen})
    assert len(made) == len(tuple(made))
    assert [value.selected for value in made] == sorted((value.value in chosen for value in made), reverse=True)
