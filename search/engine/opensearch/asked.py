"""A request as queries: what finds, scores and orders its hits, and how a hit is read from an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from search.engine.opensearch.cluster import Json
from search.engine.opensearch.matching import better
from search.engine.opensearch.queries import Query, all_of
from search.engine.opensearch.rows import passage_of
from search.engine.opensearch.scored import TIER_STEP, Frequencies, is_level
from search.engine.port import SearchRequest
from search.model import Passage
from search.query.plan import Tier
from search.query.score import on_grid
from search.question import Sort

_PLACE: list[Json] = [{"doc": "asc"}, {"ord": "asc"}]
_SCORE: Json = {"_score": "desc"}
ORDERS: Mapping[Sort, list[Json]] = {
    Sort.RELEVANCE: [_SCORE, *_PLACE],
    Sort.DOCUMENT: [*_PLACE, _SCORE],
    Sort.YEAR_DESC: [{"year_last": {"order": "desc", "missing": "_last"}}, _SCORE, *_PLACE],
    Sort.YEAR_ASC: [{"year_first": {"order": "asc", "missing": "_last"}}, _SCORE, *_PLACE],
    Sort.DATE_DESC: [{"day": {"order": "desc", "missing": "_last"}}, _SCORE, *_PLACE],
    Sort.DATE_ASC: [{"day": {"order": "asc", "missing": "_last"}}, _SCORE, *_PLACE],
}
"""Scores are among what is sorted by, last where they decide nothing, and read from there: asked for besides, they would be worked out a
second time, and of every hit."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A passage found, before hits are folded and cut."""

    passage: Passage
    tier: Tier
    score: float


@dataclass(frozen=True, slots=True)
class AskedOfCluster:
    """A request as queries. `query` scores and matches what is found before inclusions, `kept` are those."""

    request: SearchRequest
    query: Query
    kept: Mapping[str, Query]
    limit: int
    known: Frequencies

    @property
    def order(self) -> list[Json]:
        """What the hits are sorted by: where all scores are equal, by their places alone."""
        level = self.request.sort is Sort.RELEVANCE and is_level(self.request.plan)
        return ORDERS[Sort.DOCUMENT if level else self.request.sort]

    @property
    def end(self) -> int:
        """The number of the last hit wanted."""
        return self.request.offset + self.limit

    def rows(self, answer: Json) -> list[FoundRow]:
        """The hits of an answer."""
        return [self.row(one) for one in answer["hits"]["hits"]]

    def row(self, found: Json) -> FoundRow:
        """A hit."""
        # A cluster writes 32-bit numbers with as few decimals as tell them apart: back to the multiple of the grid that it is.
        whole = on_grid(found["sort"][self.order.index(_SCORE)])
        steps = int(whole // TIER_STEP)
        return FoundRow(passage_of(found), Tier(3 - steps), whole - steps * TIER_STEP)

    @property
    def inclusions(self) -> Query:
        """All inclusions."""
        return all_of(list(self.kept.values()))

    @property
    def found(self) -> Query:
        """What is found under all filters."""
        return all_of([self.query, *self.kept.values()])


def unscored(query: Query) -> Query:
    """The query without what only scores."""
    if "bool" in query and "should" in query["bool"] and "filter" in query["bool"] and "minimum_should_match" not in query["bool"]:
        return {"bool": {"filter": [unscored(one) for one in query["bool"]["filter"]]}}
    if set(query) == {"bool"} and set(query["bool"]) == {"filter"}:
        return {"bool": {"filter": [unscored(one) for one in query["bool"]["filter"]]}}
    return query


def tier_filters(asked: AskedOfCluster) -> Json:
    """For each tier but the last, what is in it or a better one."""
    return {str(tier.value): better(asked.request.plan, tier) for tier in (Tier.EXACT, Tier.WORDS, Tier.RELAXED)}


def cumulated(counted: Json, total: int) -> list[int]:
    """For each tier, the hits that are in it or a better one."""
    buckets = counted["tiers"]["buckets"]
    return [*(buckets[str(tier)]["doc_count"] for tier in range(3)), total]


def tiers_of(counted: Json, total: int) -> dict[Tier, int]:
    """Hits per tier; the cluster has counted them cumulated."""
    upto = cumulated(counted, total)
    return {Tier(at): many for at in range(4) if (many := upto[at] - (upto[at - 1] if at else 0))}
