"""Figures and relations as rows: they are nested in their passages, and found, sorted, counted and summed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from search.engine.opensearch.cluster import Cluster, Json
from search.engine.opensearch.encode import sides_of
from search.engine.opensearch.filters import filtered
from search.engine.opensearch.generations import ClusterGeneration
from search.engine.opensearch.mapping import NESTED
from search.engine.opensearch.matching import matching
from search.engine.opensearch.queries import Query, all_of, any_of, figure_query, none_of
from search.engine.opensearch.rows import passage_of
from search.question import Choice
from search.records import RecordKind, RecordRequest, RecordResult, RecordRow, RecordSort, covered

DEPTH = 10_000
VALUES = 10_000


def records(cluster: Cluster, alias: str, generation: ClusterGeneration, request: RecordRequest) -> RecordResult:
    """The rows of a request. One round for everything, one for the passages of the page."""
    at = NESTED[request.kind]
    kept = _kept(request, at)
    limit = max(0, min(request.limit, DEPTH - request.offset))
    body = {
        "size": 0,
        "track_total_hits": False,
        "query": filtered(matching(request.plan), request.filters),
        "aggs": {"records": {"nested": {"path": at}, "aggs": _aggregations(request, at, kept, limit)}},
    }

    def every(found: Json, field: str, among: Query, inner: Json | None = None) -> list[Json]:
        """The buckets of a field: those that were found, where those are all."""
        return _all_buckets(cluster, alias, generation, request, f"{at}.{field}", among, inner) if _is_cut(found) else found["buckets"]

    counted = cluster.search(alias, body, shards=generation.shards)["aggregations"]["records"]
    page = counted["kept"].get("rows", {"hits": {"hits": []}})["hits"]["hits"][request.offset :]
    totals, summed = counted["kept"].get("totals", {}), _summed(at)
    adding = all_of([kept, _adding(at)])
    of_name = {name: every(counted[f"count {name}"]["values"], name, _kept(request, at, without=name)) for name in request.fields_counted}
    return RecordResult(
        rows=_rows(cluster, alias, generation, page),
        total=counted["kept"]["doc_count"],
        passages=counted["kept"]["passages"]["doc_count"],
        counts={name: {bucket["key"]: bucket["doc_count"] for bucket in buckets} for name, buckets in of_name.items()},
        sums=_sums(every(totals["units"], "unit", adding, summed)) if request.kind is RecordKind.FIGURE else {},
        pairs=_pairs(every(counted["kept"]["sides"], "sides", kept)) if request.kind is RecordKind.RELATION else {},
        yearly=_yearly(every(totals["years"], "alone", adding, summed)) if _is_yearly(request) else {},
    )


def _is_cut(found: Json) -> bool:
    """Whether there are more values than were asked for."""
    return bool(found["sum_other_doc_count"])


def _is_yearly(request: RecordRequest) -> bool:
    return request.yearly and request.kind is RecordKind.FIGURE


def _aggregations(request: RecordRequest, at: str, kept: Query, limit: int) -> Json:
    inner: Json = {"passages": {"reverse_nested": {}}}
    if limit:
        wanted = {"size": request.offset + limit, "sort": _order(request.sort, at), "_source": False, "docvalue_fields": [f"{at}.at"]}
        inner["rows"] = {"top_hits": wanted}
    if request.kind is RecordKind.FIGURE:
        by = {"units": "unit", **({"years": "alone"} if _is_yearly(request) else {})}
        inner["totals"] = {
            "filter": _adding(at),
            "aggs": {name: {"terms": {"field": f"{at}.{field}", "size": VALUES}, "aggs": _summed(at)} for name, field in by.items()},
        }
    else:
        inner["sides"] = {"terms": {"field": f"{at}.sides", "size": VALUES}}
    found: Json = {"kept": {"filter": kept, "aggs": inner}}
    for name in request.fields_counted:
        values = {"terms": {"field": f"{at}.{name}", "size": VALUES}}
        found[f"count {name}"] = {"filter": _kept(request, at, without=name), "aggs": {"values": values}}
    return found


def _adding(at: str) -> Query:
    """Figures that add up."""
    return {"term": {f"{at}.adds": True}}


def _summed(at: str) -> Json:
    return {"sum": {"sum": {"field": f"{at}.number"}}}


def _kept(request: RecordRequest, at: str, without: str = "") -> Query:
    """What lets a record through, the inclusions of one field left out."""
    where = request.where
    found: list[Query] = []
    if where.minimum is not None or where.maximum is not None:
        bounds = {"gte": where.minimum, "lte": where.maximum}
        found.append({"range": {f"{at}.number": {name: value for name, value in bounds.items() if value is not None}}})
    if where.measures:
        asked = [figure_query(one) for one in where.measures] if request.kind is RecordKind.FIGURE else []
        found.append(any_of(asked))
    for name, choice in where.choices:
        found += _choice(name, choice, f"{at}.{name}", inclusions=name != without)
    return all_of(found)


def _choice(name: str, choice: Choice, field: str, *, inclusions: bool) -> list[Query]:
    found = [none_of({"terms": {field: list(covered(name, value))}}) for value in choice.exclude]
    if inclusions and choice.include:
        found.append(any_of([{"terms": {field: list(covered(name, value))}} for value in choice.include]))
    return found


def _order(sort: RecordSort, at: str) -> list[Json]:
    place: list[Json] = [{f"{at}.doc": "asc"}, {f"{at}.ord": "asc"}, {f"{at}.at": "asc"}]
    first: Mapping[RecordSort, list[Json]] = {
        RecordSort.DOCUMENT: [],
        RecordSort.VALUE_DESC: [{f"{at}.number": "desc"}],
        RecordSort.VALUE_ASC: [{f"{at}.number": "asc"}],
        RecordSort.YEAR_DESC: [{f"{at}.year_last": {"order": "desc", "missing": "_last"}}],
        RecordSort.YEAR_ASC: [{f"{at}.year_first": {"order": "asc", "missing": "_last"}}],
    }
    return [*first[sort], *place]


def _rows(cluster: Cluster, alias: str, generation: ClusterGeneration, page: list[Json]) -> tuple[RecordRow, ...]:
    ids = list(dict.fromkeys(hit["_id"] for hit in page))
    found = {}
    for start in range(0, len(ids), 1_000):
        some = ids[start : start + 1_000]
        body = {"size": len(some), "track_total_hits": False, "query": {"ids": {"values": some}}, "_source": ["src"]}
        found.update({hit["_id"]: passage_of(hit) for hit in cluster.search(alias, body, shards=generation.shards)["hits"]["hits"]})
    return tuple(RecordRow(found[hit["_id"]], int(hit["_nested"]["offset"])) for hit in page)


def _sums(buckets: Sequence[Json]) -> Mapping[str, tuple[int, float]]:
    return {bucket["key"]: (bucket["doc_count"], bucket["sum"]["value"]) for bucket in buckets}


def _yearly(buckets: Sequence[Json]) -> Mapping[int, tuple[int, float]]:
    return {int(bucket["key"]): (bucket["doc_count"], bucket["sum"]["value"]) for bucket in buckets}


def _pairs(buckets: Sequence[Json]) -> Mapping[tuple[str, str], int]:
    return {sides_of(bucket["key"]): bucket["doc_count"] for bucket in buckets}


def _all_buckets(
    cluster: Cluster, alias: str, generation: ClusterGeneration, request: RecordRequest, field: str, among: Query, inner: Json | None
) -> list[Json]:
    """The buckets of every value of a field among some of the records, however many values there are: in as many parts as it takes."""
    found: list[Json] = []
    parts, part = 1, 0
    while part < parts:
        terms: Json = {"field": field, "size": VALUES}
        if parts > 1:
            terms["include"] = {"partition": part, "num_partitions": parts}
        values: Json = {"terms": terms, **({"aggs": inner} if inner else {})}
        body = {
            "size": 0,
            "track_total_hits": False,
            "query": filtered(matching(request.plan), request.filters),
            "aggs": {
                "records": {"nested": {"path": NESTED[request.kind]}, "aggs": {"among": {"filter": among, "aggs": {"values": values}}}}
            },
        }
        counted = cluster.search(alias, body, shards=generation.shards)["aggregations"]["records"]["among"]["values"]
        if _is_cut(counted):
            found, parts, part = [], parts * 4, 0
            continue
        found += counted["buckets"]
        part += 1
    return found
