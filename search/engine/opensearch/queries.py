"""What is asked of a cluster, from its smallest parts: runs, words, values, amounts, and what is made of several. They are filters, so that
each is the same wherever it is asked: for hits, counts, facets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

from search.engine.opensearch.encode import END, START, flagged, joined, pairs, word_token
from search.fields import BY_NAME, UNLABELLED
from search.query.plan import Measure

Query = dict[str, Any]

NOTHING: Query = {"match_none": {}}
EVERYTHING: Query = {"match_all": {}}


def all_of(queries: Sequence[Query]) -> Query:
    """What matches all of the queries; they are filters."""
    if any(query is NOTHING for query in queries):
        return NOTHING
    told = [query for query in queries if query is not EVERYTHING]
    if not told:
        return EVERYTHING
    return told[0] if len(told) == 1 else {"bool": {"filter": told}}


def any_of(queries: Sequence[Query]) -> Query:
    """What matches any of the queries. Single terms of one field become one query: a cluster takes only so many clauses in one."""
    terms: dict[str, list[str]] = {}
    rest: list[Query] = []
    for query in _alternatives(queries):
        if "term" in query:
            ((where, value),) = query["term"].items()
            terms.setdefault(where, []).append(value)
        else:
            rest.append(query)
    found: list[Query] = [
        {"term": {where: values[0]}} if len(values) == 1 else {"terms": {where: values}} for where, values in terms.items()
    ]
    found += rest
    if not found:
        return NOTHING
    return found[0] if len(found) == 1 else {"bool": {"should": found, "minimum_should_match": 1}}


def _alternatives(queries: Sequence[Query]) -> Iterator[Query]:
    for query in queries:
        inner = query.get("bool", {})
        if inner.keys() == {"should", "minimum_should_match"} and inner["minimum_should_match"] == 1:
            yield from _alternatives(inner["should"])
        elif query is not NOTHING:
            yield query


def none_of(query: Query) -> Query:
    """What does not match the query."""
    return {"bool": {"must_not": [query]}}


def run_query(run: str, *, exact: bool = False) -> Query:
    """Passages that a run occurs in, anywhere or on word boundaries."""
    if not run:
        return NOTHING
    if len(run) == 1:
        return {"term": {"chars": START + run + END if exact else run}}
    tokens = flagged(pairs(run), exact, exact)
    if len(tokens) == 1:
        return {"term": {"pairs": tokens[0]}}
    return {"match_phrase": {"pairs": {"query": joined(tokens), "analyzer": "tokens"}}}


def word_query(word: str) -> Query:
    """Passages that have a word as a token."""
    return {"term": {"words_in": word_token(word)}}


def facet_query(name: str, value: str) -> Query:
    """Passages that have a value of a field."""
    where = f"facet.{name}"
    covered = list(BY_NAME[name].covers(value)) if value != UNLABELLED else [value]
    return {"term": {where: covered[0]}} if len(covered) == 1 else {"terms": {where: covered}}


def measure_query(node: Measure) -> Query:
    """Passages with a figure that is one of those asked for."""
    return {"nested": {"path": "figures", "query": figure_query(node), "score_mode": "none"}}


def figure_query(node: Measure) -> Query:
    """The figures asked for, among figures."""
    bounds = {"gte": node.low, "lte": node.high}
    found: list[Query] = [{"range": {"figures.number": {name: value for name, value in bounds.items() if isfinite(value)}}}]
    if node.unit:
        found.append({"term": {"figures.unit": node.unit}})
    if node.nature:
        found.append({"term": {"figures.per": node.nature}})
    return all_of(found)


def terms_of_run(run: str) -> int:
    """Of how many terms the query of a run is made."""
    return max(1, len(run) - 1)


def span_of(run: str, where: str, *, exact: bool = False) -> Query:
    """Where a run occurs, among the tokens of a field; on word boundaries alone if `exact`."""
    tokens = list(run) if where == "chars" else pairs(run)
    if exact:
        tokens = flagged(tokens, True, True)
    clauses = [{"span_term": {where: token}} for token in tokens]
    return clauses[0] if len(clauses) == 1 else {"span_near": {"clauses": clauses, "slop": 0, "in_order": True}}
