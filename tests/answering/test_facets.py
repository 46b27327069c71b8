"""Laws of the facet counts made ready to show."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from search.answering.facets import FacetLists
from search.fields import UNLABELLED
from search.labels.gazetteer import gazetteer
from search.question import Choice, Filters
from search.results import FacetValue

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
