"""One request answered: hits in order, exact totals, tiers and counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from search.engine.opensearch import bounded, scripts
from search.engine.opensearch.asked import ORDERS, AskedOfCluster, FoundRow, cumulated, tier_filters, tiers_of, unscored
from search.engine.opensearch.bounded import Bound, hits_at_least
from search.engine.opensearch.cluster import Cluster, Json
from search.engine.opensearch.counted import PassageCounter
from search.engine.opensearch.encode import digest
from search.engine.opensearch.filters import PASSAGES, always, chosen
from search.engine.opensearch.generations import ClusterGeneration
from search.engine.opensearch.matching import better, matching
from search.engine.opensearch.queries import Query, all_of
from search.engine.opensearch.scored import NO_FREQUENCIES, Scoring, tiers
from search.engine.port import CrossCounts, EngineHit, FacetCounts, Fruit, SearchRequest, SearchResult
from search.model import Passage
from search.query import score as scoring
from search.query.plan import Tier
from search.query.score import Candidate, positive_terms, quantise, rerank
from search.question import Collapse, Sort
from search.text.fold import match_form

DEPTH = 10_000
"""The last hit that a request reaches."""
VALUES = 10_000
"""Values of a field, or cells of a table, asked for at once."""
_COLLAPSED_BY = {Collapse.DOCUMENT: "doc", Collapse.COPY: "copy"}


class Answering:
    """Answers requests over one generation."""

    def __init__(self, cluster: Cluster, alias: str, generation: ClusterGeneration, counter: PassageCounter) -> None:
        self._cluster, self._alias, self._generation, self._counter = cluster, alias, generation, counter

    def search(self, request: SearchRequest) -> SearchResult:
        """The answer to one request."""
        asked = self._asked(request)
        second = request.sort is Sort.RELEVANCE and asked.limit > 0 and _is_reranked(request)
        collapsing = request.collapse is not None
        if request.sort is Sort.RELEVANCE and not collapsing and hits_at_least(request.plan, asked.known) > bounded.MANY:
            return self._in_two_phases(asked, reranked=second and request.offset < scoring.RERANK)
        body = self._body(asked)
        if second and (collapsing or request.offset < scoring.RERANK):
            body["size"] = scoring.RERANK if collapsing else max(asked.end, scoring.RERANK)
            start = 0
        else:
            start, body["size"] = (0, 0) if collapsing else (request.offset, asked.limit)
        body |= {"from": start, "aggs": self._aggregations(asked)}
        answer = self._ask(body)
        hits = asked.rows(answer)
        if second and start == 0:
            hits = [*_reranked(request, hits[: scoring.RERANK]), *hits[scoring.RERANK :]]
        if request.collapse is None:
            return self._result(asked, answer, hits[request.offset - start :])
        total, counted = answer["hits"]["total"]["value"], answer["aggregations"]["kept"]
        documents = int(counted["documents"]["value"]) if total else 0
        groups = documents if request.collapse is Collapse.DOCUMENT else self._copies(asked)
        standing = self._collapsed(asked, hits) if asked.limit else []
        return self._result(asked, answer, [one for one, _ in standing], [more for _, more in standing], groups)

    def _in_two_phases(self, asked: AskedOfCluster, *, reranked: bool) -> SearchResult:
        """The answer for a word that very many passages have: they are counted by filters alone, and few are scored."""
        request = asked.request
        answer = self._ask(self._body(asked) | {"query": unscored(asked.query), "size": 0, "aggs": self._aggregations(asked)})
        upto = cumulated(answer["aggregations"]["kept"], total := answer["hits"]["total"]["value"])
        wanted = min(max(asked.end, scoring.RERANK if reranked else 0), total)
        tier = next(Tier(at) for at in range(4) if upto[at] >= wanted)
        within = all_of([asked.inclusions, better(request.plan, tier)])
        hits: list[FoundRow] | None = None
        if upto[tier.value] > bounded.MANY and (not tier.value or not upto[tier.value - 1]):
            hits = self._by_bounds(asked, within, wanted)
        if hits is None:
            hits = [asked.row(one) for one in self._scored(asked, within, wanted)]
        if reranked:
            hits = [*_reranked(request, hits[: scoring.RERANK]), *hits[scoring.RERANK :]]
        return self._result(asked, answer, hits[request.offset :])

    def _by_bounds(self, asked: AskedOfCluster, within: Query, wanted: int) -> list[FoundRow] | None:
        """The first hits, all of one tier; None where their bounds leave it open which those are."""
        best = bounded.bound(asked.request.plan, asked.known)
        size = max(bounded.FIRST, bounded.MORE * wanted)
        while best is not None and size <= bounded.MOST:
            found = self._ask(self._bounded(asked, best, within, size))["hits"]["hits"]
            rows = self._scored(asked, {"terms": {"key": [one["fields"]["key"][0] for one in found]}}, wanted)
            if len(found) < size:
                return [asked.row(one) for one in rows]
            highest = best.highest(found[-1]["sort"][0])
            if len(rows) == wanted and (worst := asked.row(rows[-1])).score >= highest:
                if worst.score == highest:
                    # Whatever is left has this score at most; those that have it and come before are of the first documents.
                    first = self._scored(asked, all_of([within, {"range": {"doc": {"lte": worst.passage.document_id}}}]), wanted)
                    rows = sorted({one["_id"]: one for one in (*rows, *first)}.values(), key=_by_relevance)[:wanted]
                return [asked.row(one) for one in rows]
            size *= bounded.MORE
        return None

    def _bounded(self, asked: AskedOfCluster, best: Bound, within: Query, size: int) -> Json:
        """The request for the first of these passages by their bounds."""
        return {
            "size": size,
            "track_total_hits": False,
            "query": {"bool": {"must": [best.query], "filter": [*asked.query["bool"]["filter"], within]}},
            "sort": ORDERS[Sort.RELEVANCE],
            # Nothing that is stored is read, not even ids: each would be a block to be unpacked.
            "stored_fields": "_none_",
            "docvalue_fields": ["key"],
        }

    def _scored(self, asked: AskedOfCluster, within: Query, size: int) -> list[Json]:
        """The first of these passages by their exact scores."""
        narrowed = {"bool": {**asked.query["bool"], "filter": [*asked.query["bool"]["filter"], within]}}
        found: list[Json] = self._ask(self._body(asked) | {"query": narrowed, "size": size, "track_total_hits": False})["hits"]["hits"]
        return found

    def _result(
        self, asked: AskedOfCluster, answer: Json, hits: Sequence[FoundRow], more: Sequence[int] = (), groups: int | None = None
    ) -> SearchResult:
        """The hits from the offset on, with all that was counted; `more` and `groups` where they are collapsed."""
        total, counted = answer["hits"]["total"]["value"], answer["aggregations"]["kept"]
        shown = [EngineHit(one.passage, quantise(one.score) / 10_000, one.tier, *more[at : at + 1]) for at, one in enumerate(hits)]
        return SearchResult(
            hits=tuple(shown[: asked.limit]),
            total=total,
            documents=int(counted["documents"]["value"]) if total else 0,
            groups=total if groups is None else groups,
            tiers=tiers_of(counted, total),
            fruits={one: self._fruit(one, asked, answer["aggregations"]) for one in asked.request.collect},
        )

    # --- what is asked ------------------------------------------------------------------------------------------------

    def _asked(self, request: SearchRequest) -> AskedOfCluster:
        limit = max(0, min(request.limit, DEPTH - request.offset))
        filters = [PASSAGES, matching(request.plan), *always(request.filters)]
        query: Query = {"bool": {"filter": filters}}
        known = self._counter.frequencies(request.plan) if limit else NO_FREQUENCIES
        if limit:
            query["bool"]["should"] = [*tiers(request.plan), *Scoring(known).clauses(request.plan)]
        return AskedOfCluster(request, query, chosen(request.filters), limit, known)

    def _body(self, asked: AskedOfCluster) -> Json:
        body: Json = {
            "query": asked.query,
            "track_total_hits": True,
            "sort": asked.order,
            "_source": ["src"],
        }
        if asked.kept:
            body["post_filter"] = asked.inclusions
        return body

    def _aggregations(self, asked: AskedOfCluster) -> Json:
        kept: Json = {
            "documents": {"scripted_metric": scripts.DOCUMENTS},
            "tiers": {"filters": {"filters": tier_filters(asked)}},
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

    def _fruit(self, collector: FacetCounts | CrossCounts, asked: AskedOfCluster, counted: Json) -> Fruit:
        if isinstance(collector, CrossCounts):
            fields = (f"facet.{collector.rows}", f"facet.{collector.columns}")
            return {(row, column): count for (row, column), count in self._composite(asked.found, fields)}
        return {name: self._values(name, asked, counted[f"facet {name}"]["values"]) for name in collector.fields}

    def _values(self, name: str, asked: AskedOfCluster, counted: Json) -> Mapping[str, int]:
        if not counted["sum_other_doc_count"]:
            return {bucket["key"]: bucket["doc_count"] for bucket in counted["buckets"]}
        others = all_of([asked.query, *(query for field, query in asked.kept.items() if field != name)])
        return {value: count for (value,), count in self._composite(others, (f"facet.{name}",))}

    def _copies(self, asked: AskedOfCluster) -> int:
        """How many different texts are found."""
        return sum(1 for _ in self._composite(asked.found, ("copy",)))

    def _composite(self, query: Query, fields: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
        """Every combination of values of the fields that the query finds, with its count, however many there are."""
        sources = [{str(at): {"terms": {"field": field}}} for at, field in enumerate(fields)]
        composite: Json = {"size": VALUES, "sources": sources}
        while True:
            body = {"size": 0, "track_total_hits": False, "query": unscored(query), "aggs": {"cells": {"composite": composite}}}
            found = self._ask(body)["aggregations"]["cells"]
            for bucket in found["buckets"]:
                yield tuple(bucket["key"][str(at)] for at in range(len(fields))), bucket["doc_count"]
            if len(found["buckets"]) < VALUES:
                return
            composite["after"] = found["after_key"]

    # --- collapsing ------------------------------------------------------------------------------------------------------

    def _collapsed(self, asked: AskedOfCluster, hits: Sequence[FoundRow]) -> list[tuple[FoundRow, int]]:
        """The groups of the page, each by its first hit, with how many more it has. `hits` are the first, in their final order: their
        groups come first, then the others by their own first hits."""
        by = asked.request.collapse
        assert by is not None
        groups: dict[str, FoundRow] = {}
        for hit in hits:
            groups.setdefault(_group(hit.passage, by), hit)
        body = self._body(asked) | {
            "size": asked.end + len(groups),
            "track_total_hits": False,
            "collapse": {"field": _COLLAPSED_BY[by]},
        }
        for one in asked.rows(self._ask(body)):
            groups.setdefault(_group(one.passage, by), one)
        page = list(groups.items())[asked.request.offset : asked.end]
        sizes = self._sizes(asked, _COLLAPSED_BY[by], [key for key, _ in page])
        return [(hit, sizes[key] - 1) for key, hit in page]

    def _sizes(self, asked: AskedOfCluster, field: str, keys: Sequence[str]) -> dict[str, int]:
        if not keys:
            return {}
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": all_of([unscored(asked.found), {"terms": {field: list(keys)}}]),
            "aggs": {"groups": {"terms": {"field": field, "size": len(keys), "include": list(keys)}}},
        }
        return {bucket["key"]: bucket["doc_count"] for bucket in self._ask(body)["aggregations"]["groups"]["buckets"]}


def _by_relevance(found: Json) -> tuple[float, str, int]:
    score, document, order = found["sort"]
    return -score, document, order


def _group(passage: Passage, by: Collapse) -> str:
    return passage.document_id if by is Collapse.DOCUMENT else digest(passage.text)


def _is_reranked(request: SearchRequest) -> bool:
    terms = tuple(dict.fromkeys(positive_terms(request.plan)))
    return not (len(terms) == 1 and len(terms[0].words) < 2)


def _reranked(request: SearchRequest, hits: Sequence[FoundRow]) -> list[FoundRow]:
    candidates = [
        Candidate(at, hit.tier, hit.score, match_form(hit.passage.text).text, hit.passage.document_id, hit.passage.order)
        for at, hit in enumerate(hits)
    ]
    return [replace(hits[one.key], score=one.score) for one in rerank(request.plan, candidates)]
