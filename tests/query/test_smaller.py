"""What a query that finds nothing can be asked for instead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query.parse import parse
from search.query.smaller import smaller
from search.query.syntax import Conjunction

CASES = {
    "消费扶贫 AND 直升机": [("消费扶贫", "直升机"), ("直升机", "消费扶贫")],
    "消费扶贫 密云 直升机": [("消费扶贫", "密云 直升机"), ("密云", "消费扶贫 直升机"), ("直升机", "消费扶贫 密云")],
    '"消费扶贫直升机"': [('"消费扶贫直升机"', "消费扶贫直升机")],
    "滦平县 -滦平": [("NOT 滦平", "滦平县")],
    "密云 AND (蘑菇 OR 大棚)": [("密云", "蘑菇 OR 大棚"), ("蘑菇 OR 大棚", "密云")],
    "采购 NEAR/5 飞船": [("采购 NEAR/5 飞船", "采购 飞船")],
    "标题:直升机": [("标题:直升机", "直升机")],
    "直升机": [],
    "": [],
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_every_demand_is_dropped_in_turn(text: str, expected: list[tuple[str, str]]) -> None:
    """Each part goes once; what is left is printed from the tree, so that no operator dangles."""
    assert [(one.dropped, one.text) for one in smaller(parse(text))] == expected


@given(st.text('京东消费扶贫AND OR()*?"-，16,5人<>未闭合', max_size=30))
def test_what_is_left_is_a_query_of_its_own(text: str) -> None:
    """Whatever was typed, each smaller query reads back as itself and has one part less."""
    query = parse(text)
    for one in smaller(query):
        again = parse(one.text)
        assert again.root is not None
        if isinstance(query.root, Conjunction) and len(query.root.children) > 2:
            assert isinstance(again.root, Conjunction)
            assert len(again.root.children) == len(query.root.children) - 1
