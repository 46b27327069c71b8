"""One request answered: hits in order, exact totals, tiers and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from search.engine.opensearch import scripts
from search.engine.opensearch.cluster import Cluster, Json
from search.engine.opensearch.counted import PassageCounter
from search.engine.opensearch.encode import digest
from search.engine.opensearch.filters import PASSAGES, always, chosen
from search.engine.opensearch.generations import ClusterGeneration
from search.engine.opensearch.queries import TIER_STEP, Query, Scoring, all_of, better, matching, tiers
from search.engine.opensearch.rows import passage_of
from search.engine.port import CrossCounts, EngineHit, FacetCounts, Fruit, SearchRequest, SearchResult
from search.model import Passage
from search.query import score as scoring
from search.query.plan import Tier
from search.query.score import Candidate, on_grid, positive_terms, quantise, rerank
from search.question import Collapse, Sort
from search.text.fold import match_form

DEPTH = 10_000
"""The last hit that a request reaches."""
VALUES = 10_000
"""Values of a field, or cells of a table, asked for at once."""
_PLACE: list[Json] = [{"doc": "asc"}, {"ord": "asc"}]
_ORDERS: Mapping[Sort, list[Json]] = {
    Sort.RELEVANCE: [{"_score": "desc"}, *_PLACE],
    Sort.DOCUMENT: _PLACE,
    Sort.YEAR_DESC: [{"year_last": {"order": "desc", "missing": "_last"}}, {"_score": "desc"}, *_PLACE],
    Sort.YEAR_ASC: [{"year_first": {"order": "asc", "missing": "_last"}}, {"_score": "desc"}, *_PLACE],
    Sort.DATE_DESC: [{"day": {"order": "desc", "missing": "_last"}}, {"_score": "desc"}, *_PLACE],
    Sort.DATE_ASC: [{"day": {"order": "asc", "missing": "_last"}}, {"_score": "desc"}, *_PLACE],
}
_COLLAPSED_BY = {Collapse.DOCUMENT: "doc", Collapse.COPY: "copy"}


@dataclass(frozen=True, slots=True)
class _FoundRow:
    passage: Passage
    tier: Tier
    score: float


@dataclass(frozen=True, slots=True)
class _AskedOfCluster:
    """A request as queries. `query` scores and matches what is found before inclusions, `kept` are those."""

    request: SearchRequest
    query: Query
    kept: Mapping[str, Query]
    limit: int

    @property
    def end(self) -> int:
        """The number of the last hit wanted."""
        return self.request.offset + self.limit

    @property
    def inclusions(self) -> Query:
        """All inclusions."""
        return all_of(list(self.kept.values()))

    @property
    def found(self) -> Query:
        """What is found under all filters."""
        return all_of([self.query, *self.kept.values()])


class Answering:
    """Answers requests over one generation."""

    def __init__(self, cluster: Cluster, alias: str, generation: ClusterGeneration, counter: PassageCounter) -> None:
        self._cluster, self._alias, self._generation, self._counter = cluster, alias, generation, counter

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer to one request."""
        asked = self._asked(request)
        second = request.sort is Sort.RELEVANCE and asked.limit > 0 and _is_reranked(request)
        collapsing = request.collapse is not None
        body = self._body(asked)
        if second and (collapsing or request.offset < scoring.RERANK):
            body["size"] = scoring.RERANK if collapsing else max(asked.end, scoring.RERANK)
            start = 0
        else:
            start, body["size"] = (0, 0) if collapsing else (request.offset, asked.limit)
        body |= {"from": start, "aggs": self._aggregations(asked)}
        answer = self._ask(body)
        hits = [_hit(one) for one in answer["hits"]["hits"]]
        if second and start == 0:
            hits = [*_reranked(request, hits[: scoring.RERANK]), *hits[scoring.RERANK :]]
        total, counted = answer["hits"]["total"]["value"], answer["aggregations"]["kept"]
        documents = int(counted["documents"]["value"]) if total else 0
        groups = total
        if request.collapse is not None:
            groups = documents if request.collapse is Collapse.DOCUMENT else self._copies(asked)
            collapsed = self._collapsed(asked, hits) if asked.limit else []
            shown = [EngineHit(one.passage, quantise(one.score) / 10_000, one.tier, more) for one, more in collapsed]
        else:
            shown = [EngineHit(one.passage, quantise(one.score) / 10_000, one.tier) for one in hits[request.offset - start :]]
        return SearchResult(
            hits=tuple(shown[: asked.limit]),
            total=total,
            documents=documents,
            groups=groups,
            tiers=_tiers(counted, total),
            fruits={one: self._fruit(one, asked, answer["aggregations"]) for one in request.collect},
        )

    # --- what is asked ------------------------------------------------------------------------------------------------

    def _asked(self, request: SearchRequest) -> _AskedOfCluster:
        limit = max(0, min(request.limit, DEPTH - request.offset))
        filters = [PASSAGES, matching(request.plan), *always(request.filters)]
        query: Query = {"bool": {"filter": filters}}
        if limit:
            clauses = Scoring(self._counter.frequencies(request.plan)).clauses(request.plan)
            query["bool"]["should"] = [*tiers(request.plan), *clauses]
        return _AskedOfCluster(request, query, chosen(request.filters), limit)

    def _body(self, asked: _AskedOfCluster) -> Json:
        body: Json = {
            "query": asked.query,
            "track_total_hits": True,
            "track_scores": True,
            "sort": _ORDERS[asked.request.sort],
            "_source": ["src"],
        }
        if asked.kept:
            body["post_filter"] = asked.inclusions
        return body

    def _aggregations(self, asked: _AskedOfCluster) -> Json:
        kept: Json = {
            "documents": {"scripted_metric": scripts.DOCUMENTS},
            "tiers": {"filters": {"filters": _tier_filters(asked)}},
        }
        found: Json = {"kept": {"filter": asked.inclusions, "aggs": kept}}
        for collector in asked.request.collect:
            if isinstance(collector, FacetCounts):
                for name in collector.fields:
                    others = all_of([query for field, query in asked.kept.items() if field != name])
                    found[f"facet {name}"] = {"filter": others, "aggs": {"values": {"terms": {"field": f"facet.{name}", "size": VALUES}}}}
        return found

    def _ask(self, body: Json) -> Json:
        return self._cluster.search(self._alias, body, shards=self._generation.shards)

    # --- counts -------------------------------------------------------------------------------------------------------

    def _fruit(self, collector: FacetCounts | CrossCounts, asked: _AskedOfCluster, counted: Json) -> Fruit:
        if isinstance(collector, CrossCounts):
            fields = (f"facet.{collector.rows}", f"facet.{collector.columns}")
            return {(row, column): count for (row, column), count in self._composite(asked.found, fields)}
        return {name: self._values(name, asked, counted[f"facet {name}"]["values"]) for name in collector.fields}

    def _values(self, name: str, asked: _AskedOfCluster, counted: Json) -> Mapping[str, int]:
        if not counted["sum_other_doc_count"]:
            return {bucket["key"]: bucket["doc_count"] for bucket in counted["buckets"]}
        others = all_of([asked.query, *(query for field, query in asked.kept.items() if field != name)])
        return {value: count for (value,), count in self._composite(others, (f"facet.{name}",))}

    def _copies(self, asked: _AskedOfCluster) -> int:
        """How many different texts are found."""
        return sum(1 for _ in self._composite(asked.found, ("copy",)))

    def _composite(self, query: Query, fields: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
        """Every combination of values of the fields that the query finds, with its count, however many there are."""
        sources = [{str(at): {"terms": {"field": field}}} for at, field in enumerate(fields)]
        composite: Json = {"size": VALUES, "sources": sources}
        while True:
            body = {"size": 0, "track_total_hits": False, "query": _unscored(query), "aggs": {"cells": {"composite": composite}}}
            found = self._ask(body)["aggregations"]["cells"]
            for bucket in found["buckets"]:
                yield tuple(bucket["key"][str(at)] for at in range(len(fields))), bucket["doc_count"]
            if len(found["buckets"]) < VALUES:
                return
            composite["after"] = found["after_key"]

    # --- collapsing ------------------------------------------------------------------------------------------------------

    def _collapsed(self, asked: _AskedOfCluster, hits: Sequence[_FoundRow]) -> list[tuple[_FoundRow, int]]:
        """The groups of the page, each by its first hit, with how many more it has. `hits` are the first, in their final order: their
        groups come first, then the others by their own first hits."""
        by = asked.request.collapse
        assert by is not None
        groups: dict[str, _FoundRow] = {}
        for hit in hits:
            groups.setdefault(_group(hit.passage, by), hit)
        body = self._body(asked) | {
            "size": asked.end + len(groups),
            "track_total_hits": False,
            "collapse": {"field": _COLLAPSED_BY[by]},
        }
        for one in map(_hit, self._ask(body)["hits"]["hits"]):
            groups.setdefault(_group(one.passage, by), one)
        page = list(groups.items())[asked.request.offset : asked.end]
        sizes = self._sizes(asked, _COLLAPSED_BY[by], [key for key, _ in page])
        return [(hit, sizes[key] - 1) for key, hit in page]

    def _sizes(self, asked: _AskedOfCluster, field: str, keys: Sequence[str]) -> dict[str, int]:
        if not keys:
            return {}
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": all_of([_unscored(asked.found), {"terms": {field: list(keys)}}]),
            "aggs": {"groups": {"terms": {"field": field, "size": len(keys), "include": list(keys)}}},
        }
        return {bucket["key"]: bucket["doc_count"] for bucket in self._ask(body)["aggregations"]["groups"]["buckets"]}


