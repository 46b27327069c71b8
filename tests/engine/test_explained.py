"""Every point of every score is accounted for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.port import SearchRequest
from search.query import explained
from search.query.matchable import matchable
from search.query.nearest import reading
from search.query.parse import parse
from search.query.plan import All, Listed

from .conftest import Opened
from .corpora import SENTENCES, corpus
from .plans import plans

TITLES = {document.id: document.title for number in range(4) for document in corpus(number)}


@given(number=st.integers(1, 3), plan=plans)
def test_parts_add_up_to_the_score(opened: Opened, number: int, plan: All) -> None:
    """For random plans the parts of the score of every hit add up to the score shown."""
    engine = opened(number)
    statistics = engine.statistics()
    for hit in engine.search(SearchRequest(plan=plan, limit=20)).hits:
        seen = matchable(hit.passage, hit.passage.document_id, TITLES[hit.passage.document_id])
        assert explained.shown(explained.parts(plan, seen, statistics, hit.score)) == pytest.approx(hit.score, abs=2e-4)


@pytest.mark.parametrize("text", [*SENTENCES[:3], "北京有哪些扶贫协作", "密云区带动了多少万元"])
def test_parts_of_the_nearest_add_up(opened: Opened, text: str) -> None:
    """So do those of the nearest passages, what was taken off included, to half a step of the grid of scores."""
    engine = opened(3)
    sought = reading.sought(parse(text), engine.contains, engine.statistics().passages)
    assert sought is not None
    near = engine.nearest(sought)
    plan = Listed(tuple((one.key, one.score) for one in near))
    hits = engine.search(SearchRequest(plan=plan, limit=100)).hits
    assert len(hits) == len(near) > 0
    for hit, one in zip(hits, near, strict=True):
        parts = explained.nearest_parts(one, hit.passage.kind, question=sought.question)
        assert explained.shown(parts) == pytest.approx(hit.score, abs=6e-4)
