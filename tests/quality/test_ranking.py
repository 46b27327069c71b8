"""Ranking holds what it has reached on judged queries."""

from __future__ import annotations

import math

from tests.quality.ranking import Bench, judged_queries, seed_documents


def test_judged_queries_rank_well() -> None:
    """The mean of nDCG@10 is 0.90 or better, every complete list is found exactly, and nothing that must not match does."""
    bench = Bench(seed_documents())
    scored = [bench.score(query) for query in judged_queries()]
    assert math.fsum(one.ndcg for one in scored) / len(scored) >= 0.90
    assert [one.query.text for one in scored if one.exact is False] == []