def _tier_filters(asked: _AskedOfCluster) -> Json:
    found = {str(tier.value): better(asked.request.plan, tier) for tier in (Tier.EXACT, Tier.WORDS, Tier.RELAXED)}
    return found


def _tiers(counted: Json, total: int) -> dict[Tier, int]:
    """Hits per tier; the cluster has counted them cumulated."""
    buckets = counted["tiers"]["buckets"]
    upto = [*(buckets[str(tier)]["doc_count"] for tier in range(3)), total]
    return {Tier(at): many for at in range(4) if (many := upto[at] - (upto[at - 1] if at else 0))}


def _unscored(query: Query) -> Query:
    """The query without what only scores."""
    if "bool" in query and "should" in query["bool"] and "filter" in query["bool"] and "minimum_should_match" not in query["bool"]:
        return {"bool": {"filter": [_unscored(one) for one in query["bool"]["filter"]]}}
    if set(query) == {"bool"} and set(query["bool"]) == {"filter"}:
        return {"bool": {"filter": [_unscored(one) for one in query["bool"]["filter"]]}}
    return query


def _group(passage: Passage, by: Collapse) -> str:
    return passage.document_id if by is Collapse.DOCUMENT else digest(passage.text)


def _hit(found: Json) -> _FoundRow:
    # A cluster writes 32-bit numbers with as few decimals as tell them apart: back to the multiple of the grid that it is.
    whole = on_grid(found["_score"] or 0.0)
    steps = int(whole // TIER_STEP)
    return _FoundRow(passage_of(found), Tier(3 - steps), whole - steps * TIER_STEP)


def _is_reranked(request: SearchRequest) -> bool:
    terms = tuple(dict.fromkeys(positive_terms(request.plan)))
    return not (len(terms) == 1 and len(terms[0].words) < 2)


def _reranked(request: SearchRequest, hits: Sequence[_FoundRow]) -> list[_FoundRow]:
    candidates = [
        Candidate(at, hit.tier, hit.score, match_form(hit.passage.text).text, hit.passage.document_id, hit.passage.order)
        for at, hit in enumerate(hits)
    ]
    return [replace(hits[one.key], score=one.score) for one in rerank(request.plan, candidates)]
