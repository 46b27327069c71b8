"""The concordance: every occurrence once, in the order asked for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from search.model import BlockKind, Passage
from search.present.highlight import marks
from search.present.kwic import ORDERS, concordance
from search.query.parse import parse
from tests.planned import plan

TEXTS = ("密云区消费扶贫分中心", "海淀区的消费扶贫，成效显著；消费扶贫", "没有")
PASSAGES = [Passage(f"p{place}", "d", place, BlockKind.BODY, text, ()) for place, text in enumerate(TEXTS)]
NODE = plan(parse("消费扶贫")).plan


@given(st.sampled_from(ORDERS), st.integers(0, 12))
def test_every_occurrence_once(order: str, width: int) -> None:
    """A row an occurrence, whatever the order, each row a cut of its passage."""
    rows = concordance(NODE, PASSAGES, width=width, order=order)
    assert sorted((row.passage_id, row.start, row.end) for row in rows) == [
        (passage.id, start, end) for passage in PASSAGES for start, end in marks(NODE, passage.text)
    ]
    for row in rows:
        text = TEXTS[int(row.passage_id[1:])]
        assert row.left + row.keyword + row.right in text
        assert len(row.left) <= width
        assert len(row.right) <= width


def test_sorted_by_context() -> None:
    """Left context sorts from the keyword outwards, right context from it onwards."""
    assert [row.left[-1] for row in concordance(NODE, PASSAGES, order="left")] == ["；", "区", "的"]
    assert [row.right[:1] for row in concordance(NODE, PASSAGES, order="right")] == ["", "，", "分"]
